"""What is made of orders in the store under the law of the outbox, by the store's own journal."""

from pathlib import Path

import pytest

from jetbridge.core.models import Event
from jetbridge.desk.services import configuration as settings_service
from jetbridge.outbox import drains
from jetbridge.store import deliveries, makers, senders
from jetbridge.store.magento import till
from jetbridge.store.models import StoreDocument
from orders import handovers
from orders.documents import cancels, shipments
from orders.documents import orders as order_documents
from orders.models import Order
from tests.orders.documents.makers import order_of, shipment_of
from tests.outbox.kit import DeliveryTests
from tests.store.cases import DocumentCase, sender
from tests.store.magento_faults import StoreFaults, applied
from tests.store.orders_there import documents, put_in

Kind = StoreDocument.Kind
WORKER = "tests.store.workers:send_documents"


def files(*modules):
    return tuple(str(Path(module.__file__)) for module in modules)


def assert_made(magento, kind, path, count):
    """See that the store was asked for each once, and that every row is settled and in its order's history."""
    rows = list(StoreDocument.objects.filter(kind=kind))
    assert (len(rows), applied(magento, path)) == (count, count)
    assert {(row.state, row.claimed_by) for row in rows} == {("accepted", "")}
    assert Event.objects.filter(action="store document").count() == count


@pytest.fixture
def magento(transactional_db, magento):
    magento.do("stock", {"sku": "MUG-1", "quantity": 100_000})
    return magento


@pytest.fixture
def boxes(magento):
    with sender() as made:
        yield made


class TestShipments(DeliveryTests):
    """A shipment of two units for each order."""

    @pytest.fixture
    def case(self, magento, boxes):
        def make(count):
            orders = [order_of(shipped=2) for _ in range(count)]
            for order in orders:
                put_in(magento, order)
            made = [handovers.document(Kind.SHIPMENT, shipment_of(order, ship=2)) for order in orders]
            return [deliveries.announce(each).pk for each in made]

        def exact(count):
            assert_made(magento, Kind.SHIPMENT, "/ship$", count)
            assert [each["total_qty"] for each in documents(magento, "shipment")] == [2] * count

        return DocumentCase(
            box=boxes, make=make, exact=exact, worker=WORKER,
            faults=StoreFaults(magento, "/ship$", is_looked_for=True),
            traced=files(shipments, makers, senders), kind=Kind.SHIPMENT,
        )  # fmt: skip


class TestInvoices(DeliveryTests):
    """An invoice of two units for each order."""

    @pytest.fixture
    def case(self, magento, boxes):
        def make(count):
            orders = [order_of(3, shipped=2) for _ in range(count)]
            for order in orders:
                put_in(magento, order)
            made = [handovers.document(Kind.INVOICE, shipment_of(order, ship=2)) for order in orders]
            return [deliveries.announce(each).pk for each in made]

        def exact(count):
            assert_made(magento, Kind.INVOICE, "/invoice$", count)
            assert [each["total_qty"] for each in documents(magento, "invoice")] == [2] * count

        return DocumentCase(
            box=boxes, make=make, exact=exact, worker=WORKER,
            faults=StoreFaults(magento, "/invoice$", is_looked_for=True),
            traced=files(shipments, makers), kind=Kind.INVOICE,
        )  # fmt: skip


class TestCancels(DeliveryTests):
    """A cancel of a whole order."""

    @pytest.fixture
    def case(self, magento, boxes):
        def make(count):
            orders = [order_of(cancelled=2) for _ in range(count)]
            for order in orders:
                put_in(magento, order)
            made = [handovers.document(Kind.CANCEL, shipment_of(order, cancel=2)) for order in orders]
            return [deliveries.announce(each).pk for each in made]

        def exact(count):
            assert_made(magento, Kind.CANCEL, "/cancel$", count)
            orders = magento.do("state", {"kind": "orders"})["orders"]
            assert [each["state"] for each in orders] == ["canceled"] * count

        return DocumentCase(
            box=boxes, make=make, exact=exact, worker=WORKER,
            faults=StoreFaults(magento, "/cancel$", is_looked_for=True),
            traced=files(cancels, makers), kind=Kind.CANCEL,
        )  # fmt: skip


class StoreOrders(DeliveryTests):
    """An order of two units each."""

    way, made_at, lost_at, read_at = "D", "", "", ""

    def begin(self, count, boxes):
        """Hand over so many orders and go as far as the step under test."""
        orders = [order_of(2) for _ in range(count)]
        handovers.hand_over_orders(orders)
        return [deliveries.order_document(order.account_id, order.pk).pk for order in orders]

    @pytest.fixture
    def case(self, magento, boxes):
        settings_service.save(changes={"store_way": self.way, "store_mailbox": "orders@merchant.example"})

        def exact(count):
            assert_made(magento, Kind.ORDER, self.made_at, count)
            held = magento.do("state", {"kind": "orders"})["orders"]
            orders = Order.objects.values_list("jet_id", flat=True)
            assert sorted(each["ext_order_id"] for each in held) == sorted(orders)
            reserved = [
                each["quantity"] for each in magento.do("state", {"kind": "reservations"})["reservations"]
            ]
            assert reserved == [-2] * (0 if self.way == "A" else count)

        return DocumentCase(
            box=boxes, make=lambda count: self.begin(count, boxes), exact=exact,
            faults=StoreFaults(magento, self.made_at, lost=self.lost_at, read=self.read_at), worker=WORKER,
            traced=files(order_documents, senders, till), kind=Kind.ORDER,
        )  # fmt: skip


class TestReservedOrders(StoreOrders):
    """Way D: made as it is, reserved by the module."""

    made_at, lost_at = "/V1/orders$", "/reserve$"


class TestPlacedOrders(StoreOrders):
    """Way C, from the cart on: placed, then set to Jet's prices."""

    way, made_at, lost_at = "C", "/V1/orders$", "/V1/orders$"

    def begin(self, count, boxes):
        keys = super().begin(count, boxes)
        assert drains.drain(boxes(), connections=1).done == count
        return keys


class TestPlainOrders(StoreOrders):
    """Way A: made as it is, and reserved by nobody."""

    way, made_at, lost_at, read_at = "A", "/V1/orders$", "/V1/orders$", "/V1/orders$"
