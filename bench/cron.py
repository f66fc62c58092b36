"""
The pages of those who watch, at 1,000,000 runs, calls and events, beside the same pages at 10,000, in one run.

Each page is asked several times in this process, database included; the median of the computing time counts, which
a busy machine does not stretch. The least flat page decides.
Run: `python bench/cron.py` (about three minutes on SQLite; `--rows` takes fewer).
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import panel_home  # noqa: I001 - sets Django up before the panel's modules are imported
from django.contrib.auth.models import User as Person
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.support import log_rows

AIM = 0.77
FEW, MANY = 10_000, 1_000_000
TIMES = 9
JOB = "catalog.sync_prices"
PAGES = {
    "cron status": "/admin/cron/",
    "a job's runs": f"/admin/cron/{JOB}/",
    "a job's runs of one outcome": f"/admin/cron/{JOB}/?outcome=achieved",
    "a run with its calls": "/admin/cron/runs/5000/",
    "API log": "/admin/core/apicall/",
    "API log, refused": "/admin/core/apicall/?answer=refused",
    "API log, one job": f"/admin/core/apicall/?job={JOB}",
    "API log, one SKU": "/admin/core/apicall/?q=SKU-47",
    "API log, last page": "/admin/core/apicall/?from_end=1",
    "history": "/admin/core/event/",
    "history, one deed": "/admin/core/event/?q=r-77",
}


def main() -> int:
    """Measure few, fill, measure many."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--rows", type=int, default=MANY)
    rows = parser.parse_args().rows
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Person.objects.create_superuser("bench"))
    log_rows.fill(1, FEW)
    few = {name: measured(client, path) for name, path in PAGES.items()}
    log_rows.fill(FEW + 1, rows)
    many = {name: measured(client, path) for name, path in PAGES.items()}
    ratios = []
    for name, (seconds, queries) in many.items():
        ratio = few[name][0] / seconds
        ratios.append(ratio)
        print(
            f"{name}: {few[name][0] * 1000:.0f} ms at {FEW:,}, {seconds * 1000:.0f} ms at {rows:,}, "
            f"{queries} queries ({ratio:.2f})"
        )
    print(f"bench cron: {min(ratios):.2f} (aim {AIM})")
    return 0


def measured(client: Client, path: str) -> tuple[float, int]:
    """Return the median seconds of a page, and its queries."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
        count = len(queries)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    taken = []
    for _ in range(TIMES):
        started = time.process_time()
        client.get(path)
        taken.append(time.process_time() - started)
    return statistics.median(taken), count


if __name__ == "__main__":
    assert panel_home.HOME
    sys.exit(main())
