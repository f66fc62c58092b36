"""A product with options is two lines of a store's order: documents of either side are by the parent's number."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.products.models import Product
from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.models import StoreDocument, StoreLink
from orders.models import Order
from orders.services import imports, shipment_answers, shipments
from returns.models import ReturnRequest
from returns.services import completions
from tests.orders.drafts import draft
from tests.returns.answers import answer
from tests.store.orders_there import documents, sources, with_options

UPS = {"track_number": "1Z12345E0205271688", "carrier_code": "ups", "title": "UPS Ground"}


def lines_of(magento: MagentoSandbox, order: int) -> dict[int, dict[str, Any]]:
    found = magento.do("state", {"kind": "orders", "id": str(order)})
    return {line["item_id"]: line for line in found["items"]}


@pytest.mark.parametrize("edited", [False, True], ids=["as it came", "edited in the store"])
@pytest.mark.parametrize("side", ["store", "panel"])
def test_it_is_imported_shipped_and_given_back_by_the_parents_number(
    side: str, edited: bool, mug: Product, sandbox: Sandbox, jet: JetClient, account: JetAccount,
    magento: MagentoSandbox, read: Callable[[], Report], send_documents: Callable[[], Report],
    fetch_returns: Callable[[], Report], send_returns: Callable[[], Report],
):  # fmt: skip
    StoreLink.objects.update(has_module=True)
    sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 3, "price": 10.0}])
    for _report in imports.import_orders(client=jet, account=account):
        pass
    order = Order.objects.get()
    send_documents()
    there = StoreDocument.objects.get(kind="order").store_order
    assert there is not None
    parent, child = with_options(magento, there)
    read()
    if edited:
        there = magento.do("edit", {"order_id": there})["order_id"]
        parent, child = lines_of(magento, there)
        read()
    before = sources(magento)["MUG-1"]

    if side == "store":
        lines = [{"sku": "MUG-1", "quantity": 3}]
        magento.do("ship", {"order_id": there, "tracks": [UPS], "items": lines})
        read()
    else:
        shipments.queue_shipment(order=order, draft=draft(order))
    shipment_answers.send_shipments(client=jet, account=account)
    for _ in range(3):
        send_documents()
        read()

    held = sandbox.held("orders", order.jet_id)
    assert (held["status"], len(held["shipments"])) == ("complete", 1)
    [shipment], [invoice] = documents(magento, "shipment"), documents(magento, "invoice")
    for made in (shipment, invoice):
        assert [(each["order_item_id"], each["qty"]) for each in made["items"]] == [(parent, 3)]
    assert lines_of(magento, there)[parent]["qty_shipped"] == 3
    assert not lines_of(magento, there)[child].get("qty_shipped")
    assert sources(magento)["MUG-1"] == before - 3

    item = {"order_item_id": order.items.get().jet_id, "quantity": 2}
    sandbox.open_returns(order_id=order.jet_id, items=[item])
    fetch_returns()
    row = ReturnRequest.objects.get()
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=2))
    send_returns()
    for _ in range(2):
        send_documents()
        read()

    [memo] = documents(magento, "creditmemo")
    assert [(each["order_item_id"], each["qty"]) for each in memo["items"]] == [(parent, 2)]
    assert sources(magento)["MUG-1"] == before - 1
    assert set(StoreDocument.objects.values_list("answer", flat=True)) == {"accepted"}
