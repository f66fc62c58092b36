"""Shipments and cancels under the law of the outbox, by Jet's own journal."""

from pathlib import Path

import pytest

from orders import outboxes
from orders.models import Invoice, Order, Shipment
from orders.services import shipment_answers, shipments
from tests.factories import ProductFactory
from tests.orders.wishes import wish
from tests.outbox.kit import DeliveryCase, DeliveryTests
from tests.sandboxes import PathFaults


def done(sandbox, path):
    """Count what the sandbox did at a path."""
    return sum(call["applied"] and call["method"] == "PUT" for call in sandbox.calls(path=path))


def files(*modules):
    """Return the files of modules."""
    return tuple(str(Path(module.__file__)) for module in modules)


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
            return [shipments.want_shipment(order=order, wish=wish(order)).pk for order in orders]

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
