"""Whatever call fails of what becomes of an order in the store: each document is there once, to the unit."""

import pytest

from jetbridge.store import deliveries
from jetbridge.store.models import StoreDocument
from orders import handovers as order_handovers
from returns import handovers
from tests.orders.documents.makers import order_of, shipment_of
from tests.returns.documents.makers import memo_of
from tests.store.fault_matrix import heal, matrix, send, strike, try_again
from tests.store.linked import own_stock
from tests.store.orders_there import documents, put_in

pytestmark = pytest.mark.django_db
Kind = StoreDocument.Kind
CALLS = {
    "documents": (
        ("GET", "/V1/orders$"), ("GET", "/V1/shipments$"), ("GET", "/V1/invoices$"), ("GET", "/V1/creditmemos$"),
        ("GET", "/stock-resolver/"), ("GET", "/stock-source-links$"), ("GET", "/source-items$"), ("POST", "/ship$"),
        ("POST", "/invoice$"), ("POST", "/cancel$"), ("POST", "/refund$"),
    ),
}  # fmt: skip


@pytest.fixture
def shop(magento):
    """Mugs in two sources: neither has what is shipped at once."""
    own_stock("east", "west")
    for source, units in (("east", 2), ("west", 2)):
        magento.do("stock", {"sku": "MUG-1", "source": source, "quantity": units})
    return magento


@pytest.mark.parametrize(("way", "method", "path", "fault", "when"), matrix(CALLS, one_in=17))
def test_each_document_is_there_once(shop, account, way, method, path, fault, when):
    """Of four units three leave from two sources, one is cancelled, and of two given back one is sold again."""
    order = order_of(4, shipped=3, cancelled=1)
    there = put_in(shop, order).store_order
    left, cancelled = shipment_of(order, ship=3), shipment_of(order, cancel=1)
    for kind, shipment in ((Kind.SHIPMENT, left), (Kind.INVOICE, left), (Kind.CANCEL, cancelled)):
        deliveries.announce(order_handovers.document(kind, shipment))
    deliveries.announce(handovers.document(memo_of(order, units=2, restocked=1)))
    strike(shop, method, path, fault, when)

    send(account, 8)
    heal(shop, when)
    try_again()
    send(account, 8)

    assert [(row.kind, row.state) for row in StoreDocument.objects.all() if row.state != "accepted"] == []
    (line,) = shop.do("state", {"kind": "orders", "id": str(there)})["items"]
    assert [line[f"qty_{name}"] for name in ("shipped", "invoiced", "canceled", "refunded")] == [3, 3, 1, 2]
    assert sorted(each["total_qty"] for each in documents(shop, "shipment")) == [1, 2]
    assert [each["total_qty"] for each in documents(shop, "invoice")] == [3]
    assert sorted(each["items"][0]["qty"] for each in documents(shop, "creditmemo")) == [1, 1]
    assert sum(each["grand_total"] for each in documents(shop, "creditmemo")) == 20
    # Four there were; three left, and one of them came back.
    held = {row["source"]: row["quantity"] for row in shop.do("state", {"kind": "sources"})["sources"]}
    assert held["east"] + held["west"] == 2
    assert sum(row["quantity"] for row in shop.do("state", {"kind": "reservations"})["reservations"]) == 0
