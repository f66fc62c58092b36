"""Two workers at once, and a worker killed in the middle: imported, acknowledged and shipped exactly once."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.products.models import StockMovement
from orders.models import Acknowledgement, Invoice, Order, Shipment
from orders.services import shipments
from tests.children import start_child
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 6
WORKER = "import sys; from tests.orders.worker import main; main(*sys.argv[1:])"


@pytest.fixture
def workers(tmp_path):
    """Start workers that wait at a gate: workers("import", 2) starts two and opens it; all are gone afterwards."""
    gate, started = tmp_path / "gate", []

    def start(service, count=1):
        for _ in range(count):
            started.append(start_child(WORKER, service, str(gate), stderr=None))
        for process in started:
            assert process.stdout.readline() == "ready\n"
        gate.touch()
        return list(started)

    yield start
    for process in started:
        process.clear_away()


@pytest.fixture
def mugs(account):
    """A product with units for all orders."""
    return ProductFactory(sku="MUG-1", quantity=100)


def taken(sandbox, path):
    """Return the changes at a path that the sandbox made."""
    return [call for call in sandbox.calls(path=path) if call["applied"] and call["method"] == "PUT"]


def test_two_workers_import_and_acknowledge_each_order_once(mugs, place, sandbox, workers, import_orders):
    for _ in range(ORDERS):
        place("MUG-1", 2)
    sandbox.add_fault("slow", seconds=0.2, path="withoutShipmentDetail|acknowledge$")

    codes = [process.wait(timeout=PATIENCE) for process in workers("import", 2)]
    sandbox.clear_faults()
    import_orders()

    mugs.refresh_from_db()
    assert codes == [0, 0]
    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == ORDERS
    assert len(taken(sandbox, "acknowledge$")) == ORDERS
    assert (mugs.reserved, StockMovement.objects.count()) == (2 * ORDERS, ORDERS)


def test_two_workers_ship_each_shipment_once(mugs, place, sandbox, workers, import_orders):
    for _ in range(ORDERS):
        place("MUG-1", 2)
    import_orders()
    for order in Order.objects.all():
        shipments.queue_shipment(order=order, draft=draft(order))
    sandbox.add_fault("slow", seconds=0.2, path="/shipped")

    codes = [process.wait(timeout=PATIENCE) for process in workers("ship", 2)]

    mugs.refresh_from_db()
    assert codes == [0, 0]
    assert len(taken(sandbox, "/shipped")) == ORDERS
    assert Order.objects.filter(status=Order.Status.COMPLETE).count() == ORDERS
    assert Invoice.objects.count() == ORDERS
    assert (mugs.quantity, mugs.reserved) == (100 - 2 * ORDERS, 0)


def test_worker_killed_while_acknowledging_leaves_each_order_acknowledged_once(
    mugs, place, sandbox, workers, import_orders
):
    for _ in range(ORDERS):
        place("MUG-1", 2)
    sandbox.add_fault("slow", seconds=0.4, path="acknowledge$")

    (process,) = workers("import")
    wait_for(lambda: Acknowledgement.objects.exclude(claimed_by="").exists())
    process.kill()
    process.wait()
    time.sleep(0.6)  # the sandbox finishes what it was told
    sandbox.clear_faults()
    let_time_pass()
    import_orders()

    mugs.refresh_from_db()
    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == ORDERS
    assert len(taken(sandbox, "acknowledge$")) == ORDERS
    assert mugs.reserved == 2 * ORDERS


def test_worker_killed_while_shipping_leaves_one_shipment_each(
    mugs, place, sandbox, workers, import_orders, send_shipments
):
    for _ in range(ORDERS):
        place("MUG-1", 2)
    import_orders()
    for order in Order.objects.all():
        shipments.queue_shipment(order=order, draft=draft(order))
    sandbox.add_fault("slow", seconds=0.4, path="/shipped")

    (process,) = workers("ship")
    wait_for(lambda: Shipment.objects.exclude(claimed_by="").exists())
    process.kill()
    process.wait()
    time.sleep(0.6)
    sandbox.clear_faults()
    Shipment.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    send_shipments()

    mugs.refresh_from_db()
    assert len(taken(sandbox, "/shipped")) == ORDERS
    assert Order.objects.filter(status=Order.Status.COMPLETE).count() == ORDERS
    assert Invoice.objects.count() == ORDERS
    assert mugs.quantity == 100 - 2 * ORDERS


def test_worker_killed_while_importing_leaves_no_order_out_and_none_twice(
    mugs, place, sandbox, workers, import_orders
):
    for _ in range(ORDERS):
        place("MUG-1", 2)
    sandbox.add_fault("slow", seconds=0.05, path="withoutShipmentDetail")

    (process,) = workers("import")
    wait_for(lambda: Order.objects.exists())
    process.kill()
    process.wait()
    sandbox.clear_faults()
    time.sleep(0.3)
    let_time_pass()
    import_orders()

    mugs.refresh_from_db()
    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == ORDERS
    assert mugs.reserved == 2 * ORDERS
    assert len(taken(sandbox, "acknowledge$")) == ORDERS
