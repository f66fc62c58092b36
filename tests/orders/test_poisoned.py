"""One order that the database does not take: each job of orders leaves it with its reason and does all others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jetbridge.core.models import Configuration, JobRun
from jetbridge.jobs.registry import JOBS
from orders import tasks
from orders.documents import questions
from orders.mass_actions import steps
from orders.models import FailedOrder, Order
from orders.services import acknowledgements, refreshes, shipments
from tests.factories import ProductFactory
from tests.orders.drafts import draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@contextmanager
def poisoned(jet_id: str) -> Iterator[None]:
    """Let the database refuse every write of one order's row."""
    refuses = connection.ops.quote_name("refuses_an_order")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for event in ("INSERT", "UPDATE"):
                cursor.execute(
                    f"CREATE TRIGGER refuses_{event} BEFORE {event} ON orders_order WHEN NEW.jet_id = '{jet_id}' "
                    "BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
                )
            undo = ["DROP TRIGGER refuses_INSERT", "DROP TRIGGER refuses_UPDATE"]
        else:
            cursor.execute(
                f"CREATE FUNCTION {refuses}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'poisoned'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER {refuses} BEFORE INSERT OR UPDATE ON orders_order FOR EACH ROW "
                f"WHEN (NEW.jet_id = '{jet_id}') EXECUTE FUNCTION {refuses}()"
            )
            undo = [f"DROP TRIGGER {refuses} ON orders_order", f"DROP FUNCTION {refuses}()"]
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in undo:
                cursor.execute(statement)


@pytest.fixture
def world(account, place, import_orders):
    """Orders at Jet and what brings them to where a job finds them."""
    ProductFactory(sku="MUG-1", quantity=1000)

    class World:
        def placed(self, count: int = 3, sku: str = "MUG-1") -> list[str]:
            return [place(sku, 1) for _ in range(count)]

        def imported(self, *, answered: bool) -> list[str]:
            Configuration.objects.update(auto_acknowledge=answered)
            ids = self.placed()
            import_orders()
            return ids

    return World()


def orders(ids: list[str]) -> list[Order]:
    return list(Order.objects.filter(jet_id__in=ids).order_by("pk"))


def stands(status: str) -> Callable[[str], bool]:
    return lambda jet_id: Order.objects.filter(jet_id=jet_id, status=status).exists()


def to_import(world):
    return world.placed(), stands("acknowledged")


def to_retry(world):
    ids = world.placed(sku="CUP-1")
    tasks.import_ready_orders()
    ProductFactory(sku="CUP-1", quantity=1000)
    FailedOrder.objects.update(last_tried_at=timezone.now() - timedelta(hours=1))
    return ids, stands("acknowledged")


def to_ship(world):
    ids = world.imported(answered=True)
    for order in orders(ids):
        shipments.queue_shipment(order=order, draft=draft(order))
    return ids, stands("complete")


def to_acknowledge(world):
    ids = world.imported(answered=False)
    for order in orders(ids):
        acknowledgements.queue_acknowledgement(order=order)
    return ids, stands("acknowledged")


def to_reject(world):
    ids = world.imported(answered=False)
    for order in orders(ids):
        acknowledgements.reject_by_rule(order=order, reason="Broken")
    return ids, stands("rejected")


def to_fetch(world):
    ids = world.imported(answered=False)
    Order.objects.update(fee_total="77.77")
    refreshes.queue_fetch(account=orders(ids)[0].account, jet_ids=ids)
    return ids, lambda jet_id: Order.objects.filter(jet_id=jet_id).exclude(fee_total="77.77").exists()


def to_carry_out(world):
    ids = world.imported(answered=False)
    run = steps.draft(action="acknowledge", ids=[order.pk for order in orders(ids)])
    steps.start(run)
    return ids, stands("acknowledged")


SCENARIOS = {
    tasks.IMPORT: to_import,
    tasks.RETRY: to_retry,
    tasks.SEND: to_ship,
    tasks.ACKNOWLEDGE: to_acknowledge,
    tasks.REJECT: to_reject,
    tasks.FETCH: to_fetch,
    tasks.RUNS: to_carry_out,
}
# What reads the store has its own poison: tests/orders/documents/test_readings.py.
JOBS_OF_ORDERS = sorted(name for name in JOBS if name.startswith("orders.") and name != questions.READ)
TASKS = {
    tasks.IMPORT: tasks.import_ready_orders,
    tasks.RETRY: tasks.retry_failed_orders,
    tasks.SEND: tasks.send_shipments,
    tasks.ACKNOWLEDGE: tasks.send_acknowledgements,
    tasks.REJECT: tasks.send_rejections,
    tasks.FETCH: tasks.fetch_asked,
    tasks.RUNS: tasks.advance_bulk_runs,
}


@pytest.mark.parametrize("job", JOBS_OF_ORDERS)
def test_one_poisoned_order_stops_no_other(world, job):
    ids, is_done = SCENARIOS[job](world)
    bad, *good = ids

    with poisoned(bad):
        TASKS[job]()

    run = JobRun.objects.filter(job=job).latest("pk")
    assert (run.outcome, run.traceback) == (JobRun.Outcome.PARTIAL, "")
    assert "poisoned" in str(run.items)
    assert [is_done(jet_id) for jet_id in good] == [True] * len(good)
    assert not is_done(bad)
