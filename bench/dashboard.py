"""
How much longer the dashboard takes at 1,000,000 products, orders, runs and calls than at 10,000.

Both installations took as many orders in the last thirty days; what is older must not be looked at. They are opened
in turn and the least time of each is compared. R = the worst of time at 10,000 / time at 1,000,000.
Run: `python bench/dashboard.py`; `--rows 100000` makes a shorter one.
"""

import argparse
import sys

from support import two_sides

SMALL, LARGE = 10_000, 1_000_000
AIM = 0.77
SCRIPT = "dashboard_side.py"
MOST_QUERIES = 20


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the ratio."""
    with two_sides.two_sides(SCRIPT, kind, (SMALL, rows)) as sides:
        ratio, queries, _ = two_sides.compare(sides, "dashboard", rounds)
        assert queries < MOST_QUERIES, f"the dashboard takes {queries} queries"
    return ratio


def main() -> int:
    """Measure on SQLite, and on PostgreSQL where a server answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    servers = ["postgresql"] if two_sides.has_postgres() else []
    kinds = [options.only] if options.only else ["sqlite", *servers]
    if not servers and not options.only:
        print(f"no PostgreSQL answers at {two_sides.SERVER} (JETBRIDGE_BENCH_POSTGRES); SQLite alone")
    print(
        f"bench dashboard: {min(measure(kind, options.rows, options.rounds) for kind in kinds):.2f} (aim {AIM})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
