"""
Turns products to what a linked store says of stock, less what it does not know: `quantity` becomes its salable figure
less the corrections, `reserved` the units that are held, so that what is left is what may be offered.

Rows are locked in one order: products first, then holds.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import F, Min, Q, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from catalog.products.changes import Changed, Kind, announce
from catalog.products.models import Product, StockMovement
from catalog.products.models.products import COMPOSITE
from catalog.products.models.stock import MOVEMENT_COLUMNS
from jetbridge.core import history
from jetbridge.core.actors import current_actor
from jetbridge.core.models.bulk_sql import insert
from jetbridge.core.texts import counted
from jetbridge.jobs.queue import nudge
from jetbridge.store import stock as store_stock
from jetbridge.store.models import StockHold, StockReading
from jetbridge.store.stock import HeldLine, Reading, Taken

READ_STOCK = "catalog.read_store_stock"
QUANTITY = frozenset({"quantity"})
COLUMNS = ("quantity", "reserved", "manage_stock", "is_in_stock", "closed_by_quantity")
Row = tuple[int, int, bool, bool, bool]


def is_kept() -> bool:
    """Return whether the linked store keeps the stock; turns the tables over where the configuration changed."""
    should, does = store_stock.should_keep_stock(), store_stock.keeps_stock()
    if should and not does:
        _begin()
    elif does and not should:
        _end()
    return should


@transaction.atomic
def _begin() -> None:
    """Hold what open orders reserved while the panel kept the stock: the store knows none of them."""
    if not store_stock.begin(timezone.now()):
        return
    promised = StockMovement.objects.filter(product__reserved__gt=0).exclude(line="").order_by()
    rows = promised.values("line", "product_id", "product__sku", "product__sku_key").annotate(
        left=Sum("reserved_change"), order=Min("document", filter=Q(kind=StockMovement.Kind.RESERVE))
    )
    known = set(StockHold.objects.values_list("order", "line"))
    lines = [
        HeldLine(row["order"], row["line"], row["product__sku"], row["product__sku_key"], row["left"])
        for row in rows
        if row["left"] > 0 and row["order"] and (row["order"], row["line"]) not in known
    ]
    store_stock.hold(lines)
    recount(store_stock.held_keys())


@transaction.atomic
def _end() -> None:
    """Let `reserved` be what orders still wait for; what may be sold stays what it is until a file says otherwise."""
    if not store_stock.end():
        return
    awaited = dict(
        StockHold.objects.filter(awaited__gt=0).order_by().values_list("sku_key").annotate(Sum("awaited"))
    )
    for product in Product.objects.select_for_update().filter(
        Q(reserved__gt=0) | Q(sku_key__in=awaited), ~Q(kind__in=COMPOSITE)
    ):
        promised = awaited.get(product.sku_key, 0)
        left = product.quantity - product.reserved
        Product.objects.filter(pk=product.pk).update(quantity=left + promised, reserved=promised)


def hold(lines: Sequence[HeldLine]) -> None:
    """Hold units that the products' rows count as reserved already."""
    if lines:
        store_stock.hold(lines)


def free(line: HeldLine, product_id: int) -> int:
    """Give up units of a line; return how many of them may be sold again: what is in the store, the store frees."""
    list(Product.objects.select_for_update().filter(pk=product_id).values_list("pk"))
    freed = store_stock.free([line]).get(line.line, 0)
    if freed:
        Product.objects.filter(pk=product_id).update(reserved=Greatest(F("reserved") - freed, 0))
    return freed


@transaction.atomic
def reserved_in_store(*, order: str, store_order: int) -> None:
    """
    Note the proof that the store's order reserves its units: its own reservation answered, or a cart became an order.

    They stay held until a reading of stock that begins after this is stored. `order` is the document of the stock
    movements, `store_order` the store's key.
    """
    store_stock.reserved(order, store_order)
    nudge(READ_STOCK)


@transaction.atomic
def put_in_unreserved(*, order: str, store_order: int) -> None:
    """
    Note that the store has the order and no reservation for it: its units are taken off for good.

    Shipment and cancel book them back in the store, so that its figure contains them ever after.
    """
    rows = _locked(store_stock.keys_of(order))
    moved = store_stock.put_in_unreserved(order, store_order)
    unread = moved.keys() - {
        key for key, row in store_stock.readings(moved).items() if row.salable is not None
    }
    for key in unread:
        Product.objects.filter(pk__in=[each.pk for each in rows if each.sku_key == key]).update(
            quantity=F("quantity") - moved[key]
        )
    recount(moved)


