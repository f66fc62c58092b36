"""What a change of the store does to results: those that may differ are marked stale in the same transaction."""

from collections.abc import Collection

from django.db import connection

from catalog.products.changes import CategoryChanged, CategoryKind, Kind, ProductsChanged
from catalog.products.models import Product
from catalog.rules.eligibility import eligibilities
from catalog.rules.field_rules import SOLD_OUT
from catalog.rules.models import CatalogChange, Problem, mark_stale, note_change
from catalog.rules.quantities import jet_quantity
from catalog.rules.services.stale_results import mark_products_below, products_below
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.jobs.queue import nudge

VALIDATION = "catalog.refresh_validation"
MAYBE_TURNED = """
    SELECT id FROM catalog_product
    WHERE id IN ({places}) AND NOT (
        enabled AND NOT excluded AND manage_stock AND is_in_stock
        AND quantity - reserved > COALESCE(stock_buffer, %s)
        AND NOT EXISTS (SELECT 1 FROM catalog_problem WHERE product_id = catalog_product.id AND code = %s)
    )
"""


def follow_products(change: ProductsChanged) -> tuple[str, ...]:
    """Mark what was said of changed products stale; moved stock does so only where it turns the result."""
    if change.kind in (Kind.STOCK_MOVED, Kind.STOCK_SET):
        _mark_turned(change.ids)
    elif change.kind is not Kind.REMOVING:
        # Rows that an import has just made: what links them to a family is written and announced after them.
        made = {each.product_id for each in change.products if each.is_new and "sku" in each.fields}
        alone = made if change.kind is Kind.IMPORTED else set[int]()
        mark_stale(sorted(alone), alone=True)
        mark_stale(each for each in change.ids if each not in alone)
        nudge(VALIDATION)
    return ()


def follow_categories(change: CategoryChanged) -> None:
    """Mark the results below a category that moved or goes; the walk over a rule's products is a job's."""
    if change.kind is CategoryKind.RULED:
        reason = f"rule of category {change.full_path}"
        note_change(CatalogChange.Scope.CATEGORY_RULE, names=[change.path], reason=reason)
        return
    if change.kind is CategoryKind.MOVED:
        mark_products_below([change.path])
    else:
        # Its path finds nobody once it is gone, so these do not wait for a job, however many.
        mark_stale(list(products_below([change.path])))
    nudge(VALIDATION)


def _mark_turned(product_ids: Collection[int]) -> None:
    """Mark the results that say there is stock where there is none now, or the other way round."""
    config = configuration.current()
    product_ids = _maybe_turned(product_ids, config)
    if not product_ids:
        return
    said = Problem.objects.filter(product__in=product_ids, code=SOLD_OUT).values_list("product_id", flat=True)
    sold_out = set(said)
    products = list(Product.objects.filter(pk__in=product_ids).exclude(kind=Product.Kind.CONFIGURABLE))
    found = eligibilities(products, config)
    turned = [
        each.pk
        for each in products
        if (jet_quantity(each, config, found.get(each.pk)) <= 0) != (each.pk in sold_out)
    ]
    if turned:
        mark_stale(turned)
        nudge(VALIDATION)


def _maybe_turned(product_ids: Collection[int], config: Configuration) -> list[int]:
    """Leave out the many that plainly have units and whose result says nothing else."""
    if not product_ids:
        return []
    places = ", ".join(["%s"] * len(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(MAYBE_TURNED.format(places=places), [*product_ids, config.stock_buffer, SOLD_OUT])
        return [row[0] for row in cursor.fetchall()]
