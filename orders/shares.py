"""What some units of a line carry of an amount that was given for all of them, to the cent."""

from decimal import ROUND_CEILING, Decimal

from jetbridge.core.money import CENT, rounded


def share(total: Decimal, *, units: int, before: int, of: int) -> Decimal:
    """
    Return what some units of a line carry of an amount that was given for the whole line.

    Shares are differences of rounded running sums, so that the shares of all units add up to the cent.
    """
    if not of:
        return Decimal(0)
    return _portion(total, before + units, of) - _portion(total, before, of)


def share_of_rest(rest: Decimal, *, units: int, left: int, paid: Decimal, of: int) -> Decimal:
    """
    Return what some of the units that are left carry of the money that is left; the last ones take all of it.

    In whatever order units are given back, and taken back again, they add up to the cent. Where less was given for
    earlier units, the others still carry no more than they cost.

    :param paid: what was paid for all units
    :param of: how many they were
    """
    if not (left and of):
        return Decimal(0)
    return min(_portion(rest, units, left), dearest(paid, of) * units)


def dearest(paid: Decimal, of: int) -> Decimal:
    """Return the most that one of some units cost, to the cent."""
    return (paid / of).quantize(CENT, rounding=ROUND_CEILING) if of else Decimal(0)


def _portion(total: Decimal, units: int, of: int) -> Decimal:
    return rounded(total * units / of)
