"""How amounts are rounded: half up, to the cent unless a finer or coarser step is named. Nobody rounds otherwise."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def rounded(value: Decimal, step: Decimal = CENT) -> Decimal:
    """Return a value to the step, a power of ten; what lies in the middle goes away from zero."""
    return value.quantize(step, rounding=ROUND_HALF_UP)
