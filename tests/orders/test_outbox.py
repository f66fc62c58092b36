"""What orders send under the law of the outbox, by Jet's own journal."""

from pathlib import Path

import pytest

from catalog.products.models import StockMovement
from jetbridge.core.models import Configuration, Event
from orders import outboxes
from orders.models import Acknowledgement, Invoice, Order, Shipment
from orders.services import acknowledgements, imports, shipment_answers, shipments
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import DeliveryCase, DeliveryTests
from tests.sandboxes import PathFaults


def done(sandbox, path):
    """Count what the sandbox did at a path."""
    return sum(call["applied"] and call["method"] == "PUT" for call in sandbox.calls(path=path))


def files(*modules):
    """Return the files of modules."""
    return tuple(str(Path(module.__file__)) for module in modules)


@pytest.fixture
def ready(transactional_db, account, place, jet):
    """Import so many orders of two mugs, none of which Jet is answered: ready(3) gives the orders."""
    mug = ProductFactory(sku="MUG-1", quantity=100_000)

    def imported(count):
        placed = [place(mug.sku, 2) for _ in range(count)]
        imports.import_ready_orders(client=jet, account=account, ids=placed)
        orders = list(Order.objects.filter(jet_id__in=placed, status=Order.Status.READY))
        assert len(orders) == count
        return orders

    return imported


def assert_answered(sandbox, count, status):
    """See that Jet was answered once for each order, and that all of them stand where that brings them."""
    rows = list(Acknowledgement.objects.select_related("order"))
    assert (len(rows), done(sandbox, "/acknowledge$")) == (count, count)
    assert {(row.state, row.claimed_by, row.order.status) for row in rows} == {("accepted", "", status)}
    assert Event.objects.filter(action=status).count() == count


class TestAcknowledgements(DeliveryTests):
    """Acknowledgements, queued along with their orders."""

    @pytest.fixture
    def case(self, ready, account, jet, sandbox):
        """An acknowledgement of each order."""
        return DeliveryCase(
            box=lambda: acknowledgements.AcknowledgementSender(jet, account),
            make=lambda count: [order.pk for order in ready(count)],
            exact=lambda count: assert_answered(sandbox, count, Order.Status.ACKNOWLEDGED),
            faults=PathFaults(sandbox, "/acknowledge$", "PUT", "/orders/withoutShipmentDetail/"),
            worker="tests.orders.workers:send_acknowledgements",
            traced=files(acknowledgements, outboxes),
        )


class TestRejections(DeliveryTests):
    """Rejections, whose stock is released once."""

    @pytest.fixture
    def case(self, ready, account, jet, sandbox):
        """A rejection of each order."""
        Configuration.objects.update(auto_acknowledge=False)

        def make(count):
            orders = ready(count)
            for order in orders:
                acknowledgements.reject_by_rule(order=order, reason="Broken")
            return [order.pk for order in orders]

        def exact(count):
            assert_answered(sandbox, count, Order.Status.REJECTED)
            moved = StockMovement.objects.filter(reserved_change__lt=0).values_list(
                "reserved_change", flat=True
            )
            assert list(moved) == [-2] * count

        return DeliveryCase(
            box=lambda: acknowledgements.RejectionSender(jet, account),
            make=make,
            exact=exact,
            faults=PathFaults(sandbox, "/acknowledge$", "PUT", "/orders/withoutShipmentDetail/"),
            worker="tests.orders.workers:send_rejections",
            traced=files(acknowledgements, outboxes),
        )


class TestShipments(DeliveryTests):
    """Shipments, each of a whole order."""

    @pytest.fixture
    def case(self, transactional_db, account, place, import_orders, jet, sandbox):
        """A shipment of two mugs for each order."""
        ProductFactory(sku="MUG-1", quantity=100_000)

        def make(count):
            placed = [place("MUG-1", 2) for _ in range(count)]
            import_orders()
            orders = list(Order.objects.filter(jet_id__in=placed))
            assert len(orders) == count
            return [shipments.queue_shipment(order=order, draft=draft(order)).pk for order in orders]

        def exact(count):
            rows = list(Shipment.objects.all())
            held = [len(order["shipments"]) for order in sandbox.held("orders")]
            assert (len(rows), done(sandbox, "/shipped$"), held) == (count, count, [1] * count)
            assert all((row.state, row.claimed_by) == ("accepted", "") for row in rows)
            assert Invoice.objects.count() == count
            assert {order.status for order in Order.objects.all()} == {Order.Status.COMPLETE}

        return DeliveryCase(
            box=lambda: shipment_answers.ShipmentSender(jet, account),
            make=make,
            exact=exact,
            faults=PathFaults(sandbox, "/shipped$", "PUT", "/orders/withoutShipmentDetail/"),
            worker="tests.orders.workers:send_shipments",
            traced=files(shipment_answers, outboxes),
        )
