"""Money as the store reckons it: to the cent, half up, on what floats carry."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..contract import number

CENT = Decimal("0.01")


def cents(value: Any) -> float:
    """Round to the cent, half up."""
    return float(Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP))


def share(whole: Any, part: float, of: float, given: Any = 0) -> float:
    """Return the share of `part` after `given` was handed out, so that all shares together come to the whole."""
    if not of:
        return 0.0
    return cents(Decimal(str(whole or 0)) * Decimal(str(part)) / Decimal(str(of)) - Decimal(str(given or 0)))


def with_base(fields: dict[str, Any]) -> dict[str, Any]:
    """Add each amount in the base currency, which is the same here."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        found[name] = found[f"base_{name}"] = number(value) if isinstance(value, float) else value
    return found
