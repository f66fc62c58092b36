"""Refunds at Jet: asked for once by our own id, and one as Jet holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jetapi.types import refunds as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
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
    """A refund as Jet holds it; `raw` is Jet's document as it came."""

    jet_id: str
    status: str
    lines: tuple[ReturnLine, ...]
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
    lines = tuple(_given(line) for line in source.items)
    return RefundDocument(source.refund_authorization_id, source.refund_status, lines, source.raw)


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


def _given(line: theirs.RefundedItem) -> ReturnLine:
    return ReturnLine(
        order_item_id=line.order_item_id,
        units_returned=line.total_quantity_returned,
        units_refunded=line.order_return_refund_qty,
        amounts=amounts_of(line.refund_amount),
        feedback=line.refund_feedback or "",
        notes=line.notes or "",
    )
