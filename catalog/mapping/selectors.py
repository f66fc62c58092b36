"""Questions about mappings: which Jet category a product goes to, which Jet attributes its values feed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
)
from catalog.products.models import Attribute, Product, ProductCategory, StoreCategory
from jetbridge.core.models.ranges import among

# Names in an IN list; below SQLite's and PostgreSQL's limits, and a validation chunk fits in one.
CHUNK = 500


@dataclass(frozen=True)
class MappingIndex:
    """All category mappings by the store category's tree path, loaded once for many products."""

    by_path: Mapping[str, JetCategory]

    @classmethod
    def load(cls) -> "MappingIndex":
        """Read every mapping with its Jet category; one query."""
        mappings = CategoryMapping.objects.select_related("jet_category", "store_category")
        return cls({each.store_category.path: each.jet_category for each in mappings})

    def nearest(self, path: str) -> tuple[str, JetCategory] | None:
        """Return the mapped category at or above a tree path, with that category's own path."""
        while path:
            if path in self.by_path:
                return path, self.by_path[path]
            path = path[: -StoreCategory.steplen]
        return None


def names_of(
    category_ids: Collection[str], attribute_ids: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the paths of Jet's categories and the names of its attributes, by their numbers as text."""
    categories = JetCategory.objects.filter(jet_id__in=_numbers(category_ids)).values_list("jet_id", "path")
    attributes = JetAttribute.objects.filter(jet_id__in=_numbers(attribute_ids)).values_list("jet_id", "name")
    return (
        {str(number): path for number, path in categories},
        {str(number): name for number, name in attributes},
    )


def _numbers(ids: Collection[str]) -> list[int]:
    return [int(each) for each in ids if each.isdecimal() and len(each) < 19]


def jet_category_for(product: Product) -> JetCategory | None:
    """Return the Jet category that a product is listed in, or None while none of its categories is mapped."""
    return jet_categories_for([product]).get(product.pk)


def jet_categories_for(
    products: Iterable[Product],
    *,
    index: MappingIndex | None = None,
    paths: Mapping[int, list[str]] | None = None,
) -> dict[int, JetCategory]:
    """
    Return the Jet category of each product that has one, by product id; at most three queries a call.

    A product's chosen category (listed_in) counts alone; otherwise the deepest mapped one, where an unmapped
    category counts as its nearest mapped ancestor. Between equally deep ones the first in the tree wins. The
    answer may be a retired Jet category: the mapping still says so, and validation speaks of it.
    """
    chosen = list(products)
    if not chosen:
        return {}
    index = index or MappingIndex.load()
    found: dict[int, JetCategory] = {}
    for product_id, places in (store_paths(chosen) if paths is None else paths).items():
        mapped = [hit for hit in map(index.nearest, places) if hit]
        if mapped:
            found[product_id] = min(mapped, key=lambda hit: (-len(hit[0]), hit[0]))[1]
    return found


def store_paths(products: Iterable[Product]) -> dict[int, list[str]]:
    """Return the store's tree paths that count for each product: the chosen category alone, else all of its."""
    products = list(products)
    listed_ids = {each.listed_in_id for each in products if each.listed_in_id}
    by_category = dict(StoreCategory.objects.filter(pk__in=listed_ids).values_list("pk", "path"))
    paths: dict[int, list[str]] = defaultdict(list)
    open_ids = []
    for product in products:
        if product.listed_in_id in by_category:
            paths[product.pk].append(by_category[product.listed_in_id])
        else:
            open_ids.append(product.pk)
    for start in range(0, len(open_ids), CHUNK):
        links = ProductCategory.objects.filter(among("product_id", open_ids[start : start + CHUNK]))
        for product_id, path in links.values_list("product_id", "category__path"):
            paths[product_id].append(path)
    return paths


@dataclass(frozen=True)
class NeededAttribute:
    """A Jet attribute as a category carries it, with what Jet allows as value and unit."""

    attribute: JetAttribute
    values: frozenset[str]
    units: tuple[str, ...]

    @property
    def sorted_values(self) -> list[str]:
        return sorted(self.values)


def attributes_of(categories: Iterable[JetCategory]) -> dict[int, list[NeededAttribute]]:
    """
    Return the attributes that Jet categories carry, by the category's Jet ID; two queries.

    Rows of Jet's value list that only name a unit (`_OZ`, unit `OZ`) are units here, not values.
    """
    links = JetCategoryAttribute.objects.filter(
        category__in={each.pk for each in categories}, active=True, attribute__retired=False
    ).select_related("attribute", "category")
    pairs = [(link.category.jet_id, link.attribute) for link in links.order_by("attribute__name")]
    known = {attribute.pk: attribute for _, attribute in pairs}
    needed = {each.attribute.pk: each for each in _with_values(known)}
    found: dict[int, list[NeededAttribute]] = defaultdict(list)
    for jet_id, attribute in pairs:
        found[jet_id].append(needed[attribute.pk])
    return dict(found)


def with_values(attributes: Iterable[JetAttribute]) -> list[NeededAttribute]:
    """Return attributes with the values and units that Jet allows; one query."""
    return _with_values({each.pk: each for each in attributes})


def _with_values(attributes: Mapping[int, JetAttribute]) -> list[NeededAttribute]:
    values: dict[int, set[str]] = defaultdict(set)
    units: dict[int, list[str]] = defaultdict(list)
    rows = JetAttributeValue.objects.filter(attribute__in=attributes, retired=False).order_by("value")
    for attribute_id, value, unit in rows.values_list("attribute_id", "value", "unit"):
        if unit:
            units[attribute_id].append(unit)
        else:
            values[attribute_id].add(value)
    return [NeededAttribute(each, frozenset(values[pk]), tuple(units[pk])) for pk, each in attributes.items()]


def attribute_mappings() -> dict[str, AttributeMapping]:
    """Return every attribute mapping by the store attribute's code, its Jet attribute read along; one query."""
    mappings = AttributeMapping.objects.select_related("attribute", "jet_attribute")
    return {mapping.attribute.code: mapping for mapping in mappings}


def stored_counts(*, demo: bool = False) -> dict[str, int]:
    """Return how many rows of the taxonomy are in force, by kind; the demo's and the merchant's apart."""
    return {
        "categories": JetCategory.objects.filter(active=True, is_demo=demo).count(),
        "attributes": JetAttribute.objects.filter(retired=False, is_demo=demo).count(),
        "values": JetAttributeValue.objects.filter(retired=False, attribute__is_demo=demo).count(),
        "links": JetCategoryAttribute.objects.filter(active=True, category__is_demo=demo).count(),
    }


def store_attributes_by_jet_attribute() -> dict[int, list[str]]:
    """Return the codes of the store attributes that feed each Jet attribute, by its primary key; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    mappings = AttributeMapping.objects.order_by("attribute__code")
    for jet_attribute_id, code in mappings.values_list("jet_attribute_id", "attribute__code"):
        found[jet_attribute_id].append(code)
    return dict(found)


def store_categories_mapped_to_retired(ids: Iterable[int]) -> set[int]:
    """Return which of these store categories are mapped to a Jet category that is retired."""
    broken = CategoryMapping.objects.filter(store_category__in=list(ids), jet_category__active=False)
    return set(broken.values_list("store_category_id", flat=True))


def unmapped_variation_attributes() -> list[Attribute]:
    """Return the attributes that distinguish a product's children and feed no Jet attribute; three queries."""
    parents = Product.objects.filter(kind=Product.Kind.CONFIGURABLE)
    lists = parents.order_by().values_list("variation_codes", flat=True).distinct()
    codes = {code for each in lists[:CHUNK] for code in each}
    return list(Attribute.objects.filter(code__in=codes, mapping=None).order_by("code"))
