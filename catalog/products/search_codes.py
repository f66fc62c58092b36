"""The codes by which a product is found: UPC, EAN, GTIN, ISBN, ASIN and part numbers, in one way of writing. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.products.identifiers import OWN_FIELDS, PART_NUMBERS

LONGEST = 50
# Long enough that sizes and years among a product's attributes are no codes.
SHORTEST_ATTRIBUTE, SHORTEST = 8, 4
_SIGNS, _DIGIT = re.compile(r"[\W_]+"), re.compile(r"[0-9]")
# Barcodes are printed with blanks; what else holds blanks is prose.
_SPACED = re.compile(r"[0-9][0-9Xx\s-]+")


def search_code(value: object) -> str:
    """
    Return how a code is stored and searched, or nothing for what is none: no signs, capitals, no leading zeros.

    So a UPC is found by the EAN that a scanner makes of it, and by what a spreadsheet left of it.
    """
    found = str(value)
    if not found.isalnum():
        found = _SIGNS.sub("", found)
    if not SHORTEST <= len(found) <= LONGEST or not _DIGIT.search(found):
        return ""
    return found.lstrip("0") if found.isdecimal() else found.upper()


def codes_of(attributes: Mapping[str, Any], jet_fields: Mapping[str, Any]) -> set[str]:
    """Return every code that a product's attributes and its jet.com tab hold, whatever an attribute is called."""
    return {code for value in _candidates(attributes, jet_fields) if (code := search_code(value))}


def _candidates(attributes: Mapping[str, Any], jet_fields: Mapping[str, Any]) -> Iterator[str]:
    for name in OWN_FIELDS & jet_fields.keys():
        yield str(jet_fields[name])
    for name, value in attributes.items():
        text = value if isinstance(value, str) else str(value) if type(value) is int else ""
        shortest = SHORTEST if name in PART_NUMBERS else SHORTEST_ATTRIBUTE
        if not shortest <= len(text) <= 2 * LONGEST or not _DIGIT.search(text):
            continue
        if len(text.split()) == 1 or _SPACED.fullmatch(text):
            yield text
