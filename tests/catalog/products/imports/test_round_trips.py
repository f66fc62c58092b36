"""An export that comes back changes nothing; in an empty home it makes the same catalogue."""

import io
import json
from collections import defaultdict
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from tablib import Dataset

from catalog.mapping.product_exports import FORMATS, ProductResource
from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Attribute, ImportFile, Product, ProductText, StoreCategory, Variation
from catalog.products.services import import_files
from jetbridge.desk.demo import store as demo
from tests.catalog.products.imports.files import imported, sample
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

ENDINGS = ("csv", "xlsx", "json")
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")
COLUMNS = (
    "sku", "kind", "name", "description", "short_description", "attribute_set", "enabled", "visibility", "price",
    "special_price", "special_price_from", "special_price_to", "weight", "manage_stock", "is_in_stock",
    "closed_by_quantity", "quantity", "attributes", "variation_codes", "jet_fields",
)  # fmt: skip


def catalogue():
    """Return all that the store holds of its products, by SKU."""
    found = {}
    children = Prefetch("variations", Variation.objects.select_related("child"))
    values = defaultdict(set)
    products = Product.objects.prefetch_related("categories", "images", "texts__store_view", children)
    for product in products:
        for code in product.variation_codes:
            values[code]
        for code, value in product.attributes.items():
            values[code].update(value if isinstance(value, list) else [str(value)])
        found[product.sku] = (
            {name: getattr(product, name) for name in COLUMNS},
            sorted(each.full_path for each in product.categories.all()),
            [
                (each.path, each.label, each.is_main, each.is_swatch, each.hidden)
                for each in product.images.all()
            ],
            [(link.child_sku, link.child and link.child.sku) for link in product.variations.all()],
            {
                text.store_view.code: (text.name, text.description, text.short_description, text.attributes)
                for text in product.texts.all()
            },
        )
    # An attribute or an option that no product has stands in no row.
    found[""] = {
        each.code: (
            each.label,
            each.kind,
            {option.value for option in each.options.all()} & values[each.code],
        )
        for each in Attribute.objects.prefetch_related("options")
        if each.code in values
    }
    return found


def export(kind):
    return kind().export_data(ProductResource().export(Product.objects.order_by("-pk")))


