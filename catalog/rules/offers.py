"""What Jet is offered for a product under given settings: the price or why there is none, and the quantity. Pure."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.products.models import Product
from catalog.rules.eligibility import ListingEligibility
from catalog.rules.prices import PriceRefused, map_price, offered_price
from catalog.rules.quantities import jet_quantity
from jetbridge.core.models import Configuration

PRICE_SETTINGS = (
    "price_mode", "price_value", "price_attribute", "use_special_price", "price_rounding", "price_floor",
    "cost_attribute", "minimum_margin", "map_check",
)  # fmt: skip
STOCK_SETTINGS = ("stock_buffer", "unmanaged_quantity")
# They say which day it is, and so which special prices hold.
DAY_SETTINGS = ("time_zone", "return_state")
# The mapping says where the MAP price stands.
SETTINGS = (*PRICE_SETTINGS, *STOCK_SETTINGS, "field_mapping", *DAY_SETTINGS)


@dataclass(frozen=True)
class Offer:
    """Price and quantity for Jet; refusal says why there is no price."""

    price: Decimal | None
    refusal: str
    quantity: int
    map_price: Decimal | None = None

    @property
    def is_sold_out(self) -> bool:
        """Return whether Jet has nothing to sell."""
        return self.quantity <= 0

    @property
    def is_below_map(self) -> bool:
        """Return whether the price undercuts the minimum advertised one."""
        return self.price is not None and self.map_price is not None and self.price < self.map_price

    def differs_in_result(self, other: "Offer") -> bool:
        """Return whether validation says something else of the two."""
        mine, yours = (
            (each.refusal, each.is_sold_out, each.map_price if each.is_below_map else None)
            for each in (self, other)
        )
        return mine != yours


def offer_of(
    product: Product, config: Configuration, today: date, eligibility: ListingEligibility | None = None
) -> Offer:
    """Return what Jet is offered; a configurable product's variations must have been read along."""
    quantity = jet_quantity(product, config, eligibility)
    try:
        return Offer(offered_price(product, config, today), "", quantity, map_price(product, config))
    except PriceRefused as refusal:
        return Offer(None, str(refusal), quantity)


def snapshot(config: Configuration) -> dict[str, Any]:
    """Return the settings that offers hang on, as JSON holds them."""
    values = {name: getattr(config, name) for name in SETTINGS}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def with_settings(config: Configuration, taken: Mapping[str, Any]) -> Configuration:
    """Return a copy of the configuration with the offer's settings as they were taken; never saved."""
    changed = copy.copy(config)
    for name, value in taken.items():
        if name in SETTINGS:
            setattr(changed, name, Configuration._meta.get_field(name).to_python(value))  # type: ignore[union-attr]
    return changed
