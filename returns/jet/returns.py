"""Returns at Jet: which are open, one as Jet holds it, and the merchant's answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from jetapi.http.settlements import Settled
from jetapi.types import returns as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
from orders.jet.orders import LISTED
from returns.models.amounts import Amounts

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """What the buyer asks to give back of one order line."""

    order_item_id: str
    sku: str = ""
    title: str = ""
    reason: str = ""
    units: int = 0
    amounts: Amounts = field(default_factory=Amounts)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What is given back for one order line, as Jet holds it or to be sent; amounts are the line's totals."""

    order_item_id: str
    units_returned: int
    units_refunded: int
    amounts: Amounts
    feedback: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The merchant's answer to a return."""

    order_id: str
    lines: tuple[ReturnLine, ...]
    agree_to_return_charge: bool = True
    return_charge_feedback: str = ""


@dataclass(frozen=True, slots=True)
class ReturnDocument:
    """A return as Jet holds it; `given` is what was answered, `raw` Jet's document as it came."""

    jet_id: str
    status: str
    order_id: str
    reference_number: str
    reference_order_id: str
    opened_at: datetime | None
    completed_at: datetime | None
    refund_without_return: bool
    return_charge: Decimal
    agree_to_return_charge: bool | None
    return_charge_feedback: str
    shipping_carrier: str
    tracking_number: str
    asked: tuple[RequestedLine, ...]
    given: tuple[ReturnLine, ...]
    raw: Mapping[str, object] = field(repr=False)

    @property
    def is_created(self) -> bool:
        """Whether it waits for an answer; a return that does not was answered, by us or not."""
        return self.status.lower() == theirs.ReturnStatus.CREATED

    @property
    def is_completed(self) -> bool:
        """Whether Jet has paid."""
        return self.status.lower().startswith("completed")


def unfinished_ids(client: Client) -> list[str]:
    """
    List the returns that wait for an answer or for Jet to pay.

    :raises JetFailure: no answer, or a refusal
    """
    returns = speaking(client).returns
    with our_errors():
        return returns.list(theirs.ReturnStatus.CREATED) + returns.list(theirs.ReturnStatus.IN_PROGRESS)


def all_ids(client: Client) -> tuple[list[str], list[str]]:
    """List whatever Jet lists in each status; and which lists were full, in words."""
    found, full, returns = list[str](), list[str](), speaking(client).returns
    with our_errors():
        for status in theirs.ReturnStatus:
            listed = returns.list(status)
            found += listed
            full += [f"returns {status.value}"] if len(listed) >= LISTED else []
    return list(dict.fromkeys(found)), full


def get(client: Client, jet_id: str) -> ReturnDocument:
    """
    Read one return.

    :raises JetNotKnown: Jet has no such return
    """
    with our_errors():
        return _document(speaking(client).returns.get(jet_id))


def complete(client: Client, jet_id: str, completion: Completion) -> bool:
    """
    Answer a return once, a lost answer settled by reading it; return whether it was this call that answered.

    :raises JetFailure: not answered, or still in doubt (`sent_maybe`)
    """
    body = theirs.ReturnCompletion(
        merchant_order_id=completion.order_id,
        agree_to_return_charge=completion.agree_to_return_charge,
        return_charge_feedback=completion.return_charge_feedback,
        items=tuple(_line_sent(line) for line in completion.lines),
    )
    with our_errors():
        return speaking(client).returns.complete_settled(jet_id, body) is Settled.NOW


def amounts_of(source: theirs.RefundedAmount) -> Amounts:
    """Read Jet's amounts; one that it does not report is none."""
    return Amounts(
        source.principal or ZERO,
        source.tax or ZERO,
        source.shipping_cost or ZERO,
        source.shipping_tax or ZERO,
    )


def amount_sent(amounts: Amounts) -> theirs.RefundAmount:
    """Word amounts for Jet."""
    return theirs.RefundAmount(
        principal=amounts.principal,
        tax=amounts.tax,
        shipping_cost=amounts.shipping,
        shipping_tax=amounts.shipping_tax,
    )


def _line_sent(line: ReturnLine) -> theirs.ReturnItemCompletion:
    return theirs.ReturnItemCompletion(
        order_item_id=line.order_item_id,
        total_quantity_returned=line.units_returned,
        order_return_refund_qty=line.units_refunded,
        return_refund_feedback=line.feedback,
        notes=line.notes,
        refund_amount=amount_sent(line.amounts),
    )


def _document(source: theirs.Return) -> ReturnDocument:
    return ReturnDocument(
        jet_id=source.merchant_return_authorization_id,
        status=source.return_status,
        order_id=source.merchant_order_id or "",
        reference_number=source.reference_return_authorization_id or "",
        reference_order_id=source.reference_order_id or "",
        opened_at=source.return_date,
        completed_at=source.completed_date,
        refund_without_return=source.refund_without_return,
        return_charge=source.merchant_return_charge or ZERO,
        agree_to_return_charge=source.agree_to_return_charge,
        return_charge_feedback=source.return_charge_feedback or "",
        shipping_carrier=source.shipping_carrier or "",
        tracking_number=source.tracking_number or "",
        asked=tuple(_asked(line) for line in source.return_merchant_skus),
        given=tuple(_given(line) for line in source.items),
        raw=source.raw,
    )


def _asked(line: theirs.ReturnMerchantSku) -> RequestedLine:
    return RequestedLine(
        order_item_id=line.order_item_id,
        sku=line.merchant_sku,
        title=line.merchant_sku_title or "",
        reason=line.reason or "",
        units=line.return_quantity,
        amounts=amounts_of(line.requested_refund_amount),
    )


def _given(line: theirs.ReturnItem) -> ReturnLine:
    return ReturnLine(
        order_item_id=line.order_item_id,
        units_returned=line.total_quantity_returned,
        units_refunded=line.order_return_refund_qty,
        amounts=amounts_of(line.refund_amount),
        feedback=line.return_refund_feedback or "",
        notes=line.notes or "",
    )
