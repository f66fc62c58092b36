"""Small product files for tests, and the real ones where this machine has them."""

from pathlib import Path

import pytest
from django.conf import settings

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
