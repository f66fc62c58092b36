"""Our rows as what Jet is to be sent: the answer to a return, a refund. Pure; no query beyond prefetched rows."""

from collections.abc import Iterable

from returns.jet.refunds import RefundLine
from returns.jet.returns import Completion, ReturnLine
from returns.models import RefundItem, ReturnItem, ReturnRequest
from returns.models.amounts import Amounts


def completion(row: ReturnRequest, items: Iterable[ReturnItem]) -> Completion:
    """Word the answer to a return (docs/jet-api.md, returns); lines without an answer are left out."""
    return Completion(
        order_id=row.jet_order_id,
        agree_to_return_charge=bool(row.agree_to_return_charge),
        return_charge_feedback=row.return_charge_feedback,
        lines=tuple(_line(item) for item in items if item.units_returned is not None),
    )


def _line(item: ReturnItem) -> ReturnLine:
    return ReturnLine(
        order_item_id=item.jet_order_item_id,
        units_returned=item.units_returned or 0,
        units_refunded=item.units_refunded or 0,
        amounts=_amounts(item),
        feedback=item.feedback,
        notes=item.notes,
    )


def refund(items: Iterable[RefundItem]) -> list[RefundLine]:
    """Word the lines of a refund (docs/jet-api.md, refunds)."""
    return [
        RefundLine(
            order_item_id=item.order_item.jet_id,
            units_returned=item.units_returned,
            units_refunded=item.units_refunded,
            amounts=_amounts(item),
            reason=item.reason,
            feedback=item.feedback,
            notes=item.notes,
        )
        for item in items
    ]


def _amounts(item: ReturnItem | RefundItem) -> Amounts:
    return Amounts(item.principal, item.tax, item.shipping, item.shipping_tax)
