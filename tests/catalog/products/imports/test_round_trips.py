"""An export that comes back changes nothing; in an empty home it makes the same catalogue."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from tablib import Dataset

from catalog.mapping.product_exports import FORMATS, ProductResource
from catalog.products.intake.importer import import_products
from catalog.products.models import ImportFile, Product, ProductText, StoreCategory, Variation
from catalog.products.services import import_files
from jetbridge.desk.demo import store as demo
from tests.catalog.products.imports.files import imported, sample
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

SAMPLES = (
    ("magento", "luma_products.csv"), ("magento", "ii_product_all_types.csv"),
    ("magento", "ii_products_configurable_native.csv"), ("magento", "ii_products_multiple_store_view.csv"),
    ("magento", "m2default_catalog_product.csv"), ("superstore", "superstore_catalogue_magento.csv.gz"),
)  # fmt: skip
COLUMNS = (
    "sku", "kind", "name", "description", "short_description", "attribute_set", "enabled", "visibility", "price",
    "special_price", "special_price_from", "special_price_to", "weight", "manage_stock", "is_in_stock",
    "closed_by_quantity", "quantity", "attributes", "variation_codes", "jet_fields",
)  # fmt: skip


def catalogue():
    """Return all that the store holds of its products, by SKU."""
    found = {}
    children = Prefetch("variations", Variation.objects.select_related("child"))
    products = Product.objects.prefetch_related("categories", "images", children)
    for product in products:
        found[product.sku] = (
            {name: getattr(product, name) for name in COLUMNS},
            sorted(each.full_path for each in product.categories.all()),
            [
                (each.path, each.label, each.is_main, each.is_swatch, each.hidden)
                for each in product.images.all()
            ],
            [(link.child_sku, link.child and link.child.sku) for link in product.variations.all()],
        )
    return found


def export(kind):
    return kind().export_data(ProductResource().export(Product.objects.order_by("-pk")))


def assert_round_trip(tmp_path, kind):
    before = catalogue()
    content = export(kind)

    same = imported(tmp_path, content)
    assert "updated" not in same.samples, same.samples["updated"]
    assert (same.counts(), same.notices) == (
        {"rows": len(before), "created": 0, "updated": 0, "unchanged": len(before), "skipped": 0, "failed": 0}, [],
    )  # fmt: skip

    ProductText.objects.all().delete()
    Product.objects.all().delete()
    QuerySet(StoreCategory).delete()
    anew = imported(tmp_path, content)
    assert (anew.created, anew.failed) == (len(before), 0)
    after = catalogue()
    assert {sku: after.get(sku) for sku in before if after.get(sku) != before[sku]} == {
        sku: before[sku] for sku in before if after.get(sku) != before[sku]
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_the_demo_comes_back_as_it_went_out(tmp_path, kind):
    demo.stock_store()

    assert_round_trip(tmp_path, kind)


@pytest.mark.parametrize("name", SAMPLES, ids=lambda each: each[-1])
def test_a_sample_comes_back_as_it_went_out(tmp_path, name):
    import_products(path=sample(*name))

    assert_round_trip(tmp_path, FORMATS[0])


@pytest.mark.parametrize("kind", FORMATS[1:])
def test_luma_comes_back_in_every_format(tmp_path, kind):
    import_products(path=sample("magento", "luma_products.csv"))

    assert_round_trip(tmp_path, kind)


def test_the_cases_come_back_as_they_went_out(tmp_path):
    for name in ("c04_category_slash", "c05_category_comma", "c13_backorder", "c16_separator", "c17_attr_quotes",
                 "c19_skus_special", "c21_evil_texts", "c23_qty_odd", "c26_same_axis", "c11a_conf_create",
                 "c08_dates", "c20_html", "c28_bundle"):  # fmt: skip
        import_products(path=sample("cases", f"{name}.csv"))

    assert_round_trip(tmp_path, FORMATS[0])


def test_what_sales_and_people_left_comes_back_unchanged(tmp_path):
    ProductFactory(sku="SOLD", quantity=0, is_in_stock=True)
    ProductFactory(sku="CLOSED", quantity=5, is_in_stock=False)
    ProductFactory(
        sku="ODD", attributes={"size": ["S"], "count": 5, "note": "a|b", "made": 'of "wood", red=yes'}
    )
    imported(tmp_path, "sku,name,qty\nOUT,Out,0\n")

    report = imported(tmp_path, export(FORMATS[0]))

    assert "updated" not in report.samples, report.samples["updated"]
    imported(tmp_path, "sku,qty\nSOLD,3\nCLOSED,3\nOUT,3\n")
    flags = dict(Product.objects.exclude(sku="ODD").values_list("sku", "is_in_stock"))
    assert flags == {"SOLD": True, "CLOSED": False, "OUT": True}


def test_a_quantity_edited_in_an_export_puts_the_product_back_in_stock(tmp_path):
    imported(tmp_path, "sku,name,qty\nOUT,Out,0\n")
    rows = Dataset().load(export(FORMATS[0]), format="csv").dict
    rows[0]["qty"] = "7"
    edited = Dataset()
    edited.dict = rows

    imported(tmp_path, edited.export("csv"))

    assert list(Product.objects.values_list("quantity", "is_in_stock")) == [(7, True)]


def test_a_text_that_excel_would_cut_does_not_come_back_cut(tmp_path):
    ProductFactory(sku="A", description="x" * 40_000)
    workbook = FORMATS[1]

    assert imported(tmp_path, export(workbook)).unchanged == 1
    assert len(Product.objects.get().description) == 40_000


def test_out_and_in_by_the_commands_changes_nothing(tmp_path, capsys):
    demo.stock_store()
    capsys.readouterr()

    for ending in ("csv", "xlsx", "json"):
        path = tmp_path / f"products.{ending}"
        call_command("export_products", str(path))
        report = import_products(path=path)
        assert report.unchanged == report.rows == Product.objects.count(), ending


def test_out_and_in_by_the_pages_changes_nothing(admin_client):
    demo.stock_store()
    answer = admin_client.post(
        reverse("admin:catalog_product_export"),
        {
            "format": "0",
            "resource": "",
            **{f"productresource_{name}": "on" for name in ProductResource().fields},
        },
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.headers["Content-Type"].startswith("text/csv")

    import_files.start(upload=SimpleUploadedFile("products.csv", content), by=User.objects.get())
    import_files.advance()

    row = ImportFile.objects.get()
    assert (row.rows, row.unchanged, row.failed) == (Product.objects.count(), row.rows, 0)
    assert "holds all of this already" in admin_client.get(row.get_absolute_url()).content.decode()
    assert io.BytesIO(content).readline().startswith(b"sku,")
