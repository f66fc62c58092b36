"""Small files in which merchants' real ones went wrong: what each holds is counted here without the importer."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product, ProductImage, ProductText, StoreCategory, Variation
from tests.catalog.products.imports.files import problems, sample

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


def records_of(path):
    """Count what a file holds below its header, in the plainest way."""
    if path.suffix == ".xlsx":
        return sum(1 for _ in load_workbook(path).active.iter_rows(min_row=2))
    raw = path.read_bytes().lstrip(b"\0")
    text = raw.decode("utf-16" if raw[:2] == b"\xff\xfe" else "utf-8-sig")
    if text.startswith("sep="):
        text = text.partition("\n")[2]
    delimiter = next(each for each in (";", "\t", ",") if each in text.partition("\n")[0])
    return sum(1 for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row) - 1


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
        counts = report.counts()
        refused = [each.code for each in report.sorted_errors() if each.code not in REMARKS]

        assert counts.pop("rows") == sum(counts.values()) == records_of(sample("cases", name)), name
        assert refused == REFUSED.get(name, []), name
        assert counts["failed"] == len(refused), name


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
