"""At night old mass actions go with their items; failures and what can be undone later, what is under way never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.listings.models import ListingFacet
from jetbridge.core import history
from jetbridge.core.models import Event
from jetbridge.desk.services.nightly_cleanup import clean_up
from jetbridge.inbox.models import Notification
from jetbridge.mass_actions import retention
from jetbridge.mass_actions.models import MassAction, MassActionItem
from tests.facets import Facet
from tests.factories import ListingFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def run(account, *, days, state="done", action="upload", items=1, **values):
    moment = NOW - timedelta(days=days)
    ended = moment if state in ("done", "cancelled") else None
    made = MassAction.objects.create(
        scope="catalog", action=action, account=account, state=state, finished_at=ended, **values
    )
    MassAction.objects.filter(pk=made.pk).update(created_at=moment)
    MassActionItem.objects.bulk_create(
        MassActionItem(run=made, object_id=n, reference=f"S-{n}") for n in range(items)
    )
    return made


def clean():
    return clean_up(now=NOW, heartbeat=lambda: None)


def kept():
    return set(MassAction.objects.values_list("pk", flat=True))


def test_ended_ones_go_after_the_set_days_with_their_items_and_their_own_history(account):
    stays = run(account, days=29)
    history.record("run started", run(account, days=31, items=5))
    run(account, days=31, state="cancelled")

    report = clean()

    assert report.done == 2
    assert kept() == {stays.pk}
    assert MassActionItem.objects.count() == 1
    assert not Event.objects.filter(kind="core.massaction").exists()


def test_what_an_error_stopped_goes_after_three_times_as_long(account):
    stays = run(account, days=89, state="failed", started_at=NOW - timedelta(days=89))
    run(account, days=91, state="failed", started_at=NOW - timedelta(days=91))

    clean()

    assert kept() == {stays.pk}


@pytest.mark.parametrize(
    "values", [{"failed": 1}, {"action": "archive", "done": 1}], ids=["with failures", "can be undone"]
)
def test_failures_and_what_can_be_undone_stay_three_times_as_long(account, values):
    stays = run(account, days=89, **values)
    run(account, days=91, **values)

    clean()

    assert kept() == {stays.pk}


@pytest.mark.parametrize("state", ["running", "paused"])
def test_what_is_under_way_stays_however_old(account, state):
    found = run(account, days=400, state=state)

    clean()

    assert kept() == {found.pk}


def test_a_plan_that_nobody_started_goes_and_frees_the_run_that_it_was_about(account):
    source = run(account, days=40)
    run(account, days=35, state="draft", options={"items_of": {"run": source.pk, "states": ["failed"]}})

    clean()

    assert kept() == set()


def test_a_run_whose_objects_another_takes_up_stays(account):
    source = run(account, days=40)
    retry = run(
        account, days=1, state="running", options={"items_of": {"run": source.pk, "states": ["failed"]}}
    )

    clean()

    assert kept() == {source.pk, retry.pk}


def test_items_go_in_portions_and_what_was_sent_keeps_its_record(account, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 3)
    old, heartbeats = run(account, days=31, items=10), []
    facet = ListingFacet.objects.create(
        listing=ListingFactory(), facet=Facet.PRICE, run=old, sent={"price": 1}
    )

    clean_up(now=NOW, heartbeat=lambda: heartbeats.append(1))

    facet.refresh_from_db()
    assert (facet.run_id, facet.sent, MassActionItem.objects.count()) == (None, {"price": 1}, 0)
    assert len(heartbeats) >= 5


def test_the_history_of_products_and_orders_is_never_deleted(account):
    event = history.record("price sent", ListingFactory().product)
    Event.objects.filter(pk=event.pk).update(at=NOW - timedelta(days=4000))

    clean()

    assert Event.objects.filter(pk=event.pk).exists()


def test_a_notification_that_nobody_reads_goes_like_a_failure(account):
    for days in (89, 91):
        moment = NOW - timedelta(days=days)
        Notification.objects.create(kind="job.died", key=str(days), created_at=moment, updated_at=moment)

    clean()

    assert list(Notification.objects.values_list("key", flat=True)) == ["89"]
