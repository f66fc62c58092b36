"""Spreads units that are counted by SKU over an order's lines: where one SKU stands on two, they fill in order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from catalog.products.skus import Spellings
from orders.models import OrderItem


class Units(NamedTuple):
    """Units of one SKU or one line that go out or are cancelled."""

    shipped: int
    cancelled: int


def fill(items: Sequence[OrderItem], by_sku: Mapping[str, Units]) -> dict[int, Units]:
    """Return the units of each line, by its primary key; never more than a line has open."""
    spelled = Spellings((item.sku, item.sku) for item in items)
    ours = sum_by_sku((spelled.get(sku) or sku, Units(*units)) for sku, units in by_sku.items())
    left = {sku: list(units) for sku, units in ours.items()}
    spread: dict[int, Units] = {}
    for item in items:
        rest = left.get(item.sku)
        if rest is None:
            continue
        shipped = min(rest[0], item.units_open)
        cancelled = min(rest[1], item.units_open - shipped)
        rest[0] -= shipped
        rest[1] -= cancelled
        if shipped or cancelled:
            spread[item.pk] = Units(shipped, cancelled)
    return spread


def sum_by_sku(pairs: Iterable[tuple[str, Units]]) -> dict[str, Units]:
    """Add up units by SKU."""
    found: dict[str, Units] = {}
    for sku, units in pairs:
        before = found.get(sku, Units(0, 0))
        found[sku] = Units(before.shipped + units.shipped, before.cancelled + units.cancelled)
    return found
