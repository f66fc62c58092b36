"""The ledger's three moves: reserve with the pending document, book on Jet's yes, release on its no."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Round
from django.utils import timezone

from jetbridge.core import store_days
from jetbridge.core.actors import current_actor
from jetbridge.core.texts import counted
from orders.models import OrderItem
from orders.shares import share
from returns import selectors
from returns.models import LedgerBalance, LedgerEntry, RefundItem, ReturnItem
from returns.models.amounts import PARTS, Amounts

ZERO = Decimal(0)
# Our word for a part -> the order line's column that was paid.
PAID_COLUMNS = {
    "principal": "line_price",
    "tax": "line_tax",
    "shipping": "line_shipping",
    "shipping_tax": "line_shipping_tax",
}


@dataclass(frozen=True)
class Left:
    """What may still be given back for an order line."""

    units: int
    amounts: Amounts


class LedgerRefused(Exception):
    """More would be given back than was paid; the text names the earlier payments."""


def paid_of(item: OrderItem) -> Amounts:
    """Return what was paid for the units of a line that went out."""
    shipped = {"units": item.units_shipped, "before": 0, "of": item.units_ordered}
    return Amounts(**{part: share(getattr(item, column), **shipped) for part, column in PAID_COLUMNS.items()})


def balance_of(item: OrderItem) -> LedgerBalance:
    """Return the line's balance, with what was shipped and paid brought up to date."""
    paid = {f"paid_{part}": amount for part, amount in vars(paid_of(item)).items()}
    balance, is_new = LedgerBalance.objects.get_or_create(
        order_item=item, defaults={"units_shipped": item.units_shipped, **paid}
    )
    if not is_new:
        LedgerBalance.objects.filter(pk=balance.pk).update(units_shipped=item.units_shipped, **paid)
        balance.refresh_from_db()
    return balance


def left_of(item: OrderItem) -> Left:
    """Return what may still be given back for the line, without writing anything."""
    balance: LedgerBalance | None = getattr(item, "ledger", None)
    amounts = {
        part: max(paid - (getattr(balance, f"given_{part}") if balance else ZERO), ZERO)
        for part, paid in vars(paid_of(item)).items()
    }
    return Left(max(item.units_shipped - (balance.units_refunded if balance else 0), 0), Amounts(**amounts))


def reserve(
    *,
    item: OrderItem,
    units: int,
    amounts: Amounts,
    return_item: ReturnItem | None = None,
    refund_item: RefundItem | None = None,
) -> LedgerEntry:
    """
    Promise money for an order line, in the caller's transaction. The database refuses more than was paid.

    :raises LedgerRefused: units or money are given back already; names by what
    """
    balance = balance_of(item)
    try:
        with transaction.atomic():
            LedgerBalance.objects.filter(pk=balance.pk).update(
                units_refunded=F("units_refunded") + units, **_moved(amounts)
            )
            return _entry(item, units, amounts, return_item=return_item, refund_item=refund_item)
    except IntegrityError:
        raise LedgerRefused(_why(item, units, amounts)) from None


@transaction.atomic
def record_elsewhere(
    *,
    item: OrderItem,
    units: int,
    amounts: Amounts,
    return_item: ReturnItem | None = None,
    refund_item: RefundItem | None = None,
) -> tuple[LedgerEntry, bool]:
    """
    Book what was given back without us, and return whether it went beyond what was paid.

    It happened, so it is in the books in any case; what went beyond is held apart.
    """
    balance = balance_of(item)
    beyond = {
        f"beyond_{part}": Greatest(
            F(f"beyond_{part}"),
            Round(F(f"given_{part}") + getattr(amounts, part) - F(f"paid_{part}"), 2),
        )
        for part in PARTS
    }
    beyond_units = Greatest(F("beyond_units"), F("units_refunded") + units - F("units_shipped"))
    was = _beyond(balance)
    LedgerBalance.objects.filter(pk=balance.pk).update(
        units_refunded=F("units_refunded") + units, beyond_units=beyond_units, **beyond, **_moved(amounts)
    )
    balance.refresh_from_db()
    entry = _entry(item, units, amounts, return_item=return_item, refund_item=refund_item)
    book(entry)
    return entry, _beyond(balance) != was


def _moved(amounts: Amounts, sign: int = 1) -> dict[str, Round]:
    """
    Move what is given by some amounts, within the database.

    Rounded, since SQLite adds amounts as floating point: 0.10 + 0.20 would be more than the 0.30 that was paid.
    """
    return {f"given_{part}": Round(F(f"given_{part}") + sign * getattr(amounts, part), 2) for part in PARTS}


def _beyond(balance: LedgerBalance) -> tuple[object, ...]:
    return balance.beyond_units, *(getattr(balance, f"beyond_{part}") for part in PARTS)


def _entry(
    item: OrderItem,
    units: int,
    amounts: Amounts,
    *,
    return_item: ReturnItem | None = None,
    refund_item: RefundItem | None = None,
) -> LedgerEntry:
    actor = current_actor()
    return LedgerEntry.objects.create(
        order_item=item,
        return_item=return_item,
        refund_item=refund_item,
        units=units,
        user_id=actor.user_id,
        who=actor.name,
        job=actor.job,
        request_id=actor.request_id,
        created_at=timezone.now(),
        **vars(amounts),
    )


def book(entry: LedgerEntry) -> None:
    """Turn a promise into a payment; only a reserved entry turns."""
    LedgerEntry.objects.filter(pk=entry.pk, state=LedgerEntry.State.RESERVED).update(
        state=LedgerEntry.State.BOOKED, settled_at=timezone.now()
    )


@transaction.atomic
def release(entry: LedgerEntry) -> None:
    """Take a promise back; only a reserved entry is released, and once."""
    turned = LedgerEntry.objects.filter(pk=entry.pk, state=LedgerEntry.State.RESERVED).update(
        state=LedgerEntry.State.RELEASED, settled_at=timezone.now()
    )
    if turned:
        back = Amounts(*(getattr(entry, part) for part in PARTS))
        LedgerBalance.objects.filter(order_item_id=entry.order_item_id).update(
            units_refunded=F("units_refunded") - entry.units, **_moved(back, -1)
        )


def describe(entry: LedgerEntry) -> str:
    """Say of an entry how much went out, when, and by which document."""
    total = entry.principal + entry.tax + entry.shipping + entry.shipping_tax
    source = f"return {entry.return_item.return_request}" if entry.return_item else ""
    if entry.refund_item:
        source = f"refund {entry.refund_item.refund}"
    word = "refunded" if entry.state == LedgerEntry.State.BOOKED else "promised"
    units = f"{entry.units} unit{'' if entry.units == 1 else 's'}"
    return f"${total:,.2f} for {units} already {word} by {source} on {store_days.local(entry.created_at):%A, %B %d}."


def earlier(item: OrderItem) -> str:
    """Name every payment and promise that stands for the line."""
    return " ".join(describe(entry) for entry in selectors.entries_of([item.pk]))


def _why(item: OrderItem, units: int, amounts: Amounts) -> str:
    left = left_of(OrderItem.objects.select_related("ledger").get(pk=item.pk))
    return (
        f"{item.sku}: {counted(units, 'unit')} and ${amounts.total:,.2f} exceed the {left.units} and "
        f"${left.amounts.total:,.2f} that may still be given back. {earlier(item)}"
    ).strip()
