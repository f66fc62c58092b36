"""The marks of a how-to's line as HTML: words of the panel, things to type, links into the panel and the book."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from jetbridge.core.texts import with_rhythms
from jetbridge.desk.howto.chapters import MARK


def address(target: str) -> str:
    """
    Return where a link of a how-to leads: `error:CODE`, `howto:key`, or a page's name with its arguments.

    :raises NoReverseMatch: there is no such page
    """
    kind, _, rest = target.partition(":")
    if kind == "error":
        return f"{reverse('desk:errors')}?{urlencode({'q': rest})}"
    if kind == "howto":
        return reverse("desk:howto", args=[rest])
    page, _, query = target.partition("?")
    name, *arguments = page.split()
    return reverse(name, args=arguments) + (f"?{query}" if query else "")


def marked(line: str) -> SafeString:
    line, parts, at = with_rhythms(line), [], 0
    for found in MARK.finditer(line):
        parts.append(format_html("{}", line[at : found.start()]))
        if found["bold"]:
            parts.append(format_html("<strong>{}</strong>", found["bold"]))
        elif found["mono"]:
            parts.append(format_html("<code>{}</code>", found["mono"]))
        else:
            parts.append(
                format_html('<a class="jb-link" href="{}">{}</a>', address(found["to"]), found["words"])
            )
        at = found.end()
    parts.append(format_html("{}", line[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped above
