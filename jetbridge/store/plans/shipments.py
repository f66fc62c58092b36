"""Which shipments and which invoice the store is to have of units that left, and when the rest may be cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from jetbridge.store.documents import StoreInvoice, StoreOrder, StoreShipment, Track
from jetbridge.store.plans.lines import (
    ZERO,
    ChannelUnits,
    NotInStore,
    Waits,
    as_units,
    numbers_of,
    open_units,
    own,
    spread,
    to_invoice,
    totals,
)

# What each source holds, by SKU in small letters: in the order in which they are asked.
Held = Sequence[tuple[str, Mapping[str, Decimal]]]


def next_shipment(
    order: StoreOrder,
    asked: Sequence[ChannelUnits],
    *,
    made: Sequence[StoreShipment] = (),
    tracks: tuple[Track, ...] = (),
    held: Held = (),
    comment: str = "",
) -> StoreShipment | None:
    """
    Return the shipment that is missing next of units that left; None where the store has them all.

    There are several where no source has all units: a shipment cannot mix them.

    :param made: what the store has of the same units already
    :raises NotInStore: the order has no such units left
    """
    before = totals(each.units for each in made)
    room = {line.number: open_units(line) + before.get(line.number, ZERO) for line in own(order)}
    units = spread(order, asked, room, action="shipped")
    missing = {line: count - before.get(line, ZERO) for line, count in units.items()}
    missing = {line: count for line, count in missing.items() if count > 0}
    if not missing:
        return None
    skus = {line.number: line.sku.casefold() for line in own(order)}
    source, part = _chosen(missing, skus, held)
    return StoreShipment(order.id, as_units(part), tracks, source, comment)


def _chosen(
    missing: Mapping[int, Decimal], skus: Mapping[int, str], held: Held
) -> tuple[str, Mapping[int, Decimal]]:
    """Choose the first source that has all units, else the first that has some; the store refuses what none has."""
    found = [(source, _part(missing, skus, stock)) for source, stock in held]
    whole = next((each for each in found if each[1] == missing), None)
    some = next((each for each in found if each[1]), None)
    return whole or some or (held[0][0] if held else "", missing)


def _part(
    missing: Mapping[int, Decimal], skus: Mapping[int, str], stock: Mapping[str, Decimal]
) -> dict[int, Decimal]:
    left, found = dict(stock), dict[int, Decimal]()
    for number, count in missing.items():
        part = min(count, max(left.get(skus[number], ZERO), ZERO))
        if part > 0:
            found[number] = part
            left[skus[number]] -= part
    return found


def next_invoice(
    order: StoreOrder,
    asked: Iterable[ChannelUnits],
    *,
    shipped: Iterable[ChannelUnits],
    made: Sequence[StoreInvoice] = (),
    comment: str = "",
) -> StoreInvoice | None:
    """
    Return the invoice that is missing of units that left; None where the store has one of them, or of all that left.

    :param shipped: all units of the order that left by now
    :param made: what the store has of the same units already
    :raises NotInStore: the order has no such units
    """
    if made:
        return None
    due = spread(order, shipped, {line.number: line.ordered for line in own(order)}, action="invoiced")
    missing = {
        line.number: min(max(due.get(line.number, ZERO) - line.invoiced, ZERO), to_invoice(line))
        for line in own(order)
    }
    found: dict[int, Decimal] = {}
    for each in asked:
        rest = Decimal(each.units)
        for number in numbers_of(order, each):
            part = min(rest, missing.get(number, ZERO))
            if part > 0:
                found[number] = found.get(number, ZERO) + part
                missing[number] -= part
                rest -= part
    return StoreInvoice(order.id, as_units(found), comment) if found else None


def is_to_cancel(order: StoreOrder, cancelled: Sequence[ChannelUnits]) -> bool:
    """
    Return whether a cancel of all that is left is due, by all units that the channel cancelled; False: it was done.

    The store cancels whatever neither left nor was invoiced, so that all other units must have left before.

    :raises Waits: other units would be cancelled with them, or the order would count as cancelled as a whole
    :raises NotInStore: they left, or were invoiced, so that the store cancels them no more
    """
    room = {line.number: line.ordered for line in own(order)}
    needed = spread(order, cancelled, room, action="cancelled")
    due = False
    for line in own(order):
        units = max(needed.get(line.number, ZERO) - line.canceled, ZERO)
        left = min(to_invoice(line), open_units(line))
        if left > units:
            raise Waits(
                f"The store cancels all that is left: it waits until the other {left - units:f} x {line.sku} are "
                "shipped and invoiced there."
            )
        if line.invoiced < line.shipped:
            raise Waits(f"It waits until the {line.sku} that left are invoiced in the store.")
        if units > left:
            raise NotInStore(
                f"{units - left:f} x {line.sku}, cancelled on the channel, were shipped or invoiced in the store. "
                "Give them back there with a credit memo."
            )
        due = due or units > 0
    return due
