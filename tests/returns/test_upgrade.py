"""Returns of an older version become deliveries: pending ones stay so, what may have been sent is in doubt."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.outbox import claims
from returns import outboxes
from returns.models import ReturnRequest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
BEFORE = [("returns", "0002_settlements_and_deadlines")]


@pytest.fixture
def older() -> Iterator[Any]:
    """The table as it was before, as the model of then; the newest again afterwards."""
    configuration.active_account()  # made now: afterwards core's own columns may have gone back along
    MigrationExecutor(connection).migrate(BEFORE)
    yield (
        MigrationExecutor(connection).loader.project_state(BEFORE).apps.get_model("returns", "ReturnRequest")
    )
    upgrade()


def upgrade() -> None:
    """Bring all tables to the newest version: others' migrations that stand on these went back with them."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_states_of_an_older_version_are_taken_over(older):
    now = timezone.now()
    account, soon = JetAccount.objects.values_list("pk", flat=True).get(), now + timedelta(minutes=5)
    rows: dict[str, dict[str, Any]] = {
        "": {},
        "wanted": {},
        "wanted again": {"attempts": 2, "next_try_at": soon},
        "sending": {"claimed_by": "worker", "claimed_until": soon, "attempts": 1},
        "unknown": {"attempts": 1, "next_try_at": soon},
        "accepted": {"claimed_by": "worker", "attempts": 1, "next_try_at": now},
        "refused": {"claimed_by": "worker", "attempts": 1, "errors": ["Too late."]},
    }
    for name, changes in rows.items():
        state = name.split()[0] if name else ""
        wanted = {"wanted_at": now} if state else {}
        older.objects.create(account_id=account, jet_id=name or "-", send_state=state, **wanted, **changes)

    upgrade()

    found = {row.jet_id: row for row in ReturnRequest.objects.all()}
    assert {name: str(row.state) for name, row in found.items()} == {
        "-": "",
        "wanted": "pending",
        "wanted again": "unknown",
        "sending": "claimed",
        "unknown": "unknown",
        "accepted": "accepted",
        "refused": "rejected",
    }
    assert [found[name].claimed_by for name in ("sending", "accepted", "refused")] == ["worker", "", ""]
    assert (found["-"].number, found["wanted"].number) == (0, 1)
    assert found["wanted"].next_try_at == found["wanted"].queued_at == now
    assert found["refused"].errors == ["Too late."]
    due = claims.due(outboxes.Completions(), started=timezone.now(), now=timezone.now())
    assert [row.jet_id for row in due] == ["wanted"]
