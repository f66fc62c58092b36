"""Orders of the panel that the linked store has, as the kind `order` leaves them."""

from typing import Any

from jetbridge.store import deliveries, services
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.sandbox.sales.order_parts import KIND, save
from jetbridge.store.models import StoreDocument
from orders.models import Order
from tests.store.magento.test_sales_traps import ADDRESS


def put_in(store: MagentoSandbox, order: Order, *, state: str = "processing") -> StoreDocument:
    """Put an order into the store as it is, reserved, and note it."""
    items = list(order.items.all())
    lines = [
        {"sku": item.sku, "name": item.sku, "qty_ordered": item.units_ordered, "price": item.unit_price,
         "row_total": item.line_price, "tax_amount": item.line_tax, "ext_order_item_id": item.jet_id}
        for item in items
    ]  # fmt: skip
    entity: dict[str, Any] = {
        "increment_id": f"J-{order.number}", "ext_order_id": order.jet_id, "state": state, "status": state,
        "grand_total": order.grand_total, "base_grand_total": order.grand_total, "subtotal": order.base_total,
        "tax_amount": order.tax_total, "shipping_amount": order.shipping_total,
        "shipping_tax_amount": order.shipping_tax_total, "items": lines, "billing_address": ADDRESS,
        "payment": {"method": "checkmo"}, "customer_email": ADDRESS["email"],
        "extension_attributes": {"shipping_assignments": [
            {"shipping": {"address": ADDRESS, "method": "x"}}
        ]},
    }  # fmt: skip
    with services.open_store_to_send(mode="test", is_demo=False) as shop:
        made = shop.place_order(entity)
    with services.open_client() as client:
        client.write("POST", f"jetbridge/orders/{made.id}/reserve")
    return deliveries.note(
        StoreDocument(
            kind=StoreDocument.Kind.ORDER, account_id=order.account_id, source_key=str(order.pk), order_key=order.pk,
            reference=str(order), store_order=made.id, store_id=made.id, store_number=made.number, way="D",
        )
    )  # fmt: skip


def with_options(store: MagentoSandbox, order: int) -> tuple[int, int]:
    """
    Let an order's one line be a parent's and its child's, as a storefront has them of a product with options.

    Give the numbers of both.
    """
    memory = store.world.memory
    with memory.transaction():
        doc = memory.get(KIND, order)
        assert doc is not None
        [line] = doc["lines"]
        child = {
            "item_id": memory.number("order_item"), "order_id": order, "parent_item_id": line["item_id"],
            "product_type": "simple", "price": 0, "row_total": 0,
            **{name: line[name] for name in ("sku", "name", "product_id", "qty_ordered") if name in line},
        }  # fmt: skip
        line["product_type"] = "configurable"
        doc["lines"] = [line, child]
        save(memory, doc)
    return line["item_id"], child["item_id"]


def documents(store: MagentoSandbox, kind: str) -> list[dict[str, Any]]:
    return [each for each in store.do("state", {"kind": "documents"})["documents"] if each["kind"] == kind]


def sources(store: MagentoSandbox) -> dict[str, float]:
    rows = store.do("state", {"kind": "sources"})["sources"]
    return {each["sku"]: each["quantity"] for each in rows}
