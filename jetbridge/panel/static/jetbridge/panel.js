/* What the panel's pages do beyond plain HTML. Everything hangs on data-jb-* attributes; no inline scripts anywhere. */
(function () {
    "use strict";

    if (window.htmx) {
        // The content security policy forbids the style element that htmx would write.
        window.htmx.config.includeIndicatorStyles = false;
    }

    function csrfToken() {
        const meta = document.querySelector('meta[name="jb-csrf"]');
        return meta ? meta.content : "";
    }

    document.addEventListener("htmx:configRequest", function (event) {
        if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
    });

    // Copy on click. Inside a grid's link the click must not open the row.
    document.addEventListener("click", function (event) {
        const button = event.target.closest("[data-jb-copy]");
        if (!button) return;
        event.preventDefault();
        event.stopPropagation();
        const done = function () {
            button.classList.add("jb-copied");
            window.setTimeout(function () { button.classList.remove("jb-copied"); }, 1500);
        };
        if (navigator.clipboard) navigator.clipboard.writeText(button.dataset.jbCopy).then(done);
        else copyByHand(button.dataset.jbCopy, done);
    }, true);

    document.addEventListener("click", function (event) {
        if (event.target.closest("[data-jb-print]")) window.print();
    });

    // The clipboard interface exists on https and localhost only.
    function copyByHand(text, done) {
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        if (document.execCommand("copy")) done();
        area.remove();
    }

    // One click, one submission.
    document.addEventListener("submit", function (event) {
        const form = event.target;
        if (!form.matches("[data-jb-once]")) return;
        if (form.dataset.jbSent) { event.preventDefault(); return; }
        form.dataset.jbSent = "1";
        form.querySelectorAll('button[type="submit"]').forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    });
    window.addEventListener("pageshow", function () {
        document.querySelectorAll("[data-jb-sent]").forEach(function (form) {
            delete form.dataset.jbSent;
            form.querySelectorAll('[aria-disabled="true"]').forEach(function (button) { button.removeAttribute("aria-disabled"); });
        });
    });

    // A menu's link that does something is sent as a form, so that no crawler or prefetch sets it off.
    document.addEventListener("click", function (event) {
        const link = event.target.closest("a[data-jb-post]");
        if (!link) return;
        event.preventDefault();
        const form = document.createElement("form");
        form.method = "post";
        form.action = link.href;
        const token = document.createElement("input");
        token.type = "hidden";
        token.name = "csrfmiddlewaretoken";
        token.value = csrfToken();
        form.append(token);
        document.body.append(form);
        form.submit();
    });

    // One menu serves all rows of a list: opened, its links lead to the row whose button was pressed.
    const ANY_ROW = "918273645918273645";
    let rowButton = null;
    function rowMenu() { return document.getElementById("jb-row-menu"); }
    function closeRowMenu(focus) {
        if (!rowButton) return;
        rowMenu().hidePopover();
        rowButton.setAttribute("aria-expanded", "false");
        if (focus) rowButton.focus();
        rowButton = null;
    }
    function openRowMenu(button) {
        const menu = rowMenu(), links = menu.querySelectorAll("a");
        links.forEach(function (link) { link.href = link.dataset.jbRowUrl.replace(ANY_ROW, button.dataset.jbRow); });
        rowButton = button;
        button.setAttribute("aria-expanded", "true");
        menu.showPopover();
        const place = button.getBoundingClientRect(), below = place.bottom + 4 + menu.offsetHeight <= window.innerHeight;
        menu.style.top = (below ? place.bottom + 4 : Math.max(4, place.top - 4 - menu.offsetHeight)) + "px";
        menu.style.left = Math.max(4, place.right - menu.offsetWidth) + "px";
        links[0].focus();
    }
    document.addEventListener("click", function (event) {
        const button = event.target.closest("[data-jb-row]"), again = button && button === rowButton;
        if (rowButton && !event.target.closest("#jb-row-menu")) closeRowMenu(again);
        if (button && !again) openRowMenu(button);
        // Menus above a list close as soon as one presses elsewhere.
        document.querySelectorAll("details.jb-menu[open]").forEach(function (each) { if (!each.contains(event.target)) each.open = false; });
    });
    window.addEventListener("scroll", function () { closeRowMenu(false); }, { passive: true });
    // Wherever a line of tools breaks, what opens there moves into the window.
    document.addEventListener("toggle", function (event) {
        const body = event.target.matches("details.jb-menu") && event.target.querySelector(".jb-menu-body");
        if (!body) return;
        body.style.translate = "";
        const place = body.getBoundingClientRect(), beyond = place.right + 4 - document.documentElement.clientWidth;
        if (place.left < 4) body.style.translate = 4 - place.left + "px";
        else if (beyond > 0) body.style.translate = -beyond + "px";
    }, true);
    document.addEventListener("keydown", function (event) {
        if (event.key === "Escape") {
            closeRowMenu(true);
            const open = event.target.closest("details.jb-menu[open]");
            if (open) { open.open = false; open.querySelector("summary").focus(); }
        }
        const at = rowButton && event.target.closest("#jb-row-menu a");
        if (!at) return;
        if (event.key === "Tab") closeRowMenu(true);
        const next = { ArrowDown: at.nextElementSibling || at.parentNode.firstElementChild, ArrowUp: at.previousElementSibling || at.parentNode.lastElementChild }[event.key];
        if (next) { event.preventDefault(); next.focus(); }
    });

    // A link that only shows something opens over the page one is on. Without this, or in a new tab, it is a page.
    document.addEventListener("click", function (event) {
        const link = event.target.closest("a[data-jb-peek]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        const dialog = link.closest("dialog.jb-peek") || openPeek(link);
        const body = dialog.querySelector(".jb-peek-body");
        body.setAttribute("aria-busy", "true");
        fetch(link.href).then(function (answer) {
            if (!answer.ok) throw new Error(answer.status);
            return answer.text();
        }).then(function (text) {
            const page = new DOMParser().parseFromString(text, "text/html").querySelector(".jb-page");
            body.replaceChildren(document.importNode(page, true));
            body.removeAttribute("aria-busy");
        }).catch(function () { window.location.href = link.href; });
    });

    function openPeek(link) {
        const dialog = document.createElement("dialog");
        dialog.className = "jb-dialog jb-peek";
        dialog.setAttribute("aria-label", link.textContent.trim());
        dialog.innerHTML = '<form method="dialog" class="jb-peek-head"><button class="jb-button jb-small">Close</button></form>' +
            '<div class="jb-peek-body"><p class="jb-faint" role="status">Asking Jet…</p></div>';
        dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
        const opener = link.closest("#jb-row-menu") ? rowButton : link;
        dialog.addEventListener("close", function () { dialog.remove(); opener.focus(); });
        document.body.append(dialog);
        closeRowMenu(false);
        dialog.showModal();
        return dialog;
    }

    document.addEventListener("change", function (event) {
        const field = event.target;
        if (field.matches("[data-jb-check-all]")) {
            document.querySelectorAll('input[type="checkbox"][name="' + field.dataset.jbCheckAll + '"]').forEach(function (box) { box.checked = field.checked; });
        }
        const form = field.closest("form[data-jb-autosubmit]");
        if (form) form.requestSubmit();
    });

    // A suggestion is put into its field, as if it had been typed.
    function fill(button) {
        const field = document.getElementById(button.dataset.jbFill);
        if (!field) return;
        field.value = button.dataset.jbValue;
        ["input", "change"].forEach(function (name) { field.dispatchEvent(new Event(name, { bubbles: true })); });
    }
    document.addEventListener("click", function (event) {
        const one = event.target.closest("[data-jb-fill]");
        if (one) fill(one);
        if (event.target.closest("[data-jb-fill-all]")) {
            document.querySelectorAll("[data-jb-fill]").forEach(function (button) {
                const field = document.getElementById(button.dataset.jbFill);
                if (field && !field.value) fill(button);
            });
        }
    });

    // Characters and lines counted as typed, beside a text field that is nearly full.
    const NEAR_A_LIMIT = 0.8;
    function showCount(field) {
        const counter = field.jbCounter;
        const limit = Number(field.dataset.jbLimit || field.maxLength), most = Number(field.dataset.jbLines);
        if (most) {
            // A list with one entry a line: entries are counted, and the longest of them.
            const lines = field.value.split("\n").map(function (line) { return Array.from(line.trim()).length; }).filter(Boolean);
            const longest = Math.max(0, ...lines);
            const isNear = lines.length > most * NEAR_A_LIMIT || longest > limit * NEAR_A_LIMIT;
            counter.textContent = isNear ? lines.length + " of " + most + " lines, the longest " + longest + " of " + limit + " characters" : "";
            counter.classList.toggle("jb-over", lines.length > most || longest > limit);
            return;
        }
        const length = Array.from(field.value).length;
        counter.textContent = length > limit * NEAR_A_LIMIT ? length + " of " + limit + " characters" : "";
        counter.classList.toggle("jb-over", length > limit);
    }
    function addCounters(root) {
        root.querySelectorAll(".jb-row-input textarea[maxlength], .jb-row-input input[type=text][maxlength], [data-jb-limit]").forEach(function (field) {
            if (field.jbCounter || (field.maxLength <= 0 && !field.dataset.jbLimit)) return;
            field.jbCounter = document.createElement("span");
            field.jbCounter.className = "jb-count";
            field.after(field.jbCounter);
            field.addEventListener("input", function () { showCount(field); });
            showCount(field);
        });
    }

    // An image that does not load gives way to a placeholder.
    function dropBroken(image) {
        if (!image.matches || !image.matches("img.jb-thumb")) return;
        const place = document.createElement("span");
        place.className = "jb-thumb";
        image.replaceWith(place);
    }
    document.addEventListener("error", function (event) { dropBroken(event.target); }, true);

    let downFrom = null;
    // A cell that is edited stands within the list's own form: Enter saves the cell, Escape gives it up.
    document.addEventListener("keydown", function (event) {
        const cell = (event.key === "Enter" || event.key === "Escape") && event.target.closest("[data-jb-cell]");
        if (!cell || event.target.closest("button")) return;
        event.preventDefault();
        event.stopPropagation();
        downFrom = event.key === "Enter" ? cell.closest("td") : null;
        cell.querySelector(event.key === "Enter" ? "[data-jb-cell-save]" : "[data-jb-cell-close]").click();
    }, true);
    // The cell below the one that Enter saved; where none is, the saved one.
    function below(cell) {
        const row = cell.parentNode.nextElementSibling;
        return row && row.cells[cell.cellIndex].querySelector(".jb-edit");
    }
    // Django's pair of lists names its help on elements that may bear no name; it is built when all is loaded.
    window.addEventListener("load", function () {
        window.setTimeout(function () {
            document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach(function (help) { help.setAttribute("role", "img"); });
        });
    });
    document.addEventListener("htmx:afterSettle", function (event) {
        const field = event.target.querySelector("[data-jb-cell] input:not([type=hidden])");
        if (field) { field.focus(); field.select(); return; }
        const saved = event.target.matches("td") && event.target.querySelector(".jb-edit");
        if (!saved) return;
        const next = event.target === downFrom && below(downFrom);
        downFrom = null;
        if (next) next.click(); else saved.focus();
    });

    // What a person opened stays open when a page brings its own news.
    let opened = [];
    document.addEventListener("htmx:beforeSwap", function (event) {
        opened = Array.from(event.detail.target.querySelectorAll("details[open][id]"), function (fold) { return fold.id; });
    });
    document.addEventListener("htmx:afterSwap", function () {
        opened.forEach(function (id) { const fold = document.getElementById(id); if (fold) fold.open = true; });
    });

    // Deadlines tick; under 7 minutes amber, under 3 red.
    function pad(number) { return String(number).padStart(2, "0"); }
    function left(seconds) {
        if (seconds <= 0) return "overdue";
        const hours = Math.floor(seconds / 3600), minutes = Math.floor((seconds % 3600) / 60);
        if (hours >= 48) return Math.floor(hours / 24) + " days left";
        if (hours > 0) return hours + " h " + pad(minutes) + " min left";
        return minutes + ":" + pad(Math.floor(seconds % 60)) + " left";
    }
    function tick() {
        document.querySelectorAll("[data-jb-countdown]").forEach(function (chip) {
            const seconds = (new Date(chip.getAttribute("datetime")) - Date.now()) / 1000;
            chip.textContent = left(seconds);
            const limits = (chip.dataset.jbLimits || "420,180").split(","), amber = Number(limits[0]), red = Number(limits[1]);
            chip.classList.toggle("jb-red", seconds < red);
            chip.classList.toggle("jb-amber", seconds >= red && seconds < amber);
            chip.classList.toggle("jb-green", seconds >= amber);
        });
    }
    window.setInterval(tick, 1000);

    // Where nothing else says where the store is, the browser proposes; what is saved is what the field shows.
    function proposeZone() {
        const zones = document.querySelector("select[data-jb-browser-zone]"), here = Intl.DateTimeFormat().resolvedOptions().timeZone;
        if (zones && !zones.value && Array.from(zones.options).some((each) => each.value === here)) zones.value = here;
    }

    // The search above the menu: arrows walk what was found, Enter opens the first or the one reached.
    document.addEventListener("keydown", function (event) {
        const search = event.target.closest("[data-jb-menu-search]");
        if (!search || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
        const links = Array.from(search.querySelectorAll(".jb-found a")), at = links.indexOf(document.activeElement);
        if (event.key === "Enter") {
            if (at >= 0) return;
            event.preventDefault();
            if (links.length) links[0].click();
            return;
        }
        event.preventDefault();
        const next = at + (event.key === "ArrowDown" ? 1 : -1);
        if (next < 0) search.querySelector("input").focus();
        else if (next < links.length) links[next].focus();
    });

    // A fix leads to its field wherever it stands: the tab that holds it opens, and what is folded around it.
    window.jbFocus = function (target) {
        const field = typeof target === "string" ? document.getElementById(target) : target;
        if (!field) return;
        for (let around = field; around; around = around.parentElement) {
            if (around.matches("details")) around.open = true;
            const tab = /activeTab == '([^']+)'/.exec(around.getAttribute("x-show") || "");
            if (tab && window.Alpine) window.Alpine.$data(around).activeTab = tab[1];
        }
        window.setTimeout(function () { heldBy(field).focus(); });
    };

    // What takes the keyboard for a field: a searched select hides its own, a list of choices is no field itself.
    function heldBy(field) {
        if (field.matches(".select2-hidden-accessible")) return field.nextElementSibling.querySelector(".select2-selection");
        const inside = !field.matches("input, select, textarea, button, a, summary, [tabindex]");
        return inside && field.querySelector("input, select, textarea, button") || field;
    }

    // Where a page begins for the keyboard: the first field that is wrong, else what says so, else the field that a link
    // names, else the one that the page is for.
    function begin() {
        const wrong = document.querySelector("main [aria-invalid=true]"), note = document.querySelector("[data-jb-focus]");
        const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
        const first = document.activeElement === document.body && document.querySelector("main [autofocus]");
        if (wrong) window.jbFocus(wrong);
        else if (note) note.focus();
        else if (named && named.matches("input, select, textarea")) window.jbFocus(named);
        else if (first) window.jbFocus(first);
    }

    // What is wrong is summed up on top, each line leading to its field.
    document.addEventListener("click", function (event) {
        const link = event.target.closest("[data-jb-focus] a[href^='#']");
        if (!link || event.defaultPrevented || !document.getElementById(link.hash.slice(1))) return;
        event.preventDefault();
        window.jbFocus(link.hash.slice(1));
    });

    // A list by keys: J and K walk its rows, Enter opens one, X selects it, E edits its first cell that can be.
    function walkRows(event) {
        const rows = Array.from(document.querySelectorAll("#result_list tbody tr"));
        const at = rows.indexOf(event.target.closest("tr")), row = rows[at];
        const found = {
            j: rows[at + 1] && rows[at + 1].querySelector("a[href]"), k: at > 0 && rows[at - 1].querySelector("a[href]"),
            x: row && row.querySelector(".action-select"), e: row && row.querySelector(".jb-edit")
        }[event.key];
        if (!found) return;
        event.preventDefault();
        if ("jk".includes(event.key)) found.focus(); else found.click();
    }

    // A group of the menu shows its pages or folds them away.
    document.addEventListener("click", function (event) {
        const button = event.target.closest("[data-jb-unfold]");
        if (!button) return;
        const pages = document.getElementById(button.getAttribute("aria-controls"));
        pages.hidden = !pages.hidden;
        button.setAttribute("aria-expanded", String(!pages.hidden));
    });

    // A press beside a row's box is a press on it.
    document.addEventListener("click", function (event) {
        if (event.target.matches("td.action-checkbox")) event.target.querySelector("input").click();
    });

    // Shortcuts: / searches, ? lists them.
    document.addEventListener("keydown", function (event) {
        if (event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
        const dialog = document.getElementById("jb-shortcuts");
        if (event.key === "?" && dialog) { event.preventDefault(); dialog.showModal(); }
        if (event.key === "/") {
            const search = document.querySelector("#searchbar, input[type=search], [name=q]");
            if (search) { event.preventDefault(); search.focus(); }
        }
        if ("jkxe".includes(event.key)) walkRows(event);
        const target = event.key.length === 1 && document.querySelector('[data-jb-key="' + CSS.escape(event.key) + '"]');
        if (target) { event.preventDefault(); target.click(); }
    });

    // The skin writes the name of a chosen file into a field beside it, and stumbles where there is none.
    function nameFiles() {
        document.querySelectorAll("input[type=file]").forEach(function (field) {
            if (field.parentNode.parentNode.querySelector("input[type=text]")) return;
            const name = document.createElement("input");
            name.type = "text";
            name.hidden = name.disabled = true;
            field.after(name);
        });
    }

    document.addEventListener("DOMContentLoaded", function () {
        nameFiles();
        proposeZone();
        addCounters(document);
        tick();
        document.querySelectorAll("img.jb-thumb").forEach(function (image) { if (image.complete && !image.naturalWidth) dropBroken(image); });
        // A long list of its own height is scrolled to what is chosen in it.
        document.querySelectorAll("[data-jb-reveal]").forEach(function (list) {
            const chosen = list.querySelector("[aria-current]");
            if (chosen) list.scrollTop += chosen.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
        });
        begin();
    });
    // A searched select stands for the field that it hides, so it takes that field's name.
    function nameSearchedSelects() {
        document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
            const box = select.parentElement.querySelector(".select2-selection__rendered");
            if (box && select.labels.length) box.setAttribute("aria-label", select.labels[0].textContent.trim());
        });
    }
    document.addEventListener("DOMContentLoaded", function () {
        // Runs behind what was said to jQuery before: the select is built by then.
        if (window.django && window.django.jQuery) window.django.jQuery(nameSearchedSelects);
    });
    document.addEventListener("htmx:afterSettle", function (event) { addCounters(event.target); tick(); });
})();
