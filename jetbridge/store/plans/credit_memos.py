"""Which credit memos the store is to have of what the channel gave back: to the cent, and to the unit of stock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jetbridge.core.money import CENT, rounded
from jetbridge.store.documents import StoreCreditMemo, StoreLine, StoreOrder, Units
from jetbridge.store.plans.lines import (
    ZERO,
    ChannelUnits,
    NotInStore,
    Waits,
    numbers_of,
    open_units,
    own,
    spread,
    to_invoice,
    to_refund,
    totals,
)

# What a memo of two says of itself, so that it is known again.
FIRST, SECOND = "(1 of 2)", "(2 of 2)"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What the channel gave back: units by line, how many of them go into stock again, and the money in all."""

    units: tuple[ChannelUnits, ...]
    restocked: tuple[ChannelUnits, ...]
    total: Decimal
    shipping: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class _Part:
    """What one memo has of the units; `back` are the lines of it that go into stock again."""

    units: dict[int, Decimal]
    back: frozenset[int]
    tag: str = ""


def next_memo(
    order: StoreOrder, given: GivenBack, *, made: Sequence[StoreCreditMemo] = (), comment: str = ""
) -> StoreCreditMemo | None:
    """
    Return the memo that is missing next, by the order as it stands now: none for nothing given back.

    There are two where only a part of a line goes into stock again; the second takes the money that is left.

    :param made: what the store has of this very giving back already
    :raises Waits: the store would take the units from those that did not leave yet, or has no invoice of them
    :raises NotInStore: the order has no such units to give back, or there is too little money for two memos
    """
    if given.total <= 0 or any(FIRST not in each.comment for each in made):
        return None
    done = totals(each.units for each in made)
    parts = _parts(order, given, done)
    if made:
        left = given.total - sum((each.total or ZERO for each in made), start=ZERO)
        return _memo(order, parts[-1], left, ZERO, comment)
    money = given.total if len(parts) == 1 else _first_share(order, parts, given.total)
    return _memo(order, parts[0], money, _shipping(order, given.shipping, money), comment)


def natural(order: StoreOrder, units: Mapping[int, Decimal]) -> Decimal:
    """Return what the store itself gives back for units: price and tax, less discount."""
    known = {line.number: line for line in own(order)}
    return sum((_worth(known[number], count) for number, count in units.items()), start=ZERO)


def _worth(line: StoreLine, units: Decimal) -> Decimal:
    """Tax and discount come as what all units until now carry, less what was given back of it."""
    of, done = line.invoiced or line.ordered, line.refunded
    if not (of and units):
        return ZERO
    tax = rounded((line.tax_invoiced or line.tax) * (done + units) / of - line.tax_refunded)
    gone = rounded(line.discount_invoiced * done / of)
    discount = rounded(line.discount_invoiced * (done + units) / of - gone)
    return rounded(line.price * units) + tax - discount


def _parts(order: StoreOrder, given: GivenBack, done: dict[int, Decimal]) -> list[_Part]:
    """Share the units over memos; a line of which a part goes into stock again stands in both."""
    room = {line.number: to_refund(line) + done.get(line.number, ZERO) for line in own(order)}
    _see_to_it_that_it_may_be(order, given.units, done)
    units = spread(order, given.units, room, action="given back")
    back = spread(order, given.restocked, units, action="put into stock again")
    if not units:
        # Money alone: of the lines it is about, none of the units; without any, all would be given back.
        named = dict.fromkeys((number for each in given.units for number in numbers_of(order, each)), ZERO)
        return [_Part(named or {own(order)[0].number: ZERO}, frozenset())]
    split = {number for number, count in back.items() if 0 < count < units[number]}
    whole = frozenset(number for number, count in back.items() if count == units[number])
    if not split:
        return [_Part(units, whole)]
    first = {number: back[number] if number in split else count for number, count in units.items()}
    rest = {number: units[number] - back[number] for number in split}
    return [_Part(first, whole | split, FIRST), _Part(rest, frozenset(), SECOND)]


def _see_to_it_that_it_may_be(
    order: StoreOrder, asked: Iterable[ChannelUnits], done: dict[int, Decimal]
) -> None:
    known = {line.number: line for line in own(order)}
    for each in asked:
        lines = [known[number] for number in numbers_of(order, each) if number in known]
        if not each.units:
            continue
        if not lines:
            raise NotInStore(f"The store's order {order.number} has no line of {each.sku}.")
        if (count := sum((open_units(line) for line in lines), start=ZERO)) > 0:
            raise Waits(
                f"The store would take the {each.sku} given back from the {count:f} that did not leave yet: it waits "
                "until those are shipped or cancelled there."
            )
        there = sum((to_refund(line) + done.get(line.number, ZERO) for line in lines), start=ZERO)
        if there < each.units:
            if there + sum(map(to_invoice, lines), start=ZERO) < each.units:
                raise NotInStore(f"The store's order {order.number} gave back its {each.sku} already.")
            raise Waits(f"It waits until the {each.sku} given back are invoiced in the store.")


def _shipping(order: StoreOrder, asked: Decimal, total: Decimal) -> Decimal:
    """
    Return the shipping that is named as such; else it goes into the adjustment.

    What the store adds of shipping's tax is sure only where all that is left of it goes back, or there is none.
    """
    charges = order.charges
    left = charges.shipping_invoiced - charges.shipping_refunded
    is_sure = charges.shipping_tax == charges.shipping_tax_refunded or asked >= left
    return min(asked, left) if is_sure and left > 0 and asked <= total else ZERO


def _shipping_tax(order: StoreOrder, shipping: Decimal) -> Decimal:
    charges = order.charges
    if not shipping or shipping < charges.shipping_invoiced - charges.shipping_refunded:
        return ZERO
    return charges.shipping_tax - charges.shipping_tax_refunded


def _first_share(order: StoreOrder, parts: Sequence[_Part], total: Decimal) -> Decimal:
    """
    Return the first memo's money, by what the units are worth; each memo needs a cent at least.

    :raises NotInStore: there is too little for two
    """
    if total < 2 * CENT:
        raise NotInStore(
            f"${total} cannot be shared over two credit memos, which the store needs where only a part of the units "
            "goes into stock again. Make them in the store."
        )
    first, second = (natural(order, part.units) for part in parts)
    share = rounded(total * first / (first + second)) if first + second > 0 else rounded(total / 2)
    return min(max(share, CENT), total - CENT)


def _memo(order: StoreOrder, part: _Part, total: Decimal, shipping: Decimal, comment: str) -> StoreCreditMemo:
    given = natural(order, part.units) + shipping + _shipping_tax(order, shipping)
    return StoreCreditMemo(
        order.id,
        tuple(Units(number, count) for number, count in sorted(part.units.items())),
        tuple(sorted(part.back)),
        shipping=shipping,
        adjustment=max(total - given, ZERO),
        fee=max(given - total, ZERO),
        comment=f"{comment} {part.tag}".strip(),
        total=total,
    )
