"""Mass actions on orders: the plan, then each order in a transaction of its own, settled by Jet's answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, Unpack

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import QuerySet

from jetbridge.core import history
from jetbridge.core.jet.client import Client
from jetbridge.core.reports import NO_ITEMS_FAULT, Report, left_as_it_is
from jetbridge.mass_actions import lifecycle, plans
from jetbridge.mass_actions.lifecycle import Chosen
from jetbridge.mass_actions.models import BulkRun, BulkRunItem
from jetbridge.mass_actions.plans import Rows
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import withdraw
from orders import filters as order_filters
from orders import outboxes
from orders.mass_actions import actions
from orders.mass_actions.actions import ACTIONS, CONSENT, GUARDED, Refused
from orders.models import Acknowledgement, Order, Shipment
from orders.outboxes import ANSWER, SHIPMENT
from orders.services import acknowledgements, shipment_answers

Beat = Callable[[], None]
State = BulkRunItem.State
Outcome: TypeAlias = "tuple[BulkRunItem.State, str]"
# Items taken up between two looks at whether the run still goes on.
CHUNK = 50

start = lifecycle.start
pause = lifecycle.pause
resume = lifecycle.resume


def sketch(*, action: str, **chosen: Unpack[Chosen]) -> BulkRun:
    """Return a mass action with its plan, not yet written down."""
    return plan(lifecycle.sketch(scope=BulkRun.Scope.ORDERS, action=ACTIONS[action].code, **chosen))


def draft(*, action: str, **chosen: Unpack[Chosen]) -> BulkRun:
    """Write down a mass action and its plan; nothing happens before `start`."""
    run = sketch(action=action, **chosen)
    run.save()
    return run


def plan(run: BulkRun) -> BulkRun:
    """Count what will go and what will not; for a cancel also what it makes of the cancellation rate."""
    action, rows = ACTIONS[run.action], chosen(run)
    if action.code == GUARDED:
        run.options.pop("above_limit_hit", None)
        outlook = actions.look_ahead(run, plans.classified(rows, action, run).filter(cause=""))
        run.options["above_limit_hit"] = outlook.is_above
        plans.plan(run, rows, action)
        run.plan["outlook"] = {
            "before": str(outlook.before),
            "after": str(outlook.after),
            "limit": str(outlook.limit),
            "orders": outlook.orders,
            "given_up": outlook.given_up,
            "adds": outlook.adds,
            "is_above": outlook.is_above,
        }
    else:
        plans.plan(run, rows, action)
    if run.pk:
        run.save(update_fields=["plan", "chosen", "options"])
    return run


def chosen(run: BulkRun) -> "QuerySet[Order]":
    """Return the orders that a run is over: the ids, those of another run, or all that match its filters."""
    mine = Order.objects.filter(account=run.account)
    found = lifecycle.chosen_of(run, mine)
    return order_filters.matching(run.filters, run.account) if found is None else found


def again(run: BulkRun, *, action: str = "", states: Sequence[str], by: Person | None = None) -> BulkRun:
    """Draft a run over the orders of another that ended so, once more; a cancel needs a consent of its own."""
    fresh = lifecycle.again(run, action=action, states=states, by=by)
    if fresh.action == GUARDED:
        for given in CONSENT:
            fresh.options.pop(given, None)  # it was given for the orders of then, and for the rate of then
    for parcel in fresh.options.get("parcels", {}).values():
        parcel.pop("sequence", None)  # the file's first attempt stands; this one is meant anew
    return plan(fresh)


@transaction.atomic
def cancel(run: BulkRun) -> bool:
    """End a run: what nobody has begun to send yet is not sent; what is under way waits for Jet's answer."""
    taken_up = run.items.filter(state=State.WAITING).exclude(code="")

    def begun() -> "QuerySet[Any, Any]":
        waiting = list(taken_up.values_list("object_id", "code"))
        withdrawn = _withdraw_answers(waiting) | _withdraw_shipments(waiting)
        return taken_up.exclude(object_id__in=withdrawn).values("object_id")

    return lifecycle.cancel(run, begun=begun)


def _withdraw_answers(waiting: Sequence[tuple[int, str]]) -> set[int]:
    """Take back acknowledgements that no worker has taken up; return whose."""
    withdrawn = withdraw(outboxes.Answers(), [pk for pk, code in waiting if code == ANSWER])
    Acknowledgement.objects.filter(pk__in=withdrawn, next_try_at=None).delete()
    return set(withdrawn)


def _withdraw_shipments(waiting: Sequence[tuple[int, str]]) -> set[int]:
    """Take back shipments and cancels that no worker has taken up; return whose."""
    withdrawn = set()
    for pk, code in waiting:
        if code.startswith(SHIPMENT) and _withdraw(pk, int(code[len(SHIPMENT) :])):
            withdrawn.add(pk)
    return withdrawn


def _withdraw(order_id: int, sequence: int) -> bool:
    """Take one shipment back unless a worker was quicker; a row that nobody sends any more is deleted."""
    found = Shipment.objects.filter(order_id=order_id, sequence=sequence)
    withdrawn = withdraw(outboxes.Shipments(), found)
    for shipment in Shipment.objects.filter(pk__in=withdrawn).select_related("order"):
        history.record("withdrawn", shipment.order, message="The mass action was cancelled.")
        shipment.delete()
    return bool(withdrawn)


