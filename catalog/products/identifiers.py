"""The kinds of code by which the world distinguishes products; the names are keys of values everywhere."""

import re
from collections.abc import Mapping

CODE_LENGTHS = {"UPC": 12, "EAN": 13, "GTIN-14": 14, "ISBN-10": 10, "ISBN-13": 13}
IDENTIFIERS = (*CODE_LENGTHS, "ASIN")
# Jet's fields that hold an identifier, and the words of which stores make the names of such attributes.
OWN_FIELDS = frozenset({*IDENTIFIERS, "mfr_part_number"})
PART_NUMBERS = frozenset({"mpn", "part_number", "mfr_part_number", "manufacturer_part_number"})
_WORDS = frozenset({"upc", "ean", "gtin", "isbn", "asin", "mpn", "jan", "sku", "barcode", "serial"})
_NAME = re.compile(r"[a-z]+")


def is_identifier(code: str, mapping: Mapping[str, str]) -> bool:
    """
    Return whether an attribute holds identifiers, by what it is called and by the field of Jet's that it feeds.

    :param mapping: attribute codes by Jet's fields
    """
    if code in PART_NUMBERS or not _WORDS.isdisjoint(_NAME.findall(code)):
        return True
    return any(mapping.get(name) == code for name in OWN_FIELDS)
