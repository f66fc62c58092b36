"""
How much longer a page of the orders grid takes at 1,000,000 orders than at 10,000, on SQLite and PostgreSQL.

Every stage, the deadline filters, each way of searching and the last page of two installations are opened in turn,
and the least work of each is compared, which a busy machine does not stretch. R = the worst of work at 10,000 /
work at 1,000,000.
Run: `python bench/order_grid.py`; `--rows 100000` makes a shorter one.
"""

import sys

from support import two_sides

SCRIPT = "order_grid_side.py"
MEASURED = (
    "open", "at risk", "to answer", "to ship", "cancel asked", "coming", "complete", "given up", "all", "last",
    "within 2 hours", "answered late", "order number", "reference", "SKU", "nothing", "failed",
)  # fmt: skip
# Each is looked for in each grid that is about orders.
GRIDS = ("orders", "failed", "returns", "refunds")
SEARCHES = (
    "number", "reference", "first name", "last name", "city", "ZIP", "phone", "e-mail", "tracking", "SKU", "product",
    "all have it", "two words", "none has it",
)  # fmt: skip
# A stage takes 16 to 19; a search asks by an order's names, and twice for each word: in words and in parcels.
MOST_QUERIES = 24


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the worst ratio."""
    ratios = {}
    with two_sides.two_sides(SCRIPT, kind, (two_sides.SMALL, rows)) as sides:
        for page in (*MEASURED, *(f"{grid}: {name}" for grid in GRIDS for name in SEARCHES)):
            ratios[page], queries, _ = two_sides.compare(sides, page, rounds, "work")
            assert queries <= MOST_QUERIES, f"{page} takes {queries} queries"
        worst = min(ratios, key=lambda page: ratios[page])
        print(f"  worst: {worst}, {ratios[worst]:.2f}")
        print("\n".join(f"    {line}" for line in sides[-1].ask("explain", worst)["plan"]))
    return ratios[worst]


if __name__ == "__main__":
    sys.exit(two_sides.report("order_grid", __doc__, measure))
