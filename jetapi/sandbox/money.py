"""Amounts: exact while we count, plain JSON numbers on the wire."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
COMMISSION = Decimal("0.15")  # of item price and shipping


def exact(value: Any) -> Decimal:
    """Take a JSON number (or null) as an exact amount."""
    return Decimal(str(value or 0))


def rounded(value: Decimal) -> Decimal:
    """Return an amount to the cent, half up, whatever the process has for a rule of its own."""
    return value.quantize(CENT, ROUND_HALF_UP)


def plain(value: Decimal) -> float:
    """Word an amount as a JSON number of whole cents."""
    return float(rounded(value)) + 0.0  # -0.0 becomes 0.0


def commission(amounts: Iterable[Decimal]) -> Decimal:
    return rounded(sum(amounts, Decimal()) * COMMISSION)
