"""Keeps what the store said of stock, and the units of orders that it does not know yet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.core.models.bulk_sql import insert
from jetbridge.store.models import StockHold, StockReading, StoreLink

# Beyond this a quantity is a slip of the keyboard; columns hold 32 bits.
HIGHEST = 1_000_000_000
# The store's consumers run each minute; a 0 that they have not explained by then is one.
DOUBT_LASTS = timedelta(minutes=2)
# Ten scans that were missed: whoever looks after the shop should know. What was read last stays offered.
TOO_OLD = timedelta(minutes=30)
# So many keys go into one question.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Units of one line of an order, by the names under which its stock movements stand."""

    order: str
    line: str
    sku: str
    sku_key: str
    units: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the store said of a SKU, under the number that was taken before it was asked."""

    sku_key: str
    number: int
    salable: Decimal
    is_managed: bool = True
    is_doubtful: bool = False
    sources: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Units of a SKU that the salable quantity still contains: for now, and for good."""

    holds: int = 0
    corrections: int = 0


def offered(salable: Decimal, taken: Taken = Taken()) -> int:
    """Return the units that may be sold: whole ones, less what the store does not know, never below zero."""
    return max(0, whole(salable) - taken.holds - taken.corrections)


def whole(quantity: Decimal) -> int:
    """Return whole units: a part of one is none."""
    return int(max(min(quantity, Decimal(HIGHEST)), Decimal(-HIGHEST)).to_integral_value(ROUND_FLOOR))


def next_number() -> int:
    """Count one on. What asks the store takes a number before, what is proved of it takes one after."""
    with transaction.atomic():
        if not StoreLink.objects.filter(pk=1).update(stock_number=F("stock_number") + 1):
            StoreLink.objects.get_or_create(pk=1)
            return next_number()
        return StoreLink.objects.values_list("stock_number", flat=True).get(pk=1)


def keeps_stock() -> bool:
    """Return whether the store keeps the stock, as far as the panel's tables are turned to it."""
    with connection.cursor() as cursor:  # written out: each order that is stored asks
        cursor.execute("SELECT 1 FROM store_storelink WHERE id = 1 AND keeps_stock_since IS NOT NULL")
        return cursor.fetchone() is not None


def should_keep_stock() -> bool:
    """Return whether the configuration says that a store elsewhere keeps the stock."""
    return configuration.current().store_kind != Configuration.StoreKind.FILES


def begin(now: datetime) -> bool:
    """Note that the store keeps the stock from now on; False where somebody was first. Everything is asked anew."""
    StoreLink.objects.get_or_create(pk=1)
    begun = StoreLink.objects.filter(pk=1, keeps_stock_since=None).update(
        keeps_stock_since=now, stock_scanned_at=None, orders_followed_until=None
    )
    if begun:
        StockReading.objects.update(sources=None, salable=None, doubted_at=None)
    return bool(begun)


def end() -> bool:
    """Note that the panel keeps the stock again; False where somebody was first."""
    return bool(
        StoreLink.objects.filter(pk=1, keeps_stock_since__isnull=False).update(keeps_stock_since=None)
    )


def is_known() -> bool:
    """Return whether any unit was ever held, so that what becomes of an order concerns its holds."""
    return StockHold.objects.exists()


@transaction.atomic
def hold(lines: Sequence[HeldLine]) -> None:
    """Hold units of an order's lines; the caller sees to it that each is held once."""
    found = _locked(lines)
    for each in lines:
        row = found.get((each.order, each.line)) or StockHold(
            order=each.order, line=each.line, sku=each.sku, sku_key=each.sku_key, at=timezone.now()
        )
        row.take(each.units)
        row.save()


@transaction.atomic
def free(lines: Sequence[HeldLine]) -> dict[str, int]:
    """Give up units that the channel gave up; return by order's line how many nobody holds now."""
    found, freed = _locked(lines), defaultdict[str, int](int)
    for each in lines:
        if (row := found.get((each.order, each.line))) is not None:
            freed[each.line] += row.free(each.units)
            row.save()
    return dict(freed)


