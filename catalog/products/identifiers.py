"""
The codes by which the world distinguishes products, and the one way of writing in which they are searched. Pure.

UPC, EAN, GTIN, ISBN, ASIN and part numbers; their names are keys of values everywhere.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

CODE_LENGTHS = {"UPC": 12, "EAN": 13, "GTIN-14": 14, "ISBN-10": 10, "ISBN-13": 13}
IDENTIFIERS = (*CODE_LENGTHS, "ASIN")
# Jet's fields that hold an identifier, and the words of which stores make the names of such attributes.
OWN_FIELDS = frozenset({*IDENTIFIERS, "mfr_part_number"})
PART_NUMBERS = frozenset({"mpn", "part_number", "mfr_part_number", "manufacturer_part_number"})
_WORDS = frozenset({"upc", "ean", "gtin", "isbn", "asin", "mpn", "jan", "sku", "barcode", "serial"})
_NAME = re.compile(r"[a-z]+")
LONGEST = 50
# Long enough that sizes and years among a product's attributes are no codes.
SHORTEST_ATTRIBUTE, SHORTEST = 8, 4
_SIGNS, _DIGIT = re.compile(r"[\W_]+"), re.compile(r"[0-9]")
# Barcodes are printed with blanks; what else holds blanks is prose.
_SPACED = re.compile(r"[0-9][0-9Xx\s-]+")


def is_identifier(code: str, mapping: Mapping[str, str]) -> bool:
    """
    Return whether an attribute holds identifiers, by what it is called and by the field of Jet's that it feeds.

    :param mapping: attribute codes by Jet's fields
    """
    if code in PART_NUMBERS or not _WORDS.isdisjoint(_NAME.findall(code)):
        return True
    return any(mapping.get(name) == code for name in OWN_FIELDS)


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
