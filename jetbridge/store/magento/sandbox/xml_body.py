"""Bodies in XML, as the store reads them: elements are names, several `item` are a list, all values are texts."""

from typing import Any
from xml.etree import ElementTree as Xml

DEEPEST = 64


def read(raw: bytes) -> Any:
    """
    Read a body.

    :raises ValueError: it is none, or declares what it is made of
    """
    if b"<!" in raw:  # what is declared could grow without end
        raise ValueError("a declaration")
    try:
        return _value(Xml.fromstring(raw))  # noqa: S314 - without declarations nothing is looked up or grows
    except Xml.ParseError as error:
        raise ValueError(str(error)) from None


def _value(node: Xml.Element, depth: int = 0) -> Any:
    """
    Word an element as JSON would.

    :raises ValueError: it nests without end
    """
    if depth > DEEPEST:
        raise ValueError("too deep")
    if not len(node):
        return node.text or ""
    if all(each.tag == "item" for each in node):
        return [_value(each, depth + 1) for each in node]
    found: dict[str, Any] = {}
    for each in node:
        value = _value(each, depth + 1)
        known = found.get(each.tag)
        found[each.tag] = (
            value if known is None else [*(known if isinstance(known, list) else [known]), value]
        )
    return found
