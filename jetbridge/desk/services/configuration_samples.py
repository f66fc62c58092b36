"""Real products beside the settings: what a mapped code holds, what a price rule makes, what follows."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from catalog.mapping.fields.sources import CLEANERS, COLUMNS, store_text, store_value
from catalog.mapping.fields.table import DEFAULT, FIELDS, WITH_DEFAULT, JetField
from catalog.products.models import Attribute, Product
from catalog.products.skus import products_of
from catalog.products.values import is_empty
from catalog.rules import prices
from catalog.rules.models import CatalogChange
from jetbridge.core import configuration, money, store_days
from jetbridge.core.models import Configuration
from jetbridge.desk.services.configuration import unknown_codes

PREVIEWED = 20
# A walk that ended is shown for a while, so that a person sees what it did.
SHOWN_FOR = timedelta(minutes=10)
MOST_WALKS = 5
SHOWN = 80


@dataclass(frozen=True)
class FieldRow:
    """One of Jet's fields with its input, and what a real product has there."""

    jet: JetField
    field: Any
    sample: str
    warning: str
    # What counts where the store has nothing; None where each product has its own.
    default: Any = None


@dataclass(frozen=True)
class PriceRow:
    """One product before and after the rule."""

    product: Product
    store: Decimal | None
    jet: Decimal | None
    problem: str
    held: str = ""

    @property
    def change(self) -> Decimal | None:
        """The difference in percent."""
        if not self.store or self.jet is None:
            return None
        return money.rounded((self.jet - self.store) / self.store * 100, Decimal("0.1"))


def field_rows(form: Any, sku: str) -> dict[str, Any]:
    """Return the rows of the field mapping with values of one product, and the codes that there are."""
    config = configuration.current()
    product = sample_product(sku)
    text = store_text(product, config) if product else None
    unknown = unknown_codes(config.field_mapping)
    rows = []
    for name, jet in FIELDS.items():
        code = str(form[name].value() or "")
        value = CLEANERS[name](store_value(product, code, text)) if product and code else None
        warning = f"The store has no attribute {code} yet." if unknown.get(name) == code and code else ""
        default = form[name + DEFAULT] if name in WITH_DEFAULT else None
        rows.append(
            FieldRow(jet, form[name], "" if is_empty(value) else str(value)[:SHOWN], warning, default)
        )
    labels = Attribute.objects.order_by("code").values_list("code", "label")
    codes = [*((column, column.replace("_", " ").capitalize()) for column in COLUMNS), *labels]
    return {"rows": rows, "product": product, "codes": codes, "sample": product.sku if product else sku}


def sample_product(sku: str) -> Product | None:
    """Return the named product, else the enabled simple one with the most attributes among the first."""
    rows = Product.objects.prefetch_related("texts")
    if sku:
        return products_of([sku], rows).get(sku)
    first = list(rows.filter(enabled=True, kind=Product.Kind.SIMPLE).order_by("-pk")[:50]) or list(rows[:1])
    return max(first, key=lambda each: len(each.attributes), default=None)


def price_preview(config: Configuration) -> list[PriceRow]:
    """Return 20 products with the price that Jet would get by this configuration."""
    kinds = [Product.Kind.SIMPLE, Product.Kind.CONFIGURABLE]
    products = Product.objects.filter(enabled=True, kind__in=kinds, price__isnull=False)
    return [_priced(product, config) for product in products.order_by("-pk")[:PREVIEWED]]


def follows() -> list[tuple[CatalogChange, int]]:
    """Return the latest walks over products with their progress in percent, newest first."""
    recent = Q(done_at=None) | Q(done_at__gt=timezone.now() - SHOWN_FOR)
    changes = list(CatalogChange.objects.filter(recent).order_by("-pk")[:MOST_WALKS])
    if not changes:
        return []
    last = Product.objects.aggregate(last=Max("pk"))["last"] or 1
    return [(each, 100 if each.done_at else min(each.cursor * 100 // last, 99)) for each in changes]


def _priced(product: Product, config: Configuration) -> PriceRow:
    today = store_days.today()
    try:
        store: Decimal | None = prices.store_price(product, config, today)
    except prices.PriceRefused:
        store = None
    try:
        price, held = prices.reckoned(product, config, today)
        return PriceRow(product, store, price, "", held)
    except prices.PriceRefused as problem:
        return PriceRow(product, store, None, str(problem))
