/* Adds up what is given back, as it is typed; amounts follow their units until they are typed over. */
(function () {
    "use strict";
    function cents(field) {
        const value = Math.round(Number(field.value) * 100);
        return Number.isFinite(value) ? value : 0;
    }
    function show(key, sum) {
        const place = document.querySelector('[data-jr-total="' + key + '"]');
        if (place) place.textContent = "$" + (sum / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });
    }
    function share(amount, units, all) {
        const part = Math.round(Math.round(Number(amount.dataset.jrAll) * 100) * units / all);
        return Math.min(part, Math.round(Number(amount.dataset.jrDearest) * 100) * units);
    }
    /* Says in amber when the amounts are more than the units above them carry. */
    function warn(key, sum) {
        const note = document.querySelector('[data-jr-beyond="' + key + '"]');
        const paid = document.querySelector('[name="units_refunded_' + key + '"]');
        if (!note || !paid) return;
        const units = Number(paid.value), all = Number(paid.dataset.jrOf);
        let most = 0;
        document.querySelectorAll('[data-jr-amount="' + key + '"]').forEach(function (amount) {
            most += all > 0 ? share(amount, Math.min(units, all), all) : 0;
        });
        note.hidden = sum <= most;
        note.querySelector("span").textContent = "$" + (most / 100).toFixed(2);
    }
    function add() {
        const sums = {};
        document.querySelectorAll("[data-jr-amount]").forEach(function (field) {
            const key = field.dataset.jrAmount;
            const include = document.querySelector('[name="include_' + key + '"]');
            sums[key] = (sums[key] || 0) + (include && !include.checked ? 0 : cents(field));
        });
        let all = 0;
        Object.keys(sums).forEach(function (key) { show(key, sums[key]); warn(key, sums[key]); all += sums[key]; });
        show("all", all);
    }
    function follow(field) {
        const key = field.dataset.jrUnits;
        const paid = document.querySelector('[name="units_refunded_' + key + '"]');
        if (field !== paid && !paid.dataset.jrTyped) paid.value = Math.min(Number(field.value), Number(paid.dataset.jrOf));
        const units = Number(paid.value), all = Number(paid.dataset.jrOf);
        if (!(all > 0 && units >= 0 && units <= all)) return;
        document.querySelectorAll('[data-jr-amount="' + key + '"]').forEach(function (amount) {
            if (amount.dataset.jrTyped) return;
            amount.value = (share(amount, units, all) / 100).toFixed(2);
        });
    }
    function zero(key) {
        const units = document.querySelector('[name="units_refunded_' + key + '"]');
        units.value = "0";
        document.querySelectorAll('[data-jr-amount="' + key + '"]').forEach(function (amount) { amount.value = "0.00"; });
        const feedback = document.querySelector('[name="feedback_' + key + '"]');
        if (feedback && !feedback.value) feedback.focus();
        add();
    }
    document.addEventListener("click", function (event) {
        const button = event.target.closest("[data-jr-zero]");
        if (button) zero(button.dataset.jrZero);
    });
    document.addEventListener("input", function (event) {
        event.target.dataset.jrTyped = "1";
        if (event.target.matches("[data-jr-units]")) follow(event.target);
        add();
    });
    document.addEventListener("change", add);
    document.addEventListener("DOMContentLoaded", add);
})();
