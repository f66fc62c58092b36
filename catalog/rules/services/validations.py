"""Validates products and stores the results, so that grids and mass actions need not compute them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from catalog.mapping import selectors as mapping
from catalog.mapping.changes import Effect, WhatIf
from catalog.mapping.fields.sources import resolve
from catalog.mapping.models import JetCategory
from catalog.mapping.selectors import AttributeMappings, MappingIndex, NeededAttribute
from catalog.products.image_urls import Picture
from catalog.products.models import Product, ProductImage, ProductText, Variation
from catalog.products.models.products import UNREAD
from catalog.rules import engine
from catalog.rules.eligibility import ListingEligibility, ListingRules
from catalog.rules.models import Problem, ReturnException, ShippingException, ValidationResult
from catalog.rules.offers import offer_of
from catalog.rules.subjects import Asked, Found, Relative, Severity, Subject, asked_of, brand_of
from jetbridge.core import configuration, store_days
from jetbridge.core.models import Configuration
from jetbridge.core.models.bulk_sql import insert, upsert
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report

# Read, checked and stored at once; the write transaction of one chunk stays below some tens of milliseconds.
CHUNK = 500
LONGEST_MESSAGE = 500
RESULT = ("worst", "blocks", "not_live", "advice", "stale_since", "checked_at")


@dataclass
class Background:
    """What all products are checked against; read once a run."""

    config: Configuration
    today: date
    index: MappingIndex
    mappings: AttributeMappings
    needed: dict[int, list[NeededAttribute]] = field(default_factory=dict)
    rules: ListingRules = field(default_factory=ListingRules)
    asked: dict[int, tuple[Asked, ...]] = field(default_factory=dict)
    known_values: dict[tuple[int, str], tuple[Found, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Background":
        config = configuration.current()
        return cls(
            config,
            store_days.today(),
            MappingIndex.load(),
            mapping.attribute_mappings(),
            rules=ListingRules.load(config),
        )

    def eligibility_of(
        self, products: Iterable[Product], paths: Mapping[int, list[str]], texts: Mapping[int, ProductText]
    ) -> dict[int, ListingEligibility]:
        """Return how products stand by the rules; nothing is worked out where there are none."""
        if self.rules.is_empty:
            return {}
        brands = {
            each.pk: brand_of(resolve(each, self.config, text=texts.get(each.pk)))
            if self.rules.brands
            else ""
            for each in products
        }
        return {
            each.pk: self.rules.eligibility(each, paths.get(each.pk, ()), brands[each.pk])
            for each in products
        }

    def attributes_of(self, category: JetCategory | None) -> Sequence[NeededAttribute]:
        """Return what a Jet category carries; `learn` has read it."""
        return self.needed.get(category.jet_id, ()) if category else ()

    def learn(self, categories: Iterable[JetCategory]) -> None:
        """Read the attributes of categories that were not met before."""
        fresh = {each for each in categories if each.jet_id not in self.needed}
        if fresh:
            found = mapping.attributes_of(fresh)
            self.needed.update({each.jet_id: found.get(each.jet_id, []) for each in fresh})
            self.asked.update(
                {each.jet_id: asked_of(self.needed[each.jet_id], self.mappings.at(each)) for each in fresh}
            )


def problems(product: Product, *, background: Background | None = None) -> list[Found]:
    """Check one product as it is in the database now; stores nothing."""
    background = background or Background.load()
    return engine.problems(next(iter(subjects([product.pk], background).values())))


def refresh(*, heartbeat: Callable[[], None] | None = None) -> Report:
    """Check every product whose result is stale. A product that changes meanwhile stays stale."""
    background, report, last = Background.load(), Report(), 0
    while ids := _stale_after(last):
        report.done += validate(ids, background)
        last = ids[-1]
        if heartbeat:
            heartbeat()
    if not report.done:
        report.note = "No result is stale."
    return report


def validate(ids: Sequence[int], background: Background | None = None) -> int:
    """Check these products and store the results; return how many were checked."""
    background = background or Background.load()
    marks = dict(
        ValidationResult.objects.filter(among("product_id", ids)).values_list("product_id", "stale_since")
    )
    found = {pk: engine.problems(subject) for pk, subject in subjects(ids, background).items()}
    _store(found, marks)
    return len(found)


def what_if(question: WhatIf) -> Effect:
    """Check products as they are and as other attribute mappings would have them; stores nothing."""
    background = Background.load()
    mappings = background.mappings.instead(question.rows)
    known: dict[tuple[int, str], tuple[Found, ...]] = {}
    asked: dict[int, tuple[Asked, ...]] = {}
    totals, before, after, left = Counter[bool](), Counter[bool](), Counter[bool](), Counter[str]()
    for start in range(0, len(question.ids), CHUNK):
        for subject in subjects(question.ids[start : start + CHUNK], background).values():
            group, category = subject.is_configurable, subject.category
            totals[group] += 1
            before[group] += not _blocking(subject)
            if category is not None:
                subject.mappings, subject.known_values = mappings.at(category), known
                if category.jet_id not in asked:
                    asked[category.jet_id] = asked_of(subject.needed, subject.mappings)
                subject.pairs = asked[category.jet_id]
            blocking = _blocking(subject)
            after[group] += not blocking
            left.update(blocking)
    return Effect(
        totals[False], totals[True], (before[False], before[True]), (after[False], after[True]),
        tuple(left.most_common(3)),
    )  # fmt: skip


def _blocking(subject: Subject) -> set[str]:
    return {each.code for each in engine.problems(subject) if each.severity == Severity.BLOCKS}


def _stale_after(last: int) -> list[int]:
    stale = ValidationResult.objects.filter(stale_since__isnull=False, product_id__gt=last)
    return list(stale.order_by("product_id").values_list("product_id", flat=True)[:CHUNK])


def subjects(ids: Collection[int], background: Background) -> dict[int, Subject]:
    """Read all that the rules look at; the number of queries does not grow with the products."""
    products = list(Product.objects.filter(among("pk", ids)).defer(*UNREAD))
    configurable = [each for each in products if each.kind == Product.Kind.CONFIGURABLE]
    prefetch_related_objects(configurable, Prefetch("variations", Variation.objects.select_related("child")))
    family = {child.pk: child for each in configurable for child in each.children()}
    kin = {**family, **{each.pk: each for each in products}}
    places = mapping.store_paths(kin.values())
    categories = mapping.jet_categories_for(kin.values(), index=background.index, paths=places)
    background.learn(categories.values())
    around = _Around.load(ids, background.config)
    around.eligibilities = background.eligibility_of(products, places, around.texts)
    return {each.pk: _subject(each, background, categories, around) for each in products}


@dataclass
class _Around:
    """Rows that hang on the products of a chunk. Django's prefetch would cost each product a manager a table."""

    images: Mapping[int, list[Picture]]
    texts: Mapping[int, ProductText]
    shipping: Mapping[int, list[ShippingException]]
    returns: Mapping[int, list[ReturnException]]
    parents: Mapping[int, list[Product]]
    eligibilities: Mapping[int, ListingEligibility] = field(default_factory=dict)

    @classmethod
    def load(cls, ids: Collection[int], config: Configuration) -> "_Around":
        view = config.store_view_id
        # Named by their parents: all children together are more values than a statement may have.
        members = among("product_id", ids) | among("product__variation_of__parent_id", ids)
        texts = ProductText.objects.filter(members, store_view=view).distinct() if view else ()
        links = Variation.objects.filter(among("child_id", ids)).select_related("parent")
        parents: dict[int, list[Product]] = defaultdict(list)
        for link in links.only("child_id", "parent__sku", "parent__variation_codes"):
            parents[link.child_id or 0].append(link.parent)
        return cls(
            images=_pictures(ids),
            texts={text.product_id: text for text in texts},
            shipping=_grouped(ShippingException.objects.filter(among("product_id", ids)).order_by("pk")),
            returns=_grouped(ReturnException.objects.filter(among("product_id", ids)).order_by("pk")),
            parents=parents,
        )


