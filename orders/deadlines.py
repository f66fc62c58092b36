"""The acknowledge clock: what breaks Jet's 15 minutes for certain, which job is to blame, the rates Jet watches."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Q, QuerySet, Subquery
from django.utils import timezone

from jetbridge.core.counts import ask
from jetbridge.core.models import JetAccount, JobRun
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from jetbridge.inbox.models import Notification
from jetbridge.jobs.due_times import Expectation, expected
from jetbridge.panel import display
from jetbridge.panel.paginator import capped_count
from orders import outboxes
from orders.models import FailedOrder, Order, RejectionStop
from orders.models.acknowledgements import BEING_ANSWERED
from orders.selectors import IMPORT, RETRY

# What nudges jobs between two scheduled runs.
SWEEP = "desk.sweep"
WITHIN = timedelta(minutes=15)
# A rejection that goes out a little after its minute is still before Jet's deadline.
SLACK = timedelta(minutes=2)
AT_LATEST = timedelta(hours=2)
WINDOW = timedelta(days=30)
# Runs after which it is known what was ready at Jet.
LOOKED = (JobRun.Outcome.ACHIEVED, JobRun.Outcome.PARTIAL, JobRun.Outcome.NOTHING)
# Nobody reads a larger number in an alarm.
CAP = 999
KIND = "orders.deadline"


@dataclass(frozen=True)
class Alarm:
    """A breach of Jet's 15 minutes that is certain, and the job that stands behind it."""

    job: str
    title: str
    text: str
    key: str
    tone: display.Tone = "red"


@dataclass(frozen=True)
class Share:
    """One of the shares that Jet watches, with its target in words and in percent."""

    title: str
    part: int
    whole: int
    target: str
    at_least: float = 0
    at_most: float = 100

    @property
    def percent(self) -> float | None:
        """The share in percent; None while there is nothing to measure."""
        return self.part * 100 / self.whole if self.whole else None

    @property
    def is_met(self) -> bool | None:
        return None if self.percent is None else self.at_least <= self.percent <= self.at_most


def alarms(account: JetAccount, now: datetime | None = None) -> list[Alarm]:
    """Return the breaches that are certain unless somebody does something; none while all goes well. By our clock."""
    now = now or timezone.now()
    importing, sweeping = expected(IMPORT, now), expected(SWEEP, now)
    waiting, held = _being_answered(account), _to_reject(account)
    runs = JobRun.objects.filter(job=IMPORT, outcome__in=LOOKED).order_by("-started_at")
    # On most days all three are asked at once, and that is all.
    there = ask(
        {
            "waiting": Subquery(waiting.values("pk")[:1]),
            "looked": Subquery(runs.values("started_at")[:1]),
            "held": Subquery(held.values("pk")[:1]),
        },
        account,
    )
    found = [
        _waiting(waiting, account, now, importing, sweeping) if there["waiting"] else None,
        _unseen(there["looked"], now, importing) if there["looked"] else None,
        _held(held, account, now, expected(RETRY, now), sweeping) if there["held"] else None,
    ]
    return [alarm for alarm in found if alarm is not None]


def _being_answered(account: JetAccount) -> QuerySet[Order]:
    """Return orders whose answer is queued, the nearest deadline first."""
    rows = Order.objects.filter(BEING_ANSWERED, account=account, acknowledge_by__isnull=False)
    return rows.order_by("acknowledge_by")


def _to_reject(account: JetAccount) -> QuerySet[FailedOrder]:
    """Return held orders that are rejected at their time, the nearest first; none that a person decides on."""
    stops = RejectionStop.objects.filter(account=account, ended_at=None)
    rows = FailedOrder.objects.filter(
        Q(may_be_rejected=True) | ~Exists(stops),
        account=account, state=FailedOrder.State.PENDING, reject_at__isnull=False,
    )  # fmt: skip
    return rows.order_by("reject_at")


def shares(account: JetAccount, now: datetime | None = None) -> list[Share]:
    """Return how many of the last 30 days' orders were answered in time, and how many were not turned away."""
    now = (now or timezone.now()) + account.clock_offset
    placed = Order.objects.filter(account=account, placed_at__gte=now - WINDOW, ready_at__isnull=False)
    answered, in_time = Q(acknowledged_at__isnull=False), Q(acknowledged_at__lte=F("acknowledge_by"))
    totals = placed.aggregate(
        due=Count("pk", filter=answered | Q(acknowledge_by__lt=now)),
        in_time=Count("pk", filter=in_time),
        long_due=Count("pk", filter=answered | Q(ready_at__lt=now - AT_LATEST)),
        # What is reckoned with a span of time is slow: only of the few that were late.
        at_last=Count(
            "pk", filter=in_time | Q(acknowledged_at__lte=F("acknowledge_by") + (AT_LATEST - WITHIN))
        ),
        decided=Count("pk", filter=~Q(status__in=Order.UNANSWERED)),
        rejected=Count("pk", filter=Q(status=Order.Status.REJECTED)),
    )
    accepted = totals["decided"] - totals["rejected"]
    return [
        Share("Acknowledged within 15 minutes", totals["in_time"], totals["due"], "over 99 %", at_least=99),
        Share("Acknowledged within 2 hours", totals["at_last"], totals["long_due"], "100 %", at_least=100),
        Share("Accepted", accepted, totals["decided"], "over 99 %", at_least=99),
    ]


