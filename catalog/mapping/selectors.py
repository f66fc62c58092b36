"""Questions about mappings: which Jet category a product goes to, which Jet attributes its values feed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

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
from jetbridge.core.texts import number_in

# Names in an IN list; below SQLite's and PostgreSQL's limits, and a validation chunk fits in one.
CHUNK = 500
# A mapping, or what is left of one once it is to be sent.
Claim = TypeVar("Claim")


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
    return [number for each in ids if (number := number_in(each)) is not None]


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


@dataclass
class AttributeMappings:
    """All attribute mappings, asked by Jet category: of the rows of one attribute the nearest counts."""

    rows: Sequence[AttributeMapping] = ()
    # The taxonomy's branches by primary key; empty while every row is for all categories.
    parents: Mapping[int, int | None] = field(default_factory=dict)
    _kept: dict[int | None, dict[str, AttributeMapping]] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """The store attributes that feed Jet somewhere."""
        return {each.attribute.code for each in self.rows}

    def at(self, category: JetCategory | None) -> dict[str, AttributeMapping]:
        """
        Return what counts in a Jet category by the store attribute's code, the nearest rows first.

        Without a category only the rows for all categories count.
        """
        key = category.pk if category else None
        if key not in self._kept:
            line = self.line(key)
            near = [each for each in self.rows if each.category_id is None or each.category_id in line]
            near.sort(key=lambda each: (line.get(each.category_id, len(line)), each.attribute.code))
            found: dict[str, AttributeMapping] = {}
            for each in near:
                found.setdefault(each.attribute.code, each)
            self._kept[key] = found
        return self._kept[key]

    def line(self, category_id: int | None) -> dict[int | None, int]:
        """Return a Jet category and those above it, each with its distance."""
        line: dict[int | None, int] = {}
        while category_id is not None and category_id not in line:
            line[category_id] = len(line)
            category_id = self.parents.get(category_id)
        return line

    def instead(self, rows: Iterable[AttributeMapping]) -> "AttributeMappings":
        """Return the same with some rows put in the place of those for the same attribute and category."""
        mine = {(each.attribute_id, each.category_id): each for each in self.rows}
        mine |= {(each.attribute_id, each.category_id): each for each in rows}
        return AttributeMappings(list(mine.values()), self.parents or branches())


def attribute_mappings() -> AttributeMappings:
    """Return every attribute mapping with its attributes; one query, and one more where a row has a category."""
    rows = list(AttributeMapping.objects.select_related("attribute", "jet_attribute", "category"))
    return AttributeMappings(rows, branches() if any(each.category_id for each in rows) else {})


def branches() -> dict[int, int | None]:
    """Return the parent of each Jet category, by primary keys; one query."""
    return dict(JetCategory.objects.values_list("pk", "parent_id"))


def nearest_of(
    answers: Iterable[tuple[Claim, Any]], *, scope: Callable[[Claim], int | None]
) -> list[tuple[Claim, Any]]:
    """
    Return which of the claims on one Jet attribute that hold a value answer it; they come nearest first.

    The nearest does, with those of the same scope: which of them is meant is a person's to say.
    """
    held = list(answers)
    return [pair for pair in held if scope(pair[0]) == scope(held[0][0])]


def stored_counts(*, demo: bool = False) -> dict[str, int]:
    """Return how many rows of the taxonomy are in force, by kind; the demo's and the merchant's apart."""
    return {
        "categories": JetCategory.objects.filter(active=True, is_demo=demo).count(),
        "attributes": JetAttribute.objects.filter(retired=False, is_demo=demo).count(),
        "values": JetAttributeValue.objects.filter(retired=False, attribute__is_demo=demo).count(),
        "links": JetCategoryAttribute.objects.filter(active=True, category__is_demo=demo).count(),
    }


def by_jet_attribute(mappings: Mapping[str, AttributeMapping]) -> dict[int, list[AttributeMapping]]:
    """Return the mappings of one category by the primary key of the Jet attribute that they feed, in their order."""
    found: dict[int, list[AttributeMapping]] = defaultdict(list)
    for each in mappings.values():
        found[each.jet_attribute_id].append(each)
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
    return list(Attribute.objects.filter(code__in=codes, mappings=None).order_by("code"))
