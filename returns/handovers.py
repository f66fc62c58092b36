"""Hands over to the store what was given back, in the transaction that books it."""

from jetbridge.store import deliveries
from jetbridge.store.models import StoreDocument
from returns.models import CreditMemo

# Stand in the comment of each credit memo that the panel made, before its own name of what was given back.
RETURN, REFUND = "Jet return ", "Jet refund "


def mark_of(memo: CreditMemo) -> str:
    """Return what a credit memo of the store says of where it comes from."""
    if memo.return_request is not None:
        return f"{RETURN}{memo.return_request.jet_id}"
    return f"{REFUND}{memo.refund.alt_refund_id}" if memo.refund is not None else ""


def hand_over(memo: CreditMemo) -> None:
    """Have the store make a credit memo, unless it was given back there first; nothing is made of nothing."""
    order = memo.order
    if not memo.total or deliveries.order_document(order.account_id, order.pk) is None:
        return
    if memo.refund_id and _came_from_store(memo):
        return
    deliveries.announce(document(memo))


def document(memo: CreditMemo) -> StoreDocument:
    """Word what the store is to make of a credit memo."""
    order = memo.order
    return StoreDocument(
        kind=StoreDocument.Kind.CREDIT_MEMO,
        account_id=order.account_id,
        source_key=str(memo.number),
        order_key=order.pk,
        reference=str(order),
        is_demo=order.is_demo,
    )


def _came_from_store(memo: CreditMemo) -> bool:
    return StoreDocument.objects.filter(
        account_id=memo.order.account_id, order_key=memo.order_id, kind=StoreDocument.Kind.CREDIT_MEMO,
        origin=StoreDocument.Origin.STORE, details__refund=memo.refund_id,
    ).exists()  # fmt: skip
