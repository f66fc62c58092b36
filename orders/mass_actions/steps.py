"""Mass actions on orders: what is chosen, what a plan foresees, what a cancel takes back; the job's way through."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report
from jetbridge.mass_actions import lifecycle, plans
from jetbridge.mass_actions.kinds import MassActions
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.outbox.models import Delivery
from jetbridge.outbox.queue import withdraw
from orders import filters as order_filters
from orders import outboxes
from orders.mass_actions import actions
from orders.mass_actions.actions import ACTIONS, CONSENT, GUARDED
from orders.models import Acknowledgement, Order, Shipment
from orders.services import acknowledgements, shipment_answers, shipments

Heartbeat = Callable[[], None]
State = MassActionItem.State


class OrderActions(MassActions):
    """Mass actions on orders; each order waits for its answer, or for its shipment's."""

    scope, actions, name = MassAction.Scope.ORDERS, ACTIONS, "number"

    def chosen(self, run: MassAction) -> "QuerySet[Any]":
        """Return the orders that a run is over: the ids, those of another run, or all that match its filters."""
        found = lifecycle.chosen_of(run, Order.objects.filter(account=run.account))
        return order_filters.matching(run.filters, run.account) if found is None else found

    def objects(self) -> "QuerySet[Any]":
        """Return orders with what a shipment or an answer needs."""
        return Order.objects.select_related("account").defer("document")

    def count(self, run: MassAction) -> "QuerySet[Any]":
        """Count what will go; for a cancel also what it makes of the rate: beyond the limit all are left out."""
        if run.action != GUARDED:
            return super().count(run)
        run.options.pop("above_limit_hit", None)
        going = plans.classified(self.chosen(run), ACTIONS[run.action], run).filter(cause="")
        outlook = actions.outlook_of(run, going)
        run.options["above_limit_hit"] = outlook.is_above
        found = super().count(run)
        run.plan["outlook"] = {
            "before": str(outlook.before),
            "after": str(outlook.after),
            "limit": str(outlook.limit),
            "orders": outlook.orders,
            "given_up": outlook.given_up,
            "adds": outlook.adds,
            "is_above": outlook.is_above,
        }
        return found

    def renew(self, run: MassAction) -> None:
        """Ask for a consent anew, and let the file's parcels be meant anew."""
        if run.action == GUARDED:
            for given in CONSENT:
                run.options.pop(given, None)  # it was given for the orders of then, and for the rate of then
        for parcel in run.options.get("parcels", {}).values():
            parcel.pop("sequence", None)  # the file's first attempt stands; this one is meant anew

    @transaction.atomic
    def cancel(self, run: MassAction) -> bool:
        """End a run: what nobody has begun to send yet is not sent; what is under way waits for Jet's answer."""
        taken_up = run.items.filter(state=State.WAITING, delivery__isnull=False)

        def begun() -> "QuerySet[Any, Any]":
            withdrawn = _withdraw_answers(taken_up) | _withdraw_shipments(taken_up)
            return taken_up.exclude(object_id__in=withdrawn).values("object_id")

        return lifecycle.cancel(run, begun=begun)


def _withdraw_answers(taken_up: "QuerySet[MassActionItem]") -> set[int]:
    """Take back acknowledgements and rejections that no worker has taken up; return the keys of their orders."""
    boxes = (outboxes.Acknowledgements.name, outboxes.Rejections.name)
    withdrawn = withdraw(outboxes.Answers(), _awaited(taken_up, Acknowledgement, *boxes))
    Acknowledgement.objects.filter(pk__in=withdrawn, next_try_at=None).delete()
    return set(withdrawn)


def _withdraw_shipments(taken_up: "QuerySet[MassActionItem]") -> set[int]:
    """Take back shipments and cancels that no worker has taken up; return the keys of their orders."""
    rows = _awaited(taken_up, Shipment, outboxes.Shipments.name)
    return {each.order_id for each in shipments.withdraw(rows, reason="The mass action was cancelled.")}


def _awaited(taken_up: "QuerySet[MassActionItem]", model: type[Delivery], *boxes: str) -> "QuerySet[Any]":
    """Return the deliveries that items wait for, under the very numbers that they wait for."""
    items = taken_up.filter(box__in=boxes).order_by()
    theirs = items.filter(delivery=OuterRef("pk"), number=OuterRef("number"))
    keys = [key for key in items.values_list("delivery", flat=True) if key is not None]
    return model._default_manager.filter(among("pk", keys)).filter(Exists(theirs))


RUNS = OrderActions()
sketch, draft, plan, again = RUNS.sketch, RUNS.draft, RUNS.plan, RUNS.again
start, pause, resume, cancel = RUNS.start, RUNS.pause, RUNS.resume, RUNS.cancel


def advance(*, client: Client, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Bring mass actions on: list, do, send, settle; each step takes up what is undone. Cancelled ones end.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = RUNS.take_up(heartbeat=heartbeat).add(RUNS.settle_left())
    for account in _waited_for():
        report.add(acknowledgements.acknowledge_orders(client=client, account=account, heartbeat=heartbeat))
        report.add(shipment_answers.send_shipments(client=client, account=account, heartbeat=heartbeat))
    return report.add(RUNS.settle_left())


def _waited_for() -> list[JetAccount]:
    """Return the accounts of runs that wait for an answer."""
    runs = lifecycle.unfinished(MassAction.Scope.ORDERS)
    waiting = {run.account for run in runs if run.items.filter(state=State.WAITING).exists()}
    return sorted(waiting, key=lambda account: account.pk)
