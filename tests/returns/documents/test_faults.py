"""Whatever call fails of what becomes of an order in the store: each document is there once, to the unit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetapi.http.circuit import Circuit
from jetapi.http.retry import Retries
from jetbridge.outbox import drains
from jetbridge.store import deliveries, senders, services
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.models import StoreDocument
from orders import handovers as order_handovers
from returns import handovers
from tests.orders.documents.makers import order_of, shipment_of
from tests.outbox.kit import let_time_pass
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


def announced(shop):
    """Of four units three leave from two sources, one is cancelled, and of two given back one is sold again."""
    order = order_of(4, shipped=3, cancelled=1)
    there = put_in(shop, order).store_order
    left, cancelled = shipment_of(order, ship=3), shipment_of(order, cancel=1)
    for kind, shipment in ((Kind.SHIPMENT, left), (Kind.INVOICE, left), (Kind.CANCEL, cancelled)):
        deliveries.announce(order_handovers.document(kind, shipment))
    deliveries.announce(handovers.document(memo_of(order, units=2, restocked=1)))
    return there


def drain(account):
    """Run the job once, at this moment."""
    with services.open_client(retries=Retries(attempts=1), circuit=Circuit()) as client:
        drains.drain(senders.DocumentSender(MagentoStore(client), account), connections=1)


def asked(shop):
    return [(call["method"], call["path"].partition("/V1/")[2]) for call in shop.do("calls", {})["calls"]]


# By what is sent: what is read to see whether it is there.
LOOKS = {
    "/ship$": "shipments", "/invoice$": "invoices", "/cancel$": "orders", "/refund$": "creditmemos",
}  # fmt: skip


@pytest.mark.parametrize("path", LOOKS)
def test_a_lost_answer_is_looked_for_at_once_and_ten_seconds_later_before_it_is_sent_again(
    shop, account, path
):
    announced(shop)
    shop.do("faults", {"method": "POST", "path": path, "kind": "drop_before", "times": 1})
    lost = StoreDocument.objects.filter(answer="unknown")
    for _ in range(20):
        if not lost.exists():
            drain(account)
            hasten_others()
    ours, look = path.strip("/$"), ("GET", LOOKS[path])
    first = asked(shop)
    sent = max(place for place, (_, name) in enumerate(first) if name.endswith(ours))
    pause = lost.get().next_try_at - timezone.now()
    drain(account)
    meanwhile = asked(shop)[len(first) :]
    let_time_pass()
    drain(account)
    after = asked(shop)[len(first) + len(meanwhile) :]

    assert look in first[sent + 1 :]
    assert timedelta(seconds=8) < pause <= timedelta(seconds=10)
    assert not [name for _, name in meanwhile if name.endswith(ours)]
    again = next(place for place, (_, name) in enumerate(after) if name.endswith(ours))
    assert look in after[:again]


@pytest.mark.parametrize("path", LOOKS)
def test_what_was_done_without_an_answer_is_found_at_once(shop, account, path):
    announced(shop)
    shop.do("faults", {"method": "POST", "path": path, "kind": "drop_after", "times": 1})

    for _ in range(20):
        drain(account)
        hasten_others()

    assert not StoreDocument.objects.exclude(answer="accepted").exists()
    assert max(StoreDocument.objects.values_list("attempts", flat=True)) == 0


def hasten_others():
    """What waits for another document of its order may go; what is in doubt waits on."""
    StoreDocument.objects.filter(next_try_at__isnull=False).exclude(answer="unknown").update(
        next_try_at=timezone.now()
    )


@pytest.mark.parametrize(("way", "method", "path", "fault", "when"), matrix(CALLS, one_in=17))
def test_each_document_is_there_once(shop, account, way, method, path, fault, when):
    there = announced(shop)
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
