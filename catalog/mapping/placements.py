"""Where products stand in Jet's taxonomy, and the attributes of their category in Jet's words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.mapping import selectors
from catalog.mapping.fields.sources import attribute_texts, store_value
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.products.models import Product, ProductText
from catalog.products.values import is_empty, number_and_unit

# What Jet takes in one message.
MOST_ATTRIBUTES = 10


@dataclass(frozen=True)
class AttributeRule:
    """How one store attribute is written for Jet: its attribute, kind, unit of bare numbers, words that differ."""

    code: str
    jet_id: int
    is_number: bool = False
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    is_list: bool = False


@dataclass(frozen=True)
class Placement:
    """Where a product stands in Jet's taxonomy: the category, and the rules for the attributes it carries."""

    jet_category_id: int | None = None
    rules: tuple[AttributeRule, ...] = ()


def placements(products: Collection[Product], rules: Mapping[str, AttributeMapping]) -> dict[int, Placement]:
    """Return where products stand in Jet's taxonomy, with the mapped attributes that their categories carry."""
    categories = selectors.jet_categories_for(products)
    carried = selectors.attributes_of(set(categories.values()))
    found = {}
    for product_id, category in categories.items():
        ids = {needed.attribute.pk for needed in carried.get(category.jet_id, [])}
        chosen = tuple(_rule(each) for each in rules.values() if each.jet_attribute_id in ids)
        found[product_id] = Placement(category.jet_id, chosen)
    return found


def node_attributes(
    product: Product,
    rules: Sequence[AttributeRule],
    *,
    text: ProductText | None = None,
    stand_in: Product | None = None,
) -> list[dict[str, Any]]:
    """Write the attributes of the product's Jet category, those that distinguish variations first."""
    varying = set(product.variation_codes)
    found = []
    for rule in sorted(rules, key=lambda each: each.code not in varying):
        value = store_value(product, rule.code, text)
        if is_empty(value) and stand_in is not None and rule.code in varying:
            value = store_value(stand_in, rule.code)
        if not is_empty(value):
            texts = attribute_texts(value, rule.words, apart=rule.is_list)
            found += [_attribute(rule, each) for each in texts]
    return found[:MOST_ATTRIBUTES]


def _attribute(rule: AttributeRule, text: str) -> dict[str, Any]:
    unit = rule.unit
    if rule.is_number and (found := number_and_unit(text)):
        text, unit = found[0].replace(",", ""), found[1] or unit.strip()
    body: dict[str, Any] = {"attribute_id": rule.jet_id, "attribute_value": text}
    if unit:
        body["attribute_value_unit"] = unit
    return body


def _rule(row: AttributeMapping) -> AttributeRule:
    kind = row.jet_attribute.kind
    return AttributeRule(
        row.attribute.code,
        row.jet_attribute.jet_id,
        is_number=kind == JetAttribute.Kind.NUMBER,
        unit=row.unit,
        words=row.vocabulary,
        is_list=kind == JetAttribute.Kind.LIST,
    )
