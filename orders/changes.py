"""What orders announce: how Jet holds one by now, as the answer to what was sent of it says."""

from dataclasses import dataclass

from jetbridge.core.announcements import Topic
from orders.jet.orders import OrderDocument
from orders.models import Order


@dataclass(frozen=True, slots=True)
class HeldAtJet:
    """An order of ours, and the same as Jet holds it."""

    order: Order
    document: OrderDocument


HELD_AT_JET: Topic[HeldAtJet, None] = Topic("orders at Jet")
