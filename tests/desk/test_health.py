"""What /readyz tells a supervisor about each part."""

from datetime import timedelta

import pytest
from celery import current_app
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.jobs import heartbeats
from jetbridge.jobs.heartbeats import Part
from jetbridge.jobs.models import ProcessHeartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(account):
    """A worker and a schedule that were just seen."""
    for part in Part:
        heartbeats.show(part, "machine-1")


def test_an_installation_at_work_is_ready(client, at_work):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": True,
        "space": True,
        "migrations": True,
        "broker": True,
        "worker": True,
        "beat": True,
        "runs": True,
        "deliveries": True,
        "jet": True,
    }


@pytest.mark.parametrize(("part", "name"), [(Part.WORKER, "worker"), (Part.SCHEDULE, "beat")])
def test_a_silent_part_makes_it_unready_and_is_named(client, at_work, part, name):
    ProcessHeartbeat.objects.filter(part=part).update(seen_at=timezone.now() - timedelta(minutes=5))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert [name for name, fine in answer.json().items() if not fine] == ["ready", name]


def test_a_fresh_installation_without_a_worker_is_not_ready(client, account):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert not answer.json()["worker"]
    assert not answer.json()["beat"]


def test_a_jet_that_is_away_is_told_and_turns_nobody_away(client, at_work, account, sandbox):
    sandbox.add_fault(path=".*", kind="status", status=503)
    with pytest.raises(JetFailure), open_client(account) as jet:
        jet.authcheck()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["jet"] is False


def test_a_database_behind_the_code_is_not_ready(client, at_work):
    MigrationRecorder.Migration.objects.filter(app="returns").delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] is False


def test_a_broker_that_does_not_answer_is_named(client, at_work, monkeypatch):
    nobody = current_app.connection("redis://127.0.0.1:9/0")
    monkeypatch.setattr(current_app, "connection_for_write", lambda: nobody)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["broker"] is False
