"""Our rows in Jet's words: the answer to a return. Pure; no query beyond prefetched rows."""

from collections.abc import Iterable

from jetapi.types.returns import RefundAmount, ReturnCompletion, ReturnItemCompletion
from returns.models import ReturnItem, ReturnRequest


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
        refund_amount=RefundAmount(
            principal=item.principal,
            tax=item.tax,
            shipping_cost=item.shipping,
            shipping_tax=item.shipping_tax,
        ),
    )
