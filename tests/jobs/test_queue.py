"""Nudges: after commit, never of a paused job, and never at the caller's expense."""

from pathlib import Path

import pytest
from celery import current_app
from django.contrib.auth.models import User as Person
from django.db import transaction
from django_celery_beat.models import PeriodicTask

from jetbridge.jobs import queue
from tests.commands.installations import Installation
from tests.homes import Homes

JOB = "catalog.sync_prices"

DEAD_BROKER = f"""
import time
from jetbridge.jobs import queue
began = time.monotonic()
queue.nudge({JOB!r})
print(time.monotonic() - began < 30)
"""


@pytest.mark.django_db(transaction=True)
def test_a_nudge_goes_out_when_the_transaction_is_committed(mailbox: list[str]):
    with transaction.atomic():
        queue.nudge(JOB)
        before = list(mailbox)

    assert (before, mailbox) == ([], [JOB])


@pytest.mark.django_db(transaction=True)
def test_a_nudge_of_a_rolled_back_transaction_never_goes_out(mailbox: list[str]):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.nudge(JOB)
        _ = 1 / 0

    assert mailbox == []


@pytest.mark.django_db(transaction=True)
def test_a_loop_of_commits_nudges_a_job_once_when_it_ends_however_it_ends(mailbox: list[str]):
    with pytest.raises(ZeroDivisionError), queue.nudged_once():
        for _ in range(3):
            queue.nudge(JOB)
        during = list(mailbox)
        _ = 1 / 0

    assert (during, mailbox) == ([], [JOB])


@pytest.mark.django_db(transaction=True)
def test_a_paused_job_is_not_nudged_but_runs_when_a_person_asks(mailbox: list[str]):
    merchant = Person.objects.create_superuser("alice", "alice@example.test", "alice")
    PeriodicTask.objects.filter(name=JOB).update(enabled=False)

    queue.nudge(JOB)
    nudged = list(mailbox)
    taken = queue.run_now(JOB, user=merchant)

    assert nudged == []
    assert taken is True
    assert mailbox == [JOB]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_said_and_fails_nobody(monkeypatch: pytest.MonkeyPatch, caplog):
    monkeypatch.setattr(current_app, "send_task", _refuse)
    merchant = Person.objects.create_superuser("alice", "alice@example.test", "alice")

    queue.nudge(JOB)

    assert queue.run_now(JOB, user=merchant) is False
    assert "was not delivered to the workers (broker away)" in caplog.text


@pytest.mark.broker
def test_a_redis_that_is_away_holds_a_page_up_for_seconds_at_most(tmp_path: Path, homes: Homes):
    installation = homes.migrated(Installation(tmp_path / "home", REDIS_URL="redis://127.0.0.1:1/0"))

    # Celery's own habit would be to try for minutes; a nudge gives up at the first refusal.
    answer = installation.manage("shell", "-v", "0", "-c", DEAD_BROKER, seconds=300)

    assert answer.stdout.strip() == "True", answer.stderr
    assert "was not delivered to the workers" in answer.stderr


def _refuse(name: str, **_: object) -> None:
    raise ConnectionError("broker away")
