"""Each mass action on orders: whom it leaves out and why, what it does to an order and what it then waits for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Action, Awaits, Cause, Effect, Outcome, Refused, each
from orders import outboxes
from orders.allocations import Units
from orders.models import Acknowledgement, FailedOrder, Order, Shipment
from orders.models.acknowledgements import BEING_ANSWERED
from orders.services import acknowledgements, cancel_guard, retries, shipments
from orders.services.cancel_guard import Consent, NotGuarded, NotPossible
from orders.services.shipments import AlreadyQueued, ShipmentDraft, ShipmentRefused

Status = Order.Status
CLOSED = (Status.COMPLETE, Status.CANCELLED, Status.REJECTED)
# What a person gives the guard before a cancel, as options of the run.
CONSENT = ("reason", "above_limit")
MOMENTS = ("ship_at", "pick_up_at", "deliver_at")


def _status(*statuses: str) -> Callable[[MassAction], Q]:
    return lambda run: Q(status__in=statuses)


def _answering(run: MassAction) -> Q:
    return BEING_ANSWERED


def _sending(run: MassAction) -> Exists:
    return Exists(Shipment.objects.filter(order=OuterRef("pk"), next_try_at__isnull=False))


def _not_failed(run: MassAction) -> Any:
    return ~Exists(FailedOrder.objects.filter(order=OuterRef("pk"), state__in=FailedOrder.UNRESOLVED))


def _may_not_reject(run: MassAction) -> Q:
    """Orders that Jet waits for are rejected, which needs a permission of its own."""
    may = run.started_by is None or run.started_by.has_perm("orders.reject")
    return Q(pk__in=[]) if may else Q(status__in=Order.UNANSWERED)


def _above_limit(run: MassAction) -> Q:
    """Beyond the limit nothing is cancelled, unless somebody who may has said so."""
    stops = run.options.get("above_limit_hit") and not run.options.get("above_limit")
    return Q(pk__isnull=not stops)


def _without_parcel(run: MassAction) -> Q:
    return ~Q(pk__in=[int(pk) for pk in run.options.get("parcels", {})])


COMING = Cause("coming", "Jet still checks it", _status(Status.CREATED))
ANSWERING = Cause("answering", "Being answered already", _answering, already=True)
SENDING = Cause("sending", "A shipment of it waits for Jet's answer", _sending)
CLOSED_ALREADY = Cause("closed", "Complete, cancelled or rejected", _status(*CLOSED), already=True)


def _acknowledge(run: MassAction, order: Order) -> Effect:
    acknowledgements.queue_acknowledgement(order=order)
    return _answer(order)


def _answer(order: Order) -> Awaits:
    row = Acknowledgement.objects.get(pk=order.pk)
    return Awaits(outboxes.answers_of(row).name, row.pk, row.number)


def consent_of(run: MassAction) -> Consent:
    """Return what the person gave the guard before the run."""
    return Consent(
        str(run.options.get("reason", "")), bool(run.options.get("above_limit")), by=run.started_by
    )


def _cancel(run: MassAction, order: Order) -> Effect:
    """Reject what Jet waits for, cancel the open units of the rest."""
    if order.status in Order.UNANSWERED:
        acknowledgements.queue_rejection(order=order, consent=consent_of(run))
        return _answer(order)
    units = {item.pk: Units(0, item.units_open) for item in order.items.all()}
    consent = consent_of(run)
    draft = ShipmentDraft(units=units, reason=consent.reason, above_limit=consent.above_limit)
    return _ship_or_cancel(run, order, draft)


def _confirm_cancel(run: MassAction, order: Order) -> Effect:
    return _ship_or_cancel(run, order, shipments.requested_cancel(order))


def _ship(run: MassAction, order: Order) -> Effect:
    return _ship_or_cancel(run, order, parcel_draft(run.options["parcels"][str(order.pk)], order))


def parcel_draft(parcel: dict[str, Any], order: Order) -> ShipmentDraft:
    """Return the draft behind one parcel of a file; without quantities everything open goes out."""
    moments: dict[str, Any] = {name: datetime.fromisoformat(parcel[name]) for name in MOMENTS}
    given = {int(pk): int(units) for pk, units in parcel.get("units", {}).items()}
    units = {
        item.pk: Units(
            given.get(item.pk, 0) if given else item.units_open - item.units_to_cancel, item.units_to_cancel
        )
        for item in order.items.all()
    }
    return ShipmentDraft(
        units=units,
        tracking_number=parcel["tracking_number"],
        carrier=parcel["carrier"],
        method=parcel["method"],
        with_return_location=bool(parcel.get("with_return_location")),
        sequence=parcel.get("sequence"),
        confirm_identifiers=bool(parcel.get("confirm_identifiers")),
        **moments,
    )


def _ship_or_cancel(run: MassAction, order: Order, draft: ShipmentDraft) -> Effect:
    made = shipments.queue_shipment(order=order, draft=draft, user=run.started_by)
    made.refresh_from_db(fields=["number"])
    return Awaits(outboxes.Shipments.name, made.pk, made.number)


def _retry(run: MassAction, order: Order) -> Effect:
    failure = FailedOrder.objects.get(order=order)
    if not retries.retry(failure=failure):
        failure.refresh_from_db()
        raise Refused(" ".join(str(cause["message"]) for cause in failure.causes) or "It waits no more.")
    if Order.objects.filter(BEING_ANSWERED, pk=order.pk).exists():
        return _answer(order)
    return Outcome(MassActionItem.State.DONE, code="done")


def _guarded(do: Callable[[MassAction, Order], Effect]) -> Callable[[MassAction, Order], Effect]:
    """Let what the services refuse be the order's own failure."""

    def done(run: MassAction, order: Order) -> Effect:
        try:
            return do(run, order)
        except (NotPossible, NotGuarded, ShipmentRefused, AlreadyQueued) as reason:
            raise Refused(str(reason)) from reason

    return done


