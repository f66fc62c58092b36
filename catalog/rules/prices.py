"""The price that Jet gets, by the configured rule. Pure: no query, no request."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_UP, Decimal, InvalidOperation
from typing import Any

from catalog.mapping.fields.sources import store_value
from catalog.products.models import Product
from catalog.products.values import is_empty
from catalog.rules import rounding
from jetbridge.core import money
from jetbridge.core.models import Configuration

HUNDRED = Decimal(100)
# What Jet's price field holds: seven digits before the point.
HIGHEST = Decimal("9999999.99")


NO_PRICE = "It must be above zero."


class PriceRefused(Exception):
    """No price can be sent for this product; the message says why and which setting or field decides."""


def jet_price(product: Product, config: Configuration, today: date) -> Decimal:
    """
    Return the price for Jet in dollars: by the rule, rounded as configured, never below a floor.

    :raises PriceRefused: the store has no price, the rule yields zero or less, or more than Jet takes
    """
    return reckoned(product, config, today)[0]


def reckoned(product: Product, config: Configuration, today: date) -> tuple[Decimal, str]:
    """
    Return the price for Jet, and which floor held it up, if one did.

    :raises PriceRefused: as `jet_price`
    """
    price = rounding.rounded(_by_rule(product, config, today), config.price_rounding)
    held = ""
    for floor, name in _floors(product, config):
        if price < floor:
            price, held = floor, name
    if price <= 0:
        rule = Configuration.PriceMode(config.price_mode).label.lower()
        raise PriceRefused(f"The price for Jet would be {price} (rule: {rule}). {NO_PRICE}")
    if price > HIGHEST:
        raise PriceRefused(f"The price for Jet would be {price}; Jet takes at most {HIGHEST}.")
    lowest = map_price(product, config)
    if config.map_check == Configuration.MapCheck.REFUSE and lowest is not None and price < lowest:
        raise PriceRefused(f"The price for Jet would be {price}, below the MAP price of {lowest}.")
    return price, held


def offered_price(product: Product, config: Configuration, today: date) -> Decimal:
    """
    Return the price for Jet; a configurable product without one takes its cheapest child's.

    :raises PriceRefused: there is no price that could be sent
    """
    try:
        return jet_price(product, config, today)
    except PriceRefused as refusal:
        if product.kind != Product.Kind.CONFIGURABLE or product.price:
            raise
        prices = [child.price for child in product.children() if child.price]
        if not prices:
            raise PriceRefused("Neither the product nor any of its children has a price.") from refusal
        own = {"attributes": product.attributes, "jet_fields": product.jet_fields}
        return jet_price(Product(sku=product.sku, price=min(prices), **own), config, today)


def map_price(product: Product, config: Configuration) -> Decimal | None:
    """Return the minimum advertised price, if the product has one that can be read."""
    value = product.jet_fields.get("map_price")
    if is_empty(value):
        value = store_value(product, config.field_mapping.get("map_price", ""))
    try:
        amount = _amount(value)
    except InvalidOperation:
        return None
    return amount if amount else None


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
    """Return whether the special price counts on this day; its first and last day are included."""
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
    match config.price_mode:
        case modes.INCREASE_FIXED:
            return price + value
        case modes.DECREASE_FIXED:
            return price - value
        case modes.INCREASE_PERCENT:
            return price * (HUNDRED + value) / HUNDRED
        case modes.DECREASE_PERCENT:
            return price * (HUNDRED - value) / HUNDRED
    return price


def _floors(product: Product, config: Configuration) -> Iterator[tuple[Decimal, str]]:
    """Yield what the price may not be below, lowest claims first."""
    if config.price_floor is not None:
        yield money.rounded(config.price_floor), "the lowest price"
    if config.minimum_margin is not None:
        cost = _cost(product, config.cost_attribute)
        if cost is not None:
            least = cost * HUNDRED / (HUNDRED - config.minimum_margin)
            yield least.quantize(money.CENT, rounding=ROUND_UP), f"a margin of {config.minimum_margin:.4g} %"
    if config.map_check == Configuration.MapCheck.RAISE:
        lowest = map_price(product, config)
        if lowest is not None:
            yield lowest, "the MAP price"


def _cost(product: Product, code: str) -> Decimal | None:
    value = store_value(product, code) if code else None
    if is_empty(value):
        return None
    try:
        return _amount(value)
    except InvalidOperation as error:
        raise PriceRefused(
            f"The cost attribute {code!r} holds {str(value)[:40]!r}, which is not an amount."
        ) from error


def _attribute_price(product: Product, code: str) -> Decimal:
    value = store_value(product, code) if code else None
    if is_empty(value):
        raise PriceRefused(f"The price attribute {code!r} is empty for this product.")
    try:
        price = _amount(value)
    except InvalidOperation as error:
        raw = str(value)[:40]
        raise PriceRefused(f"The price attribute {code!r} holds {raw!r}, which is not an amount.") from error
    return price or Decimal(0)


def _amount(value: Any) -> Decimal | None:
    """
    Read an amount as stores write it: $1,012.50.

    :raises InvalidOperation: it is none
    """
    if is_empty(value):
        return None
    found = Decimal(str(value).strip().lstrip("$").replace(",", ""))
    if not found.is_finite():
        raise InvalidOperation
    return found
