"""Moves stock: every change is a guarded update plus a row that can be written once per document and line."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import Facet
from catalog.products.models import Product, StockMovement
from catalog.rules.eligibility import standings
from catalog.rules.field_rules import SOLD_OUT
from catalog.rules.models import Problem, mark_stale
from catalog.rules.quantities import jet_quantity
from jetbridge.core import configuration
from jetbridge.core.actors import current_actor
from jetbridge.core.models import Configuration, bulk_sql
from jetbridge.jobs.queue import nudge

RESERVE = """
    UPDATE catalog_product SET reserved = reserved + %s
    WHERE id = %s AND manage_stock AND is_in_stock AND quantity >= reserved + %s
"""
MAYBE_TURNED = """
    SELECT id FROM catalog_product
    WHERE id IN ({places}) AND NOT (
        enabled AND NOT excluded AND manage_stock AND is_in_stock
        AND quantity - reserved > COALESCE(stock_buffer, %s)
        AND NOT EXISTS (SELECT 1 FROM catalog_problem WHERE product_id = catalog_product.id AND code = %s)
    )
"""
MOVEMENT_COLUMNS = (
    "product_id", "sku", "kind", "quantity_change", "reserved_change", "document", "line", "at", "user_id", "job",
)  # fmt: skip


@dataclass(frozen=True)
class StockLine:
    """Units of one product on one line of a document."""

    line: str
    product_id: int
    sku: str
    units: int


class OutOfStock(Exception):
    """Nothing was reserved: these lines lack units."""

    def __init__(self, lines: Sequence[StockLine]) -> None:
        self.lines = list(lines)
        super().__init__("out of stock: " + ", ".join(f"{line.sku} ({line.units})" for line in self.lines))


Move = Callable[[StockLine], StockMovement | None]


def reserve(*, document: str, lines: Sequence[StockLine]) -> None:
    """
    Promise units to a document, all lines or none. Lines that are reserved already stay so, once.

    :raises OutOfStock: units are lacking, or a product is gone; names every such line
    """
    unmanaged = configuration.current().unmanaged_quantity
    _once(StockMovement.Kind.RESERVE, document, lines, lambda line: _reserve_line(line, unmanaged=unmanaged))


def release(*, document: str, lines: Sequence[StockLine]) -> None:
    """Give promised units back; a line that was released already stays so."""
    _once(StockMovement.Kind.RELEASE, document, lines, lambda line: _take_reserved(line, shipped=False))


def ship(*, document: str, lines: Sequence[StockLine]) -> None:
    """
    Take promised units out of stock. Partial shipments name the shipment as document, so that each
    of them counts once.
    """
    _once(StockMovement.Kind.SHIP, document, lines, lambda line: _take_reserved(line, shipped=True))


def restock(*, document: str, lines: Sequence[StockLine]) -> None:
    """Put returned units back into stock, once per document and line."""
    _once(StockMovement.Kind.RETURN, document, lines, _put_back)


@transaction.atomic
def set_quantity(*, product: Product, quantity: int, sync: bool = True) -> bool:
    """
    Set the units on hand by hand, with a movement of the difference; tell whether anything changed.

    Without sync the quantity is not sent to Jet now.
    """
    current = Product.objects.filter(pk=product.pk).values_list("quantity", flat=True).get()
    if not Product.objects.filter(pk=product.pk, quantity=current).update(quantity=quantity):
        return set_quantity(product=product, quantity=quantity, sync=sync)
    product.quantity = quantity
    if current == quantity:
        return False
    line = StockLine("", product.pk, product.sku, quantity - current)
    movement = StockMovement(quantity_change=quantity - current, product_id=product.pk)
    _filled_in(movement, StockMovement.Kind.MANUAL, "", line).save()
    if sync:
        updates.product_changed([product.pk], [Facet.INVENTORY])
    _mark_turned([product.pk])
    return True


def _once(kind: StockMovement.Kind, document: str, lines: Sequence[StockLine], move: Move) -> None:
    """Carry out a movement for each line that has none yet of this kind and document."""
    if not document:
        raise ValueError("a stock movement needs the document it belongs to")
    try:
        _try_once(kind, document, lines, move)
    except IntegrityError:  # another worker moved the same lines meanwhile; now its rows are visible
        _try_once(kind, document, lines, move)


@transaction.atomic
def _try_once(kind: StockMovement.Kind, document: str, lines: Sequence[StockLine], move: Move) -> None:
    done = set(StockMovement.objects.filter(kind=kind, document=document).values_list("line", flat=True))
    short: list[StockLine] = []
    movements: list[StockMovement] = []
    # In one order for all workers, so that two never wait for each other's rows.
    for line in sorted(lines, key=lambda each: (each.product_id, each.line)):
        if line.line in done or line.units == 0:
            continue
        movement = move(line)
        if movement is None:
            short.append(line)
            continue
        movements.append(_filled_in(movement, kind, document, line))
    if short:
        raise OutOfStock(short)
    rows = ([getattr(movement, name) for name in MOVEMENT_COLUMNS] for movement in movements)
    bulk_sql.insert(StockMovement, MOVEMENT_COLUMNS, rows)
    moved = {line.product_id for line in lines if line.line not in done and line.units}
    updates.product_changed(moved, [Facet.INVENTORY])
    _mark_turned(moved)


def _mark_turned(product_ids: Collection[int]) -> None:
    """Mark the verdicts that say there is stock where there is none now, or the other way round."""
    config = configuration.current()
    product_ids = _maybe_turned(product_ids, config)
    if not product_ids:
        return
    said = Problem.objects.filter(product__in=product_ids, code=SOLD_OUT).values_list("product_id", flat=True)
    sold_out = set(said)
    products = list(Product.objects.filter(pk__in=product_ids).exclude(kind=Product.Kind.CONFIGURABLE))
    found = standings(products, config)
    turned = [
        each.pk
        for each in products
        if (jet_quantity(each, config, found.get(each.pk)) <= 0) != (each.pk in sold_out)
    ]
    if turned:
        mark_stale(turned)
        nudge("catalog.refresh_validation")


def _maybe_turned(product_ids: Collection[int], config: Configuration) -> list[int]:
    """Leave out the many that plainly have units and whose verdict says nothing else."""
    if not product_ids:
        return []
    places = ", ".join(["%s"] * len(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(MAYBE_TURNED.format(places=places), [*product_ids, config.stock_buffer, SOLD_OUT])
        return [row[0] for row in cursor.fetchall()]


def _reserve_line(line: StockLine, *, unmanaged: int) -> StockMovement | None:
    # Written out: every line of every order comes by here, and composing it takes ten times as long as it.
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [line.units, line.product_id, line.units])
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
    movement.user_id, movement.job = actor.user_id, actor.job
    return movement
