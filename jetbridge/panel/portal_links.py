"""Jet's partner portal, wherever a text names it: with the sandbox in use, a link to the sandbox's own pages."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from jetbridge.core.jet.client import sandbox_in_use

# As our texts name it, and as they look once they are escaped.
NAMES = ("Jet&#x27;s partner portal", "Jet's partner portal")


def linked(text: object) -> SafeString:
    """Return a text for a page, with the portal linked where it is the sandbox's; what was safe stays so."""
    escaped = str(conditional_escape(str(text) if not isinstance(text, str) else text))
    name = next((each for each in NAMES if each in escaped), "")
    if not name or not (sandbox := sandbox_in_use()):
        return mark_safe(escaped)  # noqa: S308 - escaped above
    link = format_html(
        '<a class="jb-link" href="{}/partner/" target="_blank" rel="noopener">Jet\'s partner portal</a>',
        sandbox,
    )
    return mark_safe(escaped.replace(name, link))  # noqa: S308 - escaped above, and a link of ours
