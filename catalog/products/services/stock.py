"""Moves stock: every change is a guarded update plus a row that can be written once per document and line."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from catalog.products.changes import Changed, Kind, announce
from catalog.products.models import Product, StockMovement
from catalog.products.models.products import sku_key
from catalog.products.models.stock import MOVEMENT_COLUMNS
from catalog.products.services import holds
from catalog.products.services.typed_quantities import reopen
from jetbridge.core import configuration
from jetbridge.core.actors import current_actor
from jetbridge.core.models import bulk_sql
from jetbridge.store import stock as store_stock
from jetbridge.store.stock import HeldLine

RESERVE = """
    UPDATE catalog_product SET reserved = reserved + %s, changed_at = %s
    WHERE id = %s AND manage_stock AND is_in_stock AND quantity >= reserved + %s
"""


@dataclass(frozen=True)
class StockLine:
    """Units of one product on one line of a document; `order` is the document that reserved them, if another."""

    line: str
    product_id: int
    sku: str
    units: int
    order: str = ""


class OutOfStock(Exception):
    """Nothing was reserved: these lines lack units."""

    def __init__(self, lines: Sequence[StockLine]) -> None:
        self.lines = list(lines)
        super().__init__("out of stock: " + ", ".join(f"{line.sku} ({line.units})" for line in self.lines))


QUANTITY = frozenset({"quantity"})
Move = Callable[[StockLine], StockMovement | None]
Moved = list[tuple[StockLine, StockMovement]]


@transaction.atomic
def reserve(*, document: str, lines: Sequence[StockLine], is_new: bool = False) -> None:
    """
    Promise units to a document, all lines or none. Lines that are reserved already stay so, once; of a document that
    is new in this transaction nobody need ask.

    Where a linked store keeps the stock, they are held until it knows of them.

    :raises OutOfStock: units are lacking, or a product is gone; names every such line
    """
    unmanaged = configuration.current().unmanaged_quantity
    is_kept = holds.is_kept()
    moved = _once(
        StockMovement.Kind.RESERVE,
        document,
        lines,
        lambda line: _reserve_line(line, unmanaged=unmanaged),
        is_new=is_new,
    )
    if is_kept:
        holds.hold([_held(document, line) for line, movement in moved if movement.reserved_change])


@transaction.atomic
def release(*, document: str, lines: Sequence[StockLine]) -> None:
    """Give promised units back; a line that was released already stays so."""
    is_kept = holds.is_kept()

    def move(line: StockLine) -> StockMovement:
        if is_kept:
            return _given_up(document, line)
        if store_stock.is_known():
            store_stock.free([_held(document, line)])
        return _take_reserved(line, shipped=False)

    _once(StockMovement.Kind.RELEASE, document, lines, move)


@transaction.atomic
def ship(*, document: str, lines: Sequence[StockLine]) -> None:
    """
    Take promised units out of stock. Partial shipments name the shipment as document, so that each
    of them counts once. Where a linked store keeps the stock, it counts them itself once it knows of the order.
    """
    is_kept = holds.is_kept()

    def move(line: StockLine) -> StockMovement:
        if is_kept or store_stock.is_known():
            store_stock.shipped([_held(document, line)])
        return _unmoved(line) if is_kept else _take_reserved(line, shipped=True)

    _once(StockMovement.Kind.SHIP, document, lines, move)


@transaction.atomic
def restock(*, document: str, lines: Sequence[StockLine]) -> None:
    """Put returned units back into stock, once per document and line; a linked store counts them itself."""
    _once(StockMovement.Kind.RETURN, document, lines, _unmoved if holds.is_kept() else _put_back)


def _once(
    kind: StockMovement.Kind, document: str, lines: Sequence[StockLine], move: Move, *, is_new: bool = False
) -> Moved:
    """Carry out a movement for each line that has none yet of this kind and document; return those."""
    if not document:
        raise ValueError("a stock movement needs the document it belongs to")
    known = StockMovement.objects.filter(kind=kind, document=document).values_list("line", flat=True)
    try:
        return _try_once(kind, document, lines, move, set() if is_new else set(known))
    except IntegrityError:  # another worker moved the same lines meanwhile; now its rows are visible
        return _try_once(kind, document, lines, move, set(known.all()))


@transaction.atomic
def _try_once(
    kind: StockMovement.Kind, document: str, lines: Sequence[StockLine], move: Move, done: Collection[str]
) -> Moved:
    short: list[StockLine] = []
    movements: list[tuple[StockLine, StockMovement]] = []
    # In one order for all workers, so that two never wait for each other's rows.
    for line in sorted(lines, key=lambda each: (each.product_id, each.line)):
        if line.line in done or line.units == 0:
            continue
        movement = move(line)
        if movement is None:
            short.append(line)
            continue
        movements.append((line, _filled_in(movement, kind, document, line)))
    if short:
        raise OutOfStock(short)
    rows = ([getattr(movement, name) for name in MOVEMENT_COLUMNS] for _, movement in movements)
    bulk_sql.insert(StockMovement, MOVEMENT_COLUMNS, rows)
    moved = {line.product_id: line.sku for line in lines if line.line not in done and line.units}
    announce(Kind.STOCK_MOVED, (Changed(pk, sku, QUANTITY) for pk, sku in moved.items()))
    return movements


def _held(document: str, line: StockLine) -> HeldLine:
    """Name a line as its hold is named: by the document that reserved it, and the SKU as stores compare it."""
    product = Product.objects.filter(pk=line.product_id).values_list("sku", "sku_key").first()
    sku, key = product or (line.sku, sku_key(line.sku))
    return HeldLine(line.order or document, line.line, sku, key, line.units)


def _given_up(document: str, line: StockLine) -> StockMovement:
    freed = holds.free(_held(document, line), line.product_id)
    return StockMovement(reserved_change=-freed, product_id=_still_there(line))


def _unmoved(line: StockLine) -> StockMovement:
    return StockMovement(product_id=_still_there(line))


def _reserve_line(line: StockLine, *, unmanaged: int) -> StockMovement | None:
    # Written out: every line of every order comes by here, and composing it takes ten times as long as it.
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(RESERVE, [line.units, now, line.product_id, line.units])
        is_held = cursor.rowcount
    if is_held:
        return StockMovement(reserved_change=line.units, product_id=line.product_id)
    is_unmanaged = Product.objects.filter(pk=line.product_id, manage_stock=False)
    if line.units <= unmanaged and is_unmanaged.exists():
        return StockMovement(product_id=line.product_id)
    return None


def _take_reserved(line: StockLine, *, shipped: bool) -> StockMovement:
    taken = line.units if shipped else 0
    # What was reserved while the product had no stock management never entered `reserved`.
    changed = Product.objects.filter(pk=line.product_id, manage_stock=True).update(
        reserved=Greatest(F("reserved") - line.units, 0), quantity=F("quantity") - taken
    )
    if not changed:
        return StockMovement(product_id=_still_there(line))
    return StockMovement(quantity_change=-taken, reserved_change=-line.units, product_id=line.product_id)


def _put_back(line: StockLine) -> StockMovement:
    changed = Product.objects.filter(pk=line.product_id, manage_stock=True).update(
        quantity=F("quantity") + line.units
    )
    if not changed:
        return StockMovement(product_id=_still_there(line))
    reopen(line.product_id)
    return StockMovement(quantity_change=line.units, product_id=line.product_id)


def _still_there(line: StockLine) -> int | None:
    """Return the product's key unless the product is gone; the movement stands all the same."""
    return line.product_id if Product.objects.filter(pk=line.product_id).exists() else None


def _filled_in(
    movement: StockMovement, kind: StockMovement.Kind, document: str, line: StockLine
) -> StockMovement:
    actor = current_actor()
    movement.kind, movement.document, movement.line = kind, document, line.line
    movement.sku, movement.at = line.sku, timezone.now()
    movement.user_id, movement.who, movement.job = actor.user_id, actor.name, actor.job
    return movement
