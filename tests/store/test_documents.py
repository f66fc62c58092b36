"""Documents for the store: announced once, of an order one at a time, stopped with a remedy, never made twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.desk.services import configuration as settings_service
from jetbridge.outbox import claims
from jetbridge.store import deliveries, kinds, senders
from jetbridge.store.deliveries import Kind, Origin
from jetbridge.store.kinds import Blocked, DocumentKind, Made
from jetbridge.store.models import StoreDocument
from tests.store.linked import linked, unreserved


class PlainOrders(DocumentKind):
    """Orders as the store takes them without a look; one whose key is even is short there until it is restocked."""

    name = Kind.ORDER
    is_short = True

    def build(self, rows, store):
        return {
            row.pk: Blocked("Too few.", "Restock it.")
            if self.is_short and row.order_key % 2 == 0
            else row.reference
            for row in rows
        }

    def send(self, store, row, payload):
        found = store.place_order({**unreserved("BOOT", 1), "increment_id": payload})
        return Made(found.id, found.id, found.number)

    def look_up(self, store, row, payload):
        found = store.find_order(number=payload)
        return Made(found.id, found.id, found.number) if found else None


class PlainCancels(DocumentKind):
    """Cancels of what is left."""

    name = Kind.CANCEL

    def build(self, rows, store):
        return {row.pk: deliveries.order_document(row.account_id, row.order_key).store_order for row in rows}

    def send(self, store, row, payload):
        assert store.cancel(payload)
        return Made(payload, payload)


@pytest.fixture
def kinds_here(monkeypatch):
    """The kinds of this test in place of the panel's."""
    found = {Kind.ORDER: PlainOrders(), Kind.CANCEL: PlainCancels()}
    monkeypatch.setattr(kinds, "_kinds", found)
    return found


@pytest.fixture
def magento(db, account):
    """An empty store that the panel is linked to."""
    with linked() as made:
        settings_service.save(changes={"store_takes_tests": True})
        made.do("products", {"products": [{"sku": "BOOT", "name": "Boot", "price": 5, "quantity": 10}]})
        yield made


def document(kind=Kind.ORDER, order=1, **more):
    """Word a document of an order."""
    values = {"source_key": f"{kind}-{order}", "order_key": order, "reference": f"1{order:03}", **more}
    return StoreDocument(kind=kind, account=configuration.active_account(), **values)


def orders_in(magento):
    return magento.do("state", {"kind": "orders"})["orders"]


def send():
    return senders.send_documents(account=configuration.active_account())


def test_a_document_of_one_source_is_announced_once_and_made_once(magento, kinds_here):
    first = deliveries.announce(document())
    again = deliveries.announce(document())
    reports = [send(), send()]

    first.refresh_from_db()
    assert first.pk == again.pk
    assert [report.done for report in reports] == [1, 0]
    assert (first.state, first.store_number, first.store_id) == ("accepted", "1001", first.store_order)
    assert len(orders_in(magento)) == 1


def test_what_is_made_of_an_order_waits_for_the_order_and_goes_one_by_one(magento, kinds_here):
    cancel = deliveries.announce(document(Kind.CANCEL))
    alone = send()
    deliveries.announce(document())
    box = senders.DueDocuments(configuration.active_account(), is_demo=False)
    taken = claims.claim(box, started=timezone.now(), limit=10)
    nothing = claims.claim(box, started=timezone.now(), limit=10)
    StoreDocument.objects.update(claimed_by="", claimed_until=None)
    together = send()

    cancel.refresh_from_db()
    assert (alone.done, [row.kind for row in taken], nothing) == (0, ["order"], [])
    assert (together.done, cancel.state) == (2, "accepted")


def test_a_document_gives_way_to_another_of_its_order_that_is_claimed_at_the_same_moment(magento, kinds_here):
    row = deliveries.announce(document())
    other = deliveries.note(document(Kind.SHIPMENT, origin=Origin.STORE, store_id=7))
    in_a_minute = timezone.now() + timedelta(minutes=1)
    StoreDocument.objects.filter(pk=other.pk).update(claimed_by="other", claimed_until=in_a_minute)
    with senders.services.open_store_to_send(mode="test", is_demo=False) as store:
        box = senders.DocumentSender(store, configuration.active_account())
        built = box.build([row])

    assert "Another document" in str(built[row.pk])


def test_what_the_store_cannot_take_is_blocked_with_its_remedy_until_it_is_tried_again(magento, kinds_here):
    short = deliveries.announce(document(order=2))
    report = send()
    short.refresh_from_db()
    said = (short.state, short.errors, report.failed)
    kinds_here[Kind.ORDER].is_short = False
    idle = send()
    deliveries.retry(short)
    send()

    short.refresh_from_db()
    assert said == ("blocked", ["Too few. Restock it."], 1)
    assert (idle.done, short.state, short.errors) == (0, "accepted", [])
    with pytest.raises(deliveries.NotPossible, match="in the store already"):
        deliveries.retry(short)


def test_a_person_says_which_document_of_the_store_it_is(magento, kinds_here):
    short, other = deliveries.announce(document(order=2)), deliveries.announce(document(order=4))
    send()
    deliveries.match(short, store_id=12, store_number="000012", store_order=12)
    send()

    short.refresh_from_db()
    assert (short.state, short.store_number, short.store_order) == ("accepted", "000012", 12)
    assert orders_in(magento) == []
    with pytest.raises(deliveries.NotPossible, match="12 is already Order of 1002"):
        deliveries.match(other, store_id=12)


def test_what_came_from_the_store_is_never_made_there(magento, kinds_here):
    noted = deliveries.note(document(Kind.SHIPMENT, origin=Origin.STORE, store_id=7))
    announced = deliveries.announce(document(Kind.SHIPMENT))

    assert (send().done, announced.pk, noted.state) == (0, noted.pk, "accepted")


def test_orders_of_the_test_account_are_stopped_where_the_store_takes_none(magento, kinds_here):
    row = deliveries.announce(document())
    settings_service.save(changes={"store_takes_tests": False})
    report = send()

    row.refresh_from_db()
    assert (report.failed, row.state) == (1, "blocked")
    assert "Test orders too, in Configuration, Store" in row.errors[0]
    assert orders_in(magento) == []
