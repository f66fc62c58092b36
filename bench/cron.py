"""
How much longer the pages of those who watch take at 1,000,000 runs, calls and events than at 10,000.

Cron Status, a job, a run, the API log and the history of two installations are opened in turn, on SQLite and on
PostgreSQL, and the least working time of each, the database's included, is compared. R = the worst of time at
10,000 / time at 1,000,000.
Run: `python bench/cron.py`; `--rows 100000` makes a shorter one.
"""

import sys

from support import two_sides

SCRIPT = "cron_side.py"
# Beside Cron Status, which asks for each job's latest runs by that job's own index.
MOST_QUERIES = 20
PAGES = {
    "cron status": 60,
    **dict.fromkeys(
        (
            "job",
            "job, achieved",
            "run",
            "calls",
            "calls, refused",
            "calls of a job",
            "calls of a SKU",
            "last calls",
            "history",
            "one request",
        ),
        MOST_QUERIES,
    ),
}


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the worst ratio."""
    worst = float("inf")
    with two_sides.two_sides(SCRIPT, kind, (two_sides.SMALL, rows)) as sides:
        for page, most in PAGES.items():
            ratio, queries, _ = two_sides.compare(sides, page, rounds, "work")
            assert queries <= most, f"{page} takes {queries} queries"
            worst = min(worst, ratio)
    return worst


if __name__ == "__main__":
    sys.exit(two_sides.report("cron", __doc__, measure))