def _action(
    code: str,
    label: str,
    permission: str,
    causes: tuple[Cause, ...],
    do: Callable[[MassAction, Order], Effect],
    promise: str,
    **more: Any,
) -> Action:
    """Make an action that takes orders up one by one, each in a short transaction of its own."""
    carry_out = each(_guarded(do))
    return Action(code, label, permission, causes, carry_out, promise, chunk=1, **more)


_TABLE = (
    _action(
        "acknowledge",
        "Acknowledge",
        "orders.acknowledge",
        (
            COMING,
            ANSWERING,
            Cause("held", "Held: something stands in its way", _status(Status.HELD)),
            Cause("acknowledged", "Acknowledged already", _status(*Order.SHIPPABLE, *CLOSED), already=True),
        ),
        _acknowledge,
        "Jet learns that you fill them; it expects that within 15 minutes.",
    ),
    _action(
        "ship",
        "Ship",
        "orders.ship",
        (
            Cause("no_parcel", "The file names no parcel for it", _without_parcel),
            CLOSED_ALREADY,
            Cause("unanswered", "Not acknowledged", _status(Status.CREATED, *Order.UNANSWERED)),
            SENDING,
        ),
        _ship,
        "Each goes out with the tracking number of the file; Jet notifies its buyer at once.",
    ),
    _action(
        "confirm_cancel",
        "Confirm Buyers' Cancels",
        "orders.cancel",
        (
            CLOSED_ALREADY,
            Cause("not_asked", "Its buyer asks for no cancel", lambda run: Q(has_cancel_request=False)),
            ANSWERING,
            SENDING,
        ),
        _confirm_cancel,
        "Exactly the units that the buyers ask to cancel are cancelled at Jet, no others.",
        confirm="Cancel at Jet",
    ),
    _action(
        "cancel",
        "Cancel",
        "orders.cancel",
        (
            COMING,
            CLOSED_ALREADY,
            ANSWERING,
            SENDING,
            Cause("may_not_reject", "Not acknowledged yet, and you may not reject", _may_not_reject),
            Cause("above_limit", "Beyond your cancellation limit", _above_limit),
        ),
        _cancel,
        "Every open unit is cancelled at Jet; what is not acknowledged yet is rejected. It cannot be undone.",
        confirm="Cancel at Jet",
        allowed_by={"above_limit": cancel_guard.PERMISSION},
    ),
    _action(
        "retry",
        "Retry",
        "orders.retry",
        (Cause("not_failed", "Neither failed nor pending", _not_failed, already=True), ANSWERING),
        _retry,
        "Each is tried again; what is fixed goes on and is acknowledged.",
    ),
)
ACTIONS: dict[str, Action] = {action.code: action for action in _TABLE}
GUARDED = "cancel"


def outlook_of(run: MassAction, orders: Any) -> cancel_guard.Outlook:
    """Return what a cancel of these orders makes of the rate; those that are left out anyhow do not count."""
    return cancel_guard.outlook(account=run.account, orders=orders.order_by().values("pk"))
