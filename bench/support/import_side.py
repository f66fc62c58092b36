"""One side of bench/import_products.py in a process of its own: imports a file and prints its figures as JSON."""

import csv
import json
import os
import resource
import sys
import time
from pathlib import Path

import django
import tablib

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first
from peer_resource import MagentoResource  # noqa: E402

from catalog import models  # noqa: E402
from catalog.products.intake.importer import import_products  # noqa: E402

PEER_ROWS = 5_000


def run_ours(path: Path) -> tuple[int, float]:
    """Import the whole file; return rows and seconds."""
    started = time.perf_counter()
    report = import_products(path=path)
    assert report.failed == 0, report.sorted_errors()[:3]
    return report.created, time.perf_counter() - started


def run_peer(path: Path) -> tuple[int, float]:
    """Import the first rows by a ModelResource with its defaults; return rows and seconds."""
    with path.open(newline="", encoding="utf-8") as source:
        reader = csv.reader(source)
        data = tablib.Dataset(headers=next(reader))
        for number, row in enumerate(reader):
            if number == PEER_ROWS:
                break
            data.append(row)
    started = time.perf_counter()
    result = MagentoResource().import_data(data, raise_errors=True)
    return result.totals["new"], time.perf_counter() - started


def stored() -> dict[str, int]:
    """Count what is in the database afterwards."""
    tables = (models.Product, models.ProductCategory, models.ProductImage, models.Variation)
    return {table.__name__: table.objects.count() for table in tables}


def main() -> None:
    """Run the side that is named first on the file that is named second."""
    call_command("migrate", verbosity=0)
    rows, seconds = (run_ours if sys.argv[1] == "ours" else run_peer)(Path(sys.argv[2]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak, "stored": stored()}))


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
