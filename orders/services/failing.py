"""Rows of failed orders: made when an order cannot be imported as it is, kept as a trace afterwards."""

from collections.abc import Sequence
from datetime import datetime

from jetbridge.core import history
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.inbox import notifications
from orders.models import FailedOrder, Order
from orders.services import holds
from orders.services.holds import Cause


def hold(*, order: Order, found: Sequence[Cause], shop: Configuration, now: datetime) -> FailedOrder:
    """Write down why an order is held and until when it may be mended. Runs in the caller's transaction."""
    stored = holds.as_json(found)
    failure, is_new = FailedOrder.objects.update_or_create(
        account_id=order.account_id,
        jet_id=order.jet_id,
        defaults={
            "order": order,
            "reference_number": order.reference_number,
            "document": order.document,
            "state": FailedOrder.State.PENDING,
            "causes": stored,
            "placed_at": order.placed_at,
            "ready_at": order.ready_at,
            "reject_at": holds.reject_at(ready_at=order.ready_at, found=stored, shop=shop),
            "last_tried_at": now,
            "resolved_at": None,
        },
    )
    history.record("held", order, message=" ".join(cause.message for cause in found))
    if is_new:
        announce(failure, found)
    return failure


def fail_unreadable(*, account: JetAccount, jet_id: str, reason: str, now: datetime) -> FailedOrder:
    """Write down an order that could not even be read, so that it does not disappear."""
    cause = holds.unreadable(reason)
    failure, is_new = FailedOrder.objects.get_or_create(account=account, jet_id=jet_id[:64])
    FailedOrder.objects.filter(pk=failure.pk).update(
        state=FailedOrder.State.FAILED,
        causes=holds.as_json([cause]),
        last_tried_at=now,
        resolved_at=None,
        attempts=failure.attempts + 1,
    )
    if is_new:
        announce(failure, [cause])
    return failure


def resolve(*, order: Order, state: FailedOrder.State, now: datetime) -> None:
    """Close the failed row of an order, if it has an open one."""
    FailedOrder.objects.filter(
        account_id=order.account_id, jet_id=order.jet_id, state__in=FailedOrder.UNRESOLVED
    ).update(state=state, order=order, resolved_at=now, reject_at=None)


def announce(failure: FailedOrder, found: Sequence[Cause]) -> None:
    """Put the failed order into the inbox."""
    notifications.notify_of_many(
        "orders.failed",
        titles=(f"Order {failure} could not be imported", "{count} orders could not be imported"),
        text=f"{failure}: " + " ".join(cause.message for cause in found),
        severity="error",
    )
