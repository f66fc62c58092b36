"""The codes by which products are found, and that every way of saving keeps them."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.listings.grid import filters
from catalog.products.identifiers import codes_of, search_code
from catalog.products.models import Product, ProductCode
from catalog.rules.services import quick_edits
from tests.catalog.products.imports.files import imported
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def found(term):
    return list(filters.search(Product.objects.all(), term).values_list("sku", flat=True))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("978-0-306-40615-7", "9780306406157"),
        ("0 12345 67890 5", "12345678905"),
        ("0012345678905", "12345678905"),
        ("b00pen1234", "B00PEN1234"),
        ("ab/12.3", "AB123"),
        ("mug", ""),
        ("1", ""),
        ("1" * 51, ""),
    ],
)
def test_a_code_has_one_way_of_writing(value, code):
    assert search_code(value) == code


def test_codes_are_taken_from_the_jet_tab_and_from_any_attribute_that_looks_like_one():
    attributes = {
        "strange_name": "952 0000 000097", "mpn": "X-123", "size": "32GB", "year": 2018, "number": 9520000000103,
        "note": "Lasts 10000000 years", "tags": ["95200000001"],
    }  # fmt: skip
    own = {"ASIN": "B00PEN1234", "mfr_part_number": "AX-77", "brand": "Brand2000", "UPC": ""}

    assert codes_of(attributes, own) == {"9520000000097", "9520000000103", "B00PEN1234", "X123", "AX77"}


@pytest.mark.parametrize("term", ["012345678905", "12345678905", "0012345678905", "0-12345-67890-5"])
def test_a_upc_is_found_with_and_without_its_leading_zeros(term):
    ProductFactory(sku="PEN", attributes={"barcode_value": "012345678905"})
    ProductFactory(sku="MUG", attributes={})

    assert found(term) == ["PEN"]


def test_a_part_number_of_the_jet_tab_is_found():
    ProductFactory(sku="PEN", attributes={}, jet_fields={"mfr_part_number": "AB-77/x"})

    assert found("ab77x") == found("AB-77/X") == ["PEN"]


def test_a_quick_edit_changes_by_what_code_a_product_is_found():
    product = ProductFactory(sku="PEN", attributes={}, jet_fields={"EAN": "9520000000097"})

    quick_edits.write(
        product_id=product.pk, name="EAN", value="9520000000103", seen=quick_edits.token(product, "EAN")
    )

    assert found("9520000000103") == ["PEN"]
    assert found("9520000000097") == []


def test_a_price_edit_asks_nothing_about_codes():
    product = ProductFactory(attributes={"ean": "9520000000097"})

    with CaptureQueriesContext(connection) as queries:
        product.save(update_fields=["price", "updated_at"])

    assert not [each["sql"] for each in queries if ProductCode._meta.db_table in each["sql"]]


def test_an_import_keeps_the_codes_of_new_and_changed_products(tmp_path):
    header = "sku,name,additional_attributes\n"
    imported(tmp_path, header + "PEN,Pen,gtin=9520000000097\nMUG,Mug,gtin=9520000000103\n")
    assert found("9520000000097") == ["PEN"]

    imported(tmp_path, header + "PEN,Pen,gtin=9520000000110\n")

    assert found("9520000000097") == []
    assert found("9520000000110") == ["PEN"]
    assert found("9520000000103") == ["MUG"]


def test_a_product_that_is_deleted_takes_its_codes_along():
    ProductFactory(attributes={"ean": "9520000000097"}).delete()

    assert not ProductCode.objects.exists()


def test_products_of_an_older_version_get_their_codes_by_the_migration():
    ProductFactory.create_batch(3)
    ProductFactory(sku="PEN", attributes={"ean": "9520000000097"})
    kept = set(ProductCode.objects.values_list("product_id", "code"))
    ProductCode.objects.filter(code="9520000000097").delete()
    fill = import_module("catalog.migrations.0019_fill_product_codes").fill

    for _ in range(2):
        fill(apps, SimpleNamespace(connection=connection))

    assert set(ProductCode.objects.values_list("product_id", "code")) == kept
