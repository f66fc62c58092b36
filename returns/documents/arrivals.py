"""Asks what becomes of what people gave back in the store, before it becomes Jet's."""

from jetbridge.store import deliveries
from jetbridge.store.models import StoreDocument
from orders.changes import GivenBackInStore
from orders.documents import questions
from returns import handovers

Kind, Origin = StoreDocument.Kind, StoreDocument.Origin


def take(given: GivenBackInStore) -> bool:
    """Take a credit memo of the store over; return whether it is new and none of the panel's."""
    memo, order = given.memo, given.order
    if handovers.RETURN in memo.comment or handovers.REFUND in memo.comment:
        return False
    if StoreDocument.objects.filter(kind=Kind.CREDIT_MEMO, store_id=memo.id, link=given.row.link_id).exists():
        return False
    document = deliveries.note(
        StoreDocument(
            kind=Kind.CREDIT_MEMO, origin=Origin.STORE, account_id=order.account_id, source_key=f"store {memo.id}",
            order_key=order.pk, reference=str(order), is_demo=order.is_demo, store_order=memo.order,
            store_id=memo.id, store_number=memo.number[:50],
            details={"units": {each.sku: int(each.quantity) for each in memo.units if each.sku}},
        )
    )  # fmt: skip
    text = f"The store gave back ${memo.total} by credit memo {memo.number}; Jet does not know of it."
    return questions.ask(document, order, questions.CREDIT_MEMO, text)
