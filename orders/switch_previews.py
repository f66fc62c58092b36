"""What auto-acknowledge and auto-cancel would do, by the orders that are here, before they are switched."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.texts import counted
from jetbridge.panel.paginator import capped_count
from orders import selectors
from orders.models import FailedOrder, Order
from orders.services import cancel_guard, holds

WINDOW = timedelta(days=30)
# Held orders that are named one by one; a merchant with more of them looks at the grid.
NAMED = 20
CAP = 9_999


@dataclass(frozen=True)
class HeldOrder:
    """An order that is held now, and when it would be rejected; None: never by us."""

    failure: FailedOrder
    reject_at: datetime | None
    is_over: bool


@dataclass(frozen=True)
class Preview:
    """Sentences about either switch, and the orders that are held now."""

    acknowledge: list[str]
    cancel: list[str]
    held: list[HeldOrder]
    more: int


def preview(*, account: JetAccount, config: Configuration) -> Preview:
    """Say what these settings, saved or only typed, would do."""
    now = timezone.now() + account.clock_offset
    pending = FailedOrder.objects.filter(account=account, state=FailedOrder.State.PENDING).order_by(
        "ready_at"
    )
    rows = [_held(failure, config, now) for failure in pending.defer("document")[:NAMED]]
    count = capped_count(pending, CAP)
    return Preview(
        acknowledge=list(_acknowledge(account, config, now)),
        cancel=list(_cancel(account, config, now, rows)),
        held=rows,
        more=max(count - NAMED, 0),
    )


def _acknowledge(account: JetAccount, config: Configuration, now: datetime) -> Iterator[str]:
    came = capped_count(Order.objects.filter(account=account, placed_at__gte=now - WINDOW), CAP)
    waits = capped_count(selectors.left_to_a_person(account), CAP)
    if not config.auto_acknowledge:
        yield "New orders that can be filled wait for a person to acknowledge them, 15 minutes each."
        yield f"{_orders(came)} came within the last 30 days: {came / WINDOW.days:.1f} a day."
        return
    yield "New orders that can be filled are acknowledged as soon as they are stored."
    if waits:
        yield f"{_orders(waits)} that {'waits' if waits == 1 else 'wait'} now will be acknowledged by the next run."


def _cancel(
    account: JetAccount, config: Configuration, now: datetime, rows: list[HeldOrder]
) -> Iterator[str]:
    if not config.auto_cancel:
        yield "Orders that cannot be filled wait until somebody fixes or rejects them; an alarm names them."
        return
    when = (
        f"{counted(config.reject_after_minutes, 'minute')} after Jet made it ready"
        if config.reject_after_minutes
        else "at once"
    )
    yield f"An order that cannot be filled is rejected {when}, unless it was fixed before."
    yield from _past(account, config, now)
    doomed = [row.failure.order_id for row in rows if row.is_over and row.failure.order_id]
    if doomed:
        yield f"{_orders(len(doomed))} held now would be rejected by the next run."
        yield str(cancel_guard.outlook(account=account, orders=[pk for pk in doomed if pk]))


def _past(account: JetAccount, config: Configuration, now: datetime) -> Iterator[str]:
    """Return how the orders held within the last 30 days would have ended with these minutes."""
    held = FailedOrder.objects.filter(account=account, ready_at__gte=now - WINDOW)
    fixed = held.filter(state=FailedOrder.State.FIXED)
    in_time = fixed.filter(
        resolved_at__lte=F("ready_at") + timedelta(minutes=config.reject_after_minutes)
    ).count()
    total, good = held.count(), fixed.count()
    if total:
        yield (
            f"Of {_orders(total)} held within the last 30 days {good} were fixed, {in_time} of them in time; "
            f"{good - in_time} would have been rejected before."
        )


def _held(failure: FailedOrder, config: Configuration, now: datetime) -> HeldOrder:
    reject_at = holds.reject_at(ready_at=failure.ready_at, found=failure.causes, config=config)
    return HeldOrder(failure, reject_at, reject_at is not None and reject_at <= now)


def _orders(count: int) -> str:
    return counted(count, "order")
