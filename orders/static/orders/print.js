"use strict";
/* Whatever prints the page, the button or the browser's own menu, notes that these orders' paper was printed. */
{
    let noted = false;
    window.addEventListener("beforeprint", function () {
        const form = document.querySelector("[data-jo-printed]");
        if (!form || noted || !form.elements.ids.value) return;
        noted = true;
        fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(function () { noted = false; });
    });
}
