"""Where listing fields take their values."""

import pytest

from catalog.mapping.fields import sources
from catalog.mapping.fields.sources import Source
from catalog.products.models import Product, ProductText
from jetbridge.core.models import Configuration


def product(**fields):
    return Product(sku="MUG-1", name="Blue mug", **fields)


def test_a_products_own_value_stands_before_the_mapped_attribute():
    mug = product(attributes={"brand": "Attributed"}, jet_fields={"brand": "Own"})

    found = sources.resolve(mug, Configuration())

    assert found["brand"].value == "Own"
    assert found["brand"].source is Source.OWN


def test_a_mapped_attribute_stands_before_the_default():
    mug = product(attributes={"multipack_quantity": "6"})

    found = sources.resolve(mug, Configuration())["multipack_quantity"]

    assert (found.value, found.source, found.code) == ("6", Source.MAPPED, "multipack_quantity")
    assert sources.resolve(product(), Configuration())["multipack_quantity"].value == 1


def test_an_empty_own_value_counts_as_none():
    mug = product(attributes={"brand": "Attributed"}, jet_fields={"brand": "  "})

    assert sources.resolve(mug, Configuration())["brand"].source is Source.MAPPED


@pytest.mark.parametrize(
    ("kind", "number", "field"),
    [
        ("EAN", "9525000000016", "EAN"),
        ("ean-13", "9525000000016", "EAN"),
        ("UPC", "952500000001", "UPC"),
        ("GTIN", "9525000000016", "EAN"),
        ("", "09525000000016", "GTIN-14"),
        ("ISBN", "316148410X", "ISBN-10"),
        ("ASIN", "B00ABCDEFG", "ASIN"),
    ],
)
def test_a_barcode_pair_becomes_the_identifier_that_it_names(kind, number, field):
    mug = product(attributes={"barcode": kind, "barcode_value": number})

    assert sources.resolve(mug, Configuration())[field].value == number


def test_a_gtin_attribute_with_thirteen_digits_is_an_ean():
    found = sources.resolve(product(attributes={"gtin": "952-5000000016"}), Configuration())

    assert found["EAN"].value == "9525000000016"
    assert "GTIN-14" not in found


def test_html_becomes_plain_lines_in_the_description():
    mug = product(description="<p>Holds <b>12&nbsp;oz</b>.</p><ul><li>Blue<li>a < b</ul>")

    found = sources.resolve(mug, Configuration())["product_description"].value

    assert found == "Holds 12 oz.\nBlue\na < b"


def test_the_store_views_text_stands_before_the_products():
    mug = product(description="Default")
    text = ProductText(name="Tasse", attributes={"brand": "Marke"})

    found = sources.resolve(mug, Configuration(), text=text)

    assert found["product_title"].value == "Tasse"
    assert found["brand"].value == "Marke"
    assert found["product_description"].value == "Default"
