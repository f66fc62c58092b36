"""Encodings, packed files, and what is no CSV at all."""

import gzip

import pytest

from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product
from tests.catalog.imports.files import imported, problems

pytestmark = pytest.mark.django_db

CSV = "sku,name,price\nA,Café “blue”,1\nB,Plain,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read_as_what_it_is(tmp_path, encoding):
    report = imported(tmp_path, CSV.encode(encoding))

    assert report.created == 2
    assert Product.objects.get(sku="A").name == "Café “blue”"


def test_lines_of_windows_1252_in_a_utf_8_file_are_recoded_and_told(tmp_path):
    content = "sku,name\nA,Café\n".encode() + b"B,Caf\xe9\n"

    report = imported(tmp_path, content)

    assert list(Product.objects.order_by("sku").values_list("name", flat=True)) == ["Café", "Café"]
    assert "line 3" in report.notices[0]


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"])
def test_other_line_ends_are_read(tmp_path, ends):
    report = imported(tmp_path, CSV.encode().replace(b"\n", ends))

    assert report.created == 2


def test_a_gzip_file_is_unpacked_whatever_its_name(tmp_path):
    report = imported(tmp_path, gzip.compress(CSV.encode()))

    assert report.created == 2


def test_a_cut_off_gzip_file_says_so(tmp_path):
    rows = "".join(f"S{number},Name {number * 7919},1\n" for number in range(30_000))
    packed = gzip.compress(f"sku,name,price\n{rows}".encode())

    with pytest.raises(UnreadableFile, match="damaged after line"):
        imported(tmp_path, packed[: len(packed) // 2])

    assert Product.objects.count() > 1_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"sku,name\n", "no rows"),
        (b"name,price\nA,1\n", "no column named sku. Columns found: name, price"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.4", "PDF"),
        (b"<html><body>sku</body></html>", "HTML"),
        (bytes(range(256)) * 40, "no text"),
        (b"sku," + b"x" * 5_000_000, "longer than"),
        (b'"sku,name\nA,B\n', "header in line 1 cannot be read"),
    ],
)
def test_what_is_no_product_csv_is_refused_with_what_it_is(tmp_path, content, message):
    with pytest.raises(UnreadableFile, match=message):
        imported(tmp_path, content)

    assert not Product.objects.exists()


def test_a_nul_byte_costs_its_row_and_names_the_column(tmp_path):
    report = imported(tmp_path, b"sku,name,price\nA,Na\x00me,1\nB,Fine,2\n")

    assert problems(report) == [(2, "name", "nul_byte")]
    assert list(Product.objects.values_list("sku", flat=True)) == ["B"]


def test_a_doubled_column_costs_only_the_rows_in_which_the_copies_differ(tmp_path):
    report = imported(tmp_path, "sku,price,name,price\nA,1,Same,1\nB,1,Differs,2\n")

    assert "columns 2 and 4" in report.notices[0]
    assert problems(report) == [(3, "price", "doubled_column")]
    assert report.created == 1


def test_a_semicolon_file_and_blanks_around_quoted_names_are_read(tmp_path):
    assert imported(tmp_path, "sku;name;price\nA;One;1\n").created == 1
    assert imported(tmp_path, '"sku", "product_online"\n"A", "0"\n').updated == 1
    assert not Product.objects.get(sku="A").enabled


def test_a_column_without_a_name_is_left_out_and_told(tmp_path):
    report = imported(tmp_path, "sku,,name\nA,stray,One\n")

    assert report.created == 1
    assert report.notices == ["Columns without a name are left out: 2."]


def test_bad_rows_are_written_with_their_reason_and_cannot_start_a_formula(tmp_path):
    bad = tmp_path / "bad.csv"
    content = 'sku,name,price\nA,"=HYPERLINK(""x"")",cheap\nB,Good,2\nC,Minus,-5\n'

    report = imported(tmp_path, content, bad_rows=bad)

    lines = bad.read_text("utf-8-sig").splitlines()
    assert report.failed == 2
    assert lines[0] == "sku,name,price,error"
    assert lines[1].startswith("A,\"'=HYPERLINK")
    assert "line 2, price: 'cheap' is not a number" in lines[1]
    assert lines[2].startswith("C,Minus,-5,")


def test_a_mended_file_of_bad_rows_imports_as_it_was_meant(tmp_path):
    bad = tmp_path / "bad.csv"
    imported(tmp_path, "sku,name,price\nA,=Great=,cheap\n", bad_rows=bad)

    report = imported(tmp_path / "again.csv", bad.read_bytes().replace(b"cheap", b"9.5", 1))

    assert report.created == 1
    assert Product.objects.get().name == "=Great="
