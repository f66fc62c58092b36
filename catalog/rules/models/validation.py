"""Stored results of the validation engine, so that grids and mass actions need not compute them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from catalog.products.models.products import Product, Variation
from jetbridge.core.models.bulk_sql import upsert

# One write transaction marks this many products, so that other writers wait for milliseconds only.
CHUNK = 500
# A result that speaks of the product as it is now.
KNOWN = models.Q(stale_since=None, checked_at__isnull=False)


class ValidationResult(models.Model):
    """The latest result on one product. A missing row or a stale mark means: not known yet."""

    class Severity(models.TextChoices):
        """Worst first: Jet would refuse; would be taken but never go live; good to know."""

        BLOCKS = "blocks", "Jet would refuse it"
        NOT_LIVE = "not_live", "Will not go live"
        ADVICE = "advice", "Advice"
        CLEAN = "clean", "No problem"

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="validation", primary_key=True
    )
    worst = models.CharField(max_length=8, choices=Severity.choices, default=Severity.CLEAN)
    blocks = models.PositiveSmallIntegerField(default=0)
    not_live = models.PositiveSmallIntegerField(default=0)
    advice = models.PositiveSmallIntegerField(default=0)
    stale_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "catalog"
        indexes = [
            models.Index(fields=["worst", "product"], name="validation_worst"),
            models.Index(fields=["blocks", "product"], condition=KNOWN, name="validation_known"),
            models.Index(
                fields=["stale_since"], condition=models.Q(stale_since__isnull=False), name="validation_stale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.worst}"


def mark_stale(product_ids: Iterable[int] | None = None, *, alone: bool = False) -> None:
    """
    Say that the results on these products are old, with their parents and children; None means all products.

    Where they stand alone there is no family to look for. Follow it with a nudge of catalog.refresh_validation.
    A product without a result gets an empty, stale one.
    """
    ids = iter(_all_ids() if product_ids is None else product_ids)
    while chunk := list(islice(ids, CHUNK)):
        family = chunk if alone or product_ids is None else _with_relatives(chunk)
        for start in range(0, len(family), CHUNK):
            _mark_chunk(family[start : start + CHUNK])


def _all_ids() -> Iterator[int]:
    """Every id, read in pages: a cursor left open would hold SQLite's read lock over our writes."""
    low, high = 0, Product.objects.aggregate(high=Max("pk"))["high"] or 0
    while low < high:
        page = list(Product.objects.filter(pk__gt=low).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not page:
            return
        yield from page
        low = page[-1]


def _with_relatives(ids: list[int]) -> list[int]:
    """A parent is checked with its children's brand and category, and they by its."""
    links = Variation.objects.filter(child__isnull=False)
    parents = links.filter(child_id__in=ids).values_list("parent_id", flat=True)
    children = links.filter(parent_id__in=ids).values_list("child_id", flat=True)
    return sorted({*ids, *parents, *(each for each in children if each is not None)})


@transaction.atomic
def _mark_chunk(ids: list[int]) -> None:
    now = timezone.now()
    known = Product.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    empty = (ValidationResult.Severity.CLEAN, 0, 0, 0, now)
    upsert(
        ValidationResult,
        ["product_id", "worst", "blocks", "not_live", "advice", "stale_since"],
        [(pk, *empty) for pk in known],
        unique=["product_id"],
        update=["stale_since"],
    )


class Problem(models.Model):
    """One thing wrong with one product: rule code, field, plain cause."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="problems")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=8, choices=ValidationResult.Severity.choices)
    field = models.CharField(max_length=60)
    message = models.CharField(max_length=500)

    class Meta:
        app_label = "catalog"
        indexes = [models.Index(fields=["code", "product"], name="problem_code")]

    def __str__(self) -> str:
        return self.message
