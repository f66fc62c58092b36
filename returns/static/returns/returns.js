/* Adds up what is given back, as it is typed. */
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
    function add() {
        const sums = {};
        document.querySelectorAll("[data-jr-amount]").forEach(function (field) {
            const key = field.dataset.jrAmount;
            const include = document.querySelector('[name="include_' + key + '"]');
            sums[key] = (sums[key] || 0) + (include && !include.checked ? 0 : cents(field));
        });
        let all = 0;
        Object.keys(sums).forEach(function (key) { show(key, sums[key]); all += sums[key]; });
        show("all", all);
    }
    document.addEventListener("input", add);
    document.addEventListener("change", add);
    document.addEventListener("DOMContentLoaded", add);
})();
