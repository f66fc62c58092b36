"""What the rules announce: products that are offered on other terms now, found by the walk after a change."""

from dataclasses import dataclass

from jetbridge.core.announcements import Topic


@dataclass(frozen=True, slots=True)
class OffersChanged:
    """Products whose price or quantity differs, and those that a rule may keep off or offer again."""

    reason: str
    prices: tuple[int, ...] = ()
    quantities: tuple[int, ...] = ()
    ruled: tuple[int, ...] = ()


# A subscriber returns how much it will send for it.
OFFERS: Topic[OffersChanged, int] = Topic("offers")
