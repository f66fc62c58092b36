"""Real exports and Magento's own edge cases."""

import csv
from decimal import Decimal

import pytest

from catalog.products.intake.importer import import_products
from catalog.products.models import Attribute, Product, ProductText, StoreCategory, Variation
from tests.catalog.products.imports.files import assert_counted, problems, sample

pytestmark = pytest.mark.django_db

EDGE = "magento_edge_cases"
CATALOG = "CatalogImportExport__Model__Import__"


def edge(name):
    return import_products(path=sample(EDGE, f"{name}.csv"))


def test_the_luma_store_is_imported_complete():
    path = sample("magento", "luma_products.csv")

    report = import_products(path=path)

    assert_counted(report, path)
    assert (report.rows, report.created, report.failed) == (1994, 1994, 0)
    assert Product.objects.filter(kind="configurable").count() == 147
    assert Variation.objects.filter(child=None).count() == 0
    hoodie = Product.objects.get(sku="MH01")
    assert hoodie.variation_codes == ["size", "color"]
    assert hoodie.attributes["climate"] == ["All-weather", "Cool", "Indoor", "Spring", "Windy"]
    assert StoreCategory.objects.get(full_path="Default Category/Men/Tops/Hoodies & Sweatshirts").depth == 4
    assert Attribute.objects.get(code="size").kind == "select"


def test_the_superstore_catalogue_is_imported_complete():
    path = sample("superstore", "superstore_catalogue_magento.csv.gz")

    report = import_products(path=path)

    assert_counted(report, path)
    assert (report.rows, report.created, report.failed) == (1862, 1862, 0)
    case = Product.objects.get(sku="FUR-BO-10000330")
    assert case.attributes["brand"] == "Sauder"
    assert case.attributes["barcode_value"] == "9525000000016"
    assert (case.price, case.quantity) == (Decimal("120.98"), 16)
    assert Attribute.objects.get(code="barcode_value").kind == "text"


def test_each_small_export_of_magento_is_counted_and_stored_row_by_row():
    for path in sorted(sample("magento").glob("*.csv")):
        if path.name == "luma_products.csv":
            continue
        Product.objects.all().delete()
        if path.name == "ii_update_price_stock.csv":
            import_products(path=sample("magento", "ii_product_all_types.csv"))
        with path.open(newline="", encoding="utf-8-sig") as source:
            rows = list(csv.DictReader(source))

        report = import_products(path=path)

        assert_counted(report, path)
        assert report.failed == 0, path.name
        own = {row["sku"] for row in rows if row.get("store_view_code", "") in ("", "admin")}
        assert own <= {*Product.objects.values_list("sku", flat=True)}, path.name
        views = {(row["sku"], row.get("store_view_code", "")) for row in rows} - {(sku, "") for sku in own}
        texts = (
            ProductText.objects.values_list("product__sku", "store_view__code") if "name" in rows[0] else ()
        )
        assert not views or {*texts} == views, path.name


@pytest.mark.parametrize("separator", ["default", "custom"])
def test_both_category_separators_make_the_same_tree(separator):
    edge(f"{CATALOG}import_new_categories_{separator}_separator")

    paths = set(StoreCategory.objects.values_list("full_path", flat=True))
    assert paths == {"Default Category", "Default Category/Category 1", r"Default Category/Category\/ 2"}


def test_json_and_markup_stay_whole():
    edge(f"{CATALOG}products_to_import_with_json_and_markup_attributes")

    json = Product.objects.get(sku="SkuProductWithJson").attributes["text_attribute"]
    markup = Product.objects.get(sku="SkuProductWithMarkup").attributes["text_attribute"]
    assert json.startswith('{"type": "basic"')
    assert json.endswith("}")
    assert markup.endswith(", mid-price range</div>")


def test_quoted_options_keep_their_commas_and_bars():
    edge(f"{CATALOG}products_to_import_with_additional_attributes")

    found = Product.objects.get(sku="simple1").attributes
    assert found["multiselect_attribute"] == ['Option 3 "!@#$%^&*, "|"', "Opt||,ion 2"]
    assert found["text_attribute"] == "'\", =|"


def test_a_negative_weight_costs_its_row():
    report = edge(f"{CATALOG}product_to_import_invalid_weight")

    assert report.created == 3
    assert problems(report) == [(3, "weight", "negative")]


def test_an_unknown_visibility_is_refused_behind_either_delimiter():
    for name in ("comma", "semicolon"):
        report = edge(f"ImportExport__Controller__Adminhtml__Import__incorrect_catalog_product_{name}")
        assert problems(report) == [(2, "visibility", "unknown_word")]


def test_rows_without_a_sku_are_refused():
    report = edge("ImportExport__Controller__Adminhtml__Import__invalid_catalog_products")

    assert [code for _, _, code in problems(report)] == ["sku_missing", "sku_missing"]


def test_capitals_of_a_sku_do_not_make_another_product():
    for sku in ("simple1", "simple2", "simple3"):
        Product.objects.create(sku=sku, name=sku)

    edge(f"{CATALOG}products_to_import_with_changed_sku_case")

    prices = dict(Product.objects.values_list("sku", "price"))
    assert prices == {"simple1": 111, "simple2": 222, "simple3": 333}


def test_a_configurable_with_variations_under_a_store_view_is_refused_as_in_magento():
    name = "ConfigurableImportExport__Model__Import__import_configurable_for_multiple_store_views"

    assert edge(f"{name}_error").failed == 1
    assert edge(name).failed == 0
    assert ProductText.objects.get().name == "Configurable 1 Second Store"


def test_every_product_type_is_taken():
    report = import_products(path=sample("magento", "ii_product_all_types.csv"))

    assert (report.created, report.failed) == (18, 0)
    kinds = set(Product.objects.values_list("kind", flat=True))
    assert kinds == {"simple", "configurable", "grouped", "bundle", "downloadable"}
    assert Variation.objects.exclude(child=None).count() == 9


def test_a_price_and_stock_file_changes_nothing_else():
    import_products(path=sample("magento", "ii_product_all_types.csv"))
    before = Product.objects.get(sku="TST-Conf-Simp-S-Gray")

    report = import_products(path=sample("magento", "ii_update_price_stock.csv"))

    after = Product.objects.get(sku="TST-Conf-Simp-S-Gray")
    assert report.failed == 0
    assert (after.price, after.quantity) == (68, 100)
    assert after.attributes == before.attributes
    assert after.description == before.description
