"""Encodings, packed files, and what is no CSV at all."""

import gzip

import pytest

from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product
from jetbridge.core.texts import counted
from tests.catalog.products.imports.files import imported, problems

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


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ["Caf\u00e9 \u201cblue\u201d", "5\u00bd inch, \u00a312"]),
        ("mac_roman", ["Caf\u00e9 cr\u00e8me", "Stra\u00dfe"]),
        (
            "cp932",
            [
                "\u65e5\u672c\u8a9e\u306e\u5546\u54c1\u540d\u3067\u3059",
                "\u3068\u3066\u3082\u826f\u3044\u8336",
            ],
        ),
        ("gb18030", ["\u7ea2\u8272\u676f\u5b50", "\u4e2d\u6587\u5546\u54c1"]),
        ("cp1251", ["\u041a\u0440\u0430\u0441\u043d\u0430\u044f \u043a\u0440\u0443\u0436\u043a\u0430"]),
        ("cp1250", ["\u017blut\u0105 \u0142\u00f3d\u017a \u015bwie\u017ce"]),
        ("iso8859_2", ["\u017dlu\u0165ou\u010dk\u00fd k\u016f\u0148", "p\u0159\u00edli\u0161"]),
        ("cp850", ["Caf\u00e9 cr\u00e8me", "Stra\u00dfe"]),
        ("cp1254", ["K\u0131rm\u0131z\u0131 bardak", "\u015fi\u015fe"]),
        ("euc_jp", ["\u65e5\u672c\u8a9e\u306e\u5546\u54c1\u540d\u3067\u3059", "\u8d64\u3044\u30de\u30b0"]),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_what_is_not_utf_8_is_read_by_what_makes_words_of_it_and_told(tmp_path, encoding, names, ends):
    rows = [f"S{number},{name.replace(',', '')}" for number, name in enumerate(names)]
    content = ends.join(["sku,name", *rows, ""]).encode(encoding)

    report = imported(tmp_path, content)

    found = list(Product.objects.order_by("sku").values_list("name", flat=True))
    assert found == [name.replace(",", "") for name in names]
    assert f"{counted(len(names), 'line')} not in UTF-8" in report.notices[0]


@pytest.mark.parametrize(
    ("content", "notice"),
    [
        (b"\0" * 3584 + CSV.encode(), "3,584 NUL bytes"),
        (b"\0" * 4 + CSV.encode("utf-16-le"), "4 NUL bytes"),
        (b"\0" * 4 + CSV.encode("utf-16-be"), "4 NUL bytes"),
        (b"\0" * 2 + CSV.encode("utf-8-sig"), "2 NUL bytes"),
        (CSV.encode() + b"\0" * 512, "1 line of NUL bytes"),
        (CSV.encode().replace(b"\nB", b"\n" + b"\0" * 512 + b"\nB"), "1 line of NUL bytes"),
        (CSV.encode() + b"\x1a", ""),
        (CSV.replace("sku", "\u200bsku", 1).encode(), ""),
        (b"\xef\xbb\xbf" * 2 + CSV.encode(), ""),
        (b"\xff\xfe" + CSV.encode("utf-16"), ""),
        (CSV.encode("utf-32"), ""),
        (f"sep=,\n{CSV}".encode(), ""),
        (f'"sep=,"\r\n{CSV}'.encode("utf-16"), ""),
        (CSV.replace("price", "price,").replace("1\n", "1,\n").encode(), "without a name"),
    ],
)
def test_what_broken_exports_set_before_or_behind_the_text_is_left_out_and_told(tmp_path, content, notice):
    report = imported(tmp_path, content)

    assert report.created == 2
    assert dict(Product.objects.values_list("sku", "name")) == {
        "A": "Caf\u00e9 \u201cblue\u201d",
        "B": "Plain",
    }
    assert notice in "".join(report.notices)


def test_a_file_that_ceases_to_be_what_it_began_as_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="begins as UTF-16-LE text, but after line"):
        imported(tmp_path, CSV.encode("utf-16-le") + b"\x00\xdc,\x00")


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


def test_a_fixed_file_of_bad_rows_imports_as_it_was_meant(tmp_path):
    bad = tmp_path / "bad.csv"
    imported(tmp_path, "sku,name,price\nA,=Great=,cheap\n", bad_rows=bad)

    report = imported(tmp_path / "again.csv", bad.read_bytes().replace(b"cheap", b"9.5", 1))

    assert report.created == 1
    assert Product.objects.get().name == "=Great="