@transaction.atomic
def cancelled_in_store(*, order: str, store_order: int, units: Mapping[str, int]) -> None:
    """
    Take units into hold again that the store cancelled while the sales channel waits for them.

    `units` counts by line all that the store cancelled of that order so far; said again, it changes nothing.
    """
    _locked(store_stock.keys_of(order))
    recount(store_stock.cancelled_there(order, store_order, units))
    nudge(READ_STOCK)


@transaction.atomic
def let_go(*, order: str) -> int:
    """Hold an order's units no longer: a person says that the store's figure is without them. Return how many."""
    products = _locked(store_stock.keys_of(order))
    freed = store_stock.let_go(order)
    recount(freed)
    for product in products:
        if units := freed.get(product.sku_key, 0):
            text = f"{counted(units, 'unit')} no longer held for {order}: the store's figure is without them."
            history.record("hold released", product, message=text)
    return sum(freed.values())


@transaction.atomic
def take(readings: Sequence[Reading]) -> int:
    """
    Store what the store said, and turn the products to it; return how many readings counted.

    One that began before what is stored changes nothing, whenever it comes.
    """
    _locked(each.sku_key for each in readings)
    stored = store_stock.keep(readings)
    recount([row.sku_key for row in stored])
    return len(stored)


@transaction.atomic
def offer_none(keys: Collection[str]) -> None:
    """Offer nothing of SKUs whose salable quantity cannot be read."""
    _locked(keys)
    recount(store_stock.offer_none(keys))


@transaction.atomic
def recount(keys: Collection[str]) -> None:
    """Turn products to what is stored of their SKUs: readings, holds, corrections."""
    products = _locked(keys)
    said, taken = store_stock.readings(keys), store_stock.taken_off(keys)
    owners = _owners(products)
    changed = []
    for product in products:
        row = _row(product, said.get(product.sku_key), taken.get(product.sku_key, Taken()), owners)
        if row != _now(product):
            changed.append((product, row))
    _write(changed)


def _locked(keys: Iterable[str]) -> list[Product]:
    rows = Product.objects.select_for_update().filter(sku_key__in=set(keys)).exclude(kind__in=COMPOSITE)
    return list(rows.only("sku", "sku_key", *COLUMNS).order_by("pk"))


def _owners(products: Sequence[Product]) -> set[int]:
    """Return one product for each SKU of the store, which ignores case: units are not offered twice."""
    first: dict[str, int] = {}
    for product in products:
        first.setdefault(product.sku_key, product.pk)
    return set(first.values())


def _row(product: Product, said: StockReading | None, taken: Taken, owners: Collection[int]) -> Row:
    """Return a product's stock columns as they should be; what was never read keeps its quantity."""
    is_owner = product.pk in owners
    holds = taken.holds if is_owner else 0
    if said is None or said.salable is None:
        return (product.quantity, holds, *_now(product)[2:])
    quantity = store_stock.whole(said.salable) - taken.corrections if is_owner else 0
    return quantity, holds, said.is_managed, True, False


def _now(product: Product) -> Row:
    return (
        product.quantity,
        product.reserved,
        product.manage_stock,
        product.is_in_stock,
        product.closed_by_quantity,
    )


def _write(changed: Sequence[tuple[Product, Row]]) -> None:
    """Write the columns, a movement for each product, and announce those of which another number is offered."""
    if not changed:
        return
    actor, now = current_actor(), timezone.now()
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} = %s" for name in (*COLUMNS, "changed_at"))
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.executemany(
            f"UPDATE catalog_product SET {columns} WHERE id = %s",  # noqa: S608 - column names alone
            [(*row, moment, product.pk) for product, row in changed],
        )
    moved = [
        (
            product.pk, product.sku, StockMovement.Kind.STORE, row[0] - product.quantity, row[1] - product.reserved,
            "", "", now, actor.user_id, actor.job,
            actor.name,
        )
        for product, row in changed
    ]  # fmt: skip
    insert(StockMovement, MOVEMENT_COLUMNS, (each for each in moved if each[3] or each[4]))
    offers = [product for product, row in changed if _offer(row) != _offer(_now(product))]
    announce(Kind.STOCK_MOVED, (Changed(each.pk, each.sku, QUANTITY) for each in offers))


def _offer(row: Row) -> tuple[int, bool, bool]:
    return max(row[0] - row[1], 0), row[2], row[3]
