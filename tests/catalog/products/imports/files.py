"""Small product files for tests, and the real ones where this machine has them."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.reports import ImportReport


def sample(*parts: str) -> Path:
    """Return a real input, or skip the test where there is none."""
    path = settings.JETBRIDGE_SAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real inputs are not here ({path}); JETBRIDGE_SAMPLES names their place")
    return path


def imported(path: Path, content: str | bytes, **options: object) -> ImportReport:
    """Write a file and import it."""
    path = path / "products.csv" if path.is_dir() else path
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_products(path=path, options=ImportOptions(**options))


def problems(report: ImportReport) -> list[tuple[int, str, str]]:
    """Return row, column and code of each problem."""
    return [(problem.row, problem.column, problem.code) for problem in report.sorted_errors()]


def records_of(path: Path) -> int:
    """Count what a file holds below its header, in the plainest way and without the importer."""
    if path.suffix == ".xlsx":
        return sum(1 for _ in load_workbook(path).active.iter_rows(min_row=2))
    raw = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).lstrip(b"\0")
    text = raw.decode("utf-16" if raw[:2] == b"\xff\xfe" else "utf-8-sig")
    if text.startswith("sep="):
        text = text.partition("\n")[2]
    delimiter = next(each for each in (";", "\t", ",") if each in text.partition("\n")[0])
    return sum(1 for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)) - 1


def assert_counted(report: ImportReport, path: Path) -> None:
    """Check that each record of a file came to exactly one end."""
    counts = report.counts()
    assert counts.pop("rows") == sum(counts.values()) == records_of(path), path.name
