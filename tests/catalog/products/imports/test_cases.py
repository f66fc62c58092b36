"""Small files in which merchants' real ones went wrong: what each holds is counted here without the importer."""

import ast
import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from catalog.mapping.fields.sources import resolve, store_text
from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Attribute, Product, ProductImage, ProductText, StoreCategory, Variation
from jetbridge.core import configuration
from tests.catalog.products.imports.files import assert_counted, imported, problems, sample

pytestmark = pytest.mark.django_db

# Which files are no product files, which need another before them, and which rows are refused with which code.
NO_PRODUCTS = {"o_ship_ok.csv", "o_ship_two_rows.csv"}
BEFORE = {
    "c11b_conf_recolor.csv": "c11a_conf_create.csv",
    "c14b_msi_stock_sources.csv": "c14a_msi_products.csv",
    "c15b_empty_value.csv": "c15_empty_value.csv",
}
REFUSED = {
    "c01_sku_blanks.csv": ["sku_unprintable"],
    "c07_decimal_comma.csv": ["not_a_number"] * 3,
    "c20_html.csv": ["too_long"],
    "c22_enote_skus.csv": ["spreadsheet_number"] * 2,
    "c23_qty_odd.csv": ["not_a_number"],
    "c31_numbers.xlsx": ["too_big"],
    "c33_lost_zeros.csv": ["spreadsheet_number"],
}
REMARKS = {"doubled_sku", "no_texts", "part_of_unit"}


def names():
    return sorted(path.name for path in sample("cases").iterdir())


def imported_case(name, **options):
    if name in BEFORE:
        import_products(path=sample("cases", BEFORE[name]))
    return import_products(path=sample("cases", name), options=ImportOptions(**options))


def test_no_record_of_any_case_vanishes_from_the_counts():
    for name in names():
        if name in NO_PRODUCTS:
            with pytest.raises(UnreadableFile, match="holds shipments"):
                imported_case(name)
            continue
        Product.objects.all().delete()
        report = imported_case(name)
        refused = [each.code for each in report.sorted_errors() if each.code not in REMARKS]

        assert_counted(report, sample("cases", name))
        assert refused == REFUSED.get(name, []), name
        assert report.failed == len(refused), name


