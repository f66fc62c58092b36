"""Two installations of different size, each in a process of its own, whose pages are opened in turn and compared."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from support.sizes import TINY, furnish, sized

SUPPORT = Path(__file__).resolve().parent
# What a small shop has, and what the largest has.
SMALL, LARGE = sized(10_000, 200), sized(1_000_000, 400)
# Without a round, what the first opening took stands.
ROUNDS = sized(15, 0)
AIM = 0.77
SERVER = os.environ.get("JETBRIDGE_BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")


@dataclass
class Side:
    """One installation in a process of its own, which a script of this folder fills."""

    process: "subprocess.Popen[str]"
    rows: int

    @classmethod
    def start(cls, script: str, rows: int, home: str, database: str) -> Self:
        """Have an installation filled; it answers pages when that is done."""
        env = {
            **os.environ,
            "JETBRIDGE_HOME": home,
            "DATABASE_URL": database,
            "JETBRIDGE_LOG_LEVEL": "CRITICAL",
        }
        command = [sys.executable, str(SUPPORT / script), str(rows)]
        process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        side = cls(process, rows)
        print(f"  {rows:,} rows in {side.answer()['seconds']:.0f} s")
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
    """Return whether a PostgreSQL server answers."""
    try:
        psycopg.connect(f"{SERVER}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def two_sides(script: str, kind: str, sizes: Sequence[int]) -> Iterator[list[Side]]:
    """Fill an installation of each size on one kind of database."""
    print(f"{kind}:")
    with ExitStack() as stack:
        sides = []
        for number in sizes:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="jetbridge-bench-"))
            furnish(home)
            name = f"jetbridge_bench_{script.removesuffix('_side.py')}_{number}"
            url = "" if kind == "sqlite" else stack.enter_context(database(name))
            side = Side.start(script, number, home, url)
            stack.callback(side.stop)
            sides.append(side)
        yield sides


def compare(sides: Sequence[Side], page: str, rounds: int, order: str = "open") -> tuple[float, int, int]:
    """
    Open a page in turn on both sides, print what it takes; return small / large, queries and bytes.

    :param order: open takes the time that passes, work what processors did, which a busy machine does not stretch
    """
    weights = [side.ask("weigh", page) for side in sides]
    times: list[list[float]] = [[] if rounds else [weight["seconds"]] for weight in weights]
    for _ in range(rounds):
        for side, kept in zip(sides, times, strict=True):
            kept.append(side.ask(order, page)["seconds"])
    small, large = (min(kept) for kept in times)
    queries, size = (max(weight[key] for weight in weights) for key in ("queries", "bytes"))
    print(
        f"  {page:16} {small * 1000:6.0f} ms {large * 1000:6.0f} ms  x{large / small:5.2f}"
        f"  {queries:3} queries {size / 1000:5.1f} KB"
    )
    return small / large, queries, size


def report(name: str, about: str, measure: Callable[[str, int, int], float]) -> int:
    """Measure on SQLite, and on PostgreSQL where a server answers; print the worst ratio of them."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rows", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    servers = ["postgresql"] if has_postgres() and not TINY else []
    kinds = [options.only] if options.only else ["sqlite", *servers]
    if not servers and not options.only:
        print(f"no PostgreSQL answers at {SERVER} (JETBRIDGE_BENCH_POSTGRES); SQLite alone")
    worst = min(measure(kind, options.rows, options.rounds) for kind in kinds)
    print(f"bench {name}: {worst:.2f} (aim {AIM})")
    return 0
