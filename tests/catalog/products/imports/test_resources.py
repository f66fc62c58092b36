"""Products exported for people, and back by the import."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from catalog.mapping.product_exports import FORMATS, ProductResource
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product, ProductCategory
from jetbridge.core import configuration
from tests.catalog.checks import check_all
from tests.catalog.products.imports.files import imported
from tests.factories import ProductFactory, StoreCategoryFactory, ean13

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
    check_all()

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

    with django_assert_max_num_queries(9):
        ProductResource().export(Product.objects.all())


@pytest.mark.parametrize("kind", FORMATS)
def test_an_edited_export_comes_back_in_every_format(tmp_path, kind):
    mug = ProductFactory(sku="007", name="=1+1", description='@cmd, a "mug"\nin two lines', price="5")
    exported = ProductResource().export(Product.objects.all())

    same = imported(tmp_path, kind().export_data(exported))
    edited = exported.dict
    edited[0]["price"] = "6.5"
    exported.dict = edited
    changed = imported(tmp_path, kind().export_data(exported))

    assert (same.unchanged, same.failed) == (1, 0)
    assert (changed.updated, changed.failed) == (1, 0)
    mug.refresh_from_db()
    assert (mug.price, mug.name, mug.description) == (6.5, "=1+1", '@cmd, a "mug"\nin two lines')


def test_a_workbook_with_a_bad_row_gives_the_good_ones_and_names_the_row(tmp_path):
    book = Workbook()
    for row in (
        ["sku", "name", "price"],
        ["A", "Mug\nwith handle", 12.5],
        ["B", "Cup", "ten"],
        ["C", "Jug", 3],
    ):
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    bad = tmp_path / "bad.csv"

    report = imported(tmp_path, target.getvalue(), bad_rows=bad)

    assert (report.created, report.failed) == (2, 1)
    assert [(each.row, each.column) for each in report.errors] == [(3, "price")]
    assert "B,Cup,ten" in bad.read_text(encoding="utf-8-sig")
    assert "error" in bad.read_text(encoding="utf-8-sig").splitlines()[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[1, 2]", "list of objects"),
        (b"[", "no JSON"),
        (b"[]", "list of objects"),
        (b'[{"name": "Mug"}]', "no column named sku"),
        (b"PK\x03\x04broken", "no Excel workbook"),
    ],
)
def test_what_is_no_table_of_products_is_refused_with_its_reason(tmp_path, content, reason):
    with pytest.raises(UnreadableFile, match=reason):
        imported(tmp_path, content)


def test_own_values_for_jet_go_out_in_columns_of_their_own_and_come_back(tmp_path):
    pen = ProductFactory(sku="PEN", jet_fields={"brand": "Harbor", "EAN": "wrong", "bullets": ["Blue"]})
    exported = ProductResource().export(Product.objects.all())

    row = exported.dict[0]
    untouched = imported(tmp_path, exported.csv)
    fixed = imported(tmp_path, f"sku,jet.EAN,jet.brand\nPEN,{ean13(7)},__EMPTY__VALUE__\n")
    refused = imported(tmp_path, "sku,jet.EAN\nPEN,9520000000009\n")

    assert (row["jet.brand"], row["jet.EAN"], row["jet.UPC"]) == ("Harbor", "wrong", "")
    assert (untouched.unchanged, fixed.updated) == (1, 1)
    assert fixed.samples["updated"][0]["in_words"] == [
        {"field": "Brand", "before": "Harbor", "after": "nothing"},
        {"field": "EAN", "before": "wrong", "after": ean13(7)},
    ]
    assert [(each.column, each.row) for each in refused.errors] == [("jet.EAN", 2)]
    pen.refresh_from_db()
    assert pen.jet_fields == {"EAN": ean13(7), "bullets": ["Blue"]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 100_000, "nested too deep"),
        (b'[{"sku": "A", "name": ' + b"[" * 200 + b"]" * 200 + b"}]", "nested too deep"),
        (b'[{"sku": "A\xed\xa0\x80"}]', "UTF-8"),
        (b'[{"sku": "A"}, 1]', "Entry 2"),
    ],
)
def test_a_poisoned_json_is_refused_in_one_line(tmp_path, content, why):
    with pytest.raises(UnreadableFile, match=why):
        imported(tmp_path, content)
