"""What was given back of an order, as it stands after Jet took it, without Jet."""

from decimal import Decimal

from django.utils import timezone

from orders.models import Order
from returns.models import CreditMemo, CreditMemoItem, ReturnItem, ReturnRequest


def memo_of(order: Order, *, units: int, restocked: int = 0) -> CreditMemo:
    """Make the credit memo of a completed return of so many units of an order's one line, at their price."""
    item, total = order.items.get(), units * Decimal(10)
    request = ReturnRequest.objects.create(
        account_id=order.account_id, order=order, jet_id=f"{order.pk:032x}",
        status=ReturnRequest.Status.COMPLETED, completed_at=timezone.now(),
    )  # fmt: skip
    ReturnItem.objects.create(
        return_request=request, order_item=item, jet_order_item_id=item.jet_id, sku=item.sku, units_requested=units,
        units_returned=units, units_refunded=units, units_restocked=restocked,
    )  # fmt: skip
    memo = CreditMemo.objects.create(
        order=order, return_request=request, at=timezone.now(), total=total, principal=total,
        number=str(300_000_000 + order.pk),
    )  # fmt: skip
    CreditMemoItem.objects.create(memo=memo, order_item=item, units=units, principal=total)
    return memo
