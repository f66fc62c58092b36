"""Numbers and dates as files write them: what one cell leaves open the file decides, or a person, or nobody."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.products.intake.cells import BadCell
from catalog.products.intake.notations import Evidence, Notations, order_shown, sign_shown
from catalog.products.models import Product
from catalog.products.services import import_files
from tests.catalog.products.imports.files import imported, problems


def notations(*, orders=(), signs=(), dates="", decimal=""):
    evidence = Evidence(set(orders), set(signs), set())
    return Notations(dates=dates, decimal=decimal, evidence=lambda: evidence)


def code_of(read, cell):
    with pytest.raises(BadCell) as caught:
        read(cell)
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("10.56", "."), ("10,56", ","), ("1.234,56", ","), ("1,234.56", "."), ("1,234,567", "."),
        ("1.234.567", ","), ("3,700", "either"), ("3.700", "either"), ("0,500", ","), ("1234,567", ","),
        ("10.0000", "."), ("5", ""), ("1_000", ""), ("1e3", ""), ("$12.00", ""), ("1,23,456", ""), ("1 234,50", ","),
        ("1'234.50", "."), ("-3,5", ","), ("1,2,3", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_number_shows_its_decimal_sign_or_leaves_it_open(cell, shown):
    assert sign_shown(cell) == shown


@pytest.mark.parametrize(
    ("cell", "signs", "number"),
    [
        ("3,700", ",", "3.700"), ("3,700", ".", "3700"), ("3.700", "", "3.700"), ("3.700", ".", "3.700"),
        ("3.700", ",", "3700"), ("1.234,56", "", "1234.56"), ("1\u202f234,5", "", "1234.5"), ("-5", "", "-5"),
    ],
)  # fmt: skip
def test_what_a_number_leaves_open_the_other_numbers_of_the_file_decide(cell, signs, number):
    assert notations(signs=signs).number(cell) == number


def test_what_nothing_decides_fails_unless_somebody_chose():
    assert code_of(notations().number, "3,700") == "ambiguous_number"
    assert code_of(notations(signs=".,").number, "3.700") == "ambiguous_number"
    assert notations(decimal=",").number("3,700") == "3.700"
    assert notations(decimal=".").number("3,700") == "3700"
    assert code_of(notations(decimal=".").number, "10,56") == "not_a_number"


@given(st.decimals(min_value=0, max_value=9_999_999, places=2, allow_nan=False), st.sampled_from(".,"))
def test_a_number_with_thousands_and_two_decimals_is_always_read_as_meant(value, sign):
    other = "," if sign == "." else "."
    written = f"{value:,.2f}".replace(",", "t").replace(".", sign).replace("t", other)

    assert Decimal(notations().number(written)) == value


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("05.03.2019", (2019, 3, 5)), ("16.03.15, 17:08", (2015, 3, 16)), ("2019-03-05", (2019, 3, 5)),
        ("2030-12-31 00:00:00", (2030, 12, 31)), ("2019-03-05T10:00:00+00:00", (2019, 3, 5)),
        ("20190305", (2019, 3, 5)),
        ("13/11/2018", (2018, 11, 13)), ("11/13/2018", (2018, 11, 13)), ("7/8/15, 5:20 PM", (2015, 7, 8)),
        ("7/7/15", (2015, 7, 7)), ("5 March 2019", (2019, 3, 5)), ("Mar 5, 2019", (2019, 3, 5)),
        ("0000-00-00", None), ("0000-00-00 00:00:00", None), ("00/00/0000", None),
    ],
)  # fmt: skip
def test_a_date_that_shows_what_it_is_needs_nobody(cell, day):
    assert notations().day(cell) == (dt.date(*day) if day else None)


def test_slashes_are_decided_for_the_whole_file_or_chosen():
    assert notations(orders=["dmy"]).day("05/03/2019") == dt.date(2019, 3, 5)
    assert notations(orders=["mdy"]).day("05/03/2019") == dt.date(2019, 5, 3)
    assert notations(dates="dmy").day("05/03/2019") == dt.date(2019, 3, 5)
    assert code_of(notations().day, "05/03/2019") == "ambiguous_date"
    assert code_of(notations(orders=["mdy", "dmy"]).day, "05/03/2019") == "ambiguous_date"
    assert code_of(notations(dates="mdy").day, "13/11/2018") == "not_a_date"
    assert code_of(notations().day, "31.02.2019") == "not_a_date"
    assert code_of(notations().day, "43529") == "not_a_date"


@given(
    st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2099, 12, 31)), st.sampled_from(["mdy", "dmy"])
)
def test_no_slashed_date_shows_an_order_in_which_it_was_not_written(day, order):
    written = day.strftime("%m/%d/%Y" if order == "mdy" else "%d/%m/%Y")

    assert order_shown(written) in ("either", order)


@pytest.mark.django_db
def test_an_undecided_file_fails_by_name_and_says_what_may_be_chosen(tmp_path):
    content = 'sku,name,price,special_price_from_date\nA,Mug,"3,700",05/03/2019\nB,Cup,5,\n'

    open_ = imported(tmp_path, content, dry_run=True)
    chosen = imported(tmp_path, content, dates="dmy", decimal=",")

    assert problems(open_) == [
        (2, "price", "ambiguous_number"), (2, "special_price_from_date", "ambiguous_date"),
    ]  # fmt: skip
    assert [(each.what, each.decided_by) for each in open_.readings] == [
        ("dates", "nobody"),
        ("decimal", "nobody"),
    ]
    assert [(each.what, each.decided_by) for each in chosen.readings] == [
        ("dates", "choice"),
        ("decimal", "choice"),
    ]
    mug = Product.objects.get(sku="A")
    assert (mug.price, mug.special_price_from) == (Decimal("3.7"), dt.date(2019, 3, 5))


@pytest.mark.django_db
def test_a_column_that_is_not_imported_still_shows_the_order_of_dates(tmp_path):
    imported(
        tmp_path,
        'sku,name,created_at,special_price_from_date\nA,Mug,"7/21/15, 5:20 PM",\nB,Cup,,05/03/2019\n',
    )

    assert Product.objects.get(sku="B").special_price_from == dt.date(2019, 5, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cell", "units", "said"),
    [
        ("1.5", 1, "1.5 is taken for 1"), ('"3,5"', 3, "3.5 is taken for 3"), ("100.0000", 100, ""), ("7", 7, ""),
        ('"1.234,00"', 1234, ""), ("0.9999", 0, "0.9999 is taken for 0"), ("-0.5", -1, "-0.5 is taken for -1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["qty", "quantity"])
def test_a_part_of_a_unit_is_left_out_and_told_in_every_kind_of_file(tmp_path, kind, cell, units, said):
    imported(tmp_path, "sku,name\nA,Mug\n")
    sources = f"source_code,sku,status,quantity\nmain,A,1,{cell}\n"

    report = imported(tmp_path, f"sku,qty\nA,{cell}\n" if kind == "qty" else sources)

    assert Product.objects.get().quantity == units
    assert [(each.column, each.message.partition(":")[0]) for each in report.errors] == [(kind, said)] * bool(
        said
    )
    assert (report.failed, report.skipped) == (0, 0)


@pytest.mark.django_db
def test_what_a_file_leaves_open_is_answered_at_every_door(tmp_path, admin_client):
    content = 'sku,name,price,special_price_from_date\nA,Mug,"3,700",05/03/2019\n'
    path = tmp_path / "file.csv"
    path.write_text(content)
    chosen = {"dates": "dmy", "decimal": ","}
    meant = {(Decimal("3.7"), dt.date(2019, 3, 5))}

    def stored():
        found = set(Product.objects.values_list("price", "special_price_from"))
        Product.objects.all().delete()
        return found

    options = [f"--{name}={value}" for name, value in chosen.items()]
    call_command("import_products", str(path), *options)
    assert stored() == meant
    for door in ("page", "command"):
        file = import_files.start(upload=SimpleUploadedFile("file.csv", content.encode()), by=None)
        import_files.advance()
        file.refresh_from_db()
        assert {each["code"] for each in file.errors} == {"ambiguous_date", "ambiguous_number"}
        if door == "page":
            admin_client.post(reverse("catalog:import_decide", args=[file.pk, "again"]), chosen)
        else:
            call_command("import_files", f"--again={file.pk}", *options)
        import_files.advance()
        call_command("import_files", f"--confirm={file.pk}")
        import_files.advance()
        assert stored() == meant, door
