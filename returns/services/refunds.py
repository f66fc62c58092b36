"""Queues refunds: the limits of the form, and the pending document with its ledger entries in one transaction."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User as Person
from django.db import IntegrityError, transaction
from django.utils import timezone

from jetbridge.core import history, store_days
from jetbridge.core.refusals import FieldProblem, Refused
from jetbridge.core.texts import counted
from jetbridge.outbox.models import LEFT, REFUSED
from jetbridge.outbox.queue import queue, withdraw
from orders.models import Order, OrderItem
from orders.shares import share_of_rest
from returns import outboxes, selectors
from returns.models import LedgerEntry, Refund, RefundItem
from returns.models.amounts import PARTS, Amounts
from returns.refund_reasons import FEEDBACK, REASONS
from returns.services import ledger
from returns.services.ledger import ZERO, LedgerRefused, Left

_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
NOTES_LIMIT = 500
# Jet takes no refund of what left longer ago.
WINDOW = timedelta(days=30)
WINDOW_NEAR = timedelta(days=7)


@dataclass(frozen=True)
class RefundLineDraft:
    """What is paid back for one line. seen: what was still available when the person looked."""

    units_returned: int = 0
    units_refunded: int = 0
    amounts: Amounts = field(default_factory=Amounts)
    reason: str = ""
    feedback: str = ""
    notes: str = ""
    seen: Left | None = None


@dataclass(frozen=True)
class RefundDraft:
    """A refund as a person asked for it; lines by the order line's primary key. One id is one refund, ever."""

    alt_refund_id: str
    lines: Mapping[int, RefundLineDraft]


class RefundRefused(Refused):
    """The draft of a refund breaks rules; nothing was written."""


class AlreadyQueued(Exception):
    """This very refund was queued before; the text says when and by whom."""

    def __init__(self, refund: Refund) -> None:
        moment = f" at {store_days.text(refund.queued_at, '%H:%M')}" if refund.queued_at else ""
        who = f" by {refund.user.get_username()}" if refund.user else ""
        super().__init__(f"Refund {refund} was asked for already{moment}{who}; nothing is paid twice.")
        self.refund = refund


class NotRefused(Exception):
    """Only a refund that Jet refused, and that nobody closed, can be closed."""


class AlreadySent(Exception):
    """The refund is at Jet, or on its way, so it cannot be deleted."""


@dataclass(frozen=True)
class Window:
    """Until when Jet takes refunds of an order, and how near that is."""

    until: datetime
    is_over: bool
    is_near: bool


def window_of(order: Order, now: datetime) -> Window | None:
    """Return how long Jet still takes refunds of an order; None before anything was shipped."""
    shipped_at = selectors.last_shipped_at(order)
    if shipped_at is None:
        return None
    until = shipped_at + WINDOW
    return Window(until, is_over=until <= now, is_near=now < until <= now + WINDOW_NEAR)


def new_alt_id() -> str:
    """Make the merchant's id of a refund, before the form is shown: a second click brings the same id."""
    return f"RF{timezone.now():%y%m%d}-{secrets.token_hex(4)}"


def queue_refund(*, order: Order, draft: RefundDraft, user: Person | None = None) -> Refund:
    """
    Write down a refund with its promises in the ledger, and nudge the job that sends it.

    :raises AlreadyQueued: another click, tab or person was first with this id
    :raises RefundRefused: the draft breaks rules, or the ledger allows less; all reasons are named
    """
    if not _ID.fullmatch(draft.alt_refund_id):
        raise RefundRefused([FieldProblem("", "The refund's own ID is not usable. Open the page again.")])
    try:
        with transaction.atomic():
            return _queue(order, draft, user)
    except IntegrityError:  # another order's refund took the id in this instant
        earlier = Refund.objects.select_related("user").filter(alt_refund_id=draft.alt_refund_id).first()
        if earlier is None:
            raise
        raise AlreadyQueued(earlier) from None


def _queue(order: Order, draft: RefundDraft, user: Person | None) -> Refund:
    locked = Order.objects.select_for_update().get(pk=order.pk)
    earlier = Refund.objects.select_related("user").filter(alt_refund_id=draft.alt_refund_id).first()
    if earlier:
        raise AlreadyQueued(earlier)
    items = {item.pk: item for item in OrderItem.objects.filter(order=locked).select_related("ledger")}
    found = problems(items=items, draft=draft)
    if found:
        raise RefundRefused(found)
    refund = Refund.objects.create(
        account_id=locked.account_id,
        order=locked,
        alt_refund_id=draft.alt_refund_id,
        user=user,
        is_demo=locked.is_demo,
    )
    _promise(refund, items, draft)
    total = sum((line.amounts.total for line in draft.lines.values()), start=ZERO)
    history.record("refund queued", refund, message=f"To be sent: ${total:,.2f} back to the buyer.")
    history.record("refund queued", locked, message=f"Refund {refund}: ${total:,.2f} back to the buyer.")
    queue(outboxes.Refunds(), [refund])
    return refund


def _promise(refund: Refund, items: Mapping[int, OrderItem], draft: RefundDraft) -> None:
    """Write the lines and their promises; all or none."""
    refused = []
    for pk, line in draft.lines.items():
        row = RefundItem.objects.create(
            refund=refund,
            order_item=items[pk],
            units_returned=line.units_returned,
            units_refunded=line.units_refunded,
            reason=line.reason,
            feedback=line.feedback,
            notes=line.notes,
            **vars(line.amounts),
        )
        try:
            ledger.reserve(item=items[pk], units=line.units_refunded, amounts=line.amounts, refund_item=row)
        except LedgerRefused as error:
            refused.append(FieldProblem(f"units_refunded_{pk}", str(error)))
    if refused:
        raise RefundRefused(refused)


