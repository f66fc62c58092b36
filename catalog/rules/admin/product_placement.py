"""What the product's Jet category asks for, side by side with what the product has and lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from catalog.mapping import selectors as mapping
from catalog.mapping.fields.sources import store_text, store_value
from catalog.mapping.models import AttributeMapping
from catalog.mapping.selectors import NeededAttribute
from catalog.products.forms import product_attributes
from catalog.products.models import Product, Variation
from catalog.products.values import is_empty
from catalog.rules import category_rules, fixes
from catalog.rules.admin import product_fields
from jetbridge.core.models import Configuration


@dataclass(frozen=True)
class Side:
    """One attribute that Jet asks for, and the product's answer to it."""

    needed: NeededAttribute
    code: str = ""
    value: str = ""
    # What Jet would say against the value.
    fault: str = ""
    # The value is a child's: a configurable product has none of its own where its children differ.
    borrowed: bool = False
    # Where a missing mapping is made, or a strange word translated.
    url: str = ""

    @property
    def state(self) -> str:
        """Return has, wrong, empty or unmapped."""
        if not self.code:
            return "unmapped"
        if not self.value:
            return "empty"
        return "wrong" if self.fault else "has"

    @property
    def element(self) -> str:
        """Return the field of the page that holds the value."""
        return f"id_{product_attributes.PREFIX}{self.code}"


def context(product: Product, config: Configuration) -> dict[str, Any]:
    """Return the Jet category and both sides; without a category, where one is mapped."""
    category = mapping.jet_category_for(product)
    if category is None:
        return {"jet_category": None, "sides": [], "category_page": fixes.category_page(product)}
    mapped = mapping.by_jet_attribute(mapping.attribute_mappings().at(category))
    text = store_text(product, config)
    child = _first_child(product)
    sides = [
        _side(needed, mapped.get(needed.attribute.pk, ()), product, text, child)
        for needed in mapping.attributes_of([category]).get(category.jet_id, [])
    ]
    sides.sort(key=lambda side: ("wrong", "empty", "unmapped", "has").index(side.state))
    return {
        "jet_category": category,
        "sides": sides,
        "lacking": sum(1 for side in sides if side.state != "has"),
    }


def _first_child(product: Product) -> Product | None:
    if product.kind != Product.Kind.CONFIGURABLE:
        return None
    links = Variation.objects.filter(parent=product, child__isnull=False).select_related("child")
    link = links.first()
    return link.child if link else None


def _side(
    needed: NeededAttribute,
    mappings: Sequence[AttributeMapping],
    product: Product,
    text: Any,
    child: Product | None,
) -> Side:
    if not mappings:
        url = reverse("admin:mapping_attributemapping_add")
        return Side(needed, url=f"{url}?jet_attribute_id={needed.attribute.jet_id}")
    answers = [_answer(needed, each, product, text, child) for each in mappings]
    return next((each for each in answers if each.value), answers[0])


def _answer(
    needed: NeededAttribute, mapped: AttributeMapping, product: Product, text: Any, child: Product | None
) -> Side:
    code, borrowed = mapped.attribute.code, False
    value = store_value(product, code, text)
    if is_empty(value) and child is not None and code in product.variation_codes:
        value, borrowed = store_value(child, code), True
    if is_empty(value):
        return Side(needed, code)
    faults = list(category_rules.value_faults(mapped, needed, value))
    strange = any(each.code == fixes.OF_WORDS for each in faults)
    url = reverse("mapping:words", args=[mapped.pk]) if strange else ""
    fault = faults[0].message if faults else ""
    return Side(needed, code, product_fields.words(value), fault, borrowed and not is_empty(value), url)