@transaction.atomic
def shipped(lines: Sequence[HeldLine]) -> None:
    """Note that units left: they are awaited no more, and held until the store knows of them."""
    found = _locked(lines)
    for each in lines:
        if (row := found.get((each.order, each.line))) is not None:
            row.shipped(each.units)
            row.save()


@transaction.atomic
def reserved(order: str, store_order: int) -> None:
    """Note the proof that the store's order reserves its units; they stay held until a reading that begins now on."""
    rows = _of_order(order)
    number = next_number()
    for row in rows:
        row.reserved(store_order, number)
        row.save()


@transaction.atomic
def put_in_unreserved(order: str, store_order: int) -> dict[str, int]:
    """Note that the store has the order without a reservation; return by SKU key the units corrected from now on."""
    moved = defaultdict[str, int](int)
    for row in _of_order(order):
        moved[row.sku_key] += row.put_in_unreserved(store_order)
        row.save()
    return {key: units for key, units in moved.items() if units}


@transaction.atomic
def cancelled_there(order: str, store_order: int, units: Mapping[str, int]) -> dict[str, int]:
    """Note how many units of each line the store cancelled by now; return by SKU key those held again."""
    again = defaultdict[str, int](int)
    for row in _of_order(order):
        again[row.sku_key] += row.cancelled_there(store_order, units.get(row.line, 0))
        row.save()
    return {key: count for key, count in again.items() if count}


@transaction.atomic
def let_go(order: str) -> dict[str, int]:
    """A person says that the store counts these units itself; return by SKU key how many are free."""
    freed = defaultdict[str, int](int)
    for row in _of_order(order):
        freed[row.sku_key] += row.off
        row.held = row.settling = 0
        row.save()
    return {key: count for key, count in freed.items() if count}


def keys_of(order: str) -> set[str]:
    """Return the SKUs of which an order holds units or held some, by key."""
    return set(StockHold.objects.filter(order=order).values_list("sku_key", flat=True))


def taken_off(keys: Collection[str]) -> dict[str, Taken]:
    """Return what is taken off the salable quantity, by SKU key; those without anything are left out."""
    rows = StockHold.objects.filter(sku_key__in=keys).values("sku_key").order_by()
    sums = rows.annotate(for_now=Sum(F("held") + F("settling")), for_good=Sum("corrected"))
    return {each["sku_key"]: Taken(each["for_now"], each["for_good"]) for each in sums}


def held_keys() -> set[str]:
    """Return the SKUs of which units are held, by key."""
    open_ones = StockHold.objects.filter(Q(held__gt=0) | Q(settling__gt=0))
    return set(open_ones.values_list("sku_key", flat=True).distinct())


@transaction.atomic
def keep(readings: Sequence[Reading]) -> list[StockReading]:
    """
    Store readings where none that began later is stored; return the rows that were, as they stand now.

    What was proved before a reading began is in its figure and held no longer. A doubtful 0 leaves the figure as it
    is until it was looked at again after some minutes.
    """
    keys = [each.sku_key for each in readings]
    _ensure(keys)
    rows = {
        row.sku_key: row
        for row in StockReading.objects.select_for_update().filter(sku_key__in=keys).order_by("sku_key")
    }
    stored, now = [], timezone.now()
    for each in readings:
        row = rows[each.sku_key]
        if each.number > row.number:
            _take_over(row, each, now)
            stored.append(row)
    columns = ["number", "sources", "doubted_at", "is_managed", "salable", "read_at"]
    StockReading.objects.bulk_update(stored, columns)
    _settle({row.sku_key: row.number for row in stored if row.doubted_at is None})
    return stored


