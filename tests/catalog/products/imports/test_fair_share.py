"""A file of any size and shape leaves the worker its memory and the others their turn; what ends it has a reason."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.products.models import ImportFile, Product, StoreCategory
from catalog.products.services import import_files
from tests.children import end_of, outcome, start_child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

MB = 1024 * 1024
# A worker has 400 MB.
MOST_PEAK = 400
LIMITS = {"JETBRIDGE_IMPORT_ROWS": "4000", "JETBRIDGE_IMPORT_CELLS": "30000", "JETBRIDGE_IMPORT_MB": "120"}
GOOD = "sku,name,price\nA,Mug,1\nB,Cup,2\n"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROWS = "".join(f'<row r="{row}">{cells}</row>' for row, cells in (
    (1, '<c t="inlineStr"><is><t>sku</t></is></c><c t="inlineStr"><is><t>name</t></is></c>'),
    (2, '<c t="inlineStr"><is><t>A</t></is></c><c t="inlineStr"><is><t>Mug</t></is></c>'),
))  # fmt: skip
SHARED = '<c t="s"><v>0</v></c>'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(path: Path, rows: str = ROWS, *, dimension: str = "A1:B2", texts: str = "") -> None:
    """Write the least that is a workbook, with this inside its only sheet."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet {MAIN}><dimension ref="{dimension}"/><sheetData>{rows}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def wide(count: int, length: int) -> str:
    """Return a CSV of so many sound rows that have ten texts of this length each."""
    names = ",".join(f"text_{number}" for number in range(10))
    rows = (f"SKU-{row},Mug" + f",{row % 10 * 'x'}{'y' * length}" * 10 for row in range(count))
    return f"sku,name,{names}\n" + "\n".join(rows)


# What is written, and what is said of it; nothing where it is read to its end.
SHAPES = {
    "archive.xlsx": (lambda path: workbook(path, "<row/>" * 21 * MB), "unpacks to more than 120 MB"),
    "declared.xlsx": (lambda path: workbook(path, dimension="A1:XFD1048576"), ""),
    "million-columns.xlsx": (lambda path: workbook(path, dimension="A1:BDWGN2"), "BDWGN"),
    "last-row.xlsx": (lambda path: workbook(path, f'{ROWS}<row r="9999999"><c><v>1</v></c></row>'), "number 9999999"),
    "wide-row.xlsx": (lambda path: workbook(path, f"<row>{'<c/>' * 30_000}</row>"), "30,000 cells"),
    "endless-row.xlsx": (lambda path: workbook(path, f"<row>{'<c/>' * 1_100_000}</row>"), "larger than 4,194,304"),
    "long-text.xlsx": (lambda path: workbook(path, texts=f"<si><t>{'x' * 9 * MB}</t></si>"), "larger than 4,194,304"),
    "shared-text.xlsx": (
        lambda path: workbook(
            path, f"<row>{SHARED * 9000}</row>", texts=f"<si><t>{'x' * 100_000}</t></si>"
        ),
        "more than 4,000,000 characters",
    ),
    "many-texts.xlsx": (lambda path: workbook(path, texts="<si><t>x</t></si>" * 200_000), ""),
    "no-sheet.xlsx": (lambda path: workbook(path, "<row><c t='s'><v>77</v></c></row>"), "no Excel workbook"),
    "endless.csv": (lambda path: path.write_text("sku," + "x" * 9 * MB), "longer than 4,000,000"),
    "endless.csv.gz": (lambda path: path.write_bytes(gzip.compress(b"x" * 9 * MB)), "longer than 4,000,000"),
    "blank.csv.gz": (lambda path: path.write_bytes(gzip.compress(GOOD.encode() + b"\n" * MB)), "80,000 lines"),
    "large.csv.gz": (
        lambda path: path.write_bytes(gzip.compress((GOOD + "x" * 200 * 1024).encode() * 700, 1)),
        "longer than|more than 120 MB|not closed|column_count|all failed|cells",
    ),
    "columns.csv": (lambda path: path.write_text("sku" + ",x" * 100_000 + "\nA"), "names 100,001 columns"),
    "wide.csv": (lambda path: path.write_text(wide(1000, 10_000)), ""),
    "rows.csv": (lambda path: path.write_text("sku,name\n" + "S,M\n" * 4001), "4,000 rows"),
    "cells.csv": (lambda path: path.write_text(wide(3000, 1)), "30,000 cells"),
    "failing.csv": (lambda path: path.write_text("sku,price\n" + "S,dear\n" * 3000), "first 1,000 rows all failed"),
    "array.json": (lambda path: path.write_text(f"[[{'1,' * 5 * MB}1]]"), "larger than 2 MB"),
    "value.json": (lambda path: path.write_text(f'[{{"sku":"A","x":[{"1," * 5 * MB}1]}}]'), "larger than 2 MB"),
    "many.json": (lambda path: path.write_text(json.dumps([{"sku": "S", "name": "M"}] * 3500)), ""),
}  # fmt: skip
READ = """
import json, sys
from pathlib import Path
from catalog.products.intake.importer import ImportOptions, import_products
from catalog.products.intake.reports import UnreadableFile
for name in sys.argv[1:]:
    try:
        said = ""
        import_products(path=Path(name), options=ImportOptions(dry_run=True))
    except UnreadableFile as problem:
        said = str(problem)
    # Of this program alone: what getrusage says begins with what the test itself had taken.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) // 1024
    print(json.dumps([Path(name).name, said, peak]))
"""


