"""Completes returns: the checks of the form, the pending answer with its ledger entries, and the booking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.utils import timezone

from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from jetbridge.core import history, store_days
from jetbridge.core.refusals import FieldProblem, Refused
from jetbridge.core.texts import counted
from jetbridge.inbox import notifications
from jetbridge.outbox.models import Answer as Outcome
from jetbridge.outbox.queue import queue
from orders.shares import share_of_rest
from returns import outboxes
from returns.jet.returns import ReturnDocument
from returns.models import LedgerEntry, ReturnItem, ReturnRequest
from returns.models.amounts import PARTS, Amounts
from returns.services import credit_memos, ledger, privacy
from returns.services.ledger import LedgerRefused

ZERO = Decimal(0)
NOTES_LIMIT = 500


@dataclass(frozen=True)
class LineAnswer:
    """
    What is given back for one line. is_included false leaves the line out of the answer; is_more false refuses more
    money than the units given back carry of what is asked.
    """

    is_included: bool = True
    units_returned: int = 0
    units_refunded: int = 0
    units_restocked: int = 0
    amounts: Amounts = field(default_factory=Amounts)
    feedback: str = ""
    notes: str = ""
    is_more: bool = True


@dataclass(frozen=True)
class Answer:
    """What the merchant answers to a return; lines by the return item's primary key."""

    lines: Mapping[int, LineAnswer]
    agree_to_return_charge: bool = True
    return_charge_feedback: str = ""


class AnswerRefused(Refused):
    """The answer to a return breaks rules; nothing was written."""


class AlreadyAnswered(Exception):
    """The return is answered, or the answer is on its way; the text says when and by whom."""


@transaction.atomic
def queue_completion(*, return_request: ReturnRequest, answer: Answer, user: Person | None = None) -> None:
    """
    Write down the answer to a return with its promises in the ledger, and nudge the job that sends it.

    :raises AlreadyAnswered: another click, tab, person or Jet itself was first
    :raises AnswerRefused: the answer breaks rules, or the ledger allows less; all reasons are named
    """
    row = (
        ReturnRequest.objects.select_related("order")
        .select_for_update(of=("self",))
        .get(pk=return_request.pk)
    )
    _check_open(row)
    items = list(row.items.select_related("order_item"))
    found = problems(items=items, answer=answer)
    if found:
        raise AnswerRefused(found)
    _promise(items, answer)
    row.agree_to_return_charge = answer.agree_to_return_charge
    row.return_charge_feedback = "" if answer.agree_to_return_charge else answer.return_charge_feedback
    row.user, row.sent_at = user, None
    row.save()
    queue(outboxes.Completions(), [row])
    total = sum((line.amounts.total for line in answer.lines.values() if line.is_included), start=ZERO)
    history.record("completion queued", row, message=f"To be sent: ${total:,.2f} back to the buyer.")


def _check_open(row: ReturnRequest) -> None:
    if _is_ours(row):
        since = row.sent_at or row.queued_at
        when = f" at {store_days.text(since, '%H:%M')}" if since else ""
        who = f" by {row.user.get_username()}" if row.user else ""
        done = "being sent" if row.is_pending else "completed"
        raise AlreadyAnswered(f"Return {row} is already {done}{when}{who}.")
    if row.completed_by_jet:  # booked already, though the status may follow a moment later
        raise AlreadyAnswered(f"Return {row} is completed at Jet; this panel has no record of an answer.")
    if row.status != ReturnRequest.Status.CREATED:
        raise AlreadyAnswered(f"Return {row} is {row.get_status_display().lower()} at Jet.")


def problems(*, items: Sequence[ReturnItem], answer: Answer) -> list[FieldProblem]:
    """Return everything that is wrong with an answer, all at once."""
    found = []
    if not answer.agree_to_return_charge and not answer.return_charge_feedback:
        found.append(FieldProblem("return_charge_feedback", "Say why you do not agree to the return charge."))
    if answer.return_charge_feedback not in ("", *ReturnRequest.ChargeFeedback.values):
        found.append(FieldProblem("return_charge_feedback", "Choose one of Jet's reasons."))
    included = [item for item in items if _line(answer, item).is_included]
    if not included:
        found.append(FieldProblem("", "Answer for at least one item."))
    for item in included:
        found += _line_problems(item, _line(answer, item))
    return found


def _line(answer: Answer, item: ReturnItem) -> LineAnswer:
    return answer.lines.get(item.pk, LineAnswer(is_included=False))


