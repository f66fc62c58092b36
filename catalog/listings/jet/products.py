"""
SKUs at Jet: one as Jet holds it, and what stands at addresses of its own: its group, its exceptions.

Each question raises JetFailure where Jet gives no answer, or refuses to. What changes something raises what the
client raises: who sends reads from it whether anything may have been done.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from catalog.listings.jet.documents import NodePrice, NodeQuantity, SkuDocument
from jetapi.types import products as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import JetNotKnown, our_errors

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of SKUs that are sold on one page."""

    title: str | None
    children: tuple[str, ...]


def put(client: Client, sku: str, body: Mapping[str, Any]) -> None:
    """Create a SKU or replace its listing data."""
    speaking(client).products.put(sku, body)


def put_part(client: Client, sku: str, path: str, body: Mapping[str, Any]) -> None:
    """Replace what stands at an address below a SKU's."""
    speaking(client).products.put_part(sku, path, body)


def put_price(client: Client, sku: str, *, price: Decimal, nodes: Mapping[str, Decimal]) -> None:
    """Set the price, and where it differs per node."""
    speaking(client).products.put_price(sku, price=price, nodes=nodes)


def patch_inventory(client: Client, sku: str, quantities: Mapping[str, int]) -> None:
    """Set the quantities of the named nodes and leave the others."""
    speaking(client).products.patch_inventory(sku, quantities)


def get(client: Client, sku: str) -> SkuDocument:
    """
    Read one SKU.

    :raises JetNotKnown: Jet has no such SKU
    """
    with our_errors():
        return _document(speaking(client).products.get(sku))


def find(client: Client, sku: str) -> SkuDocument | None:
    """Read one SKU; None where Jet does not have it."""
    return _if_any(lambda: get(client, sku))


def all_skus(client: Client) -> Iterator[str]:
    """Walk through all SKUs that Jet lists, each once, archived ones included."""
    with our_errors():
        yield from speaking(client).products.iter_skus()


def group(client: Client, sku: str) -> Group | None:
    """Read the group that a SKU stands for; None where it has none."""
    found = _if_any(lambda: speaking(client).products.get_variation(sku))
    return None if found is None else Group(found.group_title, found.children_skus)


def shipping_exceptions(client: Client, sku: str) -> Mapping[str, Any] | None:
    """Read how a SKU is shipped differently, as Jet reports it; None where it is not."""
    found = _if_any(lambda: speaking(client).products.get_shipping_exceptions(sku))
    return None if found is None else found.raw


def return_exception(client: Client, sku: str) -> Mapping[str, Any] | None:
    """Read how a SKU is returned differently, as Jet reports it; None where it is not."""
    found = _if_any(lambda: speaking(client).products.get_return_exception(sku))
    return None if found is None else found.raw


def _if_any(ask: Callable[[], T]) -> T | None:
    try:
        with our_errors():
            return ask()
    except JetNotKnown:
        return None


def _document(source: theirs.MerchantSku) -> SkuDocument:
    prices = source.price_by_fulfillment_node
    quantities = source.inventory_by_fulfillment_node
    return SkuDocument(
        sku=source.merchant_sku,
        jet_id=source.merchant_sku_id or "",
        status=source.status,
        sub_statuses=source.sub_status,
        is_archived=source.is_archived,
        title=source.product_title or "",
        brand=source.brand or "",
        main_image_url=source.main_image_url or "",
        price=source.price,
        node_prices=tuple(
            NodePrice(each.fulfillment_node_id, each.fulfillment_node_price) for each in prices
        ),
        node_quantities=tuple(
            NodeQuantity(each.fulfillment_node_id, each.quantity, each.inventory_last_update)
            for each in quantities
        ),
        content_updated_at=source.sku_last_update,
        price_updated_at=source.price_last_update,
        quantity_updated_at=source.inventory_last_update,
        relationship=source.relationship or "",
        refinements=source.variation_refinements,
        days_to_return=source.time_to_return,
        return_methods=source.return_shipping_methods,
        raw=source.raw,
    )
