"""HTML as stores write it, turned into the plain text that Jet takes."""

import html
import re

_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
# Looking for a beginning is much cheaper than looking for the whole.
_HIDES = re.compile(r"<(?:script|style|!--)", re.IGNORECASE)
_BREAK = re.compile(r"<\s*/?\s*(?:p|br|li|ul|ol|div|tr|table|h[1-6]|section)\b[^>]*>", re.IGNORECASE)
# A tag begins with a letter, a slash or an exclamation mark; "a < b" is text.
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")


def plain_text(text: str) -> str:
    """Return the text without tags and entities; blocks and list items begin lines of their own."""
    if "<" in text:
        if _HIDES.search(text):
            text = _HIDDEN.sub("", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    if "\n" not in text:
        return _spaced(text)
    lines = (_spaced(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return the text without tags and entities on a single line."""
    if "<" not in text and "&" not in text:
        return _spaced(text)
    return " ".join(plain_text(text).split())


def _spaced(text: str) -> str:
    """Put single blanks between words; most texts have them, which is seen sooner than they are taken apart."""
    # No blank but the plain one is printable.
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return " ".join(text.split())
