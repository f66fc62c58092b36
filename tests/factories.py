"""Makers of rows for tests: valid by default, so that a test names only what it is about."""

from decimal import Decimal
from typing import Any

import factory

from catalog.listings.models import Listing
from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.products.models import Product, ProductCategory, ProductImage, StoreCategory
from jetbridge.core import configuration


def ean13(number: int) -> str:
    """Return a valid EAN-13 in GS1's demonstration range 952."""
    body = f"952{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


class StoreCategoryFactory(factory.django.DjangoModelFactory):
    """A category under the root of the store's tree."""

    class Meta:
        model = StoreCategory

    name = factory.Sequence(lambda n: f"Category {n}")
    full_path = factory.LazyAttribute(lambda row: f"Default Category/{row.name}")

    @classmethod
    def _create(cls, model_class: type[StoreCategory], *args: Any, **kwargs: Any) -> StoreCategory:
        return model_class.add_root(**kwargs)


class JetCategoryFactory(factory.django.DjangoModelFactory):
    """A leaf of Jet's taxonomy."""

    class Meta:
        model = JetCategory

    jet_id = factory.Sequence(lambda n: 4_000_000 + n)
    name = factory.Sequence(lambda n: f"Jet category {n}")
    level = 2
    path = factory.LazyAttribute(lambda row: f"Home > Rooms > {row.name}")


class CategoryMappingFactory(factory.django.DjangoModelFactory):
    """A mapped store category."""

    class Meta:
        model = CategoryMapping

    store_category = factory.SubFactory(StoreCategoryFactory)
    jet_category = factory.SubFactory(JetCategoryFactory)


class ProductFactory(factory.django.DjangoModelFactory):
    """A simple product that Jet would take once `mapped` gives it a mapped category."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    sku = factory.Sequence(lambda n: f"SKU-{n}")
    name = factory.LazyAttribute(lambda row: f"Product {row.sku}")
    description = "A well made thing."
    price = Decimal("19.9900")
    quantity = 10
    attributes = factory.Sequence(lambda n: {"brand": "Northwind", "ean": ean13(n)})

    @factory.post_generation
    def image(obj: Product, create: bool, extracted: str | None, **_: Any) -> None:
        """Give it a main image unless image="" was asked for."""
        if create and extracted != "":
            path = extracted or "https://images.example.test/main.jpg"
            ProductImage.objects.create(product=obj, path=path, is_main=True)

    @factory.post_generation
    def mapped(obj: Product, create: bool, extracted: bool | JetCategory | None, **_: Any) -> None:
        """Choose category that is mapped: mapped=True, or mapped=<JetCategory>."""
        if create and extracted:
            jet = extracted if isinstance(extracted, JetCategory) else JetCategoryFactory()
            mapping = CategoryMappingFactory(jet_category=jet)
            ProductCategory.objects.create(product=obj, category=mapping.store_category)


class ListingFactory(factory.django.DjangoModelFactory):
    """A product's listing under the active account."""

    class Meta:
        model = Listing

    product = factory.SubFactory(ProductFactory)
    account = factory.LazyFunction(configuration.active_account)
    sku = factory.LazyAttribute(lambda row: row.product.sku)
