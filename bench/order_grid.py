"""
How much longer a page of the orders grid takes at 1,000,000 orders than at 10,000, on SQLite and PostgreSQL.

Every stage, the deadline filters, each way of searching and the last page of two installations are opened in turn,
and the least time of each is compared. R = the worst of time at 10,000 / time at 1,000,000.
Run: `python bench/order_grid.py`; `--rows 100000` makes a shorter one.
"""

import sys

from support import two_sides

SCRIPT = "order_grid_side.py"
MEASURED = (
    "open", "at risk", "to answer", "to ship", "cancel asked", "coming", "complete", "given up", "all", "last",
    "within 2 hours", "answered late", "order number", "reference", "SKU", "nothing", "failed",
)  # fmt: skip
# A stage takes 12; a search asks three times more: by an order's names, by SKU, and for the number found.
MOST_QUERIES = 15


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the worst ratio."""
    worst = float("inf")
    with two_sides.two_sides(SCRIPT, kind, (two_sides.SMALL, rows)) as sides:
        for page in MEASURED:
            ratio, queries, _ = two_sides.compare(sides, page, rounds)
            assert queries <= MOST_QUERIES, f"{page} takes {queries} queries"
            worst = min(worst, ratio)
    return worst


if __name__ == "__main__":
    sys.exit(two_sides.report("order_grid", __doc__, measure))
