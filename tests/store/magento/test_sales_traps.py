"""What a store does with orders, documents and its two ledgers; each trap by its name."""

from typing import Any

import pytest

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller, search

ADDRESS = {
    "firstname": "Jane", "lastname": "Jet", "street": ["12 Main St"], "city": "Austin", "region": "Texas",
    "region_code": "TX", "region_id": 57, "postcode": "78701", "country_id": "US", "telephone": "5125550100",
    "email": "jane@shopper.example",
}  # fmt: skip
RATE = {"shipping_carrier_code": "flatrate", "shipping_method_code": "flatrate"}
CHECK = {"paymentMethod": {"method": "checkmo"}}
EXPORT = "V1/inventory/export-stock-salable-qty/website/base"


@pytest.fixture(params=[False, True], ids=["plain", "module"])
def any_store(request: pytest.FixtureRequest) -> MagentoSandbox:
    made = MagentoSandbox(seed="none", module=request.param)
    made.do(
        "products", {"products": [{"sku": "BOOT-1", "name": "Plain boot", "price": 49.99, "quantity": 100}]}
    )
    return made


def sent(magento: Caller, number: str = "JET-1", quantity: float = 2, **fields: Any) -> dict[str, Any]:
    """Send an order as way A does, of one line at 45.00 with 7.43 of tax and 5.00 of shipping."""
    line = {
        "sku": "BOOT-1", "qty_ordered": quantity, "price": 45, "price_incl_tax": 48.715, "row_total": 45 * quantity,
        "tax_amount": 7.43, "name": "Plain boot", "product_id": 1,
    }  # fmt: skip
    entity = {
        "increment_id": number, "state": "processing", "status": "processing", "grand_total": 102.43,
        "base_grand_total": 102.43, "subtotal": 90, "tax_amount": 7.43, "shipping_amount": 5, "items": [line],
        "billing_address": ADDRESS, "payment": {"method": "checkmo"}, "customer_email": ADDRESS["email"],
        "extension_attributes": {"shipping_assignments": [
            {"shipping": {"address": ADDRESS, "method": "flatrate_flatrate"}}
        ]},
    }  # fmt: skip
    return dict(magento("POST", "all/V1/orders", {"entity": entity | fields}))


def salable(magento: Caller) -> float:
    [row] = magento.listed(EXPORT, sku="BOOT-1")
    return float(row["qty"])


