"""Ways to round a price for Jet. Pure; no way ever makes a price of nothing, or less, out of one above it."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from jetbridge.core import money
from jetbridge.core.models import Configuration

ONE = Decimal(1)
Rounding = Configuration.PriceRounding


def rounded(price: Decimal, how: str) -> Decimal:
    """Return the price in cents, rounded as chosen; what is not above zero stays as it is."""
    price = money.rounded(price)
    return WAYS[how](price) if price > 0 and how in WAYS else price


def _up_to(ending: Decimal) -> Callable[[Decimal], Decimal]:
    def up(price: Decimal) -> Decimal:
        found = price.to_integral_value(rounding=ROUND_FLOOR) + ending
        return found if found >= price else found + ONE

    return up


def _nearest_ending(ending: Decimal) -> Callable[[Decimal], Decimal]:
    """Make a rounding to the closest price with this ending; halfway goes up."""
    up = _up_to(ending)

    def near(price: Decimal) -> Decimal:
        above = up(price)
        below = above - ONE
        return below if below > 0 and price - below < above - price else above

    return near


def _nearest(step: Decimal) -> Callable[[Decimal], Decimal]:
    def near(price: Decimal) -> Decimal:
        return max((price / step).to_integral_value(rounding=ROUND_HALF_UP), ONE) * step

    return near


def _up_dollar(price: Decimal) -> Decimal:
    return price.to_integral_value(rounding=ROUND_CEILING)


WAYS: dict[str, Callable[[Decimal], Decimal]] = {
    Rounding.UP_99: _up_to(Decimal("0.99")),
    Rounding.UP_95: _up_to(Decimal("0.95")),
    Rounding.NEAREST_99: _nearest_ending(Decimal("0.99")),
    Rounding.NEAREST_NICKEL: _nearest(Decimal("0.05")),
    Rounding.NEAREST_DIME: _nearest(Decimal("0.10")),
    Rounding.NEAREST_DOLLAR: _nearest(ONE),
    Rounding.UP_DOLLAR: _up_dollar,
}
