/* Says what a form would do as one line for the shell, beside its button, as it is filled in. */
(function () {
    "use strict";
    const PLAIN = /^[\w.,:=@%+/-]+$/;
    function quoted(text) { return PLAIN.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'"; }

    function isChecked(form, name) {
        const box = form.elements.namedItem(name);
        return !box || box.checked;
    }

    // Fields that know their option; those of one row make one word together.
    function named(form) {
        const words = [], rows = new Map();
        form.querySelectorAll("[data-jb-option]").forEach(function (field) {
            const how = field.dataset, isBox = field.type === "checkbox";
            if (how.jbOnlyIf && !isChecked(form, how.jbOnlyIf)) return;
            const text = isBox ? (field.checked ? "yes" : "") : field.value.trim();
            if (how.jbRow === undefined) {
                if (!text && how.jbEmpty) words.push(how.jbOption + " ''");
                if (text && text !== how.jbSkip) words.push(how.jbOption + (isBox ? "" : " " + quoted((how.jbBefore || "") + text)));
                return;
            }
            const row = how.jbOption + " " + how.jbRow;
            if (!rows.has(row)) rows.set(row, { option: how.jbOption, parts: [how.jbRow] });
            if (text) rows.get(row).parts.push(how.jbKey + "=" + text.replaceAll(";", ",").replaceAll("\n", " "));
        });
        rows.forEach(function (row) { words.push(row.option + " " + quoted(row.parts.join(";"))); });
        return words;
    }

    // Any field that was changed, by its own name: --name VALUE, or --set name=VALUE.
    function changed(form, how) {
        const seen = new Map();
        Array.from(form.elements).forEach(function (field) {
            if (!field.name || field.type === "hidden" || field.type === "submit" || /-(\d+|__prefix__)-/.test(field.name)) return;
            const isBox = field.type === "checkbox";
            const entry = seen.get(field.name) || { was: [], now: [], isBox: isBox, many: 0, option: field.dataset.jbOption };
            entry.many += 1;
            if (isBox) {
                if (field.defaultChecked) entry.was.push(field.value);
                if (field.checked) entry.now.push(field.value);
            } else if (field.options) {
                Array.from(field.options).forEach(function (option) {
                    if (option.defaultSelected) entry.was.push(option.value);
                    if (option.selected) entry.now.push(option.value);
                });
                if (!field.multiple && !entry.was.length && field.options.length) entry.was.push(field.options[0].value);
            } else {
                entry.was.push(field.defaultValue);
                entry.now.push(field.value);
            }
            seen.set(field.name, entry);
        });
        const words = [];
        seen.forEach(function (entry, name) {
            if (entry.option === "" || entry.was.join("\n") === entry.now.join("\n")) return;
            const isSwitch = entry.isBox && entry.many === 1 && entry.now.concat(entry.was).every(function (value) { return value === "on"; });
            const value = isSwitch ? (entry.now.length ? "yes" : "no") : entry.now.join(",");
            if (entry.option) { words.push(entry.option + " " + quoted(value)); return; }
            const called = name.replace(/^attr__/, "attribute.").replace(/^jet__/, "jet.");
            words.push(how === "--" ? "--" + name.replaceAll("_", "-") + " " + (quoted(value) || "''") : how + " " + quoted(called + "=" + value));
        });
        return words;
    }

    function line(place) {
        const form = place.closest("form"), how = place.dataset.jbChanged;
        const words = how ? changed(form, how) : named(form);
        return ["manage.py " + place.dataset.jbCommand].concat(words).join(" ");
    }

    function show(place) {
        const text = line(place);
        place.querySelector("code").textContent = text;
        place.querySelector("[data-jb-copy]").dataset.jbCopy = text;
    }

    document.addEventListener("DOMContentLoaded", function () {
        document.querySelectorAll("[data-jb-command]").forEach(function (place) {
            show(place);
            ["input", "change"].forEach(function (name) {
                place.closest("form").addEventListener(name, function () { window.requestAnimationFrame(function () { show(place); }); });
            });
        });
    });

    // Once a page: what else the page can be done by stands within the fold of its form.
    document.addEventListener("DOMContentLoaded", function () {
        const form = document.querySelector(".jb-as-command > div"), page = document.querySelector(".jb-commands");
        if (!form || !page) return;
        form.append(page.querySelector(".jb-list"));
        page.remove();
    });
})();
