"""Our rows in Jet's words: the answer to a return, a refund. Pure; no query beyond prefetched rows."""

from collections.abc import Iterable

from jetapi.types.refunds import RefundItem as JetRefundItem
from jetapi.types.returns import RefundAmount, ReturnCompletion, ReturnItemCompletion
from returns.models import RefundItem, ReturnItem, ReturnRequest


def completion(row: ReturnRequest, items: Iterable[ReturnItem]) -> ReturnCompletion:
    """Word the answer to a return (docs/jet-api.md, returns); lines without an answer are left out."""
    return ReturnCompletion(
        merchant_order_id=row.jet_order_id,
        agree_to_return_charge=bool(row.agree_to_return_charge),
        return_charge_feedback=row.return_charge_feedback,
        items=tuple(_item(item) for item in items if item.units_returned is not None),
    )


def _item(item: ReturnItem) -> ReturnItemCompletion:
    return ReturnItemCompletion(
        order_item_id=item.jet_order_item_id,
        total_quantity_returned=item.units_returned or 0,
        order_return_refund_qty=item.units_refunded or 0,
        return_refund_feedback=item.feedback,
        notes=item.notes,
        refund_amount=_amount(item),
    )


def refund(items: Iterable[RefundItem]) -> list[JetRefundItem]:
    """Word the lines of a refund (docs/jet-api.md, refunds)."""
    return [
        JetRefundItem(
            order_item_id=item.order_item.jet_id,
            total_quantity_returned=item.units_returned,
            order_return_refund_qty=item.units_refunded,
            refund_reason=item.reason,
            refund_feedback=item.feedback,
            notes=item.notes,
            refund_amount=_amount(item),
        )
        for item in items
    ]


def _amount(item: ReturnItem | RefundItem) -> RefundAmount:
    return RefundAmount(
        principal=item.principal,
        tax=item.tax,
        shipping_cost=item.shipping,
        shipping_tax=item.shipping_tax,
    )