def _waiting(
    waiting: QuerySet[Order],
    account: JetAccount,
    now: datetime,
    importing: Expectation,
    sweeping: Expectation,
) -> Alarm | None:
    """Orders whose answer is queued: the job that sends it does so by schedule or nudge, and so does the import."""
    first = waiting.select_related("acknowledgement").defer("document").first()
    if first is None or first.acknowledge_by is None:
        return None
    job = outboxes.answers_of(first.acknowledgement).job
    sending = expected(job, now)
    runs_at = (_soonest(sending, sweeping), None if importing.stopped else importing.next_at)
    next_at = min((moment for moment in runs_at if moment), default=None)
    deadline = first.acknowledge_by - account.clock_offset
    if next_at and next_at < deadline:
        return None
    late = waiting.filter(acknowledge_by__lte=next_at + account.clock_offset) if next_at else waiting
    count = capped_count(late, CAP)
    return Alarm(
        job=job,
        title=f"{_orders(count)} will miss Jet's 15 minutes",
        text=f"Order {first}: {_deadline(deadline, now)}; {_says(sending, now)}",
        key=f"{job} {first.jet_id}",
    )


def _unseen(looked: datetime, now: datetime, importing: Expectation) -> Alarm | None:
    """Orders that became ready after Jet was asked last: nobody here knows of them yet."""
    breach = looked + WITHIN
    if importing.next_at is not None and importing.next_at < breach:
        return None
    is_over = breach <= now
    when = display.exact(breach)
    missed = f"missed its 15 minutes at {when}" if is_over else f"misses its 15 minutes at {when}"
    return Alarm(
        job=IMPORT,
        title="New orders at Jet are not seen",
        text=f"Jet was last asked {display.distance(looked)}; {_says(importing, now)} "
        f"An order that became ready right after it {missed}.",
        key=f"{IMPORT} since {looked.isoformat(timespec='seconds')}",
        tone="red" if is_over else "amber",
    )


def _held(
    held: QuerySet[FailedOrder],
    account: JetAccount,
    now: datetime,
    retrying: Expectation,
    sweeping: Expectation,
) -> Alarm | None:
    """Held orders: the retry looks at them and, where that is set, rejects them before Jet's deadline."""
    first = held.select_related("order").defer("document", "order__document").first()
    next_at = _soonest(retrying, sweeping)
    if first is None or first.reject_at is None:
        return None
    reject_at = first.reject_at - account.clock_offset
    if next_at and next_at < reject_at + SLACK:
        return None
    late = held.filter(reject_at__lte=next_at + account.clock_offset) if next_at else held
    count = capped_count(late, CAP)
    return Alarm(
        job=RETRY,
        title=f"{_orders(count, 'held ')} will not be answered in time",
        text=f"Order {first.order or first} is to be rejected {display.distance(reject_at)}; {_says(retrying, now)}",
        key=f"{RETRY} {first.jet_id}",
    )


def _soonest(job: Expectation, sweeping: Expectation) -> datetime | None:
    """Return when the job starts next, by its schedule or by the sweep's nudge; a paused job is not nudged."""
    if job.stopped:
        return None
    return min((each.next_at for each in (job, sweeping) if each.next_at), default=None)


def _says(job: Expectation, now: datetime) -> str:
    if job.stopped:
        return f"“{job.job.title}” {job.stopped}."
    if job.next_at is None or job.next_at <= now:
        return f"“{job.job.title}” is due now."
    return f"“{job.job.title}” runs next {display.distance(job.next_at)}."


def _deadline(moment: datetime, now: datetime) -> str:
    word = "its deadline was" if moment <= now else "its deadline is"
    return f"{word} {display.distance(moment)}"


def _orders(count: int, kind: str = "") -> str:
    return f"1 {kind}order" if count == 1 else f"{count} {kind}orders"


def raise_alarms(*, account: JetAccount, now: datetime) -> Report:
    """Put each alarm into the inbox, unless the same one stands there or stood there before."""
    report = Report()
    for alarm in alarms(account, now):
        if Notification.objects.filter(kind=KIND, key=alarm.key).exists():
            continue
        notifications.notify(
            KIND,
            key=alarm.key,
            title=alarm.title,
            text=alarm.text,
            severity="error" if alarm.tone == "red" else "warning",
            mail=True,
        )
        report.done += 1
    return report
