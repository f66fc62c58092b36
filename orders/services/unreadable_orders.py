"""Rejects orders at Jet that could not be read well enough to be imported, so that each has a way out."""

from django.db import transaction
from django.utils import timezone

from jetapi import JetClient
from jetapi.errors import JetNotFound, JetRejected, JetUnreadable
from jetapi.types.order_messages import AcknowledgementStatus, ItemAcknowledgement, ItemAcknowledgementStatus
from jetapi.types.orders import Order as JetOrder
from jetbridge.core import history
from orders.models import FailedOrder
from orders.services import cancel_guard
from orders.services.acknowledgements import NotPossible
from orders.services.cancel_guard import Consent

State = FailedOrder.State


def reject_unread(*, client: JetClient, failure: FailedOrder, consent: Consent) -> FailedOrder.State:
    """
    Reject an order that has no row of its own here; return what became of it.

    :raises NotGuarded: no reason, or the limit of cancellations needs another word
    :raises NotPossible: Jet's answer names no items, or Jet does not take the rejection
    :raises JetError: Jet does not answer
    """
    cancel_guard.check(account=failure.account, unseen=1, consent=consent)
    try:
        held = client.orders.get(failure.jet_id)
    except JetNotFound:
        return close(failure=failure, state=State.CANCELLED, reason="Jet has no such order any more.")
    except JetUnreadable as error:
        raise NotPossible(f"Jet's answer cannot be read, so its items cannot be named: {error}") from error
    if held.status.lower() != "ready":
        return follow(failure=failure, held=held)
    try:
        client.orders.acknowledge_settled(
            failure.jet_id,
            items=[
                ItemAcknowledgement(item.order_item_id, ItemAcknowledgementStatus.NO_INVENTORY)
                for item in held.order_items
            ],
            status=AcknowledgementStatus.REJECTED_ITEM_LEVEL_ERROR,
        )
    except JetRejected as error:
        raise NotPossible(f"Jet does not take the rejection: {error}") from error
    return close(failure=failure, state=State.REJECTED, reason=consent.reason)


def follow(*, failure: FailedOrder, held: JetOrder) -> FailedOrder.State:
    """
    Take over that an order which was never imported is over at Jet; return the state of its row.

    :raises NotPossible: it is not over
    """
    if held.status.lower() != "complete":
        raise NotPossible(f"Jet holds the order as {held.status}: it is answered already.")
    rejected = "rejected" in (held.exception_state or "").lower()
    reason = held.exception_state or "Jet closed the order."
    return close(failure=failure, state=State.REJECTED if rejected else State.CANCELLED, reason=reason)


@transaction.atomic
def close(*, failure: FailedOrder, state: FailedOrder.State, reason: str) -> FailedOrder.State:
    """Close the row of an order that was never imported; it stays as a trace."""
    still_open = FailedOrder.objects.filter(pk=failure.pk, state__in=FailedOrder.UNRESOLVED)
    if still_open.update(state=state, resolved_at=timezone.now(), reject_at=None):
        history.record(str(state), failure, message=reason)
    return state
