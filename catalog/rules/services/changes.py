"""
Walks the products that a changed setting or rule concerns, chunk by chunk.

Results that may differ are marked old, prices and quantities that do differ are sent again. Each row of
CatalogChange remembers how far its walk got; walking a chunk twice does no harm.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from catalog.mapping.fields.sources import COLUMNS
from catalog.products.models import Product, ProductImage, Variation
from catalog.rules import offers
from catalog.rules.changes import OFFERS, OffersChanged
from catalog.rules.eligibility import eligibilities
from catalog.rules.models import CatalogChange, mark_stale
from jetbridge.core import configuration, retention, store_days
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge

logger = logging.getLogger(__name__)

# Walked at once; the writes of one chunk stay below some tens of milliseconds.
CHUNK = 250
# A panel that stood still for some days finds on its return what turned meanwhile.
DAYS_BACK = timedelta(days=7)
VALIDATION = "catalog.refresh_validation"
Scope = CatalogChange.Scope


def follow(*, heartbeat: Callable[[], None] | None = None) -> Report:
    """
    Walk every change that is not walked to its end. Two workers may do so at once: the cursor is guarded.

    A walk that fails stays where it is and is reported; it holds up neither the others nor whoever called.
    """
    report = Report()
    for change in list(waiting()):
        while _walked_on(change, report):
            if heartbeat:
                heartbeat()
        report.done += change.walked
        if change.marked:
            nudge(VALIDATION)
    if not (report.done or report.failed):
        report.note = "No setting changed that concerns products."
    return report


def _walked_on(change: CatalogChange, report: Report) -> bool:
    try:
        return _walk_chunk(change)
    except Exception as error:  # what one product's data provoke must not stop mass actions and validation
        logger.exception("The walk after %r stopped behind product %s.", change.reason, change.cursor)
        report.fail(change.reason, f"stopped behind product {change.cursor}: {error!r}")
        return False


def mark_dated() -> int:
    """Mark results from before today where a special price began or ended since; return how many."""
    today = store_days.today()
    begun = Q(special_price_from__gt=today - DAYS_BACK, special_price_from__lte=today)
    ended = Q(special_price_to__gte=today - DAYS_BACK, special_price_to__lt=today)
    turned = Product.objects.filter(begun | ended, validation__checked_at__lt=store_days.start(today))
    ids = list(turned.filter(validation__stale_since=None).values_list("pk", flat=True))
    mark_stale(ids)
    return len(ids)


def waiting() -> QuerySet[CatalogChange]:
    """Return the changes whose products are not all walked yet, oldest first."""
    return CatalogChange.objects.filter(done_at=None).order_by("pk")


def delete_old_changes(*, now: datetime, days: int, heartbeat: Callable[[], None]) -> int:
    """Delete changes whose walk ended more than so many days ago; the history shows who changed what."""
    return retention.delete(CatalogChange.objects.filter(done_at__lt=now - timedelta(days=days)), heartbeat)


def concerned(change: CatalogChange) -> QuerySet[Product]:
    """Return the products that a change concerns; some may stand in it twice."""
    products = Product.objects.order_by("pk")
    names = [str(name) for name in change.names]
    if change.scope == Scope.CODES and not set(names) & set(COLUMNS):
        return products.filter(_any(_has_code(name) for name in names))
    if change.scope == Scope.TEXTS:
        return products.filter(texts__store_view__code__in=names)
    if change.scope == Scope.IMAGES:
        web = Q(path__istartswith="http://") | Q(path__istartswith="https://")
        return products.filter(Exists(ProductImage.objects.filter(~web, product=OuterRef("pk"))))
    if change.scope == Scope.BRAND_RULE:
        code = configuration.current().field_mapping.get("brand", "")
        held = products.annotate(
            own_brand=KeyTextTransform("brand", "jet_fields"), brand=KeyTextTransform(code, "attributes")
        )
        # Blanks around a name count for nothing, so this finds more than the rule does.
        return held.filter(
            _any(Q(own_brand__icontains=name) | Q(brand__icontains=name) for name in names)
            | Q(texts__attributes__has_key=code)
        )
    if change.scope in (Scope.BELOW, Scope.CATEGORY_RULE):
        inside = (
            Q(category_links__category__path__startswith=path) | Q(listed_in__path__startswith=path)
            for path in names
        )
        return products.filter(_any(inside))
    return products


def _walk_chunk(change: CatalogChange) -> bool:
    """Walk one chunk; return whether there may be more."""
    start = change.cursor
    keys = concerned(change).filter(pk__gt=start).values_list("pk", flat=True).distinct()
    ids = list(keys[:CHUNK])
    marked, resent = WALKS.get(Scope(change.scope), _mark)(change, ids) if ids else (0, 0)
    over = len(ids) < CHUNK
    moved = CatalogChange.objects.filter(pk=change.pk, cursor=start, done_at=None).update(
        cursor=ids[-1] if ids else start,
        walked=F("walked") + len(ids),
        marked=F("marked") + marked,
        resent=F("resent") + resent,
        done_at=timezone.now() if over else None,
    )
    change.refresh_from_db()
    # Not moved: another worker walked the same chunk, and this one goes on where that one is.
    return change.done_at is None if not moved else not over


def _mark(change: CatalogChange, ids: Sequence[int]) -> tuple[int, int]:
    mark_stale(ids)
    return len(ids), 0


def _compare(change: CatalogChange, ids: Sequence[int]) -> tuple[int, int]:
    """Mark only results that the settings change, and announce only what differs."""
    current = configuration.current()
    before, after = (offers.with_settings(current, each) for each in (change.before, change.after))
    sides = [(config, store_days.today(config)) for config in (before, after)]
    marked, prices, quantities = [], [], []
    products = _with_children(ids)
    found = eligibilities(products, current)
    for product in products:
        eligibility = found.get(product.pk)
        old, new = (offers.offer_of(product, *each, eligibility) for each in sides)
        if old.differs_in_result(new):
            marked.append(product.pk)
        if new.price is not None and old.price != new.price:
            prices.append(product.pk)
        if old.quantity != new.quantity:
            quantities.append(product.pk)
    return _announced(marked, OffersChanged(change.reason, tuple(prices), tuple(quantities)))


def _offer(change: CatalogChange, ids: Sequence[int]) -> tuple[int, int]:
    """Announce products that a rule may keep off now, or offer again."""
    return _announced(ids, OffersChanged(change.reason, ruled=tuple(ids)))


@transaction.atomic
def _announced(marked: Sequence[int], change: OffersChanged) -> tuple[int, int]:
    mark_stale(marked)
    return len(marked), sum(OFFERS.announce(change))


WALKS: dict[Scope, Callable[[CatalogChange, Sequence[int]], tuple[int, int]]] = {
    Scope.OFFER: _compare,
    Scope.CATEGORY_RULE: _offer,
    Scope.BRAND_RULE: _offer,
    Scope.CONFIGURATION_RULE: _offer,
}


def _with_children(ids: Sequence[int]) -> list[Product]:
    products = list(Product.objects.filter(pk__in=ids).defer("description", "short_description"))
    parents = [each for each in products if each.kind == Product.Kind.CONFIGURABLE]
    prefetch_related_objects(parents, Prefetch("variations", Variation.objects.select_related("child")))
    return products


def _has_code(code: str) -> Q:
    """Match products that hold a value under a code, in the store or in a view, or whose children differ in it."""
    held = reduce(or_, (Q(attributes__has_key=name) for name in {code, code.lower()}))
    differ = Q(kind=Product.Kind.CONFIGURABLE, variation_codes__icontains=f'"{code}"')
    return held | Q(texts__attributes__has_key=code) | differ


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))
