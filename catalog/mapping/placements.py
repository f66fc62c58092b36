"""Where products stand in Jet's taxonomy, and the attributes of their category in Jet's words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.mapping import selectors
from catalog.mapping.fields.sources import attribute_texts, store_value
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.mapping.selectors import AttributeMappings
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
    # For which branch it was mapped: of rules for one Jet attribute the first with a value counts, and its equals.
    scope: int | None = None


@dataclass(frozen=True)
class Placement:
    """Where a product stands in Jet's taxonomy: the category, and the rules for its attributes, nearest first."""

    jet_category_id: int | None = None
    rules: tuple[AttributeRule, ...] = ()


def placements(products: Collection[Product], rules: AttributeMappings) -> dict[int, Placement]:
    """Return where products stand in Jet's taxonomy, with the mapped attributes that their categories carry."""
    categories = selectors.jet_categories_for(products)
    carried = selectors.attributes_of(set(categories.values()))
    found = {}
    for product_id, category in categories.items():
        ids = {needed.attribute.pk for needed in carried.get(category.jet_id, [])}
        chosen = tuple(_rule(each) for each in rules.at(category).values() if each.jet_attribute_id in ids)
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

    def held(rule: AttributeRule) -> Any:
        value = store_value(product, rule.code, text)
        if is_empty(value) and stand_in is not None and rule.code in varying:
            return store_value(stand_in, rule.code)
        return value

    claims: dict[int, list[AttributeRule]] = {}
    for rule in rules:
        claims.setdefault(rule.jet_id, []).append(rule)
    found = []
    for each in claims.values():
        answers = ((rule, value) for rule in each if not is_empty(value := held(rule)))
        found += selectors.nearest_of(answers, scope=lambda rule: rule.scope)
    found.sort(key=lambda pair: (pair[0].code not in varying, rules.index(pair[0])))
    written = [
        _attribute(rule, text)
        for rule, value in found
        for text in attribute_texts(value, rule.words, apart=rule.is_list)
    ]
    return written[:MOST_ATTRIBUTES]


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
        scope=row.category_id,
    )
