"""Several cartons of one order in a file: each is queued once Jet took the one before it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from orders import outboxes
from orders.mass_actions.actions import parcel_draft
from orders.models import Order, Shipment
from orders.services import shipments
from orders.services.shipments import AlreadyQueued, ShipmentRefused

State = MassActionItem.State


def follow(taken: Shipment) -> Callable[[], None] | None:
    """Return what queues the next carton of the file that a parcel came from; None where it was the last one."""
    waiting = MassActionItem.objects.filter(
        box=outboxes.Shipments.name, delivery=taken.pk, number=taken.number, state=State.WAITING
    )
    run_id = waiting.values_list("run_id", flat=True).first()
    if run_id is None:
        return None
    # A run is locked before its orders.
    run = MassAction.objects.select_for_update().get(pk=run_id)
    cartons = _cartons(run, taken.order_id)
    numbers = [carton["tracking_number"].strip() for carton in cartons]
    place = numbers.index(taken.tracking_number) if taken.tracking_number in numbers else len(cartons)
    if place + 1 >= len(cartons):
        return None
    return partial(_next, run, taken, cartons[place + 1], f"Carton {place + 2} of {len(cartons)}")


def _cartons(run: MassAction, order: int) -> list[dict[str, Any]]:
    parcel = run.options.get("parcels", {}).get(str(order))
    return [parcel, *parcel.get("then", ())] if parcel else []


def _next(run: MassAction, taken: Shipment, carton: dict[str, Any], words: str) -> None:
    order = Order.objects.get(pk=taken.order_id)
    try:
        with transaction.atomic():
            draft = parcel_draft(carton, order)
            made = shipments.queue_shipment(order=order, draft=draft, user=run.started_by)
    except (ShipmentRefused, AlreadyQueued) as refused:
        lifecycle.settle_awaited(outboxes.Shipments(), [taken], State.FAILED, f"{words}: {refused}")
        return
    made.refresh_from_db(fields=["number"])
    items = run.items.filter(box=outboxes.Shipments.name, delivery=taken.pk, number=taken.number)
    items.update(delivery=made.pk, number=made.number)