def _ensure(keys: Collection[str]) -> None:
    rows = [(key, 0, True) for key in keys]
    insert(StockReading, ("sku_key", "number", "is_managed"), rows, ignore_conflicts=True)


def _take_over(row: StockReading, said: Reading, now: datetime) -> None:
    row.number, row.sources, row.is_managed, row.read_at = said.number, said.sources, said.is_managed, now
    row.doubted_at = (row.doubted_at or now) if said.is_doubtful else None
    if row.doubted_at is None or now - row.doubted_at >= DOUBT_LASTS:
        row.salable = said.salable


def _settle(numbers: Mapping[str, int]) -> None:
    rows = StockHold.objects.select_for_update().filter(sku_key__in=numbers, settling__gt=0).order_by("pk")
    for row in rows:
        row.settle(numbers[row.sku_key])
        row.save(update_fields=["settling"])


def readings(keys: Collection[str]) -> dict[str, StockReading]:
    """Return what the store said last, by SKU key."""
    return {row.sku_key: row for row in StockReading.objects.filter(sku_key__in=keys)}


def ask_again(keys: Iterable[str]) -> None:
    """Have SKUs asked in the next run, whatever their sources hold."""
    named = sorted(set(keys))
    for start in range(0, len(named), CHUNK):
        StockReading.objects.filter(sku_key__in=named[start : start + CHUNK]).update(sources=None)


def offer_none(keys: Collection[str]) -> list[str]:
    """
    Lower readings to nothing for sale; return the SKUs, by key. One that was never read had the panel's own quantity.

    A reading keeps its number: what was proved after it began is not in it, lowered or not.
    """
    _ensure(keys)
    is_more = Q(salable=None) | Q(salable__gt=0)
    rows = StockReading.objects.filter(is_more, sku_key__in=keys, is_managed=True)
    lowered = list(rows.select_for_update().order_by("sku_key").values_list("sku_key", flat=True))
    StockReading.objects.filter(sku_key__in=lowered).update(salable=0)
    return lowered


def sources() -> dict[str, int | None]:
    """Return what the sources held when each SKU was asked last, by SKU key."""
    rows = StockReading.objects.order_by().values_list("sku_key", "sources")
    return dict(rows.iterator(chunk_size=5000))


def due_keys(before: datetime, most: int) -> list[str]:
    """Return SKUs to ask whatever moved: those whose 0 is in doubt, and some that were not asked since a moment."""
    doubtful = StockReading.objects.filter(doubted_at__isnull=False).values_list("sku_key", flat=True)
    old = (
        StockReading.objects.filter(read_at__lt=before).order_by("read_at").values_list("sku_key", flat=True)
    )
    return [*doubtful, *old[:most]]


def orders_followed_until() -> datetime | None:
    """Return up to when the store's orders were followed, by its own clock; None: from now on."""
    return StoreLink.objects.filter(pk=1).values_list("orders_followed_until", flat=True).first()


def scanned(*, at: datetime, orders_until: datetime | None) -> None:
    """Note that everything was scanned and what moved was read."""
    StoreLink.objects.filter(pk=1).update(stock_scanned_at=at, orders_followed_until=orders_until)


def old_since(now: datetime) -> datetime | None:
    """Return when the stock was scanned last, where that is too long ago; None: it is not, or the panel keeps it."""
    row = StoreLink.objects.filter(pk=1).values_list("keeps_stock_since", "stock_scanned_at").first()
    kept, last = row or (None, None)
    since = (last or kept) if kept else None
    return since if since and now - since > TOO_OLD else None


def _locked(lines: Sequence[HeldLine]) -> dict[tuple[str, str], StockHold]:
    rows = StockHold.objects.select_for_update().filter(
        order__in={each.order for each in lines}, line__in={each.line for each in lines}
    )
    return {(row.order, row.line): row for row in rows.order_by("pk")}


def _of_order(order: str) -> list[StockHold]:
    return list(StockHold.objects.select_for_update().filter(order=order).order_by("pk"))
