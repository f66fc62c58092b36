"""Where each problem of a product is fixed: a field of its page, or the page of a mapping or setting."""

from dataclasses import dataclass
from typing import Any

from catalog.mapping.fields import listing_fields
from catalog.mapping.fields.table import FIELDS
from catalog.products.forms import product_attributes
from catalog.products.models import Product
from catalog.rules import fixes
from catalog.rules.admin import product_fields
from catalog.rules.models import ValidationResult
from catalog.rules.result_chips import SEVERITY_TONES
from jetbridge.panel.display import chip

SEVERITIES: dict[str, str] = {
    ValidationResult.Severity.BLOCKS: "Jet would refuse",
    ValidationResult.Severity.NOT_LIVE: "Not live",
    ValidationResult.Severity.ADVICE: "Advice",
}


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
    pages = fixes.pages(rows)
    return [
        Wrong(
            row.message,
            chip(SEVERITIES[row.severity], SEVERITY_TONES[row.severity]),
            *place_of(row.field),
            page.url if (page := pages.get((product.pk, row.code, row.field))) else "",
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
