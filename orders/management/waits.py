"""Waits until Jet answered, where a worker took a shipment or an answer up before the command."""

from collections.abc import Callable

from jetbridge.jobs.management import waits
from jetbridge.mass_actions.models import MassAction, MassActionItem
from orders.models import Acknowledgement, Order, Shipment


def sent(shipment: Shipment, patience: float = waits.PATIENCE) -> bool:
    """Return whether Jet answered to a shipment, once it did or the patience ends."""

    def is_over() -> bool:
        shipment.refresh_from_db()
        return shipment.is_settled or not shipment.claimed_by

    waits.until(is_over, patience)
    return shipment.is_settled


def answered(order: Order, patience: float = waits.PATIENCE) -> bool:
    """Return whether our answer to an order reached Jet, once it was or the patience ends."""

    def is_over() -> bool:
        order.refresh_from_db()
        return not order.is_being_answered or not order.acknowledgement.claimed_by

    waits.until(is_over, patience)
    return not order.is_being_answered


def carried_out(run: MassAction, advance: Callable[[], object], patience: float = waits.PATIENCE) -> bool:
    """Bring a mass action on until it is done, as long as a worker still sends something of it."""

    def is_over() -> bool:
        advance()
        run.refresh_from_db()
        return run.state != MassAction.State.RUNNING or not _is_sent_elsewhere(run)

    waits.until(is_over, patience)
    return run.state != MassAction.State.RUNNING


def _is_sent_elsewhere(run: MassAction) -> bool:
    keys = run.items.filter(state=MassActionItem.State.WAITING).values("object_id")
    shipments = Shipment.objects.filter(order__in=keys, next_try_at__isnull=False).exclude(claimed_by="")
    answers = Acknowledgement.objects.filter(pk__in=keys, next_try_at__isnull=False).exclude(claimed_by="")
    return shipments.exists() or answers.exists()
