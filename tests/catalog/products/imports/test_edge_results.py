"""Magento's own import tests, file by file: how many rows are taken, left out and refused, and what comes of them."""

import pytest

from catalog.products.intake.importer import import_products
from catalog.products.models import Product, ProductImage
from tests.catalog.checks import check_all
from tests.catalog.products.imports.files import assert_counted, sample
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

EDGE, CATALOG = "magento_edge_cases", "CatalogImportExport__Model__Import__"
CONFIGURABLE = "ConfigurableImportExport__Model__Import__import_configurable"
# Into an empty store: created, updated, unchanged, left out, refused. A row that only updates a product which is
# not there is refused, as in Magento.
EMPTY_STORE: dict[str, tuple[int, int, int, int, int]] = {
    "BundleImportExport__Model__Import__import_bundle": (4, 0, 0, 0, 0),
    "BundleImportExport__Model__Import__import_bundle_multiple_store_views": (4, 0, 0, 0, 0),
    "BundleImportExport__Model__Import__import_bundle_set_all_products_out_of_stock": (0, 0, 0, 0, 3),
    "BundleImportExport__Model__Import__import_bundle_set_option1_products_in_stock": (0, 0, 0, 0, 1),
    "BundleImportExport__Model__Import__import_bundle_set_option1_products_out_of_stock": (0, 0, 0, 0, 1),
    "BundleImportExport__Model__Import__import_bundle_update_values": (1, 0, 0, 0, 0),
    "BundleImportExport__Model__Import__import_bundle_with_question_mark": (2, 0, 0, 0, 0),
    "CatalogImportExport__catalog_import_products_with_same_images": (2, 0, 0, 0, 0),
    "CatalogUrlRewrite__products_to_import_with_rewrites": (3, 0, 0, 0, 0),
    f"{CONFIGURABLE}": (3, 0, 0, 0, 0),
    f"{CONFIGURABLE}_12345": (3, 0, 0, 0, 0),
    f"{CONFIGURABLE}_child_products_stock_item_status_in_stock": (
        0,
        0,
        0,
        0,
        2,
    ),
    f"{CONFIGURABLE}_child_products_stock_item_status_out_of_stock": (
        0,
        0,
        0,
        0,
        2,
    ),
    f"{CONFIGURABLE}_for_multiple_store_views": (3, 1, 0, 0, 0),
    f"{CONFIGURABLE}_for_multiple_store_views_error": (
        2,
        0,
        0,
        0,
        1,
    ),
    "GroupedImportExport__Model__Import__grouped_product": (3, 0, 0, 0, 0),
    "GroupedImportExport__Model__Import__grouped_product_children_in_stock": (0, 0, 0, 0, 1),
    "GroupedImportExport__Model__Import__grouped_product_children_out_of_stock": (0, 0, 0, 0, 2),
    "ImportExport__Controller__Adminhtml__Import__catalog_product": (2, 0, 0, 0, 0),
    "ImportExport__Controller__Adminhtml__Import__incorrect_catalog_product_comma": (0, 0, 0, 0, 1),
    "ImportExport__Controller__Adminhtml__Import__incorrect_catalog_product_semicolon": (0, 0, 0, 0, 1),
    "ImportExport__Controller__Adminhtml__Import__invalid_catalog_products": (0, 0, 0, 0, 2),
    "ImportExport__Controller__Adminhtml__products_duplicate_category": (3, 0, 0, 0, 0),
    "ImportExport__Model__Import__Entity__advanced_price_for_validation_test": (0, 0, 0, 2, 0),
    f"{CATALOG}disable_product": (0, 0, 0, 0, 1),
    f"{CATALOG}enable_product": (0, 0, 0, 0, 1),
    f"{CATALOG}hide_from_product_page_images": (1, 0, 0, 0, 0),
    f"{CATALOG}import_categories_with_long_names": (1, 0, 0, 0, 0),
    f"{CATALOG}import_change_image_label_for_storeview": (0, 0, 0, 0, 1),
    f"{CATALOG}import_configurable_product_multistore": (3, 1, 0, 0, 0),
    f"{CATALOG}import_hide_image_for_storeview": (0, 0, 0, 0, 1),
    f"{CATALOG}import_image_name_without_slash": (0, 0, 0, 0, 2),
    f"{CATALOG}import_media": (1, 0, 0, 0, 0),
    f"{CATALOG}import_media_additional_images": (0, 0, 0, 0, 1),
    f"{CATALOG}import_media_additional_images_storeview": (0, 0, 0, 0, 1),
    f"{CATALOG}import_media_additional_images_with_wrong_url": (1, 0, 0, 0, 0),
    f"{CATALOG}import_media_additional_long_name_image": (0, 0, 0, 0, 1),
    f"{CATALOG}import_media_existing_images": (1, 0, 0, 0, 0),
    f"{CATALOG}import_media_hidden_images": (1, 0, 0, 0, 0),
    f"{CATALOG}import_media_two_stores": (1, 0, 0, 1, 0),
    f"{CATALOG}import_media_with_no_selection": (1, 0, 0, 0, 0),
    f"{CATALOG}import_new_categories_custom_separator": (1, 0, 0, 0, 0),
    f"{CATALOG}import_new_categories_default_separator": (1, 0, 0, 0, 0),
    f"{CATALOG}import_product_with_empty_attribute_value": (1, 0, 0, 0, 0),
    f"{CATALOG}product_tax_class_none_import": (0, 0, 0, 0, 2),
    f"{CATALOG}product_to_import_invalid_weight": (3, 0, 0, 0, 1),
    f"{CATALOG}product_with_custom_options": (1, 0, 0, 0, 0),
    f"{CATALOG}product_with_custom_options_and_multiple_store_views": (5, 0, 0, 2, 0),
    f"{CATALOG}product_with_custom_options_new": (1, 0, 0, 0, 0),
    f"{CATALOG}product_with_custom_store_media_disabled": (1, 0, 0, 0, 0),
    f"{CATALOG}product_without_custom_options": (1, 0, 0, 0, 0),
    f"{CATALOG}products_duplicate_category": (3, 0, 0, 0, 0),
    f"{CATALOG}products_multiple_stores": (3, 1, 0, 0, 0),
    f"{CATALOG}products_to_check_duplicated_names": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_check_duplicated_url_keys": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_check_valid_url_keys": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_check_valid_url_keys_multiple_stores": (2, 4, 0, 0, 0),
    f"{CATALOG}products_to_check_valid_url_keys_with_different_language": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_invalid_attribute_set": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_additional_attributes": (2, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_backorders_disabled_and_not_0_qty": (1, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_backorders_enabled_and_0_qty": (1, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_category": (0, 0, 0, 0, 1),
    f"{CATALOG}products_to_import_with_changed_sku_case": (3, 2, 0, 0, 0),
    f"{CATALOG}products_to_import_with_custom_attributes": (1, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_datetime": (0, 0, 0, 0, 3),
    f"{CATALOG}products_to_import_with_invalid_url_keys": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_json_and_markup_attributes": (2, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_multiple_store": (3, 2, 0, 0, 0),
    f"{CATALOG}products_to_import_with_new_attribute_set": (2, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_non_existing_image": (1, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_non_latin_url_keys": (4, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_product_links": (4, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_product_links_with_empty_data": (0, 0, 0, 0, 1),
    f"{CATALOG}products_to_import_with_product_links_with_empty_value": (0, 0, 0, 0, 1),
    f"{CATALOG}products_to_import_with_qty": (1, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_qty_zero_backorders_enabled": (0, 0, 0, 0, 3),
    f"{CATALOG}products_to_import_with_qty_zero_only": (0, 0, 0, 0, 3),
    f"{CATALOG}products_to_import_with_related": (6, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_spaces_in_url_keys": (2, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_two_stores": (1, 2, 0, 0, 0),
    f"{CATALOG}products_to_import_with_use_config_settings": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_with_valid_url_keys": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_without_url_key_column": (1, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_without_url_keys": (3, 0, 0, 0, 0),
    f"{CATALOG}products_to_import_without_url_keys_and_name": (0, 0, 0, 0, 2),
    f"{CATALOG}products_to_import_zero_qty": (0, 0, 0, 0, 3),
    f"{CATALOG}products_with_custom_multiselect_values_separator": (1, 0, 0, 0, 0),
    f"{CATALOG}products_with_invalid_multiselect_values": (2, 0, 0, 0, 0),
    f"{CATALOG}products_with_two_store_views": (3, 6, 0, 0, 0),
}


def taken(name):
    path = sample(EDGE, f"{name}.csv")
    report = import_products(path=path)
    assert_counted(report, path)
    return report.created, report.updated, report.unchanged, report.skipped, report.failed


@pytest.mark.parametrize(("name", "expected"), EMPTY_STORE.items())
def test_into_an_empty_store_each_file_ends_as_in_magento(name, expected):
    assert taken(name) == expected

    report = check_all()
    assert report.done == Product.objects.count()


def test_no_file_is_left_out():
    assert {path.stem for path in sample(EDGE).glob("*.csv")} == set(EMPTY_STORE)


@pytest.mark.parametrize(
    ("name", "skus", "facts"),
    [
        (f"{CATALOG}disable_product", ["simple"], {"enabled": False}),
        (
            f"{CATALOG}products_to_import_with_qty_zero_only",
            ["simple1", "simple2", "simple3"],
            {"quantity": 0},
        ),
        (f"{CATALOG}products_to_import_zero_qty", ["simple1", "simple2", "simple3"], {"quantity": 0}),
        (
            f"{CATALOG}products_to_import_with_qty_zero_backorders_enabled",
            ["simple1", "simple2", "simple3"],
            {"quantity": 0},
        ),
        (
            "ConfigurableImportExport__Model__Import__"
            "import_configurable_child_products_stock_item_status_out_of_stock",
            ["simple_10", "simple_20"],
            {"quantity": 0, "is_in_stock": False},
        ),
        (
            "GroupedImportExport__Model__Import__grouped_product_children_out_of_stock",
            ["simple", "virtual-product"],
            {"quantity": 0, "is_in_stock": False},
        ),
        (
            "BundleImportExport__Model__Import__import_bundle_set_all_products_out_of_stock",
            ["Simple 1", "Simple 2", "Simple 3"],
            {"quantity": 0, "is_in_stock": False},
        ),
    ],
)
def test_a_file_of_updates_changes_what_it_names_and_nothing_else(name, skus, facts):
    for sku in skus:
        ProductFactory(sku=sku)
    before = {each.sku: each for each in Product.objects.all()}

    assert taken(name) == (0, len(skus), 0, 0, 0)

    for product in Product.objects.all():
        assert {key: getattr(product, key) for key in facts} == facts
        kept = ("name", "description", "price", "attributes")
        assert [getattr(product, key) for key in kept] == [getattr(before[product.sku], key) for key in kept]


def test_a_disabled_product_is_enabled_again():
    ProductFactory(sku="simple", enabled=False)

    assert taken(f"{CATALOG}enable_product") == (0, 1, 0, 0, 0)
    assert Product.objects.get().enabled


def test_a_row_of_a_store_view_without_texts_is_left_out_and_says_so():
    ProductFactory(sku="simple", name="Mug that stays")

    report = import_products(path=sample(EDGE, f"{CATALOG}products_to_import_with_category.csv"))

    assert (report.skipped, [each.code for each in report.sorted_errors()]) == (1, ["no_texts"])
    assert Product.objects.get().name == "Mug that stays"


def test_image_names_with_blanks_are_kept():
    taken(f"{CATALOG}import_media_additional_images_with_wrong_url")

    paths = set(ProductImage.objects.values_list("path", flat=True))
    assert any("additional_image with spaces.jpg" in path for path in paths)


def test_an_empty_attribute_value_is_no_value():
    taken(f"{CATALOG}import_product_with_empty_attribute_value")

    assert not Product.objects.get(sku="simple").attributes.get("varchar_attribute")


def test_no_selection_means_no_image():
    taken(f"{CATALOG}import_media_with_no_selection")

    assert not ProductImage.objects.filter(path__icontains="no_selection").exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BundleImportExport__Model__Import__import_bundle", "bundle"),
        ("GroupedImportExport__Model__Import__grouped_product", "grouped"),
    ],
)
def test_bundles_and_groups_are_imported_as_what_they_are_and_cannot_be_listed(name, kind):
    taken(name)

    check_all()

    for product in Product.objects.filter(kind=kind):
        assert [each.code for each in product.problems.all()] == ["type.not_listable"]
    assert Product.objects.filter(kind=kind).exists()
