"""A SKU as Jet reports it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class NodePrice:
    """The price at one fulfillment node."""

    node: str
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class NodeQuantity:
    """The quantity at one fulfillment node, and since when."""

    node: str
    quantity: int
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class SkuDocument:
    """A SKU as Jet holds it; `raw` is Jet's document as it came."""

    sku: str
    jet_id: str
    status: str
    sub_statuses: tuple[str, ...]
    is_archived: bool
    title: str
    brand: str
    main_image_url: str
    price: Decimal | None
    node_prices: tuple[NodePrice, ...]
    node_quantities: tuple[NodeQuantity, ...]
    content_updated_at: datetime | None
    price_updated_at: datetime | None
    quantity_updated_at: datetime | None
    relationship: str
    refinements: tuple[int, ...]
    days_to_return: int | None
    return_methods: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)

    def price_at(self, node: str) -> Decimal | None:
        """Return the price at which Jet sells from a node."""
        own = (each.price for each in self.node_prices if each.node == node and each.price is not None)
        return next(own, self.price)

    def quantity_at(self, node: str) -> int | None:
        """Return the quantity at a node; None where Jet knows none."""
        return next((each.quantity for each in self.node_quantities if each.node == node), None)