def _line_problems(item: ReturnItem, line: LineAnswer) -> list[FieldProblem]:
    found = []
    if item.order_item is None:
        return [FieldProblem("", f"{item.sku}: its order is not in this panel. Fetch the order first.")]
    if not 0 <= line.units_returned <= item.units_requested:
        message = f"{item.sku}: at most {item.units_requested} were sent back."
        found.append(FieldProblem(f"units_returned_{item.pk}", message))
    if not 0 <= line.units_refunded <= line.units_returned:
        message = f"{item.sku}: at most the {line.units_returned} returned can be refunded."
        found.append(FieldProblem(f"units_refunded_{item.pk}", message))
    if not 0 <= line.units_restocked <= line.units_returned:
        message = f"{item.sku}: at most the {line.units_returned} returned can go back to stock."
        found.append(FieldProblem(f"units_restocked_{item.pk}", message))
    asked = asked_of(item)
    for part in PARTS:
        given, limit = getattr(line.amounts, part), getattr(asked, part)
        if not ZERO <= given <= limit:
            message = f"{item.sku}: between $0.00 and the ${limit:,.2f} that is asked for."
            found.append(FieldProblem(f"{part}_{item.pk}", message))
    if not found and not line.is_more:
        found += _share_problems(item, line)
    return found + _word_problems(item, line, asked)


def _share_problems(item: ReturnItem, line: LineAnswer) -> list[FieldProblem]:
    """Money for units that are not given back is asked about, never given by an oversight."""
    carried = share_of(item, line.units_refunded)
    over = next((part for part in PARTS if getattr(line.amounts, part) > getattr(carried, part)), None)
    if over is None:
        return []
    message = (
        f"{item.sku}: {line.units_refunded} of {counted(item.units_requested, 'unit')} carry "
        f"${carried.total:,.2f}, and ${line.amounts.total:,.2f} is given back. Lower the amounts, or say that more "
        "is meant."
    )
    return [FieldProblem(f"{over}_{item.pk}", message)]


def share_of(item: ReturnItem, units: int) -> Amounts:
    """Return what some units of a line carry of what is asked and still there to give."""
    if item.order_item is None:
        return Amounts()
    left, asked = ledger.left_of(item.order_item), asked_of(item)
    rest, offered = asked.least(left.amounts), min(item.units_requested, left.units)
    shares = {
        part: share_of_rest(
            getattr(rest, part),
            units=min(units, offered),
            left=offered,
            paid=getattr(asked, part),
            of=item.units_requested,
        )
        for part in PARTS
    }
    return Amounts(**shares)


def _word_problems(item: ReturnItem, line: LineAnswer, asked: Amounts) -> list[FieldProblem]:
    found = []
    if line.feedback not in ("", *ReturnItem.Feedback.values):
        found.append(FieldProblem(f"feedback_{item.pk}", f"{item.sku}: choose a feedback of Jet's list."))
    if len(line.notes) > NOTES_LIMIT:
        found.append(
            FieldProblem(f"notes_{item.pk}", f"{item.sku}: at most {NOTES_LIMIT} characters of notes.")
        )
    is_less = line.units_refunded < item.units_requested or line.amounts.total < asked.total
    if is_less and not line.feedback:
        message = f"{item.sku}: Jet asks why less is given back than asked for."
        found.append(FieldProblem(f"feedback_{item.pk}", message))
    return found


def asked_of(item: ReturnItem) -> Amounts:
    """Return what the buyer asks for one line."""
    return Amounts(item.asked_principal, item.asked_tax, item.asked_shipping, item.asked_shipping_tax)


def _promise(items: Sequence[ReturnItem], answer: Answer) -> None:
    """Write the answer on the lines and the promises into the ledger; all lines or none."""
    refused = []
    for item in items:
        line = _line(answer, item)
        _write(item, line)
        if not line.is_included or item.order_item is None:
            continue
        try:
            ledger.reserve(
                item=item.order_item, units=line.units_refunded, amounts=line.amounts, return_item=item
            )
        except LedgerRefused as error:
            refused.append(FieldProblem(f"principal_{item.pk}", str(error)))
    if refused:
        raise AnswerRefused(refused)


def _write(item: ReturnItem, line: LineAnswer) -> None:
    item.units_returned = line.units_returned if line.is_included else None
    item.units_refunded = line.units_refunded if line.is_included else None
    item.units_restocked = line.units_restocked if line.is_included else 0
    amounts = line.amounts if line.is_included else Amounts()
    item.principal, item.tax = amounts.principal, amounts.tax
    item.shipping, item.shipping_tax = amounts.shipping, amounts.shipping_tax
    item.feedback, item.notes = line.feedback, line.notes
    item.save()


