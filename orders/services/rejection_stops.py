"""When the machine may give up orders by itself, when it stops and asks a person, and whom it notifies before."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox import notifications
from jetbridge.jobs import queue
from orders import deadlines, outboxes, selectors
from orders.deadlines import Share
from orders.models import FailedOrder, Order, RejectionStop
from orders.models.acknowledgements import BEING_ANSWERED
from orders.services import cancel_guard
from orders.services.cancel_guard import Consent, Outlook

# What falls due within this time is counted together.
SOON = timedelta(minutes=15)
# Rejections that follow one another this closely are one episode, and one line in the inbox.
EPISODE = timedelta(minutes=15)
KIND = "orders.rejecting"


@dataclass(frozen=True)
class Forecast:
    """
    Held orders that are rejected soon unless somebody does something, or that a stop keeps from it.

    `amount` is what their items cost, in US dollars; `outlook` the cancellation rate with them, `late` the share of
    orders that were acknowledged in time, `late_after` what it becomes when they miss Jet's 15 minutes.
    """

    orders: int
    amount: Decimal
    first_at: datetime | None
    outlook: Outlook
    late: Share
    late_after: Share
    stop: RejectionStop | None

    @property
    def lost(self) -> str:
        """What is at stake, in words: "30 orders, $4,210.00"."""
        return f"{counted(self.orders, 'order')}, ${self.amount:,.2f}"

    @property
    def rates(self) -> str:
        """What rejecting them makes of the cancellation rate."""
        found = self.outlook
        rate = f"Your cancellation rate is {found.before} % now and becomes {found.after} %."
        return f"{rate} Your limit is {found.limit} %."

    @property
    def lateness(self) -> str:
        """What waiting makes of the share of orders that Jet gets an answer to in time."""
        now, after = (_percent(share) for share in (self.late, self.late_after))
        return (
            f"Left waiting, they become late at Jet: acknowledged within 15 minutes are {now} % now and then "
            f"{after} %; Jet requires {self.late.target}."
        )


def open_stops(account: JetAccount) -> QuerySet[RejectionStop]:
    """Return the stop that stands, if one does."""
    return RejectionStop.objects.filter(account=account, ended_at=None)


def in_force(account: JetAccount) -> RejectionStop | None:
    """Return the stop that stands, if one does."""
    return open_stops(account).first()


def soon(account: JetAccount, now: datetime) -> QuerySet[FailedOrder]:
    """Return the held orders that are rejected by rule within a quarter of an hour."""
    return _undecided(account).filter(reject_at__lte=now + account.clock_offset + SOON)


def forecast(account: JetAccount, now: datetime | None = None) -> Forecast | None:
    """Return what the machine would give up soon; None where it is nothing, and nothing is stopped."""
    now, stop = now or timezone.now(), in_force(account)
    rows = soon(account, now) if stop is None else _undecided(account)
    totals = rows.aggregate(
        orders=Count("pk"),
        amount=Sum("order__base_total"),
        first_at=Min("reject_at"),
        unanswered=Count("pk", filter=Q(order__acknowledge_by__gte=now + account.clock_offset)),
    )
    if not totals["orders"] and stop is None:
        return None
    late = deadlines.shares(account, now)[0]
    return Forecast(
        orders=totals["orders"],
        amount=totals["amount"] or Decimal(0),
        first_at=totals["first_at"],
        outlook=cancel_guard.outlook(account=account, orders=[*_keys(rows), *_being_rejected(account)]),
        late=late,
        # Those whose 15 minutes are over count as late already.
        late_after=replace(late, whole=late.whole + totals["unanswered"]),
        stop=stop,
    )


def stop_where_due(account: JetAccount, now: datetime) -> RejectionStop | None:
    """Return the stop in force; one begins where so many are due at once that they would pass the limit."""
    least, found = configuration.current().reject_stop_orders, forecast(account, now)
    if found is None or found.stop is not None:
        return found.stop if found else None
    if not least or found.orders < least or not found.outlook.is_above:
        return None
    return stop(account, reason=f"{found.lost}, would be rejected at once. {found.rates}")


@transaction.atomic
def stop(account: JetAccount, *, reason: str) -> RejectionStop:
    """Keep the machine from rejecting, listed and later orders alike, until somebody decides; one stop stays one."""
    begun, is_new = RejectionStop.objects.get_or_create(
        account=account, ended_at=None, defaults={"began_at": timezone.now(), "reason": reason[:300]}
    )
    if is_new:
        history.record("rejecting stopped", begun, message=reason)
    return begun


@transaction.atomic
def let_go_on(account: JetAccount, *, consent: Consent) -> int:
    """
    Decide that what is held now may be rejected at its minute, and end the stop; return how many orders that is.

    :raises NotGuarded: no reason, or the limit of cancellations needs another word
    """
    rows = _undecided(account)
    cancel_guard.check(account=account, orders=_keys(rows), consent=consent)
    allowed = rows.update(may_be_rejected=True)
    for open_stop in open_stops(account):
        RejectionStop.objects.filter(pk=open_stop.pk, ended_at=None).update(ended_at=timezone.now())
        history.record("rejecting goes on", open_stop, message=consent.reason)
    queue.nudge(selectors.RETRY)
    return allowed


def announce(*, account: JetAccount, now: datetime) -> Report:
    """Keep one line an episode in the inbox on what is given up soon, true to the minute; it is mailed once."""
    report, found = Report(), forecast(account, now)
    if found is None or not found.orders:
        notifications.over(KIND, but=(), said=_was)
        return report
    key, title, text = _words(found, now, at_jet=now + account.clock_offset)
    if found.stop is None:
        key = notifications.latest(KIND, begins="soon", since=now - EPISODE) or key
    notifications.over(KIND, but=[key], said=_was)
    if not notifications.renew(KIND, key, title=title, text=text):
        notifications.notify(KIND, key=key, title=title, text=text, severity="error", mail=True)
        report.done += 1
    return report


def _was(key: str) -> str:
    """Return what is said of a line once it is over."""
    stopped = key.startswith("stop")
    return "Rejecting had stopped until somebody decides" if stopped else "Orders were about to be rejected"


def announce_rejected(orders: int) -> None:
    """Say afterwards how many orders the machine gave up."""
    titles = ("An order was rejected by itself", "{count} orders were rejected by themselves")
    text = "Nobody fixed them in time. Each says what stood in the way."
    notifications.notify_of_many(
        "orders.rejected", titles=titles, amount=orders, text=text, severity="warning"
    )


def _words(found: Forecast, now: datetime, *, at_jet: datetime) -> tuple[str, str, str]:
    """Return key, title and text of the line in the inbox."""
    if found.stop is not None:
        text = f"{found.rates} {found.lateness} Restock them, or let them be rejected."
        return f"stop {found.stop.pk}", f"{found.lost}: rejecting stopped, decide", text
    left = found.first_at - at_jet if found.first_at else timedelta(0)
    when = (
        f"in {counted(max(int(left.total_seconds() // 60), 1), 'minute')}" if left > timedelta(0) else "now"
    )
    text = f"{found.rates} Restock them, stop rejecting, or let them be rejected."
    return f"soon {now.isoformat(timespec='seconds')}", f"{found.lost}, will be rejected {when}", text


def _undecided(account: JetAccount) -> QuerySet[FailedOrder]:
    """Held orders that wait for their rejection by the rule, and that nobody let be rejected."""
    return FailedOrder.objects.filter(
        account=account,
        state=FailedOrder.State.PENDING,
        reject_at__isnull=False,
        may_be_rejected=False,
        order__status=Order.Status.HELD,
        order__acknowledgement__next_try_at=None,
    )


def _keys(rows: QuerySet[FailedOrder]) -> list[int]:
    return [pk for pk in rows.values_list("order_id", flat=True) if pk is not None]


def _being_rejected(account: JetAccount) -> list[int]:
    """What is given up already and only waits for Jet's yes counts before Jet has it."""
    answers = Order.objects.filter(BEING_ANSWERED, account=account).exclude(
        acknowledgement__status=outboxes.ACCEPTED
    )
    return list(answers.values_list("pk", flat=True))


def _percent(share: Share) -> str:
    return "100" if share.percent is None else f"{share.percent:.1f}"
