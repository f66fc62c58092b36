"""The answer to an order as a whole at Jet: Jet's words for it, and giving it once."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from jetapi.types import order_messages as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
from orders.models import OrderItem

_Order, _Item = theirs.AcknowledgementStatus, theirs.ItemAcknowledgementStatus

# The rejection that leaves the reason to the items, and all rejections.
REJECTED = str(_Order.REJECTED_ITEM_LEVEL_ERROR)
REJECTIONS = tuple(str(each) for each in _Order if each != _Order.ACCEPTED)


class ItemAnswer(StrEnum):
    """What Jet lets a merchant say of an item: it ships, or why it does not."""

    FULFILLABLE = _Item.FULFILLABLE.value
    NO_INVENTORY = _Item.NO_INVENTORY.value
    UNKNOWN_SKU = _Item.INVALID_MERCHANT_SKU.value


def item_answers(items: Iterable[OrderItem]) -> dict[str, ItemAnswer]:
    """Word the answer for each line, by its ID at Jet (docs/jet-api.md, acknowledge)."""
    return {item.jet_id: ItemAnswer(item.acknowledgement_status or ItemAnswer.FULFILLABLE) for item in items}


def answer(
    client: Client, jet_id: str, status: str, items: Mapping[str, ItemAnswer], *, own_id: str = ""
) -> None:
    """
    Answer an order once, item by item, a lost answer or a refusal settled by reading the order.

    :raises JetFailure: not answered like this, or still in doubt (`sent_maybe`)
    """
    answers = [theirs.ItemAcknowledgement(item_id, _Item(word)) for item_id, word in items.items()]
    with our_errors():
        speaking(client).orders.acknowledge_settled(
            jet_id, items=answers, status=_Order(status), alt_order_id=own_id
        )