def book(*, return_request: ReturnRequest) -> None:
    """
    Book our own answer, which Jet has taken: ledger, credit memo, stock. In the caller's transaction.

    The guarded turn to accepted before this is what makes it happen once.
    """
    now = timezone.now()
    entries = _reserved(return_request)
    for entry in entries:
        ledger.book(entry)
    memo = credit_memos.credit(document=return_request, entries=entries, at=now)
    _restock(return_request)
    text = (
        f"Jet took the answer; credit memo {memo} over ${memo.total:,.2f}."
        if memo
        else "Jet took the answer."
    )
    history.record("completed", return_request, message=text)
    if return_request.order:
        history.record("return completed", return_request.order, message=f"Return {return_request}: {text}")


def release(*, return_request: ReturnRequest) -> None:
    """Take the promises of an answer back that Jet refused. In the caller's transaction."""
    for entry in _reserved(return_request):
        ledger.release(entry)


def _reserved(return_request: ReturnRequest) -> list[LedgerEntry]:
    rows = LedgerEntry.objects.filter(return_item__return_request=return_request)
    return list(rows.filter(state=LedgerEntry.State.RESERVED).order_by("return_item__position"))


def _restock(return_request: ReturnRequest) -> None:
    items = return_request.items.filter(units_restocked__gt=0, order_item__product__isnull=False)
    lines = [
        StockLine(item.jet_order_item_id, item.order_item.product_id, item.sku, item.units_restocked)
        for item in items.select_related("order_item")
        if item.order_item and item.order_item.product_id
    ]
    stock.restock(document=f"return {return_request.jet_id}", lines=lines)


def is_answered_elsewhere(return_request: ReturnRequest, status: str) -> bool:
    """Return whether a return left `created` without an answer of ours, known or on its way."""
    is_open = status == ReturnRequest.Status.CREATED
    return not (is_open or _is_ours(return_request) or return_request.completed_by_jet)


def _is_ours(row: ReturnRequest) -> bool:
    """Return whether an answer of ours was taken or is on its way."""
    return row.is_pending or row.answer == Outcome.ACCEPTED


@transaction.atomic
def book_elsewhere(*, return_request: ReturnRequest, document: ReturnDocument) -> None:
    """Book what Jet, or somebody outside this panel, gave back; it happened, so the memo is made in any case."""
    # A person may have answered since the row was read: what is on its way ends first.
    unanswered = ReturnRequest.objects.filter(
        pk=return_request.pk, completed_by_jet=False, next_try_at=None
    ).exclude(answer=Outcome.ACCEPTED)
    taken_over = {
        "agree_to_return_charge": document.agree_to_return_charge,
        "return_charge_feedback": document.return_charge_feedback[:30],
    }
    if not unanswered.update(completed_by_jet=True, **taken_over):
        return
    given = {item.order_item_id: item for item in document.given}
    entries, problems_found = [], []
    for item in return_request.items.select_related("order_item"):
        answered = given.get(item.jet_order_item_id)
        if answered is None or item.order_item is None:
            continue
        line = LineAnswer(
            units_returned=min(answered.units_returned, item.units_requested),
            units_refunded=min(answered.units_refunded, answered.units_returned, item.units_requested),
            amounts=answered.amounts,
            notes=privacy.fit_text(return_request.order, answered.notes[:500]),
        )
        _write(item, line)
        earlier = ledger.earlier(item.order_item)
        entry, is_beyond = ledger.record_elsewhere(
            item=item.order_item, units=line.units_refunded, amounts=line.amounts, return_item=item
        )
        if is_beyond:
            problems_found.append(f"{item.sku}: ${line.amounts.total:,.2f} on top of what was due. {earlier}")
        entries.append(entry)
    credit_memos.credit(document=return_request, entries=entries, at=timezone.now())
    history.record("completed at Jet", return_request, message="This panel has no record of an answer.")
    given_back = sum((getattr(entry, part) for entry in entries for part in PARTS), start=ZERO)
    _notify(return_request, given_back, problems_found)


def _notify(return_request: ReturnRequest, given: Decimal, problems_found: Sequence[str]) -> None:
    text = f"${given:,.2f} went back to the buyer; this panel has no record of an answer."
    if problems_found:
        text = "More went back to the buyer than was paid: " + " ".join(problems_found)
    notifications.notify(
        "returns.by_jet",
        key=return_request.jet_id,
        title=f"Return {return_request} was completed at Jet",
        text=text,
        about=return_request,
        severity="error" if problems_found else "warning",
        mail=True,
    )
