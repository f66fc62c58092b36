"""Returns and refunds: what buyers sent back, what they are given; complete a return, refund units of an order."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from jetbridge.api import lists, problems
from jetbridge.api.gate import reads, writes
from jetbridge.api.lists import Syncing
from jetbridge.api.shapes import Given, GivenCents, Money, Page, Queued, Sku, Units, money
from jetbridge.core import configuration
from returns import selectors
from returns.forms.completions import first_answer
from returns.models import Refund, RefundItem, ReturnItem, ReturnRequest
from returns.models.amounts import PARTS, Amounts
from returns.refund_reasons import FEEDBACK, REASONS
from returns.services import completions, ledger, refunds
from returns.services.completions import AlreadyAnswered, Answer, LineAnswer
from returns.services.refunds import AlreadyQueued, RefundDraft, RefundLineDraft

router = Router(tags=["returns"])

SEE_RETURNS, SEE_REFUNDS = "returns.view_returnrequest", "returns.view_refund"
Feedback = Annotated[str, Field(max_length=60)]

problems.stands_for(problems.already, AlreadyAnswered, AlreadyQueued)


class AmountsOut(Schema):
    """An amount by its parts."""

    principal: Money
    tax: Money
    shipping: Money
    shipping_tax: Money


class ReturnLine(Schema):
    """One SKU of a return: what is asked, and what was given back."""

    item: str
    sku: str
    reason: str
    requested: int
    asked: AmountsOut
    returned: int | None
    refunded: int | None
    restocked: int
    given: AmountsOut
    feedback: str


class ReturnOut(Schema):
    """What a buyer sends back: `complete_by` (UTC) is when Jet completes it for you."""

    id: str
    reference: str
    order: str | None
    status: str
    jet_status: str
    state: str
    complete_by: datetime | None
    items: list[ReturnLine]
    errors: list[str]
    changed_at: datetime


class RefundLine(Schema):
    """Units of a SKU that are paid back, why, and the amounts of it, in dollars."""

    sku: str
    refunded: int
    reason: str
    given: AmountsOut


class RefundOut(Schema):
    """Money given back without a return; `jet_id` is empty until Jet took it, `total` is in dollars."""

    id: str
    jet_id: str
    order: str
    status: str
    state: str
    items: list[RefundLine]
    total: Money
    errors: list[str]
    changed_at: datetime


class AmountsIn(Given):
    """Amounts by part; a part that is not said is as the units carry it."""

    principal: GivenCents | None = None
    tax: GivenCents | None = None
    shipping: GivenCents | None = None
    shipping_tax: GivenCents | None = None


class CompleteLine(Given):
    """What is given back of one item; what is not said is as the page offers it."""

    item: Annotated[str, Field(max_length=64)]
    returned: Units | None = None
    refunded: Units | None = None
    restocked: Units = 0
    amounts: AmountsIn = AmountsIn()
    more: bool = Field(False, description="More money than the refunded units carry is meant.")
    feedback: Feedback = ""
    notes: Annotated[str, Field(max_length=500)] = ""


class Complete(Given):
    """The answer to a return; without items all that is asked and still due is given back."""

    agree: bool = True
    feedback: Feedback = Field("", description="Why you do not agree to the return charge.")
    items: list[CompleteLine] | None = Field(None, max_length=1000)


class RefundPart(Given):
    """Units of one SKU, at what was paid for them unless amounts say otherwise."""

    sku: Sku
    quantity: Units
    amounts: AmountsIn = AmountsIn()
    reason: Annotated[str, Field(max_length=100, description=f"One of: {'; '.join(REASONS)}.")]
    feedback: Annotated[str, Field(max_length=60)] = ""
    notes: Annotated[str, Field(max_length=500)] = ""


class RefundIn(Given):
    """A refund; `id` is yours, and never pays twice."""

    order: Annotated[str, Field(min_length=1, max_length=64)]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{4,64}$")] | None = None
    items: Annotated[list[RefundPart], Field(min_length=1, max_length=1000)]


class ReturnQuery(Syncing):
    """All returns, or those of one status."""

    status: str = Field("", max_length=20)


@reads(router, "/returns", permission=SEE_RETURNS, response=Page[ReturnOut], summary="List returns")
def returns(request: HttpRequest, asked: Annotated[ReturnQuery, Query()]) -> dict[str, Any]:
    """Returns of the account that is switched on, newest first, or those that changed since."""
    rows = ReturnRequest.objects.filter(account=configuration.active_account())
    rows = rows.filter(status=asked.status) if asked.status else rows
    rows = rows.select_related("order").prefetch_related("items").defer("document", "order__document")
    return lists.page(rows, asked, changed="updated_at", show=_return)


@reads(router, "/returns/{path:id}", permission=SEE_RETURNS, response=ReturnOut, summary="One return")
def one_return(request: HttpRequest, id: str) -> dict[str, Any]:
    """One return by Jet's id or its reference."""
    return _return(_find(id))


@writes(
    router,
    "POST",
    "/returns/{path:id}/complete",
    permission="returns.complete_return",
    response=Queued,
    status=202,
)
def complete(request: HttpRequest, id: str, body: Complete) -> dict[str, Any]:
    """Queue the answer to a return; money beyond what the units carry asks for `more`."""
    found = _find(id)
    given = {line.item: line for line in body.items or ()}
    items = {item.jet_order_item_id: item for item in found.items.all()}
    if strange := sorted(given.keys() - items.keys()):
        raise problems.invalid("items", f"The return has no item {strange[0]}.", "unknown_item")
    answered = {
        item.pk: _answered(item, given.get(name))
        if body.items is None or name in given
        else LineAnswer(False)
        for name, item in items.items()
    }
    answer = Answer(answered, body.agree, "" if body.agree else body.feedback)
    completions.queue_completion(return_request=found, answer=answer, user=request.user)  # type: ignore[arg-type]
    found.refresh_from_db()
    return {"id": found.jet_id, "state": found.state}


