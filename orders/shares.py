"""What some units of a line carry of an amount that was given for all of them, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def share(total: Decimal, *, units: int, before: int, of: int) -> Decimal:
    """
    Return what some units of a line carry of an amount that was given for the whole line.

    Shares are differences of rounded running sums, so that the shares of all units add up to the cent.
    """
    if not of:
        return Decimal(0)
    return _portion(total, before + units, of) - _portion(total, before, of)


def _portion(total: Decimal, units: int, of: int) -> Decimal:
    return (total * units / of).quantize(CENT, rounding=ROUND_HALF_UP)
