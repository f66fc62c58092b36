"""
The installation's figures as Prometheus reads them (text exposition format 0.0.4).

Gauges are counted in the tables when they are asked for, counters are totals that the services raise: every web
process answers alike, and none keeps anything.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from jetbridge.core import configuration, totals
from jetbridge.core.models import JetAccount, JobRun
from jetbridge.jobs.due_times import next_start, schedule_rows
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.registry import JOBS, scheduled
from jetbridge.jobs.status import TROUBLE
from jetbridge.outbox.boxes import boxes
from jetbridge.outbox.models import PENDING
from orders import deadlines, selectors
from orders.services import cancel_guard

# What a job is late that has no row of the schedule: it never starts, and nobody said that it should not.
NEVER = float("inf")


def text() -> bytes:
    """Return all figures as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return generate_latest(registry)


class _Figures(Collector):
    """Reads the tables once for each scrape."""

    def collect(self) -> Iterable[Metric]:
        now = timezone.now()
        account = configuration.active_account()
        yield from _jobs(now)
        yield from _deliveries(now)
        yield from _orders(account, now)
        yield from _totals()


def _jobs(now: datetime) -> Iterable[Metric]:
    late = GaugeMetricFamily(
        "jetbridge_job_late_seconds", "Seconds since the job should have started; 0 while it is not due or paused.",
        labels=["job"],
    )  # fmt: skip
    failing = GaugeMetricFamily(
        "jetbridge_job_failing",
        "1 where the newest run that ended did not do what it was to do.",
        labels=["job"],
    )
    duration = GaugeMetricFamily(
        "jetbridge_job_duration_seconds", "How long the newest run took that ended.", labels=["job"]
    )
    rows, ended = schedule_rows(), _ended()
    for name in sorted(scheduled()):
        late.add_metric([name], _seconds_late(name, rows, now))
    for name in sorted(JOBS):
        outcome, seconds = ended.get(name, ("", None))
        failing.add_metric([name], float(outcome in TROUBLE))
        if seconds is not None:
            duration.add_metric([name], seconds)
    return late, failing, duration


def _seconds_late(name: str, rows: dict[str, Any], now: datetime) -> float:
    task = rows.get(name)
    if task is None:
        return NEVER
    if not task.enabled or task.aside is not None:
        return 0.0
    return max(0.0, (now - next_start(JOBS[name], task, task.seen)).total_seconds())


def _ended() -> dict[str, tuple[str, float | None]]:
    """Return by job the outcome of its newest run that ended, and its seconds: a seek in the index for each job."""
    runs = JobRun.objects.filter(job=OuterRef("name"), finished_at__isnull=False).order_by("-started_at")
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    rows = JobLease.objects.annotate(
        outcome=Subquery(runs.values("outcome")[:1]), took=Subquery(runs.values(took=took)[:1])
    ).values_list("name", "outcome", "took")
    return {
        name: (outcome, took.total_seconds() if took is not None else None)
        for name, outcome, took in rows
        if outcome
    }


def _deliveries(now: datetime) -> Iterable[Metric]:
    pending = GaugeMetricFamily(
        "jetbridge_deliveries_pending", "Deliveries that wait to be sent or answered.", labels=["kind"]
    )
    oldest = GaugeMetricFamily(
        "jetbridge_deliveries_oldest_seconds", "Seconds since the oldest of them was asked for; 0 for none.",
        labels=["kind"],
    )  # fmt: skip
    first, *others = (_waiting(box.name, box().select(box.model._default_manager.all())) for box in boxes())
    for kind, count, since in sorted(first.union(*others, all=True)):
        pending.add_metric([kind], count)
        oldest.add_metric([kind], max(0.0, (now - since).total_seconds()) if since else 0.0)
    return pending, oldest


def _waiting(kind: str, rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    """Return one row of a box: its name, how many are pending, and since when the oldest."""
    of_box = rows.filter(PENDING).order_by().values(box=Value(kind))
    found: QuerySet[Any, Any] = of_box.annotate(pending=Count("pk"), since=Min("queued_at"))
    return found.values_list("box", "pending", "since")


def _orders(account: JetAccount, now: datetime) -> Iterable[Metric]:
    yield GaugeMetricFamily(
        "jetbridge_orders_at_risk", "Orders without an answer and with little left of Jet's 15 minutes.",
        value=selectors.at_risk(account, now).order_by().count(),
    )  # fmt: skip
    in_time, *_ = deadlines.shares(account, now)
    rate = cancel_guard.outlook(account=account)
    # Nothing to measure is nothing missed.
    yield GaugeMetricFamily(
        "jetbridge_acknowledged_in_time_ratio", "Share of 30 days' orders that were acknowledged in 15 minutes.",
        value=in_time.part / in_time.whole if in_time.whole else 1.0,
    )  # fmt: skip
    yield GaugeMetricFamily(
        "jetbridge_cancelled_ratio", "Share of the last 30 days' orders that were rejected or cancelled by us.",
        value=rate.given_up / rate.orders if rate.orders else 0.0,
    )  # fmt: skip


def _totals() -> Iterable[Metric]:
    calls = CounterMetricFamily(
        "jetbridge_jet_calls", "Calls to Jet by the status of the answer.", labels=["status"]
    )
    nudges = CounterMetricFamily(
        "jetbridge_nudges", "Nudges of jobs by what became of them.", labels=["outcome"]
    )
    families = {totals.JET_CALLS: calls, totals.NUDGES: nudges}
    for (name, label), count in sorted(totals.read().items()):
        families[name].add_metric([label], count)
    return calls, nudges
