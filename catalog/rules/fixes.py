"""Which page fixes a problem whose fault is not the product's own: a mapping, the words of one, a setting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from catalog.mapping import selectors as mapping
from catalog.mapping.models import AttributeMapping, JetCategory
from catalog.mapping.selectors import AttributeMappings
from catalog.products.models import Attribute, Product, ProductCategory
from catalog.rules.models import Problem

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
# The configuration's tab with the image base URL, and its field.
CONFIGURATION_TAB, CONFIGURATION_FIELD = "store", "id_image_base_url"
CODES = OF_ATTRIBUTE_MAPPING | OF_CATEGORY_MAPPING | {OF_WORDS, OF_CONFIGURATION}
# As many products of a cause are looked at for the pages that fix it.
MOST = 500


@dataclass(frozen=True)
class FixPage:
    """A page that fixes problems: a verb and its object, and the address with the field behind #."""

    label: str
    url: str


def pages(problems: Sequence[Problem]) -> dict[tuple[int, str, str], FixPage]:
    """Return the pages that fix these problems by product, code and field; those not named are the product's own."""
    mine = [each for each in problems if each.code in CODES]
    if not mine:
        return {}
    products = list(Product.objects.filter(pk__in={each.product_id for each in mine}))
    found = _Found.of(products, {each.field for each in mine}) if _asks_mapping(mine) else _Found()
    stores = _store_categories(products) if any(each.code in OF_CATEGORY_MAPPING for each in mine) else {}
    answers = {}
    for each in mine:
        page = _category_page(stores, each) if each.code in OF_CATEGORY_MAPPING else _page(found, each)
        if page is not None:
            answers[each.product_id, each.code, each.field] = page
    return answers


def of_cause(code: str) -> list[tuple[FixPage, int]]:
    """Return the pages that fix a cause, each with how many products it concerns, the most first."""
    if code not in CODES:
        return []
    ids = Problem.objects.filter(code=code).order_by("product_id").values_list("product_id", flat=True)
    rows = list(Problem.objects.filter(code=code, product_id__in=list(ids.distinct()[:MOST])))
    concerned: dict[FixPage, set[int]] = {}
    for (product_id, _, _), page in pages(rows).items():
        concerned.setdefault(page, set()).add(product_id)
    return sorted(
        ((page, len(ids)) for page, ids in concerned.items()), key=lambda each: (-each[1], each[0].label)
    )


def only_page(code: str, count: int) -> FixPage | None:
    """Return the page that fixes a cause for all its products, so many; nothing where there are several, or none."""
    if code == OF_CONFIGURATION:
        return _configuration_page()
    found = of_cause(code) if count <= MOST else []
    return found[0][0] if len(found) == 1 and found[0][1] == count else None


def category_page(product: Product) -> str:
    """Return the mapping page at the product's own category; empty when it stands in none."""
    place = _store_categories([product]).get(product.pk)
    return _mapping_url(place[0]) if place else ""


@dataclass(frozen=True)
class _Found:
    """What the pages of attribute mappings are made of."""

    mappings: AttributeMappings = field(default_factory=AttributeMappings)
    places: Mapping[int, JetCategory] | None = None
    attributes: Mapping[str, Attribute] | None = None

    @classmethod
    def of(cls, products: Collection[Product], codes: Collection[str]) -> "_Found":
        attributes = Attribute.objects.filter(code__in=codes).in_bulk(field_name="code")
        return cls(mapping.attribute_mappings(), mapping.jet_categories_for(products), attributes)


def _asks_mapping(problems: Sequence[Problem]) -> bool:
    return any(each.code in OF_ATTRIBUTE_MAPPING or each.code == OF_WORDS for each in problems)


def _page(found: _Found, problem: Problem) -> FixPage | None:
    if problem.code == OF_CONFIGURATION:
        return _configuration_page()
    category = (found.places or {}).get(problem.product_id)
    attribute = (found.attributes or {}).get(problem.field)
    if problem.code in BY_CATEGORY and category is not None and attribute is not None:
        url = f"{reverse('mapping:attributes')}?{urlencode({'category': category.jet_id})}#jet_{attribute.pk}"
        return FixPage(f"Map {attribute.label or attribute.code} for {category.name}", url)
    return _mapping_page(problem, found.mappings.at(category).get(problem.field), attribute)


def _configuration_page() -> FixPage:
    tab = reverse("desk:configuration_tab", args=[CONFIGURATION_TAB])
    return FixPage("Enter the image base URL", f"{tab}#{CONFIGURATION_FIELD}")


def _mapping_page(
    problem: Problem, mapped: AttributeMapping | None, attribute: Attribute | None
) -> FixPage | None:
    if mapped is not None and problem.code == OF_WORDS:
        label = f"Map the values of {mapped.attribute.label or mapped.attribute.code}"
        return FixPage(label, reverse("mapping:words", args=[mapped.pk]))
    if mapped is not None:
        url = reverse("admin:mapping_attributemapping_change", args=[mapped.pk])
        return FixPage(
            f"Edit the mapping of {mapped.attribute.label or mapped.attribute.code}", f"{url}#id_unit"
        )
    if attribute is None:
        return None
    url = f"{reverse('admin:mapping_attributemapping_add')}?attribute={attribute.pk}"
    return FixPage(f"Map {attribute.label or attribute.code}", f"{url}#id_jet_attribute_id")


def _category_page(stores: Mapping[int, tuple[int, str]], problem: Problem) -> FixPage | None:
    place = stores.get(problem.product_id)
    return FixPage(f"Map {place[1]}", _mapping_url(place[0])) if place else None


def _mapping_url(category_id: int) -> str:
    return f"{reverse('mapping:categories')}?{urlencode({'category': category_id})}"


def _store_categories(products: Collection[Product]) -> dict[int, tuple[int, str]]:
    """Return the store category that decides for each product: the chosen one, else the deepest."""
    links = ProductCategory.objects.filter(product__in=[each.pk for each in products])
    found: dict[int, tuple[int, str]] = {}
    rows = links.order_by("-category__depth", "category__path")
    for product_id, pk, name in rows.values_list("product_id", "category_id", "category__name"):
        found.setdefault(product_id, (pk, name))
    chosen = {each.pk: each.listed_in for each in products if each.listed_in_id and each.listed_in}
    return found | {pk: (category.pk, category.name) for pk, category in chosen.items()}
