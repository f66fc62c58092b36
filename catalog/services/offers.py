"""What Jet is offered for a product under given settings: the price or why there is none, and the quantity. Pure."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import Product
from catalog.services.inventory import jet_quantity
from catalog.services.wording import CannotWord, price_for
from jetbridge.core.models import Configuration

PRICE_SETTINGS = ("price_mode", "price_value", "price_attribute", "price_floor", "use_special_price")
STOCK_SETTINGS = ("stock_buffer", "unmanaged_quantity")
SETTINGS = (*PRICE_SETTINGS, *STOCK_SETTINGS)


@dataclass(frozen=True)
class Offer:
    """Price and quantity for Jet; refusal says why there is no price."""

    price: Decimal | None
    refusal: str
    quantity: int

    @property
    def is_sold_out(self) -> bool:
        """Tell whether Jet has nothing to sell."""
        return self.quantity <= 0


def offer_of(product: Product, config: Configuration, today: date) -> Offer:
    """Return what Jet is offered; a configurable product's variations must have been read along."""
    quantity = jet_quantity(product, config)
    try:
        return Offer(price_for(product, config, today), "", quantity)
    except CannotWord as refusal:
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
