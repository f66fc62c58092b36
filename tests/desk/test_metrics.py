"""Figures for Prometheus come from the tables, to whoever knows the token; dashboard and alerts name what exists."""

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from prometheus_client.parser import text_string_to_metric_families

from jetbridge.core import totals
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import ApiCall, JobRun
from jetbridge.jobs import queue
from jetbridge.jobs.models import JobLease
from jetbridge.outbox import queue as outbox
from jetbridge.outbox.boxes import boxes
from orders.models import Acknowledgement, Customer, Order

pytestmark = pytest.mark.django_db
MONITORING = Path(__file__).parents[2] / "docs" / "monitoring"
NAME = re.compile(r"\bjetbridge_[a-z_]+")


@pytest.fixture
def scrape(client, settings, account):
    """Return all samples by name and labels, as Prometheus reads them."""
    settings.METRICS_TOKEN = "s3cret"

    def read():
        answer = client.get("/metrics", headers={"authorization": "Bearer s3cret"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=")
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def ready_order(account, **given):
    buyer, _ = Customer.objects.get_or_create(account=account, hash_email="h")
    number = f"o{Order.objects.count()}"
    return Order.objects.create(
        account=account, customer=buyer, jet_id=number, number=number, status=Order.Status.READY, **given
    )


def job_run(job, outcome, *, began, seconds):
    JobLease.objects.get_or_create(name=job)
    ended = None if seconds is None else began + timedelta(seconds=seconds)
    JobRun.objects.create(job=job, outcome=outcome, started_at=began, heartbeat_at=began, finished_at=ended)


def test_without_a_token_of_the_installation_nothing_is_there(client, settings, account):
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "sent", [None, "Bearer", "Bearer no", "Basic s3cret", "s3cret", "Bearer s3cret2", "Bearer \xe4"]
)
def test_who_does_not_know_the_token_reads_nothing(client, settings, account, sent):
    settings.METRICS_TOKEN = "s3cret"

    answer = client.get("/metrics", headers={"authorization": sent} if sent else {})

    assert answer.status_code == 401
    assert b"jetbridge_" not in answer.content


def test_a_person_who_is_signed_in_still_needs_the_token(client, settings, merchant):
    settings.METRICS_TOKEN = "s3cret"

    client.force_login(merchant)
    assert client.get("/metrics").status_code == 401


def test_a_scrape_costs_at_most_ten_queries(scrape, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        scrape()


def test_a_late_job_is_late_by_its_seconds_and_a_paused_one_is_not(scrape):
    long_ago = timezone.now() - timedelta(hours=2)
    PeriodicTask.objects.filter(name__in=["orders.import_ready_orders", "catalog.sync_prices"]).update(
        date_changed=long_ago
    )
    PeriodicTask.objects.filter(name="catalog.sync_prices").update(enabled=False)

    found = scrape()

    assert 6500 < found["jetbridge_job_late_seconds", "orders.import_ready_orders"] < 6700
    assert found["jetbridge_job_late_seconds", "catalog.sync_prices"] == 0


def test_a_job_without_its_row_never_comes(scrape):
    PeriodicTask.objects.filter(name="desk.sweep").delete()

    assert scrape()["jetbridge_job_late_seconds", "desk.sweep"] == float("inf")


def test_the_newest_run_that_ended_says_whether_a_job_fails(scrape):
    job, now = "catalog.sync_prices", timezone.now()
    for minutes, outcome, seconds in ((30, "achieved", 4), (20, "failed", 9), (0, "running", None)):
        job_run(job, outcome, began=now - timedelta(minutes=minutes), seconds=seconds)

    found = scrape()

    assert found["jetbridge_job_failing", job] == 1
    assert found["jetbridge_job_duration_seconds", job] == 9
    assert found["jetbridge_job_failing", "catalog.sync_inventory"] == 0
    assert ("jetbridge_job_duration_seconds", "catalog.sync_inventory") not in found


def test_pending_deliveries_are_counted_by_kind_with_the_age_of_the_oldest(scrape, account):
    none = {labels[0]: value for (name, *labels), value in scrape().items() if name.endswith("_pending")}
    for minutes in (1, 5):
        order = ready_order(account)
        at = timezone.now() - timedelta(minutes=minutes)
        Acknowledgement.objects.create(order=order, status="accepted", **outbox.queued() | {"queued_at": at})

    found = scrape()

    assert set(none.values()) == {0}
    assert len(none) == len(boxes())
    assert found["jetbridge_deliveries_pending", "orders.acknowledgements"] == 2
    assert 300 <= found["jetbridge_deliveries_oldest_seconds", "orders.acknowledgements"] < 330


def test_orders_and_shares_are_those_of_the_pages(scrape, account):
    now = timezone.now()
    ready_order(account, due_at=now + timedelta(minutes=2))
    assert scrape()["jetbridge_orders_at_risk",] == 1
    assert scrape()["jetbridge_acknowledged_in_time_ratio",] == 1.0


@pytest.mark.django_db(transaction=True)
def test_calls_and_nudges_are_totals_that_outlive_their_rows(scrape, sandbox, account):
    with open_client(account) as jet:
        jet.authcheck()
    made = Counter(ApiCall.objects.values_list("status", flat=True))
    ApiCall.objects.all().delete()
    queue.nudge("desk.sweep")
    PeriodicTask.objects.filter(name="desk.sweep").update(enabled=False)
    queue.nudge("desk.sweep")

    found = scrape()

    assert made
    assert {status: found["jetbridge_jet_calls_total", str(status)] for status in made} == made
    assert found["jetbridge_nudges_total", "sent"] == found["jetbridge_nudges_total", "paused"] == 1


def test_totals_add_up_whoever_adds(db):
    totals.add("x", {"b": 2, "a": 1})
    totals.add("x", {"a": 3, "c": 0})

    assert {label: count for (name, label), count in totals.read().items() if name == "x"} == {"a": 4, "b": 2}


@pytest.mark.parametrize("file", ["grafana-dashboard.json", "alerts.yml"])
def test_dashboard_and_alerts_name_figures_that_exist(scrape, file):
    totals.add(totals.JET_CALLS, {"200": 1})
    totals.add(totals.NUDGES, {"sent": 1})
    job_run("desk.sweep", "achieved", began=timezone.now(), seconds=1)
    known = {name for name, *_ in scrape()}
    text = (MONITORING / file).read_text()
    document = json.loads(text) if file.endswith("json") else yaml.safe_load(text)

    named = set(NAME.findall(text))

    assert document
    assert len(named) >= 6
    assert named <= known
