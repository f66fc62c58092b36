"""Finds the lines of a store's order that a channel's lines became, and counts what is left of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jetbridge.store.documents import StoreLine, StoreOrder, Units

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ChannelUnits:
    """So many units of one line as the sales channel knows it: its own id of the line, and the SKU."""

    reference: str
    sku: str
    units: int


class NotInStore(Exception):
    """The store's order does not have the units that the channel settled; the text names them."""


class Waits(Exception):
    """It cannot be made yet without harm; the text says what it waits for."""


def own(order: StoreOrder) -> list[StoreLine]:
    """Return the lines that documents name: of the two lines of a product with options, the parent's."""
    return [line for line in order.lines if line.parent is None]


def open_units(line: StoreLine) -> Decimal:
    """Return the units of a line that neither left nor were cancelled."""
    return max(line.ordered - line.shipped - line.canceled, ZERO)


def to_invoice(line: StoreLine) -> Decimal:
    return max(line.ordered - line.invoiced - line.canceled, ZERO)


def to_refund(line: StoreLine) -> Decimal:
    return max(line.invoiced - line.refunded, ZERO)


def spread(
    order: StoreOrder, asked: Iterable[ChannelUnits], room: Mapping[int, Decimal], *, action: str
) -> dict[int, Decimal]:
    """
    Return units by the store's line: by the channel's id of it, or by the SKU where the store lost that.

    :param room: how many units each line has for it
    :param action: what is done with them, for the text of a refusal
    :raises NotInStore: the order does not have them
    """
    left = defaultdict(Decimal, room)
    found: dict[int, Decimal] = defaultdict(Decimal)
    for each in asked:
        rest = Decimal(each.units)
        for number in numbers_of(order, each):
            part = min(rest, left[number])
            if part > 0:
                found[number] += part
                left[number] -= part
                rest -= part
        if rest > 0:
            raise NotInStore(
                f"The store's order {order.number} has no {rest:f} x {each.sku} left that could be {action}."
            )
    return dict(found)


def numbers_of(order: StoreOrder, each: ChannelUnits) -> list[int]:
    """Return by number the lines that one of the channel became; none where the order lost it."""
    named = [line for line in order.lines if each.reference and line.reference == each.reference]
    needed = named or [line for line in order.lines if line.sku.casefold() == each.sku.casefold()]
    return list(dict.fromkeys(line.number if line.parent is None else line.parent for line in needed))


def as_units(found: Mapping[int, Decimal]) -> tuple[Units, ...]:
    return tuple(Units(line, quantity) for line, quantity in sorted(found.items()) if quantity > 0)


def totals(documents: Iterable[Iterable[Units]]) -> dict[int, Decimal]:
    """Add up the units of documents by line."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for units in documents:
        for each in units:
            found[each.line] += each.quantity
    return dict(found)