def problems(*, items: Mapping[int, OrderItem], draft: RefundDraft) -> list[FieldProblem]:
    """Return everything that is wrong with a draft, all at once."""
    if not draft.lines:
        return [FieldProblem("", "Add at least one item.")]
    found = []
    for pk, line in draft.lines.items():
        item = items.get(pk)
        if item is None:
            found.append(FieldProblem("", "An item is not of this order. Open the page again."))
            continue
        left = ledger.left_of(item)
        if line.seen is not None and line.seen != left:
            found.append(FieldProblem("", _changed(item)))
            continue
        found += _unit_problems(item, line, left)
        found += _amount_problems(item, line, left)
        found += _word_problems(item, line, left)
    return found


def _changed(item: OrderItem) -> str:
    text = f"{item.sku}: what may be given back changed since this page was opened. {ledger.earlier(item)}"
    return f"{text.strip()} Look at the numbers again before you submit."


def _unit_problems(item: OrderItem, line: RefundLineDraft, left: Left) -> list[FieldProblem]:
    found = []
    if not 1 <= line.units_returned <= item.units_shipped:
        message = f"{item.sku}: between 1 and the {item.units_shipped} shipped can be returned."
        found.append(FieldProblem(f"units_returned_{item.pk}", message))
    if not 1 <= line.units_refunded <= line.units_returned:
        message = f"{item.sku}: between 1 and the {line.units_returned} returned can be refunded."
        found.append(FieldProblem(f"units_refunded_{item.pk}", message))
    elif line.units_refunded > left.units:
        message = f"{item.sku}: {counted(left.units, 'unit')} left to refund. {ledger.earlier(item)}".strip()
        found.append(FieldProblem(f"units_refunded_{item.pk}", message))
    return found


def _amount_problems(item: OrderItem, line: RefundLineDraft, left: Left) -> list[FieldProblem]:
    found = []
    for part in PARTS:
        given, limit = getattr(line.amounts, part), getattr(left.amounts, part)
        if not ZERO <= given <= limit:
            message = f"{item.sku}: between $0.00 and the ${limit:,.2f} that is left. {ledger.earlier(item)}"
            found.append(FieldProblem(f"{part}_{item.pk}", message.strip()))
    if line.amounts.total <= ZERO:
        found.append(FieldProblem(f"principal_{item.pk}", f"{item.sku}: nothing would be paid back."))
    return found


def _word_problems(item: OrderItem, line: RefundLineDraft, left: Left) -> list[FieldProblem]:
    found = []
    if line.reason not in REASONS:
        found.append(FieldProblem(f"reason_{item.pk}", f"{item.sku}: choose the customer's reason."))
    if line.feedback and line.feedback not in FEEDBACK:
        found.append(FieldProblem(f"feedback_{item.pk}", f"{item.sku}: choose a feedback of Jet's list."))
    if len(line.notes) > NOTES_LIMIT:
        found.append(FieldProblem(f"notes_{item.pk}", f"{item.sku}: at most {NOTES_LIMIT} characters."))
    is_less = line.amounts.total < paid_for(item, line.units_returned).least(left.amounts).total
    if not line.feedback and (is_less or line.units_refunded < line.units_returned):
        message = f"{item.sku}: Jet asks why less is given back than was paid."
        found.append(FieldProblem(f"feedback_{item.pk}", message))
    return found


def paid_for(item: OrderItem, units: int) -> Amounts:
    """Return what the buyer paid for some of a line's units that were not given back yet."""
    left, paid = ledger.left_of(item), ledger.paid_of(item)
    shares = {
        part: share_of_rest(
            getattr(left.amounts, part),
            units=units,
            left=left.units,
            paid=getattr(paid, part),
            of=item.units_shipped,
        )
        for part in PARTS
    }
    return Amounts(**shares)


def delete_unsent(*, refund: Refund) -> None:
    """
    Delete a refund that no worker has taken up yet, and free what it promised.

    :raises AlreadySent: a worker was first
    """
    with transaction.atomic():
        if not withdraw(outboxes.Refunds(), [refund]):
            raise AlreadySent(f"Refund {refund} was sent to Jet already; it can no longer be deleted.")
        for entry in reserved(refund):
            ledger.release(entry)
        LedgerEntry.objects.filter(refund_item__refund=refund).delete()
        history.record(
            "refund deleted", refund.order, message=f"Refund {refund} was deleted before it was sent."
        )
        Refund.objects.filter(pk=refund.pk).delete()


@transaction.atomic
def close(*, refund: Refund) -> None:
    """
    Note that nothing more is paid after Jet's refusal: it no longer waits for a person.

    :raises NotRefused: Jet did not refuse it, or somebody closed it before
    """
    rows = Refund.objects.filter(REFUSED, LEFT, pk=refund.pk, closed_at=None)
    if not rows.update(closed_at=timezone.now()):
        raise NotRefused(f"Refund {refund} is not one that was refused and waits for a person.")
    message = f"Closed: nothing more is paid for refused refund {refund}."
    for each in (refund, refund.order):
        history.record("refund closed", each, message=message)


def reserved(refund: Refund) -> list[LedgerEntry]:
    """Return the promises of a refund that are neither booked nor released."""
    rows = LedgerEntry.objects.filter(refund_item__refund=refund, state=LedgerEntry.State.RESERVED)
    return list(rows.order_by("order_item__position"))