def by_command(path, *options):
    """Return what importing this file says."""
    out = io.StringIO()
    call_command("import_products", str(path), *options, "--json", stdout=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    assert report["rows"] == sum(report[name] for name in OUTCOMES)
    return report


def assert_same(after, before, ending):
    for sku in {*after, *before} - {""}:
        assert after.get(sku) == before.get(sku), (ending, sku)
    for code in {*after[""], *before[""]}:
        assert after[""].get(code) == before[""].get(code), (ending, code)


def assert_round_trip(tmp_path, endings):
    before, rows = catalogue(), Product.objects.count() + ProductText.objects.count()
    for ending in endings:
        path = tmp_path / f"products.{ending}"
        call_command("export_products", str(path), stdout=io.StringIO())
        same = by_command(path)
        assert (same["unchanged"], same["rows"], same["notices"]) == (rows, rows, []), (
            ending,
            same["errors"][:3],
        )
        assert_same(catalogue(), before, ending)

        ProductText.objects.all().delete()
        Product.objects.all().delete()
        QuerySet(StoreCategory).delete()
        Attribute.objects.all().delete()
        anew = by_command(path, "--confirm-identifiers")
        assert (anew["created"] + anew["updated"], anew["failed"]) == (rows, 0), (ending, anew["errors"][:3])
        assert_same(catalogue(), before, ending)


def imported_all(*names):
    """Import files as they come; what is no product file, or wrong in one, is another test's matter."""
    for name in names:
        with suppress(UnreadableFile):
            import_products(path=sample(*name), options=ImportOptions(confirm_identifiers=True))


def in_folder(folder):
    return [(folder, path.name) for path in sorted(sample(folder).iterdir())]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_demo_comes_back_as_it_went_out(tmp_path, ending):
    demo.stock_store()

    assert_round_trip(tmp_path, [ending])


# Two thousand rows; how each kind of file is written and read, the demo and the other samples show too.
@pytest.mark.parametrize(
    "ending", ["csv", *(pytest.param(ending, marks=pytest.mark.kill) for ending in ENDINGS[1:])]
)
def test_luma_comes_back_as_it_went_out(tmp_path, ending):
    imported_all(("magento", "luma_products.csv"))

    assert_round_trip(tmp_path, [ending])


def test_superstore_comes_back_as_it_went_out(tmp_path):
    imported_all(("superstore", "superstore_catalogue_magento.csv.gz"))

    assert_round_trip(tmp_path, ["csv"])


@pytest.mark.parametrize("folder", ["magento", "magento_edge_cases", "cases"])
def test_every_other_sample_comes_back_as_it_went_out_with_its_views(tmp_path, folder):
    imported_all(*(name for name in in_folder(folder) if name[1] != "luma_products.csv"))

    assert ProductText.objects.exists()
    assert_round_trip(tmp_path, ENDINGS)


@pytest.mark.parametrize("ending", ENDINGS)
def test_kinds_and_labels_that_people_chose_come_back(tmp_path, ending):
    kinds = {"note": "text", "size": "select", "made": "multiselect", "count": "number", "gift": "boolean"}
    for code, kind in kinds.items():
        made = Attribute.objects.create(code=code, kind=kind, label=f'{code}, "as | people" = say')
        for value in {"size": ["12"], "made": ["No", "Yes"]}.get(code, ()):
            made.options.create(value=value)
    # Values from which each would be guessed to be something else.
    odd = {"note": "a|b", "size": "12", "made": ["No", "Yes"], "count": "x", "gift": "perhaps"}
    ProductFactory(sku="A", attributes=odd)
    ProductFactory(sku="B", attributes={"note": "a|b"})

    assert_round_trip(tmp_path, [ending])


def test_a_kind_that_there_is_not_fails_its_row(tmp_path):
    report = imported(tmp_path, "sku,name,additional_attributes,attribute_kinds\nA,Mug,size=S,size=selct\n")

    assert [(each.column, each.code) for each in report.errors] == [("attribute_kinds", "unknown_kind")]
    assert not Attribute.objects.exists()


def test_an_attribute_that_becomes_a_list_has_the_options_of_earlier_files(tmp_path):
    imported(tmp_path, "sku,name,additional_attributes\nA,Mug,size=M\n")
    parent = 'P,configurable,Mug,,"sku=B,size=S"'
    imported(
        tmp_path,
        f"sku,product_type,name,additional_attributes,configurable_variations\nB,simple,B,size=S,\n{parent}\n",
    )

    size = Attribute.objects.get()
    assert (size.kind, {each.value for each in size.options.all()}) == ("select", {"M", "S"})


def test_the_stores_own_kind_stands(tmp_path):
    Attribute.objects.create(code="size", kind="text", label="Size")

    imported(tmp_path, "sku,name,additional_attributes,attribute_kinds\nA,Mug,size=a|b,size=select\n")

    assert Attribute.objects.get().kind == "text"
    assert Product.objects.get().attributes == {"size": "a|b"}


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


def test_texts_without_their_view_do_not_leave_as_the_products_own(tmp_path):
    imported(tmp_path, "sku,store_view_code,name\nA,,Mug\nA,de,Becher\n")

    whole = ProductResource().export(Product.objects.all())
    some = ProductResource().export(Product.objects.all(), export_fields=["sku", "name"])

    assert list(zip(whole["sku"], whole["store_view_code"], whole["name"], strict=True)) == [
        ("A", "", "Mug"), ("A", "de", "Becher"),
    ]  # fmt: skip
    assert list(some["name"]) == ["Mug"]


def exported_by_page(client, ending):
    """Return what the export page gives in one format, with the ending that it names."""
    answer = client.post(
        reverse("admin:catalog_product_export"),
        {
            "format": str(ENDINGS.index(ending)),
            "resource": "",
            **{f"productresource_{name}": "on" for name in ProductResource().fields},
        },
    )
    assert f".{ending}" in answer.headers["Content-Disposition"]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def imported_by_page(client, content, ending):
    """Return a file's row, read by the imports page, and what its own page shows."""
    file = SimpleUploadedFile(f"products.{ending}", content)
    client.post(reverse("catalog:imports"), {"file": file, "separator": ",", "confirm_identifiers": "on"})
    import_files.advance()
    row = ImportFile.objects.get()
    return row, client.get(row.get_absolute_url()).content.decode()


@pytest.mark.parametrize("ending", ENDINGS)
def test_out_and_in_by_the_pages_changes_nothing(admin_client, ending):
    demo.stock_store()

    row, page = imported_by_page(admin_client, exported_by_page(admin_client, ending), ending)

    assert (row.rows, row.unchanged, row.failed) == (Product.objects.count(), row.rows, 0)
    assert "holds all of this already" in page


@pytest.mark.parametrize("ending", ENDINGS)
def test_by_the_pages_an_empty_home_gets_the_same_catalogue(admin_client, ending):
    demo.stock_store()
    before, content = catalogue(), exported_by_page(admin_client, ending)
    for rows in (Product.objects.all(), QuerySet(StoreCategory), Attribute.objects.all()):
        rows.delete()

    row, _ = imported_by_page(admin_client, content, ending)
    admin_client.post(reverse("catalog:import_decide", args=[row.pk, "confirm"]))
    import_files.advance()

    row.refresh_from_db()
    assert (row.created, row.failed) == (row.rows, 0)
    assert_same(catalogue(), before, ending)