def advance(*, client: Client, beat: Beat = lambda: None) -> Report:
    """
    Bring mass actions on: list, do, send, settle; each step takes up what is undone. Cancelled ones end.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = Report()
    for run in lifecycle.unfinished(BulkRun.Scope.ORDERS):
        with lifecycle.isolated(run, report):
            _advance_one(run, client, beat, report)
    return report


def _advance_one(run: BulkRun, client: Client, beat: Beat, report: Report) -> None:
    action = ACTIONS[run.action]
    plans.expand(run, action, Rows(chosen(run), Order.objects.all(), "number"), beat=beat)
    while _take_up(run, report):
        beat()
    report.add(settle(run))
    if run.items.filter(state=State.WAITING).exists():
        answered = acknowledgements.acknowledge_orders(client=client, account=run.account, heartbeat=beat)
        sent = shipment_answers.send_shipments(client=client, account=run.account, heartbeat=beat)
        report.add(answered).add(sent).add(settle(run))
    lifecycle.finish_if_done(run.pk)


def _take_up(run: BulkRun, report: Report) -> bool:
    """Do the deed to the next orders; tell whether there may be more."""
    fresh = run.items.filter(state=State.WAITING, code="", object_id__lte=run.cursor)
    items = list(fresh.order_by("object_id")[:CHUNK])
    orders = (
        Order.objects.select_related("account").defer("document").in_bulk([item.object_id for item in items])
    )
    for item in items:
        if not _do(run, item, orders.get(item.object_id), report):
            return False
    return len(items) == CHUNK


@transaction.atomic
def _do(run: BulkRun, item: BulkRunItem, order: Order | None, report: Report) -> bool:
    """Do the deed to one order and write down what is waited for, both or neither; False: the run was stopped."""
    if not lifecycle.hold(run):
        return False
    if order is None:
        lifecycle.settle(
            run.pk, [item.object_id], State.SKIPPED, code="gone", reason="It does not exist any more."
        )
        return True
    try:
        with transaction.atomic():
            code = actions.carry_out(run, order)
    except Refused as error:
        lifecycle.settle(run.pk, [item.object_id], State.FAILED, code="refused", reason=str(error))
        return True
    except NO_ITEMS_FAULT:
        raise
    except Exception as error:
        reason = left_as_it_is(item.reference, error)
        lifecycle.settle(run.pk, [item.object_id], State.FAILED, code="error", reason=reason)
        report.fail(item.reference, reason)
        return True
    if code:
        run.items.filter(pk=item.pk).update(code=code)
    else:
        lifecycle.settle(run.pk, [item.object_id], State.DONE, code="done")
    return True


def settle(run: BulkRun) -> Report:
    """Give the orders of a run that Jet has answered their outcome; a fixed number of questions a chunk."""
    report, last = Report(), 0
    while items := list(
        run.items.filter(state=State.WAITING, object_id__gt=last)
        .exclude(code="")
        .order_by("object_id")[:CHUNK]
    ):
        last = items[-1].object_id
        keys = [item.object_id for item in items]
        orders = Order.objects.select_related("acknowledgement").defer("document").in_bulk(keys)
        sent = {(each.order_id, each.sequence): each for each in Shipment.objects.filter(order__in=keys)}
        for item in items:
            _settle(run, item, orders.get(item.object_id), sent, report)
    return report


def _settle(
    run: BulkRun,
    item: BulkRunItem,
    order: Order | None,
    sent: Mapping[tuple[int, int], Shipment],
    report: Report,
) -> None:
    if order is None:
        outcome: Outcome | None = (State.FAILED, "It does not exist any more.")
    elif item.code == ANSWER:
        outcome = _answered(order)
    else:
        outcome = _sent(sent.get((order.pk, int(item.code[len(SHIPMENT) :]))))
    if outcome is None:
        return
    state, reason = outcome
    if not lifecycle.settle(run.pk, [item.object_id], state, code=item.code, reason=reason):
        return
    if state == State.DONE:
        report.done += 1
    else:
        report.fail(item.reference, reason)


def _answered(order: Order) -> "Outcome | None":
    if order.is_being_answered:
        return None
    row: Acknowledgement | None = getattr(order, "acknowledgement", None)
    if row is not None and row.answer == Answer.REJECTED:
        return State.FAILED, f"Jet: {' '.join(map(str, row.errors))}"
    if row is None or order.status in Order.UNANSWERED:
        return State.FAILED, "The answer was withdrawn."
    return State.DONE, acknowledgements.done_words(row.status)


def _sent(shipment: Shipment | None) -> "Outcome | None":
    if shipment is None:
        return State.FAILED, "The shipment was withdrawn."
    if not shipment.is_settled:
        return None
    if shipment.answer == Answer.REJECTED:
        return State.FAILED, f"Jet: {' '.join(map(str, shipment.errors))}"
    return State.DONE, shipment_answers.done_words(shipment)