def _pictures(ids: Collection[int]) -> dict[int, list[Picture]]:
    """Images are the most numerous rows, and a model instance each would cost a tenth of the time."""
    found: dict[int, list[Picture]] = defaultdict(list)
    rows = ProductImage.objects.filter(among("product_id", ids)).order_by()
    for product_id, *values in rows.values_list("product_id", *Picture._fields):
        found[product_id].append(Picture(*values))
    return found


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(row)
    return found


def _subject(
    product: Product, background: Background, categories: Mapping[int, JetCategory], around: _Around
) -> Subject:
    category = categories.get(product.pk)
    links = product.variations.all() if product.kind == Product.Kind.CONFIGURABLE else ()
    eligibility = around.eligibilities.get(product.pk)
    offer = offer_of(product, background.config, background.today, eligibility)
    return Subject(
        product,
        background.config,
        category=category,
        needed=background.attributes_of(category),
        mappings=background.mappings.at(category),
        pairs=background.asked.get(category.jet_id, ()) if category else (),
        known_values=background.known_values,
        text=around.texts.get(product.pk),
        images=around.images.get(product.pk, ()),
        children=[
            _relative(link.child, background.config, categories, around) for link in links if link.child
        ],
        unknown_children=[link.child_sku for link in links if link.child is None],
        parents=around.parents.get(product.pk, ()),
        shipping_exceptions=around.shipping.get(product.pk, ()),
        return_exceptions=around.returns.get(product.pk, ()),
        quantity=offer.quantity,
        kept_off=eligibility.kept_off if eligibility else "",
        price_refusal=offer.refusal,
        below_map=offer.map_price if offer.is_below_map else None,
    )


