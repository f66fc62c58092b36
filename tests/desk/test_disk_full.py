"""A full disk: jobs fail loudly, nothing is told to Jet that is not stored, and all goes on once there is room."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created

from jetbridge.core.models import JobRun
from orders import tasks
from orders.models import Order
from tests.factories import ProductFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's own disk can be filled here"),
]

JOB = "orders.import_ready_orders"


@contextmanager
def full_disk(spare_pages: int) -> Iterator[None]:
    """Let the database grow by a few pages only; SQLite then answers as on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests freed would be room
        pages = cursor.execute("PRAGMA page_count").fetchone()[0] + spare_pages

    def limit(**_: object) -> None:
        """The limit is the connection's own: a job that connects anew meets the same disk."""
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {pages}")

    limit()
    connection_created.connect(limit)
    try:
        yield
    finally:
        connection_created.disconnect(limit)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def acknowledged(sandbox) -> list[str]:
    return [call["path"] for call in sandbox.calls(path="/acknowledge$") if call["applied"]]


@pytest.mark.parametrize("spare_pages", [0, 2, 5, 12])
def test_orders_wait_for_room_and_are_acknowledged_once(account, sandbox, spare_pages):
    ProductFactory(sku="MUG-1", quantity=500)
    placed = sandbox.place_orders(count=40, items=[{"sku": "MUG-1", "quantity": 1, "price": 10.0}])

    with full_disk(spare_pages), suppress(DatabaseError):
        tasks.import_ready_orders()
    stored = set(Order.objects.values_list("jet_id", flat=True))
    reported = acknowledged(sandbox)

    assert len(stored) < len(placed)
    assert all(any(order in path for order in stored) for path in reported)
    assert not JobRun.objects.filter(job=JOB, outcome=JobRun.Outcome.ACHIEVED, done=0).exists()

    tasks.import_ready_orders()

    assert set(Order.objects.values_list("jet_id", flat=True)) == set(placed)
    assert sorted(order for order in placed for path in acknowledged(sandbox) if order in path) == sorted(
        placed
    )
