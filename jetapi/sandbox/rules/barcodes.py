"""UPC, EAN, GTIN, ISBN and ASIN: lengths always, check digits only in a strict sandbox."""

import re
from typing import Any

from .. import words
from ..kit import checks
from ..kit.wire import Document, quoted

ASIN = re.compile(r"[A-Za-z0-9]{10}")
ISBN_10, DIGITS = re.compile(r"[0-9]{9}[0-9Xx]"), re.compile(r"[0-9]*")
TYPES = {checks.squeezed(name): name for name in words.CODE_LENGTHS}


def problems(body: Document, *, strict: bool) -> list[str]:
    """List what is wrong with a SKU's identifiers."""
    found = _codes(body.get("standard_product_codes"), strict=strict)
    asin = body.get("ASIN")
    if asin is not None and not (isinstance(asin, str) and ASIN.fullmatch(asin)):
        found.append("ASIN must be 10 letters and digits.")
    return found


def _codes(codes: Any, *, strict: bool) -> list[str]:
    if codes is None:
        return []
    if not isinstance(codes, list):
        return ["standard_product_codes must be a list."]
    found = []
    for place, each in enumerate(codes):
        complaint = _complaint(each, strict=strict)
        if complaint:
            found.append(f"standard_product_codes[{place}]{complaint}.")
    return found


def _complaint(each: Any, *, strict: bool) -> str | None:
    if not isinstance(each, dict):
        return " must be an object with standard_product_code and standard_product_code_type"
    code, kind = each.get("standard_product_code"), each.get("standard_product_code_type")
    name = TYPES.get(checks.squeezed(kind)) if isinstance(kind, str) else None
    if name is None:
        return f".standard_product_code_type must be one of: {', '.join(words.CODE_LENGTHS)}"
    if not isinstance(code, str):
        return ".standard_product_code must be text"
    length = words.CODE_LENGTHS[name]
    if len(code) != length or not (ISBN_10 if name == "ISBN-10" else DIGITS).fullmatch(code):
        return (
            f".standard_product_code must be {length} digits long for the type {name}; {quoted(code)} is not"
        )
    if strict and not check_digit_is_right(code):
        return f".standard_product_code {code} has a wrong check digit"
    return None


def check_digit_is_right(code: str) -> bool:
    """Return whether the last digit of an ISBN-10 or of a GS1 code fits the others."""
    digits = [10 if each in "Xx" else int(each) for each in code]
    if len(digits) == 10:
        return sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0
    return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
