"""Products exported for people, and back by the import."""

import pytest

from catalog.models import Product, ProductCategory
from catalog.resources import FORMATS, ProductResource
from catalog.services import validation
from jetbridge.core import configuration
from tests.catalog.imports.files import imported
from tests.factories import ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


def test_no_exported_cell_starts_a_formula():
    ProductFactory(name="=1+1", description="@cmd", attributes={"a": "=x"}, kind="simple")

    row = ProductResource().export(Product.objects.all()).dict[0]

    assert row["name"] == "'=1+1"
    assert row["description"] == "'@cmd"
    assert row["qty"] == "10"


def test_an_edited_export_comes_back_by_the_import(tmp_path):
    mug = ProductFactory(attributes={"note": 'a, "b"', "tags": ["x", "y"], "brand": "Northwind"}, price="5")
    ProductCategory.objects.create(product=mug, category=StoreCategoryFactory(full_path="Shop", name="Shop"))
    exported = ProductResource().export(Product.objects.all()).csv

    assert imported(tmp_path, exported).unchanged == 1
    report = imported(tmp_path, exported.replace("5.0000", "6.5"))

    assert report.updated == 1
    mug.refresh_from_db()
    assert mug.price == pytest.approx(6.5)
    assert mug.attributes["note"] == 'a, "b"'


def test_the_verdict_and_its_problems_are_told():
    ProductFactory(attributes={"ean": "1"})
    validation.validate_all()

    row = ProductResource().export(Product.objects.all()).dict[0]

    assert row["_jet_verdict"] == "Jet would refuse it"
    assert "Brand is missing." in row["_jet_problems"]
    assert row["_jet_identifier"] == "EAN 1"


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_can_be_written(kind):
    ProductFactory()

    assert kind().export_data(ProductResource().export(Product.objects.all()))


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    configuration.current()
    for _ in range(20):
        ProductFactory()

    with django_assert_max_num_queries(8):
        ProductResource().export(Product.objects.all())
