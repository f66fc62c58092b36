"""Which Jet category a product goes to, and what that category asks for."""

import pytest

from catalog.mapping import selectors
from catalog.mapping.models import JetAttribute, JetAttributeValue, JetCategoryAttribute
from catalog.products.models import ProductCategory, StoreCategory
from tests.factories import CategoryMappingFactory, JetCategoryFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


def child(parent: StoreCategory, name: str) -> StoreCategory:
    fresh = StoreCategory.objects.get(pk=parent.pk)
    return fresh.add_child(name=name, full_path=f"{parent.full_path}/{name}")


def test_the_deepest_mapped_category_wins():
    men = StoreCategoryFactory(name="Men")
    tops = child(men, "Tops")
    CategoryMappingFactory(store_category=men)
    deep = CategoryMappingFactory(store_category=tops)
    product = ProductFactory()
    for category in (men, tops):
        ProductCategory.objects.create(product=product, category=category)

    assert selectors.jet_category_for(product) == deep.jet_category


def test_a_mapped_ancestor_counts_for_an_unmapped_category():
    men = StoreCategoryFactory(name="Men")
    mapping = CategoryMappingFactory(store_category=men)
    product = ProductFactory()
    ProductCategory.objects.create(product=product, category=child(men, "Tops"))

    assert selectors.jet_category_for(product) == mapping.jet_category


def test_the_chosen_category_counts_alone():
    men, sale = StoreCategoryFactory(name="Men"), StoreCategoryFactory(name="Sale")
    CategoryMappingFactory(store_category=child(men, "Tops"))
    chosen = CategoryMappingFactory(store_category=sale)
    product = ProductFactory(listed_in=sale)
    ProductCategory.objects.create(product=product, category=StoreCategory.objects.get(name="Tops"))

    assert selectors.jet_category_for(product) == chosen.jet_category


def test_a_product_without_mapped_category_has_none():
    product = ProductFactory()
    ProductCategory.objects.create(product=product, category=StoreCategoryFactory())

    assert selectors.jet_category_for(product) is None


def test_many_products_cost_three_queries(django_assert_max_num_queries):
    products = ProductFactory.create_batch(20, mapped=True)
    products[0].listed_in = StoreCategory.objects.first()

    with django_assert_max_num_queries(3):
        found = selectors.jet_categories_for(products)

    assert set(found) == {product.pk for product in products}


def test_rows_that_only_name_a_unit_are_units():
    category = JetCategoryFactory()
    attribute = JetAttribute.objects.create(jet_id=46, name="Weight", kind=JetAttribute.Kind.NUMBER)
    JetCategoryAttribute.objects.create(category=category, attribute=attribute)
    for value, unit in (("_OZ", "OZ"), ("_LB", "LB"), ("Light", "")):
        JetAttributeValue.objects.create(attribute=attribute, value=value, unit=unit)

    (needed,) = selectors.attributes_of([category])[category.jet_id]

    assert needed.values == {"Light"}
    assert needed.units == ("LB", "OZ")
