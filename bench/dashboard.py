"""
How much longer the dashboard takes at 1,000,000 products, orders, runs and calls than at 10,000.

Both installations took as many orders in the last thirty days; what is older must not be looked at. They are opened
in turn and the least working time of each, the database's included, is compared. R = the worst of time at 10,000 /
time at 1,000,000.
Run: `python bench/dashboard.py`; `--rows 100000` makes a shorter one.
"""

import sys

from support import two_sides

SCRIPT = "dashboard_side.py"
MOST_QUERIES = 20


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the ratio."""
    with two_sides.two_sides(SCRIPT, kind, (two_sides.SMALL, rows)) as sides:
        ratio, queries, _ = two_sides.compare(sides, "dashboard", rounds, "work")
        assert queries < MOST_QUERIES, f"the dashboard takes {queries} queries"
    return ratio


if __name__ == "__main__":
    sys.exit(two_sides.report("dashboard", __doc__, measure))
