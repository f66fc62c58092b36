"""HTML as stores write it, turned into the plain text that Jet takes; in time that grows with the text alone."""

import html
import re
from collections.abc import Iterator
from html.entities import html5

# Looking for a beginning is much cheaper than looking for the whole.
_HIDES = re.compile(r"<(script|style)\b|<!--", re.IGNORECASE)
_CLOSES = {
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
    "": re.compile(r"-->"),
}
# Both are tried up to the last > alone, so that each tag that begins there also ends there: nothing is read in vain.
_BREAK = re.compile(r"<\s*(?:/\s*)?(?:p|br|li|ul|ol|div|tr|table|h[1-6]|section)\b[^>]*>?", re.IGNORECASE)
# A tag begins with a letter, a slash or an exclamation mark; "a < b" is text.
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>?")
# No sign has such a number, and Python refuses to read so many digits.
_ENDLESS_NUMBER = re.compile(r"&#[0-9]{1000,};?")


# Names of HTML's own, so that "&lt;brand&gt;" stays what it says.
_NAMES = (
    r"(?:p|br|div|span|ul|ol|li|b|i|u|strong|em|h[1-6]|a|table|tbody|thead|tr|td|th|img|font|section|style"
    r"|script|hr|sup|sub|small|center|blockquote|pre|iframe|dl|dt|dd|article|header|footer|figure|figcaption|aside"
    r"|nav|tfoot|caption|colgroup|col|s|del|ins|strike|big|cite|picture|video|embed|html|head"
    r"|body|meta|noscript|o:p)"
)
_ENCODED_TAG = re.compile(
    rf"&(?:lt|#0{{0,6}}60|#x0{{0,6}}3c);/?{_NAMES}(?:&(?:gt|#0{{0,6}}62|#x0{{0,6}}3e);|[\s/])", re.IGNORECASE
)
# What a store's own pages put in place of these, and the wrapping of texts that come out of XML.
_DIRECTIVE = re.compile(
    r"\{\{/?(?:media|widget|store|block|config|view|skin|layout|template|customvar|var|trans|protocol|depend|if|else)"
    r"\b[^{}]{0,2000}\}\}",
    re.IGNORECASE,
)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_OPENING = re.compile(rf"<{_NAMES}(?:>|[\s/])", re.IGNORECASE)
_CLOSING = re.compile(rf"</{_NAMES}\s?>|<[bh]r\s?/?>", re.IGNORECASE)
# An entity whose ampersand became one: no text but a book on HTML means to show it.
_ENCODED_ENTITY = re.compile(
    r"&amp;(?:amp;){0,3}(#[0-9]{1,7};|#x[0-9a-f]{1,6};|[a-z][a-z0-9]{1,30};)", re.IGNORECASE
)
# So often an export encodes over again at most.
_ROUNDS = 4


def plain_text(text: str) -> str:
    """Return the text without tags and entities; blocks and list items begin lines of their own."""
    if "&amp;" in text:
        text = _ENCODED_ENTITY.sub(_entity, text)
    for _ in range(_ROUNDS):
        if "&" not in text or not _is_encoded_twice(text):
            break
        text = html.unescape(_ENDLESS_NUMBER.sub("\ufffd", text))
    if "{{" in text:
        text = _DIRECTIVE.sub("", text)
    if "<![CDATA[" in text:
        text = _CDATA.sub("", text)
    has_tags = "<" in text and "&lt;" in text
    text = _once_plain(text)
    return _without_wrapped_tags(text) if has_tags else text


def _entity(found: re.Match[str]) -> str:
    return f"&{found[1]}" if found[1][0] == "#" or found[1] in html5 else found[0]


def _is_encoded_twice(text: str) -> bool:
    """A text with tags of its own may speak of other tags; one without has lost them to the encoding."""
    return bool(_ENCODED_TAG.search(text)) and not _TAG.search(text)


def _without_wrapped_tags(text: str) -> str:
    """An editor puts tags of its own around HTML that was pasted as text: then tags enclose all of it, or a line."""
    if _is_enclosed(text):
        return _once_plain(text)
    lines = (_once_plain(line) if _is_enclosed(line) else line for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _is_enclosed(text: str) -> bool:
    last = text.rfind("<")
    return bool(last > 0 and _OPENING.match(text) and _CLOSING.fullmatch(text, last))


def _once_plain(text: str) -> str:
    if "<" in text:
        if _HIDES.search(text):
            text = "".join(_shown(text))
        text = _without(_TAG, _without(_BREAK, text, "\n"), "")
    if "&" in text:
        text = html.unescape(_ENDLESS_NUMBER.sub("\ufffd", text))
    if "\n" not in text:
        return _spaced(text)
    lines = (_spaced(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return the text without tags and entities on a single line."""
    if "<" not in text and "&" not in text and "{{" not in text:
        return _spaced(text)
    return " ".join(plain_text(text).split())


def _shown(text: str) -> Iterator[str]:
    """Give what stands between scripts, styles and comments; one that never closes is a tag like any other."""
    place, unclosed = 0, set()
    for begin in _HIDES.finditer(text):
        kind = (begin[1] or "").lower()
        if begin.start() < place or kind in unclosed:
            continue
        end = _CLOSES[kind].search(text, begin.end())
        if end is None:
            # None of this kind will close further on either, so none is looked for again.
            unclosed.add(kind)
            continue
        yield text[place : begin.start()]
        place = end.end()
    yield text[place:]


def _without(tag: re.Pattern[str], text: str, instead: str) -> str:
    """Put something else where such tags stand; what begins like one and never ends stays."""
    end = text.rfind(">") + 1
    return tag.sub(instead, text[:end]) + text[end:]


def _spaced(text: str) -> str:
    """Put single blanks between words; most texts have them, which is seen sooner than they are taken apart."""
    # No blank but the plain one is printable.
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return " ".join(text.split())
