"""
How much longer a page of the products grid takes at 1,000,000 products than at 10,000, on SQLite and PostgreSQL.

First page, filtered pages, searches by SKU and identifier and last page of two installations are opened in turn, and
the least time of each is compared; a plain ModelAdmin of the same skin is opened beside them. R = the worst of time
at 10,000 / time at 1,000,000. Run: `python bench/grid.py`; `--rows 100000` makes a shorter one.
"""

import sys

from support import two_sides

# What the aim speaks of; the others are printed beside them.
MEASURED = (
    "first",
    "status",
    "few of a status",
    "stage",
    "problems",
    "disabled",
    "category",
    "SKU",
    "start of a SKU",
    "identifier",
    "last",
)
OTHERS = ("refused", "unmapped", "by price", "funnel", "words")
PLAIN = ("plain first", "plain filtered", "plain SKU", "plain last")
MOST_QUERIES, MOST_BYTES = 12, 40_000
SCRIPT = "grid_side.py"


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the worst ratio of the measured pages."""
    worst = float("inf")
    with two_sides.two_sides(SCRIPT, kind, (two_sides.SMALL, rows)) as sides:
        for page in (*PLAIN, *OTHERS, *MEASURED):
            ratio, queries, size = two_sides.compare(sides, page, rounds)
            if page not in MEASURED:
                continue
            assert queries <= MOST_QUERIES, f"{page} takes {queries} queries"
            assert size <= MOST_BYTES, f"{page} has {size} bytes"
            worst = min(worst, ratio)
    return worst


if __name__ == "__main__":
    sys.exit(two_sides.report("grid", __doc__, measure))