def placed(magento: Caller, quantity: float = 2) -> int:
    """Place a storefront order through a cart."""
    cart = magento("POST", "V1/carts/")
    magento(
        "POST", f"V1/carts/{cart}/items", {"cartItem": {"sku": "BOOT-1", "qty": quantity, "quote_id": cart}}
    )
    information = {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
    magento("POST", f"V1/carts/{cart}/shipping-information", {"addressInformation": information})
    return int(magento("PUT", f"V1/carts/{cart}/order", CHECK))


def line_of(magento: Caller, order: int) -> int:
    return int(magento("GET", f"V1/orders/{order}")["items"][0]["item_id"])


def test_an_order_that_is_sent_reserves_nothing_and_leaves_phantom_stock(magento: Caller) -> None:
    order = sent(magento)["entity_id"]
    assert salable(magento) == 100

    magento("POST", f"V1/order/{order}/ship", {})
    assert (salable(magento), magento("GET", "V1/stockItems/BOOT-1")["qty"]) == (100, 98)
    other = sent(magento, "JET-2")["entity_id"]
    assert magento("POST", f"V1/orders/{other}/cancel") is True
    assert salable(magento) == 102


def test_a_placed_order_reserves_and_its_shipment_gives_back(magento: Caller) -> None:
    order = placed(magento)
    assert salable(magento) == 98

    magento("POST", f"V1/order/{order}/ship", {})
    assert (salable(magento), magento("GET", "V1/stockItems/BOOT-1")["qty"]) == (98, 98)


def test_the_module_reserves_once() -> None:
    store = MagentoSandbox(seed="none", module=True)
    store.do("products", {"products": [{"sku": "BOOT-1", "quantity": 100}]})
    magento = Caller(store)
    order = sent(magento)["entity_id"]

    assert [magento("POST", f"V1/jetbridge/orders/{order}/reserve") for _ in range(2)] == [True, False]
    assert salable(magento) == 98
    magento("POST", f"V1/order/{order}/ship", {})
    assert salable(magento) == 98


def test_order_numbers_are_unique_and_cut_and_outside_numbers_are_not_unique(magento: Caller) -> None:
    sent(magento, "JET-1", ext_order_id="X")
    assert magento.refused("POST", "all/V1/orders", {"entity": {
        "increment_id": "JET-1", "payment": {"method": "checkmo"}, "items": [],
    }}) == (400, "Unique constraint violation found")  # fmt: skip
    sent(magento, "L" * 60, ext_order_id="X")

    assert [each["increment_id"] for each in magento.listed("V1/orders", ext_order_id="X")] == [
        "JET-1",
        "L" * 50,
    ]


@pytest.mark.parametrize("document", ["ship", "invoice"])
def test_a_document_that_is_sent_twice_is_made_twice(magento: Caller, document: str) -> None:
    order = placed(magento)
    body = {"items": [{"order_item_id": line_of(magento, order), "qty": 1}]}

    assert [magento("POST", f"V1/order/{order}/{document}", body) for _ in range(2)] == ["1", "2"]
    status, said = magento.refused("POST", f"V1/order/{order}/{document}", body)
    assert status == 400
    assert "Document Validation Error(s):\n" in said


def test_what_moves_an_orders_updated_at(store: MagentoSandbox, magento: Caller) -> None:
    order = placed(magento, 3)
    line = line_of(magento, order)
    body = {"items": [{"order_item_id": line, "qty": 1}]}
    track = {"order_id": order, "parent_id": 1, "track_number": "1Z", "title": "UPS", "carrier_code": "ups"}
    steps = [
        (True, "POST", f"order/{order}/ship", body),
        (False, "POST", f"order/{order}/ship", body),
        (False, "POST", "shipment/track", {"entity": {**track, "weight": 1, "qty": 1, "description": ""}}),
        (False, "POST", f"orders/{order}/comments", {"statusHistory": {
            "comment": "x", "is_customer_notified": 0, "is_visible_on_front": 0, "parent_id": order}}),
        (True, "POST", f"order/{order}/invoice", body),
        (True, "POST", f"orders/{order}/hold", None),
        (True, "POST", f"orders/{order}/unhold", None),
        (True, "POST", f"order/{order}/refund", body),
    ]  # fmt: skip
    for moves, method, path, sent_body in steps:
        before = magento("GET", f"V1/orders/{order}")["updated_at"]
        store.do("clock", {"advance_seconds": 60})
        magento(method, f"V1/{path}", sent_body)
        assert (magento("GET", f"V1/orders/{order}")["updated_at"] != before) is moves, path


def test_row_totals_erode_when_an_answer_is_posted_back(magento: Caller) -> None:
    order = sent(magento)["entity_id"]
    line = line_of(magento, order)
    patch = {
        "entity_id": order,
        "items": [{"item_id": line, "sku": "BOOT-1", "row_total": 66, "discount_amount": 6}],
    }
    magento("POST", "all/V1/orders", {"entity": patch})

    read = []
    for _ in range(2):
        whole = magento("GET", f"V1/orders/{order}")
        read.append(whole["items"][0]["row_total"])
        again = [{"item_id": line, "sku": "BOOT-1", "row_total": read[-1]}]
        magento("POST", "all/V1/orders", {"entity": {"entity_id": order, "items": again}})
    assert read == [60, 54]


def test_a_patch_adds_lines_without_a_number_and_reopens_what_was_cancelled(magento: Caller) -> None:
    order = sent(magento)["entity_id"]
    magento("POST", f"V1/orders/{order}/cancel")

    magento("POST", "all/V1/orders", {"entity": {
        "entity_id": order, "state": "processing", "status": "processing", "items": [{"sku": "BOOT-1"}],
    }})  # fmt: skip

    found = magento("GET", f"V1/orders/{order}")
    assert (found["state"], len(found["items"])) == ("processing", 2)


def test_a_held_order_refuses_documents_and_answers_a_cancel_with_false(magento: Caller) -> None:
    order = placed(magento)
    assert magento("POST", f"V1/orders/{order}/hold") is True

    for document in ("ship", "invoice"):
        assert (
            "an order has a status of holded"
            in magento.refused("POST", f"V1/order/{order}/{document}", {})[1]
        )
    assert magento("POST", f"V1/orders/{order}/cancel") is False


@pytest.mark.parametrize(
    ("is_shipped", "returns", "source", "left"),
    [(False, True, 0, 1), (False, False, -1, 0), (True, True, 1, 1), (True, False, 0, 0)],
)
def test_refunds_and_the_two_ledgers(
    magento: Caller, is_shipped: bool, returns: bool, source: int, left: int
) -> None:
    order = placed(magento, 1)
    line = line_of(magento, order)
    magento("POST", f"V1/order/{order}/invoice", {})
    if is_shipped:
        magento("POST", f"V1/order/{order}/ship", {})
    held, sells = magento("GET", "V1/stockItems/BOOT-1")["qty"], salable(magento)
    arguments = {
        "shipping_amount": 0,
        "extension_attributes": {"return_to_stock_items": [line] if returns else []},
    }

    magento("POST", f"V1/order/{order}/refund", {
        "items": [{"order_item_id": line, "qty": 1}], "arguments": arguments,
    })  # fmt: skip

    assert magento("GET", "V1/stockItems/BOOT-1")["qty"] - held == source
    assert salable(magento) - sells == left


def test_a_refund_of_a_shipped_unit_takes_an_open_one_and_leaves_a_phantom(magento: Caller) -> None:
    order = placed(magento, 2)
    body = {"items": [{"order_item_id": line_of(magento, order), "qty": 1}]}
    magento("POST", f"V1/order/{order}/invoice", {})
    magento("POST", f"V1/order/{order}/ship", body)
    back = {"extension_attributes": {"return_to_stock_items": [body["items"][0]["order_item_id"]]}}
    magento("POST", f"V1/order/{order}/refund", body | {"arguments": back})

    magento("POST", f"V1/order/{order}/ship", {})

    assert (magento("GET", "V1/stockItems/BOOT-1")["qty"], salable(magento)) == (98, 99)


def test_tax_is_shared_to_the_cent_over_invoices_and_refunds(magento: Caller) -> None:
    order = sent(magento)["entity_id"]
    body = {
        "items": [{"order_item_id": line_of(magento, order), "qty": 1}],
        "arguments": {"shipping_amount": 0},
    }
    for _ in range(2):
        magento("POST", f"V1/order/{order}/invoice", {"items": body["items"]})
        magento("POST", f"V1/order/{order}/refund", body)

    assert [each["grand_total"] for each in magento.listed("V1/invoices", order_id=order)] == [53.72, 48.71]
    assert [each["grand_total"] for each in magento.listed("V1/creditmemos", order_id=order)] == [
        48.72,
        48.71,
    ]


def test_a_cart_becomes_one_order_and_is_then_gone(magento: Caller) -> None:
    placed(magento)
    [order] = magento.listed("V1/orders", quote_id=1)

    assert magento.refused("PUT", f"V1/carts/{order['quote_id']}/order", CHECK) == (
        404, "No such entity with cartId = 1",
    )  # fmt: skip
    assert magento("GET", f"V1/orders?{search(quote_id=9)}&fields=items[entity_id]") == {"items": None}


def test_a_stock_of_its_own_hides_what_is_left_until_a_consumer_ran(
    store: MagentoSandbox, magento: Caller
) -> None:
    source = {"source_code": "west", "name": "West", "country_id": "US", "postcode": "90001", "enabled": True}
    magento("POST", "all/V1/inventory/sources", {"source": source})
    channels = {"sales_channels": [{"type": "website", "code": "base"}]}
    stock = magento(
        "POST", "all/V1/inventory/stocks", {"stock": {"name": "US", "extension_attributes": channels}}
    )
    magento("POST", "all/V1/inventory/stock-source-links", {"links": [
        {"stock_id": stock, "source_code": "west", "priority": 1}]})  # fmt: skip
    store.do("stock", {"sku": "BOOT-1", "source": "west", "quantity": 15})
    order = placed(magento, 12)
    body = {"items": [{"order_item_id": line_of(magento, order), "qty": 8}]}
    arguments = {"extension_attributes": {"source_code": "west"}}

    magento("POST", f"V1/order/{order}/ship", body | {"arguments": arguments})

    assert magento.listed(EXPORT, sku="BOOT-1") == [{"sku": "BOOT-1", "qty": 0, "is_salable": True}]
    store.do("consume")
    assert salable(magento) == 3


def test_people_in_the_store_sell_ship_refund_edit_and_hold(store: MagentoSandbox, magento: Caller) -> None:
    [order] = store.do("orders", {"items": [{"sku": "BOOT-1", "quantity": 2}]})["order_ids"]
    assert salable(magento) == 98
    track = {"track_number": "1Z", "title": "UPS", "carrier_code": "ups"}
    one = [{"sku": "boot-1", "quantity": 1}]

    shipped = store.do("ship", {"order_id": order, "items": one, "tracks": [track]})["shipment_id"]
    assert magento("GET", f"V1/shipment/{shipped}")["tracks"][0]["track_number"] == "1Z"
    edited = store.do("edit", {"order_id": order})["order_id"]
    found = magento("GET", f"V1/orders/{order}")
    assert (found["state"], found["relation_child_id"]) == ("canceled", str(edited))
    store.do("hold", {"order_id": edited})
    assert magento("GET", f"V1/orders/{edited}")["state"] == "holded"


def test_every_unit_is_in_one_ledger_or_the_other(any_store: MagentoSandbox) -> None:
    magento = Caller(any_store)
    for _ in range(3):
        order = placed(magento, 2)
        magento("POST", f"V1/order/{order}/ship", {})
    any_store.do("cleanup")

    assert any_store.do("state", {"kind": "reservations"})["reservations"] == []
    assert salable(magento) == 94