def test_every_case_has_a_test_of_its_own_by_name():
    root = Path(settings.BASE_DIR) / "tests"
    where = ("catalog/products/imports", "catalog/listings/mass_actions", "orders")
    bodies = [
        node
        for path in sorted(each for folder in where for each in (root / folder).glob("test_*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    ]
    named = {each.value for body in bodies for each in ast.walk(body) if isinstance(each, ast.Constant)}

    # What another needs before it is tested with that.
    assert {*names()} - named - {*BEFORE.values()} == set()


def test_prices_follow_the_files_decimal_comma():
    imported_case("c07_decimal_comma.csv")

    prices = dict(Product.objects.values_list("sku", "price"))
    assert prices == {"DT07-A": Decimal("10.56"), "DT07-B": Decimal("1234.56"), "DT07-C": Decimal("3.7")}


def test_dates_with_points_are_never_american_and_zeros_are_none():
    report = imported_case("c08_dates.csv")

    found = {each.sku[-1]: (each.special_price_from, each.special_price_to) for each in Product.objects.all()}
    assert found == {
        "A": (dt.date(2019, 3, 5), dt.date(2030, 12, 31)),
        "B": (dt.date(2019, 3, 5), dt.date(2030, 12, 6)),
        "C": (dt.date(2015, 3, 16), None),
        "D": (dt.date(2018, 11, 13), dt.date(2030, 11, 14)),
        "E": (None, dt.date(2030, 12, 31)),
    }
    assert [(each.what, each.choice, each.decided_by) for each in report.readings] == [
        ("dates", "dmy", "file")
    ]


def test_quantities_are_read_as_numbers_only():
    report = imported_case("c23_qty_odd.csv")

    assert [code for _, _, code in problems(report)] == ["part_of_unit", "not_a_number", "part_of_unit"]
    assert dict(Product.objects.values_list("sku", "quantity")) == {
        "DT23-A": 12, "DT23-C": 1000, "DT23-D": 0, "DT23-E": 99_999_999,
    }  # fmt: skip


def test_categories_keep_their_commas_and_slashes():
    for name in ("c04_category_slash.csv", "c05_category_comma.csv"):
        imported_case(name)

    paths = set(StoreCategory.objects.values_list("full_path", flat=True))
    assert paths == {
        "Default Category", "Default Category/Chairs, stools and sofas", "Default Category/Home",
        r"Default Category/Plugs \/ Sockets", r"Default Category/Plugs \/ Sockets/Two\/Three",
        r"Default Category/Back\slash", r"Default Category/Back\slash/Sub",
    }  # fmt: skip


@pytest.mark.parametrize("separator", [",", "|||"])
def test_another_separator_is_read_told_or_not(separator):
    imported_case("c16_separator.csv", separator=separator)

    product = Product.objects.get()
    assert product.attributes == {"style": ["Boho", "Chic"], "fabric": "Wool", "note": "a, b=c"}
    assert [each.path for each in product.images.all()] == ["/a/0.jpg", "/a/1.jpg", "/a/2.jpg"]
    assert {each.name for each in product.categories.all()} == {"One", "Two"}


def test_attribute_values_keep_what_separates_values():
    imported_case("c17_attr_quotes.csv")

    assert Product.objects.get().attributes == {
        "care": "Wash cold, hang\ndry", "note": '5" strap, size=big', "plain": "one, two",
        "json": '{"a":"b,c=d"}', "html": '<p style="x: y">a, b=c</p>', "last": "z",
    }  # fmt: skip


def test_every_encoding_of_the_cases_is_read():
    for name in ("c18_bom_quoted.csv", "c18b_utf16_tab.csv", "c18c_sep_line.csv"):
        imported_case(name)
    nuls = imported_case("c25_leading_nuls.csv")

    found = set(Product.objects.values_list("name", flat=True))
    assert found == {"Straße", "Café 日本 😀", "Semi", "After nuls"}
    assert nuls.notices == ["64 NUL bytes before the text left out."]


def test_magentos_word_for_empty_clears_images_as_well():
    imported_case("c15b_empty_value.csv")

    product = Product.objects.get()
    assert (product.special_price, product.attributes) == (None, {"size": "M"})
    assert not ProductImage.objects.exists()


@pytest.mark.parametrize("column", ["name", "description", "short_description"])
def test_a_view_that_clears_a_text_shows_the_products_own(tmp_path, column):
    others = {"name": "Mug", "description": "Large", "short_description": "L"}
    header = "sku,store_view_code," + ",".join(others)
    imported(tmp_path, f"{header}\nA,,{','.join(others.values())}\nA,de,Becher,Gross,G\n")

    cleared = imported(tmp_path, f"sku,store_view_code,{column}\nA,de,__EMPTY__VALUE__\n")

    text = ProductText.objects.get()
    assert (cleared.updated, cleared.failed, getattr(text, column)) == (1, 0, "")
    assert getattr(Product.objects.get(), column) == others[column]
    assert imported(tmp_path, f"sku,store_view_code,{column}\nA,de,__EMPTY__VALUE__\n").unchanged == 1


GALLERY = "/a.jpg", "/b.jpg", "/c.jpg"


@pytest.mark.parametrize(
    ("column", "left"),
    [
        ("base_image", [("/b.jpg", "B", False, True, False), ("/c.jpg", "C", False, False, True)]),
        ("additional_images", [("/a.jpg", "A", True, False, False)]),
        (
            "swatch_image",
            [(path, path[1].upper(), path == "/a.jpg", False, path == "/c.jpg") for path in GALLERY],
        ),
        (
            "hide_from_product_page",
            [(path, path[1].upper(), path == "/a.jpg", path == "/b.jpg", False) for path in GALLERY],
        ),
    ],
)
def test_magentos_word_for_empty_clears_each_part_of_a_gallery(tmp_path, column, left):
    columns = "base_image,base_image_label,additional_images,additional_image_labels,swatch_image"
    imported(
        tmp_path,
        f'sku,name,{columns},hide_from_product_page\nA,Mug,/a.jpg,A,"/b.jpg,/c.jpg","B,C",/b.jpg,/c.jpg\n',
    )

    imported(tmp_path, f"sku,{column}\nA,__EMPTY__VALUE__\n")

    parts = "path", "label", "is_main", "is_swatch", "hidden"
    assert list(ProductImage.objects.order_by("path").values_list(*parts)) == left
    assert imported(tmp_path, f"sku,{column}\nA,__EMPTY__VALUE__\n").unchanged == 1


def test_magentos_word_for_empty_clears_labels_and_a_base_that_stays_as_another(tmp_path):
    imported(
        tmp_path,
        "sku,name,base_image,base_image_label,additional_images,additional_image_labels\nA,Mug,/a.jpg,A,/b.jpg,B\n",
    )

    empty = "__EMPTY__VALUE__"
    imported(
        tmp_path,
        "sku,base_image,base_image_label,additional_images,additional_image_labels\n"
        f'A,{empty},{empty},"/b.jpg,/a.jpg",{empty}\n',
    )

    images = ProductImage.objects.order_by("position").values_list("path", "label", "is_main")
    assert list(images) == [("/b.jpg", "", False), ("/a.jpg", "", False)]


def test_texts_of_another_kind_stay_what_they_are():
    imported_case("c21_evil_texts.csv")
    imported_case("c19_skus_special.csv")

    names_ = dict(Product.objects.filter(sku__startswith="DT21").values_list("sku", "name"))
    assert names_ == {
        "DT21-A": "=1+1 Calculator", "DT21-B": "@home mug", "DT21-C": "'=apostrophe", "DT21-D": "+44 Phone",
    }  # fmt: skip
    with sample("cases", "c19_skus_special.csv").open(newline="", encoding="utf-8") as source:
        skus = {row["sku"] for row in csv.DictReader(source)}
    assert skus <= set(Product.objects.values_list("sku", flat=True))


def test_a_number_that_a_spreadsheet_shortened_is_no_new_sku_unless_confirmed():
    refused = imported_case("c22_enote_skus.csv")
    confirmed = imported_case("c22_enote_skus.csv", confirm_identifiers=True)
    again = imported_case("c22_enote_skus.csv")

    assert [(row, code) for row, _, code in problems(refused) if code != "doubled_sku"] == [
        (2, "spreadsheet_number"), (3, "spreadsheet_number"),
    ]  # fmt: skip
    # What the store holds goes on working.
    assert (confirmed.created, again.failed) == (1, 0)


def test_children_alike_in_the_named_axis_are_imported_with_their_links():
    imported_case("c26_same_axis.csv")

    assert list(Variation.objects.values_list("parent__sku", "child__sku")) == [
        ("DT26-P", "DT26-1"), ("DT26-P", "DT26-2"),
    ]  # fmt: skip


def test_a_workbooks_numbers_and_days_are_what_excel_shows():
    imported_case("c31_numbers.xlsx")

    product = Product.objects.get(sku="4412345678")
    assert (product.price, product.quantity, product.weight) == (12, 3, Decimal("0.3"))
    assert (product.special_price_from, product.special_price_to) == (
        dt.date(2024, 5, 3),
        dt.date(2030, 12, 6),
    )
    assert product.attributes["upc"] == "889842123456"


def test_views_that_stand_behind_a_thousand_products_find_theirs():
    imported_case("c03_views_over_chunk.csv")

    with sample("cases", "c03_views_over_chunk.csv").open(newline="", encoding="utf-8") as source:
        rows = [row for row in csv.DictReader(source) if row["store_view_code"]]
    assert ProductText.objects.count() == len(rows)


def test_two_spellings_of_a_sku_are_one_product_and_the_later_row_counts():
    report = imported_case("c02_sku_case.csv")

    assert list(Product.objects.values_list("sku", "price")) == [("DT02-m", 2)]
    assert (report.created, report.updated) == (1, 1)
    assert problems(report) == [(3, "sku", "doubled_sku")]


def test_blanks_around_a_sku_are_no_part_of_it():
    report = imported_case("c01_sku_blanks.csv")

    # What cannot be seen within it is no blank: that row is refused.
    assert list(Product.objects.values_list("sku", "price")) == [("DT01-A", 5)]
    assert (5, "sku", "sku_unprintable") in problems(report)


def test_a_store_view_that_is_switched_off_leaves_the_product_on():
    report = imported_case("c10_view_online.csv")

    assert (report.created, report.skipped) == (1, 1)
    assert problems(report) == [(3, "store_view_code", "no_texts")]
    assert Product.objects.get().enabled
    assert not ProductText.objects.exists()


def test_a_child_in_another_colour_stays_its_parents():
    imported_case("c11b_conf_recolor.csv")

    assert list(Variation.objects.values_list("parent__sku", "child__sku")) == [
        ("DT11-P", "DT11-R"), ("DT11-P", "DT11-B"),
    ]  # fmt: skip
    assert Product.objects.get(sku="DT11-R").attributes == {"color": "Green"}
    color = Attribute.objects.get(code="color")
    assert (color.kind, {each.value for each in color.options.all()}) == ("select", {"Red", "Black", "Green"})


def test_less_than_nothing_is_in_stock_where_backorders_are_allowed():
    imported_case("c13_backorder.csv")

    found = Product.objects.order_by("sku").values_list("sku", "quantity", "is_in_stock")
    assert list(found) == [("DT13-A", -5, True), ("DT13-B", 0, True), ("DT13-C", -1, False)]


def test_html_reaches_jet_as_plain_text():
    imported_case("c20_html.csv")

    config = configuration.current()
    found = {
        each.sku: {
            name: source.value
            for name, source in resolve(each, config, text=store_text(each, config)).items()
            if name in ("product_title", "product_description")
        }
        for each in Product.objects.all()
    }
    assert found == {
        "DT20-A": {
            "product_title": "Tom & Jerry® Mug", "product_description": 'Nice & warm\none\ntwo < three\n5" wide',
        },
        "DT20-B": {"product_title": "Bold text", "product_description": "Encoded twice\n& more"},
    }  # fmt: skip


def test_an_empty_cell_behind_the_last_column_is_none():
    report = imported_case("c27_trailing_cell.csv")

    assert dict(Product.objects.values_list("name", "price")) == {"One": 5, "Two": 6}
    assert (report.sorted_errors(), report.notices) == ([], [])


def test_sets_and_groups_are_what_they_are():
    imported_case("c28_bundle.csv")

    assert list(Product.objects.order_by("sku").values_list("sku", "kind", "price")) == [
        ("DT28-B", "bundle", 20), ("DT28-G", "grouped", None),
    ]  # fmt: skip


def test_a_special_price_is_kept_as_the_file_has_it_with_its_days():
    imported_case("c29_special_price.csv")

    found = Product.objects.order_by("sku").values_list(
        "price", "special_price", "special_price_from", "special_price_to"
    )
    assert list(found) == [
        (10, 8, None, None), (10, 12, None, None), (10, 0, None, None),
        (10, 8, dt.date(2020, 1, 1), dt.date(2020, 12, 31)), (Decimal("19.999"), None, None, None),
    ]  # fmt: skip


def test_three_columns_make_a_product():
    imported_case("c32_fresh_home.csv")

    product = Product.objects.get()
    assert (product.sku, product.name, product.price, product.kind, product.enabled) == (
        "DT32-A", "Plain", 5, "simple", True,
    )  # fmt: skip
