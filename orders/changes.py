"""What orders announce: how Jet holds one by now, and that buyers were made anonymous."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jetbridge.core.announcements import Topic
from jetbridge.store.documents import StoreCreditMemo
from jetbridge.store.models import StoreDocument
from orders.jet.orders import OrderDocument
from orders.models import Order, Shipment


@dataclass(frozen=True, slots=True)
class HeldAtJet:
    """An order of ours, and the same as Jet holds it."""

    order: Order
    document: OrderDocument


@dataclass(frozen=True, slots=True)
class GivenBackInStore:
    """A credit memo that the store has of an order, whoever made it; `row` is the order there."""

    order: Order
    row: StoreDocument
    memo: StoreCreditMemo


HELD_AT_JET: Topic[HeldAtJet, None] = Topic("orders at Jet")
# Orders that were made anonymous, by their keys: what hangs on them goes with the buyer.
ANONYMIZED: Topic[list[int], None] = Topic("orders made anonymous")
# Whether something of these orders is still under way; each says so in words.
STILL_NEEDED: "Topic[Sequence[Order], list[str]]" = Topic("orders still needed")
# What the store gave back; who follows says whether that is new.
GIVEN_BACK_IN_STORE: "Topic[GivenBackInStore, bool]" = Topic("credit memos of the store")
# A parcel that Jet took: who has another carton of the same order ready says what is done once this one is booked.
TAKEN: "Topic[Shipment, Callable[[], None] | None]" = Topic("parcels that Jet took")
