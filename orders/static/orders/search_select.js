"use strict";
/* Selects that are searched by typing; what the list does not know may be typed in full and stands last. */
{
    const $ = django.jQuery;
    $(function () {
        $(".jo-search-select").each(function () {
            $(this).select2({
                tags: !this.dataset.closed,
                insertTag: function (found, tag) { found.push(tag); },
            });
        });
    });
}