def test_whatever_a_file_holds_its_reader_lives_on_within_its_memory_and_says_why(tmp_path, monkeypatch):
    for name, value in LIMITS.items():
        monkeypatch.setenv(name, value)
    for name, (write, _) in SHAPES.items():
        write(tmp_path / name)

    lines = outcome(start_child(READ, *(str(tmp_path / name) for name in SHAPES)), 500).splitlines()

    found = {name: (said, peak) for name, said, peak in map(json.loads, lines)}
    assert list(found) == list(SHAPES)
    wrong = {name: said for name, (said, _) in found.items() if not fits(said, SHAPES[name][1])}
    assert wrong == {}
    assert max(peak for _, peak in found.values()) < MOST_PEAK, found


def fits(said: str, expected: str) -> bool:
    return not said if not expected else any(words in said for words in expected.split("|"))


OUT_OF_MEMORY = """
import resource, sys
from pathlib import Path
from catalog.products.intake.importer import ImportOptions, import_products
from catalog.products.intake.reports import UnreadableFile
path = Path(sys.argv[1])
import_products(path=Path(sys.argv[2]), options=ImportOptions(dry_run=True))
now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + 30 * 1024 * 1024,) * 2)
try:
    import_products(path=path, options=ImportOptions(dry_run=True))
except UnreadableFile as problem:
    print(problem)
"""


def test_memory_that_does_not_suffice_ends_the_import_and_says_so(tmp_path):
    large, small = tmp_path / "large.json", tmp_path / "small.json"
    large.write_text('[{"sku":"A","x":[' + "[]," * 600_000 + "1]}]")
    small.write_text('[{"sku":"A"}]')

    said = outcome(start_child(OUT_OF_MEMORY, str(large), str(small)), 200)

    assert said.startswith("The file needs more memory than there is")


def upload(content: str, name: str = "products.csv") -> ImportFile:
    return import_files.start(upload=SimpleUploadedFile(name, content.encode()))


def catalogue(prefix: str, count: int) -> str:
    rows = (f"{prefix}{n},Mug,1,Default/{prefix}{n // 800},Default/Shared {n // 400}" for n in range(count))
    return "sku,name,price,categories,ignored\n" + "\n".join(rows)


def test_a_small_file_is_done_while_a_large_one_before_it_is_still_read():
    large, small = upload(catalogue("L", 3500)), upload(GOOD)
    seen = []

    def look():
        seen.append(tuple(ImportFile.objects.order_by("pk").values_list("state", flat=True)))

    report = import_files.advance(heartbeat=look)

    assert report.done == 2
    assert ("uploaded", "previewed") in seen
    assert [file.starts for file in ImportFile.objects.all()] == [0, 0]
    large.refresh_from_db(), small.refresh_from_db()
    assert (large.rows, small.rows) == (3500, 2)


def test_files_that_are_imported_in_turns_share_what_they_make():
    rows = [(f"{letter}{n}", f"Default/Group {n // 500}") for n in range(1200) for letter in "AB"]
    files = [
        upload(
            "sku,name,categories,additional_attributes\n"
            + "".join(f'{sku},Mug,{path},"color=Red"\n' for sku, path in rows if sku[0] == letter)
        )
        for letter in "AB"
    ]
    import_files.advance()
    for file in files:
        file.refresh_from_db()
        import_files.accept(file=file)

    report = import_files.advance()

    assert (report.done, report.failed) == (2, 0)
    assert Product.objects.count() == 2400
    assert StoreCategory.objects.count() == 4


DIE = "import_files.advance(heartbeat=lambda: os.kill(os.getpid(), 9))"


def test_a_file_under_which_worker_after_worker_dies_is_given_up_and_the_next_is_read():
    bomb = upload(GOOD)
    ends = [
        end_of("import os\nfrom catalog.products.services import import_files\n", DIE)
        for _ in range(import_files.MOST_STARTS)
    ]
    good = upload(GOOD)

    report = import_files.advance()

    bomb.refresh_from_db(), good.refresh_from_db()
    assert ends == [-9] * import_files.MOST_STARTS
    assert (report.done, report.failed) == (1, 1)
    assert (bomb.state, good.state) == ("failed", "previewed")
    assert "Split it" in bomb.message
