"""Where each problem of a product is fixed: a field of its page, or the page of a mapping or setting."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from catalog.mapping import selectors as mapping
from catalog.mapping.fields import listing_fields
from catalog.mapping.fields.table import FIELDS
from catalog.mapping.models import AttributeMapping, JetCategory
from catalog.products.forms import product_attributes
from catalog.products.models import Attribute, Product, ProductCategory
from catalog.rules.admin import product_fields
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.result_chips import SEVERITY_TONES
from jetbridge.panel.display import chip

SEVERITIES: dict[str, str] = {
    ValidationResult.Severity.BLOCKS: "Jet would refuse",
    ValidationResult.Severity.NOT_LIVE: "Not live",
    ValidationResult.Severity.ADVICE: "Advice",
}
# Rules whose fault lies in the mapping of the attribute that they name, not in the product.
OF_ATTRIBUTE_MAPPING = frozenset({
    "variation.attribute_unmapped", "variation.not_in_category", "variation.not_a_variant",
    "attribute.unit_missing", "attribute.unknown_unit", "attribute.two_sources",
})  # fmt: skip
# Of these, the ones that are decided by Jet category.
BY_CATEGORY = frozenset({
    "variation.attribute_unmapped", "variation.not_in_category", "variation.not_a_variant", "attribute.two_sources",
})  # fmt: skip
OF_WORDS = "attribute.unknown_value"
OF_CATEGORY_MAPPING = frozenset({"category.unmapped", "category.retired", "category.root"})
OF_CONFIGURATION = "image.no_base_url"
# The configuration's tab with the image base URL.
CONFIGURATION_TAB = "store"


@dataclass(frozen=True)
class Wrong:
    """One stored problem, and what fixes it: a field of this page, or another page where url is given."""

    message: str
    chip: Any
    tab: str
    element: str
    url: str = ""
    code: str = ""


def wrongs(product: Product) -> list[Wrong]:
    """Return the stored problems, worst first, each with the place that fixes it."""
    worst_first = list(SEVERITIES)
    rows = sorted(product.problems.all(), key=lambda row: worst_first.index(row.severity))
    urls = _urls(product, rows)
    return [
        Wrong(
            row.message,
            chip(SEVERITIES[row.severity], SEVERITY_TONES[row.severity]),
            *place_of(row.field),
            urls.get((row.code, row.field), ""),
            row.code,
        )
        for row in rows
    ]


def place_of(field: str) -> tuple[str, str]:
    """Return the tab and the element on which a problem's field is fixed."""
    if field in FIELDS:
        return "jet", f"id_{listing_fields.PREFIX}{field}"
    places = {
        "main_image_url": ("images", ""),
        "variations": ("variations", ""),
        "variation_codes": ("variations", "id_variation_codes_0"),
        "shipping_exceptions": ("shipping_exceptions", ""),
        "return_exception": ("return_exceptions", ""),
        "category": ("general", "id_add_category"),
        # What the category asks for stands beside what the product has.
        "attributes": ("jet", "jb-asked"),
    }
    columns = {name for _, names in product_fields.GENERAL for name in names}
    name = field if field in columns else f"{product_attributes.PREFIX}{field}"
    return places.get(field, ("general", f"id_{name}"))


def _urls(product: Product, rows: Iterable[Problem]) -> dict[tuple[str, str], str]:
    """Return the other pages that fix, by code and field; asks only about what the problems are about."""
    rows, found = list(rows), {}
    about_mapping = [row for row in rows if row.code in OF_ATTRIBUTE_MAPPING or row.code == OF_WORDS]
    category = mapping.jet_category_for(product) if about_mapping else None
    mappings = mapping.attribute_mappings().at(category) if about_mapping else {}
    codes = [row.field for row in about_mapping if row.field not in mappings or row.code in BY_CATEGORY]
    keys = dict(Attribute.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    for row in rows:
        if row.code == OF_CONFIGURATION:
            found[row.code, row.field] = reverse("desk:configuration_tab", args=[CONFIGURATION_TAB])
        elif row.code in OF_CATEGORY_MAPPING:
            found[row.code, row.field] = category_page(product)
        elif row.code in OF_ATTRIBUTE_MAPPING or row.code == OF_WORDS:
            page = _plan_page(row, category, keys.get(row.field))
            page = page or _attribute_page(row, mappings.get(row.field), keys.get(row.field))
            found[row.code, row.field] = page
    return found


def _plan_page(row: Problem, category: JetCategory | None, key: int | None) -> str:
    """Return the row of Attribute Mapping at the product's Jet category, its choice focused."""
    if row.code not in BY_CATEGORY or category is None or key is None:
        return ""
    return f"{reverse('mapping:attributes')}?{urlencode({'category': category.jet_id})}#jet_{key}"


def category_page(product: Product) -> str:
    """Return the mapping page at the product's own category; empty when it stands in none."""
    places = ProductCategory.objects.filter(product=product).order_by("-category__depth", "category__path")
    chosen = product.listed_in_id or places.values_list("category_id", flat=True).first()
    return f"{reverse('mapping:categories')}?{urlencode({'category': chosen})}" if chosen else ""


def _attribute_page(row: Problem, mapped: AttributeMapping | None, key: int | None) -> str:
    if mapped is not None:
        name = "mapping:words" if row.code == OF_WORDS else "admin:mapping_attributemapping_change"
        return reverse(name, args=[mapped.pk])
    return f"{reverse('admin:mapping_attributemapping_add')}?attribute={key}" if key else ""
