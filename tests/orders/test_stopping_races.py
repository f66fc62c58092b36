"""A cancel of a mass action while a worker takes its shipments up: what goes to Jet is not told as left out."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jetbridge.outbox import claims
from orders import outboxes
from orders.mass_actions import steps
from orders.models import Order, Shipment
from tests.factories import ProductFactory
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def run(account, place, import_orders):
    """A mass action that wants an order cancelled, which nobody has sent yet."""
    ProductFactory(sku="MUG-1", quantity=10)
    place("MUG-1")
    import_orders()
    run = steps.draft(
        action="cancel", ids=list(Order.objects.values_list("pk", flat=True)), options={"reason": "Flooded"}
    )
    steps.start(run)
    steps.RUNS.take_up()
    assert [row.state for row in Shipment.objects.all()] == ["pending"]
    return run


def test_a_shipment_that_a_worker_takes_up_meanwhile_is_neither_lost_nor_left_out(run, account):
    taken, claimed = threading.Event(), []

    def take_up():
        try:
            with transaction.atomic():
                box = outboxes.Shipments(account)
                claimed.extend(claims.claim(box, started=timezone.now(), limit=box.chunk))
                taken.set()
                # Time for the cancel to come to the row that is not committed yet.
                time.sleep(0.5)
        finally:
            taken.set()
            connection.close()

    worker = threading.Thread(target=take_up)
    worker.start()
    taken.wait(timeout=PATIENCE)
    steps.cancel(run)
    worker.join()

    run.refresh_from_db()
    assert len(claimed) == 1
    assert [(row.pk, row.state) for row in Shipment.objects.all()] == [(claimed[0].pk, "claimed")]
    assert list(run.items.values_list("state", flat=True)) == ["waiting"]
    assert (run.state, run.skipped, run.finished_at) == ("cancelled", 0, None)
