"""
How much longer a page of the products grid takes at 1,000,000 products than at 10,000, on SQLite and PostgreSQL.

First page, filtered pages, SKU search and last page of two installations are opened in turn, and the least time of
each is compared; a plain ModelAdmin of the same skin is opened beside them. R = the worst of time at 10,000 / time
at 1,000,000. Run: `python bench/grid.py`; `--rows 100000` makes a shorter one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

ROOT = Path(__file__).resolve().parents[1]
SMALL, LARGE = 10_000, 1_000_000
AIM = 0.77
# What the aim speaks of; the others are printed beside them.
JUDGED = (
    "first",
    "status",
    "few of a status",
    "stage",
    "problems",
    "disabled",
    "category",
    "SKU",
    "start of a SKU",
    "last",
)
OTHERS = ("refused", "unmapped", "by price", "funnel", "words", "identifier")
PLAIN = ("plain first", "plain filtered", "plain SKU", "plain last")
MOST_QUERIES, MOST_BYTES = 12, 40_000
SERVER = os.environ.get("JETBRIDGE_BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")


@dataclass
class Side:
    """One installation in a process of its own."""

    process: "subprocess.Popen[str]"
    rows: int

    @classmethod
    def start(cls, rows: int, home: str, database: str) -> Self:
        """Have an installation filled; it answers pages when that is done."""
        env = {
            **os.environ,
            "JETBRIDGE_HOME": home,
            "DATABASE_URL": database,
            "JETBRIDGE_LOG_LEVEL": "CRITICAL",
        }
        command = [sys.executable, str(ROOT / "bench" / "support" / "grid_side.py"), str(rows)]
        process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        side = cls(process, rows)
        filled = side.answer()
        print(f"  {rows:,} products in {filled['seconds']:.0f} s")
        return side

    def ask(self, order: str, page: str) -> dict[str, Any]:
        """Open or weigh a page."""
        assert self.process.stdin
        self.process.stdin.write(f"{order} {page}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Read one answer."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the installation ended; its error stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the process."""
        self.process.communicate("quit\n")


@contextmanager
def database(name: str) -> Iterator[str]:
    """Make a database on the server and take it away again."""
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def has_postgres() -> bool:
    """Tell whether a PostgreSQL server answers."""
    try:
        psycopg.connect(f"{SERVER}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def measure(kind: str, rows: int, rounds: int) -> float:
    """Compare two installations on one kind of database; return the worst ratio of the judged pages."""
    print(f"{kind}:")
    with ExitStack() as stack:
        sides = []
        for number in (SMALL, rows):
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="jetbridge-bench-"))
            url = "" if kind == "sqlite" else stack.enter_context(database(f"jetbridge_bench_grid_{number}"))
            side = Side.start(number, home, url)
            stack.callback(side.stop)
            sides.append(side)
        return min(compare(sides, page, rounds) for page in (*PLAIN, *OTHERS, *JUDGED))


def compare(sides: list[Side], page: str, rounds: int) -> float:
    """Open a page in turn on both sides, print what it takes, and return the ratio where it is judged."""
    weights = [side.ask("weigh", page) for side in sides]
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, kept in zip(sides, times, strict=True):
            kept.append(side.ask("open", page)["seconds"])
    small, large = (min(kept) for kept in times)
    queries, size = (max(weight[key] for weight in weights) for key in ("queries", "bytes"))
    print(
        f"  {page:16} {small * 1000:6.0f} ms {large * 1000:6.0f} ms  x{large / small:5.2f}"
        f"  {queries:3} queries {size / 1000:5.1f} KB"
    )
    if page not in JUDGED:
        return float("inf")
    assert queries <= MOST_QUERIES, f"{page} takes {queries} queries"
    assert size <= MOST_BYTES, f"{page} has {size} bytes"
    return small / large


def main() -> int:
    """Measure on SQLite, and on PostgreSQL where a server answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    kinds = [options.only] if options.only else ["sqlite", *(["postgresql"] if has_postgres() else [])]
    if "postgresql" not in kinds and not options.only:
        print(f"no PostgreSQL answers at {SERVER} (JETBRIDGE_BENCH_POSTGRES); SQLite alone")
    worst = min(measure(kind, options.rows, options.rounds) for kind in kinds)
    print(f"bench grid: {worst:.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