def _relative(
    child: Product, config: Configuration, categories: Mapping[int, JetCategory], around: _Around
) -> Relative:
    brand = brand_of(resolve(child, config, text=around.texts.get(child.pk)))
    return Relative(child, categories.get(child.pk), brand)


@transaction.atomic
def _store(found_by_id: Mapping[int, Sequence[Found]], marks: Mapping[int, datetime | None]) -> None:
    rows = {pk: [_row(each) for each in found] for pk, found in found_by_id.items()}
    ids = sorted(rows)
    known = ValidationResult.objects.select_for_update().filter(among("product_id", ids)).order_by("pk")
    marks_now = dict(known.values_list("product_id", "stale_since"))
    _store_problems(rows)
    now = timezone.now()
    results = [
        # A mark that is newer than what was checked stays.
        (pk, *_counts(rows[pk]), marks_now.get(pk) if marks_now.get(pk) != marks.get(pk) else None, now)
        for pk in Product.objects.filter(among("pk", ids)).order_by("pk").values_list("pk", flat=True)
    ]
    upsert(ValidationResult, ("product_id", *RESULT), results, unique=["product_id"], update=RESULT)


def _store_problems(rows: Mapping[int, list[tuple[str, ...]]]) -> None:
    """Write only what differs: after one setting changed most products have the problems that they had."""
    stored: dict[int, list[tuple[str, ...]]] = {pk: [] for pk in rows}
    columns = ("product_id", "code", "severity", "field", "message")
    for pk, *values in (
        Problem.objects.filter(among("product_id", sorted(rows))).order_by("pk").values_list(*columns)
    ):
        stored[pk].append(tuple(values))
    changed = [pk for pk, found in rows.items() if stored[pk] != found]
    if not changed:
        return
    Problem.objects.filter(product__in=changed).delete()
    present = Product.objects.filter(pk__in=changed).order_by("pk").values_list("pk", flat=True)
    insert(Problem, columns, [(pk, *values) for pk in present for values in rows[pk]])


def _row(found: Found) -> tuple[str, ...]:
    return (found.code[:60], str(found.severity), found.field[:60], found.message[:LONGEST_MESSAGE])


def _counts(rows: list[tuple[str, ...]]) -> tuple[object, ...]:
    severities = [severity for _, severity, _, _ in rows]
    counts = [severities.count(each) for each in (Severity.BLOCKS, Severity.NOT_LIVE, Severity.ADVICE)]
    worst = next((each for each in Severity if each in severities), Severity.CLEAN)
    return (worst, *counts)
