"""Rejects orders at Jet that could not be read well enough to be imported, so that each can be resolved."""

from django.db import transaction
from django.utils import timezone

from jetbridge.core import history
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetNotKnown, JetRefused, JetUnreadable
from orders.jet import acknowledgements as answers_at_jet
from orders.jet import orders as at_jet
from orders.jet.acknowledgements import REJECTED, ItemAnswer
from orders.jet.orders import OrderDocument
from orders.models import FailedOrder
from orders.services import cancel_guard
from orders.services.cancel_guard import Consent, NotPossible

State = FailedOrder.State


def reject_unread(*, client: Client, failure: FailedOrder, consent: Consent) -> FailedOrder.State:
    """
    Reject an order that has no row of its own here; return what became of it.

    :raises NotGuarded: no reason, or the limit of cancellations needs another word
    :raises NotPossible: Jet's answer names no items, or Jet does not take the rejection
    :raises JetFailure: Jet does not answer
    """
    cancel_guard.check(account=failure.account, unseen=1, consent=consent)
    try:
        held = at_jet.get(client, failure.jet_id)
    except JetNotKnown:
        return close(failure=failure, state=State.CANCELLED, reason="Jet has no such order any more.")
    except JetUnreadable as error:
        raise NotPossible(f"Jet's answer cannot be read, so its items cannot be named: {error}") from error
    if held.status != "ready":
        return follow(failure=failure, held=held)
    try:
        items = dict.fromkeys(held.item_ids, ItemAnswer.NO_INVENTORY)
        answers_at_jet.answer(client, failure.jet_id, REJECTED, items)
    except JetRefused as error:
        raise NotPossible(f"Jet does not take the rejection: {error}") from error
    return close(failure=failure, state=State.REJECTED, reason=consent.reason)


def follow(*, failure: FailedOrder, held: OrderDocument) -> FailedOrder.State:
    """
    Take over that an order which was never imported is over at Jet; return the state of its row.

    :raises NotPossible: it is not over
    """
    if held.status != "complete":
        raise NotPossible(f"Jet holds the order as {held.status}: it is answered already.")
    reason = held.exception_state or "Jet closed the order."
    return close(
        failure=failure, state=State.REJECTED if held.is_rejected else State.CANCELLED, reason=reason
    )


@transaction.atomic
def close(*, failure: FailedOrder, state: FailedOrder.State, reason: str) -> FailedOrder.State:
    """Close the row of an order that was never imported; it stays as a trace."""
    still_open = FailedOrder.objects.filter(pk=failure.pk, state__in=FailedOrder.UNRESOLVED)
    if still_open.update(state=state, resolved_at=timezone.now(), reject_at=None):
        history.record(str(state), failure, message=reason)
    return state
