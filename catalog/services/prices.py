"""The price that Jet gets, by the configured rule. Pure: no query, no request."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from catalog.models import Product
from jetbridge.core.models import Configuration

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
# What Jet's price field holds: seven digits before the point.
HIGHEST = Decimal("9999999.99")


class PriceRefused(Exception):
    """No price can be sent for this product; the message says why and which setting or field decides."""


def jet_price(product: Product, config: Configuration, today: date) -> Decimal:
    """
    Return the price for Jet in dollars, rounded half up to cents and never below the configured floor.

    :raises PriceRefused: the store has no price, the rule yields zero or less, or more than Jet takes
    """
    price = _by_rule(product, config, today)
    if config.price_floor is not None:
        price = max(price, config.price_floor)
    price = price.quantize(CENT, rounding=ROUND_HALF_UP)
    if price <= 0:
        rule = Configuration.PriceMode(config.price_mode).label.lower()
        raise PriceRefused(f"The price for Jet would be {price} (rule: {rule}). It must be above zero.")
    if price > HIGHEST:
        raise PriceRefused(f"The price for Jet would be {price}; Jet takes at most {HIGHEST}.")
    return price


def store_price(product: Product, config: Configuration, today: date) -> Decimal:
    """
    Return the store's own price of a day: the special one while it runs and is lower.

    :raises PriceRefused: the product has no price
    """
    if product.price is None:
        raise PriceRefused("The product has no price.")
    if config.use_special_price and special_price_runs(product, today):
        return min(product.price, product.special_price or product.price)
    return product.price


def special_price_runs(product: Product, today: date) -> bool:
    """Tell whether the special price counts on this day; its first and last day are included."""
    if product.special_price is None:
        return False
    begun = product.special_price_from is None or product.special_price_from <= today
    over = product.special_price_to is not None and product.special_price_to < today
    return begun and not over


def _by_rule(product: Product, config: Configuration, today: date) -> Decimal:
    if config.price_mode == Configuration.PriceMode.ATTRIBUTE:
        return _attribute_price(product, config.price_attribute)
    price, value = store_price(product, config, today), Decimal(config.price_value)
    modes = Configuration.PriceMode
    changed = {
        modes.INCREASE_FIXED: price + value,
        modes.DECREASE_FIXED: price - value,
        modes.INCREASE_PERCENT: price * (HUNDRED + value) / HUNDRED,
        modes.DECREASE_PERCENT: price * (HUNDRED - value) / HUNDRED,
    }
    return changed.get(modes(config.price_mode), price)


def _attribute_price(product: Product, code: str) -> Decimal:
    raw = str(product.attributes.get(code) or "").strip().lstrip("$").replace(",", "")
    if not code or not raw:
        raise PriceRefused(f"The price attribute {code!r} is empty for this product.")
    try:
        price = Decimal(raw)
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite():
        raise PriceRefused(f"The price attribute {code!r} holds {raw!r}, which is not an amount.")
    return price
