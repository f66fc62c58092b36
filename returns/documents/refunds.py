"""Has Jet give back what the store gave back."""

from decimal import Decimal

from jetbridge.store.models import StoreDocument
from orders.documents import questions
from orders.documents.fixes import Choice, NotFixed
from orders.models import Order
from orders.shares import share_of_rest
from returns.models.amounts import PARTS, Amounts
from returns.refund_reasons import REASONS
from returns.services import ledger
from returns.services.ledger import PAID_COLUMNS
from returns.services.refunds import AlreadyQueued, RefundDraft, RefundLineDraft, RefundRefused, queue_refund

LABEL = "Refund at Jet"


def refund(document: StoreDocument, order: Order, choice: Choice) -> str:
    """
    Queue a refund of the units of a credit memo that was made in the store; it is not made there again.

    :raises NotFixed: Jet cannot give them back
    """
    draft = RefundDraft(f"STORE-{document.link_id}-{document.store_id}", _lines(document, order))
    if not draft.lines:
        raise NotFixed("It gave back no units of this order. Refund its money on the order's page.")
    try:
        made = queue_refund(order=order, draft=draft, user=choice.by)
    except AlreadyQueued as earlier:
        made = earlier.refund
    except RefundRefused as reason:
        raise NotFixed(str(reason)) from reason
    questions.settle(document, refund=made.pk)
    return f"Refund {made} is on its way to Jet."


def _lines(document: StoreDocument, order: Order) -> dict[int, RefundLineDraft]:
    left = {str(sku).casefold(): int(units) for sku, units in document.details.get("units", {}).items()}
    found = {}
    for item in order.items.select_related("ledger"):
        rest = ledger.left_of(item)
        units = min(left.get(item.sku.casefold(), 0), rest.units)
        if units <= 0:
            continue
        left[item.sku.casefold()] -= units
        paid = {part: getattr(item, column) for part, column in PAID_COLUMNS.items()}
        amounts: dict[str, Decimal] = {
            part: share_of_rest(
                getattr(rest.amounts, part),
                units=units,
                left=rest.units,
                paid=paid[part],
                of=item.units_ordered,
            )
            for part in PARTS
        }
        found[item.pk] = RefundLineDraft(units, units, Amounts(**amounts), REASONS[0], seen=rest)
    return found
