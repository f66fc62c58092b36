"use strict";
/* The work list: the scanner's field keeps the focus, Up and Down change the order, an undo counts down. */
{
    const field = document.querySelector("[data-jo-scan]");
    const go = function (name) {
        const link = document.querySelector("[data-jo-" + name + "]");
        if (link) link.click();
    };

    if (field) {
        field.focus();
        field.select();
        field.addEventListener("keydown", function (event) {
            if (event.key === "Escape") field.blur();
            if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                event.preventDefault();
                go(event.key === "ArrowDown" ? "next" : "previous");
            }
        });
        field.form.addEventListener("submit", function (event) {
            const isEmpty = !field.value.trim();
            if (isEmpty || field.form.dataset.joSent) event.preventDefault();
            else field.form.dataset.joSent = "1";
            if (isEmpty) field.focus();
        });
        window.addEventListener("pageshow", function () { delete field.form.dataset.joSent; });
        // Another carrier is chosen seldom; the scanner types on in its own field.
        field.form.addEventListener("change", function (event) {
            if (event.target.matches("select")) field.focus();
        });
    }

    // Nobody else is led to an order while somebody works on it.
    const form = document.querySelector("[data-jo-take]");
    if (form) {
        let last = 0;
        const take = function () {
            if (Date.now() - last < 30000) return;
            last = Date.now();
            const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
            fetch(form.dataset.joTake, { method: "POST", headers: { "X-CSRFToken": token } }).catch(function () {});
        };
        take();
        document.addEventListener("keydown", take);
        document.addEventListener("pointerdown", take);
    }

    const tick = function () {
        document.querySelectorAll("[data-jo-undo]").forEach(function (form) {
            const seconds = Math.ceil((new Date(form.dataset.joUndo) - Date.now()) / 1000);
            form.querySelector("[data-jo-left]").textContent = seconds > 0 ? "in " + seconds + " s" : "now";
            if (seconds <= 0) form.querySelector("button").hidden = true;
        });
    };
    tick();
    window.setInterval(tick, 500);
}
