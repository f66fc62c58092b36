"""At night what nobody asks for any more goes: requests, uploaded files, walks over products, logins."""

from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.products.models import ImportFile
from catalog.rules.models import CatalogChange
from jetbridge.desk.services.nightly_cleanup import clean_up
from jetbridge.jobs import heartbeats
from jetbridge.jobs.models import ProcessHeartbeat
from orders.models import OrderFetch

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def clean():
    return clean_up(now=NOW, heartbeat=lambda: None)


def ago(days):
    return NOW - timedelta(days=days)


def fetch(account, *, days, state="done", failed=0):
    ended = None if state in OrderFetch.UNFINISHED else ago(days)
    return OrderFetch.objects.create(
        account=account, jet_ids=["o1"], state=state, failed=failed, finished_at=ended
    )


def imported(*, days, state="done", failed=0, name="products.csv"):
    file = ImportFile.objects.create(
        name=name, file=ContentFile(b"sku\n", name), bad_rows=ContentFile(b"sku\n", f"bad-{name}"),
        state=state, failed=failed, finished_at=None if state in ("uploaded", "previewed") else ago(days),
    )  # fmt: skip
    ImportFile.objects.filter(pk=file.pk).update(created_at=ago(days))
    return file


def paths(file):
    return [Path(stored.path) for stored in (file.file, file.bad_rows)]


def test_requests_for_orders_go_and_those_with_failures_stay_three_times_as_long(account):
    kept = [
        fetch(account, days=29),
        fetch(account, days=89, failed=1),
        fetch(account, days=89, state="failed"),
        fetch(account, days=400, state="running"),
    ]
    fetch(account, days=31)
    fetch(account, days=91, failed=1)

    report = clean()

    assert report.done == 2
    assert list(OrderFetch.objects.order_by("pk")) == kept


def test_walks_that_ended_go_and_one_that_still_runs_stays():
    for done_at in (ago(29), ago(31), None):
        CatalogChange.objects.create(scope="all", reason="rule changed", done_at=done_at)

    clean()

    assert set(CatalogChange.objects.values_list("done_at", flat=True)) == {ago(29), None}


def test_imported_files_go_with_what_was_uploaded():
    gone = imported(days=31)
    kept = [imported(days=29), imported(days=89, failed=3), imported(days=89, state="failed")]

    clean()

    assert list(ImportFile.objects.order_by("pk")) == kept
    assert not any(path.exists() for path in paths(gone))
    assert all(path.exists() for file in kept for path in paths(file))


@pytest.mark.parametrize(("state", "stays"), [("uploaded", True), ("confirmed", True), ("previewed", False)])
def test_a_file_that_waits_for_a_worker_stays_and_one_that_nobody_confirms_goes(state, stays):
    imported(days=91, state=state)

    clean()

    assert ImportFile.objects.exists() == stays


def test_logins_that_ended_strangers_who_guessed_and_machines_that_are_gone_are_forgotten():
    Session.objects.create(session_key="over", session_data="", expire_date=ago(1))
    Session.objects.create(session_key="open", session_data="", expire_date=ago(-1))
    for days in (1, 31):
        guess = AccessAttempt.objects.create(
            username=f"g{days}", ip_address="10.0.0.9", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=guess.pk).update(attempt_time=ago(days))
        ProcessHeartbeat.objects.create(
            part=heartbeats.Part.WORKER, name=f"machine-{days}", seen_at=ago(days)
        )

    clean()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["g1"]
    assert list(ProcessHeartbeat.objects.values_list("name", flat=True)) == ["machine-1"]
