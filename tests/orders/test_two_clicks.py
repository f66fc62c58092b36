"""Two clicks, tabs or people at the same instant: one shipment, one cancel, and the second hears of the first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from orders.models import Order, Shipment
from orders.services import shipments
from orders.services.shipments import AlreadyQueued
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
CLICKS = 4


@pytest.fixture
def order(account, place, import_orders):
    """An acknowledged order of 3 mugs."""
    ProductFactory(sku="MUG-1", quantity=10)
    place("MUG-1", 3)
    import_orders()
    return Order.objects.get()


def click(order, asked):
    """Click as often at once; return what each click was told."""
    gate = threading.Barrier(CLICKS)

    def one(_):
        try:
            gate.wait(timeout=PATIENCE)
            return shipments.queue_shipment(order=Order.objects.get(pk=order.pk), draft=asked)
        except AlreadyQueued as already:
            return str(already)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(one, range(CLICKS)))


@pytest.mark.parametrize("sequence", [1, None], ids=["the same form", "command lines"])
@pytest.mark.parametrize(("ship", "cancel"), [(3, 0), (0, 3)], ids=["ship", "cancel"])
def test_clicks_at_once_make_one_shipment_and_tell_the_others(
    order, ship, cancel, sequence, send_shipments, sandbox
):
    reported = click(order, draft(order, ship=ship, cancel=cancel, sequence=sequence))
    send_shipments()

    assert Shipment.objects.count() == 1
    assert sum(isinstance(each, Shipment) for each in reported) == 1
    assert all("lready" in each for each in reported if isinstance(each, str))
    assert len([call for call in sandbox.calls(path="/shipped$") if call["applied"]]) == 1
    assert Order.objects.get().status == (Order.Status.COMPLETE if ship else Order.Status.CANCELLED)