@reads(router, "/refunds", permission=SEE_REFUNDS, response=Page[RefundOut], summary="List refunds")
def refund_list(request: HttpRequest, asked: Annotated[Syncing, Query()]) -> dict[str, Any]:
    """Refunds of the account that is switched on, newest first, or those that changed since."""
    lines = RefundItem.objects.select_related("order_item")
    rows = Refund.objects.filter(account=configuration.active_account()).select_related("order")
    rows = rows.prefetch_related(Prefetch("items", queryset=lines)).defer("document", "order__document")
    return lists.page(rows, asked, changed="updated_at", show=_refund)


@writes(
    router,
    "POST",
    "/refunds",
    permission="returns.refund",
    response=Queued,
    status=202,
    summary="Refund units",
)
def refund(request: HttpRequest, body: RefundIn) -> dict[str, Any]:
    """Queue a refund of what was paid for some units, as far as the ledger allows."""
    order = selectors.find_order(configuration.active_account(), body.order)
    if order is None:
        raise problems.not_found("order", body.order)
    lines = {item.sku: item for item in selectors.order_lines(order)}
    draft = {}
    for part in body.items:
        if part.sku not in lines:
            raise problems.invalid("items", f"The order has no SKU {part.sku}.", "unknown_sku")
        if part.reason not in REASONS or part.feedback not in ("", *FEEDBACK):
            raise problems.invalid("reason", "Choose reason and feedback from Jet's lists.", "unknown_reason")
        item = lines[part.sku]
        draft[item.pk] = RefundLineDraft(
            units_returned=part.quantity,
            units_refunded=part.quantity,
            amounts=_given(
                refunds.paid_for(item, part.quantity).least(ledger.left_of(item).amounts), part.amounts
            ),
            reason=part.reason,
            feedback=part.feedback,
            notes=part.notes,
        )
    queued = refunds.queue_refund(
        order=order,
        draft=RefundDraft(body.id or refunds.new_alt_id(), draft),
        user=request.user,  # type: ignore[arg-type]
    )
    queued.refresh_from_db()
    return {"id": queued.alt_refund_id, "state": queued.state}


def _find(name: str) -> ReturnRequest:
    rows = ReturnRequest.objects.filter(account=configuration.active_account())
    keys = list(rows.filter(jet_id=name).values_list("pk", flat=True))
    keys = keys or list(rows.filter(reference_number=name).order_by("-pk").values_list("pk", flat=True)[:1])
    if not name or not keys:
        raise problems.not_found("return", name)
    return selectors.return_page(keys[0]).get()


def _answered(item: ReturnItem, line: CompleteLine | None) -> LineAnswer:
    """Return what is given back of a line: what the page offers, and otherwise where the request says so."""
    offered = replace(first_answer(item), is_more=False)
    if line is None:
        return offered
    returned = offered.units_returned if line.returned is None else line.returned
    refunded = min(offered.units_refunded, returned) if line.refunded is None else line.refunded
    amounts = offered.amounts
    if refunded != offered.units_refunded:
        amounts = completions.share_of(item, refunded)
    return replace(
        offered,
        units_returned=returned,
        units_refunded=refunded,
        units_restocked=line.restocked,
        amounts=_given(amounts, line.amounts),
        feedback=line.feedback,
        notes=line.notes or offered.notes,
        is_more=line.more,
    )


def _given(offered: Amounts, said: AmountsIn) -> Amounts:
    """Return the amounts that a request says, and what is offered for the parts that it leaves out."""
    return replace(offered, **{part: Decimal(text) for part, text in said if text is not None})


def _return(row: ReturnRequest) -> dict[str, Any]:
    return {
        "id": row.jet_id,
        "reference": row.reference_number,
        "order": row.order.number if row.order else None,
        "status": row.status,
        "jet_status": row.jet_status,
        "state": row.state,
        "complete_by": row.complete_by,
        "items": [_return_line(item) for item in row.items.all()],
        "errors": [str(error) for error in row.errors],
        "changed_at": row.updated_at,
    }


def _return_line(item: ReturnItem) -> dict[str, Any]:
    return {
        "item": item.jet_order_item_id,
        "sku": item.sku,
        "reason": item.reason,
        "requested": item.units_requested,
        "asked": _amounts(completions.asked_of(item)),
        "returned": item.units_returned,
        "refunded": item.units_refunded,
        "restocked": item.units_restocked,
        "given": _amounts(item),
        "feedback": item.feedback,
    }


def _refund(row: Refund) -> dict[str, Any]:
    lines = list(row.items.all())
    return {
        "id": row.alt_refund_id,
        "jet_id": row.jet_id,
        "order": str(row.order),
        "status": row.status,
        "state": row.state,
        "items": [
            {
                "sku": line.order_item.sku,
                "refunded": line.units_refunded,
                "reason": line.reason,
                "given": _amounts(line),
            }
            for line in lines
        ],
        "total": money(sum((_sum(line).total for line in lines), start=Decimal(0))),
        "errors": [str(error) for error in row.errors],
        "changed_at": row.updated_at,
    }


def _sum(line: Any) -> Amounts:
    return Amounts(*(getattr(line, part) for part in PARTS))


def _amounts(given: Any) -> dict[str, Any]:
    return {part: money(getattr(given, part)) for part in PARTS}
