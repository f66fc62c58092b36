"""
Measure the house from its own code, read as syntax trees, and hold the figures against their ceilings.

Ceilings stand in pyproject.toml, a table a measure under [tool.house.measures]: `ceiling` is enforced, `aim` is only
printed. A measure that is not there yet has a `ratchet` as well: today's figure, which may only fall.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from house_graph import Imports
from house_measures import MEASURES, Finding, House
from house_source import Source

COLUMNS = "{:<42} {:>8} {:>8}  {}"


@dataclass(frozen=True)
class Row:
    """One measure: what was found and what is allowed."""

    key: str
    title: str
    found: Finding
    ceiling: float | None = None
    aim: float | None = None
    ratchet: float | None = None

    @property
    def is_over(self) -> bool:
        """Say whether the ceiling or the aim is broken; code that is not there keeps no ceiling."""
        limit = self.aim if self.ceiling is None else self.ceiling
        return limit is not None and (self.found.figure is None or self.found.figure > limit)

    @property
    def state(self) -> str:
        """Return the last column's words."""
        if self.ceiling is None:
            return "" if self.aim is None else "aim"
        if self.found.figure is None:
            return "not found"
        if not self.is_over:
            return "ok"
        return "over" if self.ratchet is None else f"over, ratchet {self.ratchet:,}"

    def faults(self) -> Iterator[str]:
        """Give what makes the check fail."""
        figure = self.found.figure
        if self.ceiling is None:
            return
        if figure is None:
            yield f"{self.key}: the code that it measures is not there any more; let the measure name the new place."
            return
        if self.ratchet is None and figure > self.ceiling:
            yield f"{self.key}: {self.title}: {figure:,}, the ceiling is {self.ceiling:,}."
        if self.ratchet is not None and figure > self.ratchet:
            yield f"{self.key}: {self.title}: {figure:,}, and it was {self.ratchet:,}; it may only fall."
        if self.ratchet is not None and self.ratchet <= self.ceiling:
            yield f"{self.key}: the ceiling of {self.ceiling:,} is reached: remove the ratchet."

    def advice(self) -> str:
        """Return how the ratchet can follow a figure that fell, or nothing."""
        figure = self.found.figure
        if figure is None or self.ceiling is None or self.ratchet is None or figure >= self.ratchet:
            return ""
        if figure <= self.ceiling:
            return f"{self.key}: {figure:,} now, within the ceiling of {self.ceiling:,}: remove the ratchet."
        return f"{self.key}: {figure:,} now: lower the ratchet from {self.ratchet:,} to {figure:,}."


def measure(root: Path, only: str = "") -> list[Row]:
    """
    Measure the house in a folder, or one thing about it.

    :raises KeyError: pyproject.toml sets a ceiling for a measure that does not exist
    """
    source = Source(root)
    house = House(source, Imports(source))
    limits = source.settings.get("measures", {})
    if unknown := sorted(set(limits) - set(MEASURES)):
        raise KeyError(f"[tool.house.measures] names what nothing measures: {', '.join(unknown)}")
    chosen = {only: MEASURES[only]} if only else MEASURES
    return [Row(key, title, find(house), **limits.get(key, {})) for key, (title, find) in chosen.items()]


def table(rows: list[Row], *, verbose: bool) -> Iterator[str]:
    """Give the lines of the table; where names are asked for, those behind each broken row and behind a row alone."""
    yield COLUMNS.format("measure", "today", "ceiling", "").rstrip()
    for row in rows:
        limit = row.aim if row.ceiling is None else row.ceiling
        yield COLUMNS.format(row.title, _figure(row.found.figure), _figure(limit), row.state).rstrip()
        if verbose and (row.is_over or len(rows) == 1):
            yield from (f"    {name}" for name in row.found.names)


def _figure(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:,}"


def check(rows: list[Row], *, verbose: bool) -> Iterator[str]:
    """Give the lines that say what is broken, then those that say which ratchet can follow its figure."""
    for row in rows:
        faults = list(row.faults())
        yield from faults
        if faults and verbose:
            yield from (f"    {name}" for name in row.found.names)
    yield from filter(None, (row.advice() for row in rows))


def main() -> int:
    """Print the table, or check it; 1 where a ceiling is broken."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # the table may be read by `head`
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description="Measure the house from its own code.")
    parser.add_argument(
        "--check", action="store_true", help="print only what is broken, and fail if anything is"
    )
    parser.add_argument("--verbose", action="store_true", help="print the names behind each broken row")
    parser.add_argument(
        "--only",
        choices=MEASURES,
        default="",
        metavar="NAME",
        help="one measure, by its name in pyproject.toml",
    )
    parser.add_argument("--root", type=Path, default=here, help="the folder of the house")
    options = parser.parse_args()
    rows = measure(options.root, options.only)
    if not options.check:
        print("\n".join(table(rows, verbose=options.verbose)))
        return 0
    is_broken = any(any(row.faults()) for row in rows)
    ending = "The house's ceilings are broken." if is_broken else "The house keeps its ceilings."
    print("\n".join([*check(rows, verbose=options.verbose), ending]))
    return int(is_broken)


if __name__ == "__main__":
    sys.exit(main())
