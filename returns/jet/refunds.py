"""Refunds at Jet: asked for once by our own id, and one as Jet holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jetapi.types import refunds as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
from orders.jet.orders import LISTED
from returns.jet.returns import ReturnLine, amount_sent, amounts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine(ReturnLine):
    """What is to be paid back for one order line, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """Jet's answer to a refund that it took; `raw` as it came."""

    jet_id: str
    status: str
    raw: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefundDocument:
    """A refund as Jet holds it; `own_id` is its sender's, `raw` Jet's document as it came."""

    jet_id: str
    own_id: str
    order_id: str
    status: str
    lines: tuple[RefundLine, ...]
    raw: Mapping[str, object] = field(repr=False)


def create(client: Client, order_id: str, own_id: str, lines: Sequence[RefundLine]) -> RefundReceipt:
    """
    Have Jet pay back once, a lost answer settled by looking for our own id.

    :raises JetFailure: not created, or still in doubt (`sent_maybe`)
    """
    items = [_line_sent(line) for line in lines]
    with our_errors():
        return _receipt(speaking(client).refunds.create_settled(order_id, own_id, items=items))


def find(client: Client, order_id: str, own_id: str) -> RefundReceipt | None:
    """
    Look for the refund of this order by our own id; None where Jet has no such.

    :raises JetFailure: it cannot be found out
    """
    with our_errors():
        found = speaking(client).refunds.find(order_id, own_id)
    return None if found is None else _receipt(found)


def get(client: Client, jet_id: str) -> RefundDocument:
    """
    Read one refund.

    :raises JetNotKnown: Jet has no such refund
    """
    with our_errors():
        source = speaking(client).refunds.get(jet_id)
    return RefundDocument(
        jet_id=source.refund_authorization_id,
        own_id=source.alt_refund_id or "",
        order_id=source.merchant_order_id or "",
        status=source.refund_status,
        lines=tuple(_given(line) for line in source.items),
        raw=source.raw,
    )


def all_ids(client: Client) -> tuple[list[str], list[str]]:
    """List whatever Jet lists in each status; and which lists were full, in words."""
    found, full, refunds = list[str](), list[str](), speaking(client).refunds
    with our_errors():
        for status in theirs.RefundStatus:
            listed = refunds.list(status)
            found += listed
            full += [f"refunds {status.value}"] if len(listed) >= LISTED else []
    return list(dict.fromkeys(found)), full


def _receipt(source: theirs.RefundReceipt) -> RefundReceipt:
    return RefundReceipt(source.refund_authorization_id, source.refund_status, source.raw)


def _line_sent(line: RefundLine) -> theirs.RefundItem:
    return theirs.RefundItem(
        order_item_id=line.order_item_id,
        total_quantity_returned=line.units_returned,
        order_return_refund_qty=line.units_refunded,
        refund_reason=line.reason,
        refund_feedback=line.feedback,
        notes=line.notes,
        refund_amount=amount_sent(line.amounts),
    )


def _given(line: theirs.RefundedItem) -> RefundLine:
    return RefundLine(
        order_item_id=line.order_item_id,
        units_returned=line.total_quantity_returned,
        units_refunded=line.order_return_refund_qty,
        amounts=amounts_of(line.refund_amount),
        reason=line.refund_reason or "",
        feedback=line.refund_feedback or "",
        notes=line.notes or "",
    )
