"""What an older version was to send becomes deliveries; what may have been sent already is in doubt."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.outbox import claims
from orders import outboxes
from orders.models import Acknowledgement, Shipment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
BEFORE = [("orders", "0009_answered_late")]


def upgrade() -> None:
    """Bring all tables to the newest version: others' migrations that stand on these went back with them."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def older() -> Iterator[Any]:
    """The tables as they were before, as the models of then; the newest again afterwards."""
    configuration.active_account()  # made now: afterwards core's own columns may have gone back along
    MigrationExecutor(connection).migrate(BEFORE)
    yield MigrationExecutor(connection).loader.project_state(BEFORE).apps
    upgrade()


def account_key() -> int:
    return JetAccount.objects.values_list("pk", flat=True).get()


def test_what_an_older_version_was_to_send_is_taken_over(older):
    """Both kinds in one upgrade: all tables go back and forth for it."""
    now, account = timezone.now(), account_key()
    customer = older.get_model("orders", "Customer").objects.create(account_id=account, hash_email="x")
    keep_shipments(older, customer, now)
    keep_answers(older, customer, now)

    upgrade()

    see_shipments(now)
    see_answers(now)


def keep_shipments(older, customer, now):
    soon, account = now + timedelta(hours=5), account_key()
    rows: dict[str, dict[str, Any]] = {
        "wanted": {},
        "wanted again": {"attempts": 2, "next_try_at": soon},
        "sending": {"claimed_by": "worker", "claimed_until": soon, "attempts": 1},
        "unknown": {"attempts": 1, "next_try_at": soon},
        "accepted": {"claimed_by": "worker", "attempts": 1, "next_try_at": now},
        "refused": {"claimed_by": "worker", "attempts": 1, "errors": ["Too late."]},
    }
    for name, changes in rows.items():
        order = older.get_model("orders", "Order").objects.create(
            account_id=account, jet_id=f"of a shipment: {name}", customer=customer
        )
        older.get_model("orders", "Shipment").objects.create(
            order=order, sequence=1, alt_shipment_id=name, wanted_at=now, state=name.split()[0], **changes
        )


def see_shipments(now):
    found = {row.alt_shipment_id: row for row in Shipment.objects.all()}
    assert {name: str(row.state) for name, row in found.items()} == {
        "wanted": "pending",
        "wanted again": "unknown",
        "sending": "claimed",
        "unknown": "unknown",
        "accepted": "accepted",
        "refused": "rejected",
    }
    assert [found[name].claimed_by for name in ("sending", "accepted", "refused")] == ["worker", "", ""]
    assert found["wanted"].next_try_at == found["wanted"].queued_at == now
    assert found["refused"].errors == ["Too late."]
    due = claims.due(outboxes.Shipments(), started=timezone.now(), now=timezone.now())
    assert [row.alt_shipment_id for row in due] == ["wanted"]
    with pytest.raises(IntegrityError, match=r"order_id|one_pending_shipment"):
        Shipment.objects.create(
            order=found["unknown"].order, sequence=2, alt_shipment_id="second", next_try_at=now
        )


def keep_answers(older, customer, now):
    past, soon, account = now - timedelta(minutes=3), now + timedelta(minutes=1), account_key()
    pending = {"acknowledge_as": "accepted", "acknowledge_wanted_at": past}
    tried = {**pending, "acknowledge_attempts": 1, "acknowledge_sent_at": past}
    answered = {**tried, "acknowledge_wanted_at": None}
    rows: dict[str, dict[str, Any]] = {
        "unasked": {},
        "wanted": pending,
        "to reject": {**pending, "acknowledge_as": "rejected - other"},
        "not sent": {**tried, "acknowledge_error": "No connection."},
        "lost": {**tried, "acknowledge_answer": "unknown", "acknowledge_error": "No answer."},
        "claimed": {**tried, "claimed_by": "worker", "claimed_until": soon},
        "abandoned": {**tried, "claimed_by": "dead", "claimed_until": past},
        "held for ever": {**tried, "claimed_by": "dead"},
        "accepted": {**answered, "acknowledge_answer": "accepted", "acknowledged_at": now},
        "refused": {**answered, "acknowledge_answer": "refused", "acknowledge_error": "Too late."},
        "lost, then answered elsewhere": {**answered, "acknowledge_answer": "unknown", "claimed_by": "dead"},
    }
    for name, columns in rows.items():
        older.get_model("orders", "Order").objects.create(
            account_id=account, jet_id=name, customer=customer, **columns
        )


def see_answers(now):
    past = now - timedelta(minutes=3)
    found = {row.order.jet_id: row for row in Acknowledgement.objects.select_related("order")}
    assert {name: str(row.state) for name, row in found.items()} == {
        "wanted": "pending",
        "to reject": "pending",
        "not sent": "unknown",
        "lost": "unknown",
        "claimed": "claimed",
        "abandoned": "unknown",
        "held for ever": "unknown",
        "accepted": "accepted",
        "refused": "rejected",
        "lost, then answered elsewhere": "",
    }
    assert {name: row.errors for name, row in found.items() if row.errors} == {
        "not sent": ["No connection."],
        "lost": ["No answer."],
        "refused": ["Too late."],
    }
    assert (found["accepted"].answer_at, found["refused"].answer_at) == (now, past)
    assert found["wanted"].next_try_at == found["wanted"].queued_at == past
    assert due(outboxes.Acknowledgements()) == {"wanted", "not sent", "lost", "abandoned", "held for ever"}
    assert due(outboxes.Rejections()) == {"to reject"}


def due(box: outboxes.Answers) -> set[str]:
    """Return the orders of which an answer would be sent now."""
    now = timezone.now()
    return {row.order.jet_id for row in claims.due(box, started=now, now=now)}
