"""How the search knows an order: the words of a text and what a person types, spelled alike."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 64
# Digits of a phone number that stay the same however it is written.
PHONE_DIGITS = 7
# One above every character of a word: the end of a range of words with one beginning.
LAST = "\U0010ffff"
_WORD = re.compile(r"\w+")
_NO_DIGIT = re.compile(r"\D")
_PHONE = re.compile(r"[0-9()+. \-]+")


@dataclass(frozen=True)
class Typed:
    """One thing that a person typed: as a value it begins a SKU or ZIP code; else each of its words begins a word."""

    value: str
    words: tuple[str, ...]
    phone: str = ""


def folded(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def words(text: str) -> Iterator[str]:
    """Cut a text into what can be searched: folded (no case, no accents), each at most LONGEST signs."""
    for word in _WORD.findall(folded(text)):
        yield word[:LONGEST]


def value(text: str) -> str:
    """Return what is searched by its beginning as a whole, a SKU or a ZIP code."""
    return "".join(folded(text).split())[:LONGEST]


def phone(text: str) -> str:
    """Return how the last digits of a phone number are kept, apart from other words; nothing for fewer."""
    digits = _NO_DIGIT.sub("", text)
    return f"tel:{digits[-PHONE_DIGITS:]}" if len(digits) >= PHONE_DIGITS else ""


def typed(term: str) -> list[Typed]:
    """Return what a search asks for, all of which an order must hold; a phone number may be written in parts."""
    term = term.strip()
    if _PHONE.fullmatch(term) and len(term.split()) > 1 and phone(term):
        return [Typed("", (), phone(term))]
    return [
        Typed(value(part), tuple(words(part)), phone(part) if _PHONE.fullmatch(part) else "")
        for part in term.split()
        if value(part)
    ]


def of(order: Any) -> set[str]:
    """Return the words of an order with its lines and customer; of a buyer who was forgotten there are none."""
    found = {word for item in order.items.all() for word in (value(item.sku), *words(item.title))}
    if order.anonymized_at is None:
        buyer = order.customer
        for text in (order.recipient_name, order.city, buyer.name):
            found.update(words(text))
        found.update({value(order.zip_code), phone(order.recipient_phone), phone(buyer.phone)})
    return found - {""}
