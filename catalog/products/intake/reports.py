"""What an import achieved: counts by outcome, and what was wrong in which row and column, or with the whole file."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

# A file in which every row is bad would fill the memory with reasons; all bad rows stand in the file of bad rows.
KEPT_PROBLEMS = 10_000
KEPT_SAMPLES = 5
# What takes a product off sale: it is disabled, out of stock, or at zero.
LOSSES = ("disables", "closes", "zeroes")


class UnreadableFile(Exception):
    """The file as a whole cannot be read as a product CSV; the message says why and, where known, in which line."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in one row; row is the physical line on which the record starts, the header's is 1."""

    row: int
    sku: str
    column: str
    code: str
    message: str


@dataclass(frozen=True)
class Reading:
    """How something was read that a file can leave open: what, the choice, who decided it, and one example."""

    what: str
    choice: str
    decided_by: str
    choices: tuple[str, ...] = ()
    example: str = ""


@dataclass
class ImportReport:
    """
    Each row is counted once: created, updated, unchanged, skipped (left out on purpose) or failed.

    errors also holds remarks on rows that were taken, such as a SKU that stands twice.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    left_out: int = 0
    # What the file holds, how many products lose what by it, and how its dates, numbers and sources were read.
    kind: str = ""
    losses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LOSSES, 0))
    readings: list[Reading] = field(default_factory=list)

    def note(self, problem: RowProblem) -> None:
        """Keep a problem, within the bound."""
        if len(self.errors) < KEPT_PROBLEMS:
            self.errors.append(problem)
        else:
            self.left_out += 1

    def sample(self, outcome: str, facts: Callable[[], dict[str, Any]]) -> None:
        """Keep the first few rows of an outcome to show; those behind them are not even put into words."""
        kept = self.samples.setdefault(outcome, [])
        if len(kept) < KEPT_SAMPLES:
            kept.append(facts())

    def counts(self) -> dict[str, int]:
        names = ("rows", "created", "updated", "unchanged", "skipped", "failed")
        return {name: getattr(self, name) for name in names}

    def as_json(self) -> dict[str, Any]:
        """Return counts and problems as commands print them."""
        return {
            **self.counts(),
            "errors": [asdict(problem) for problem in self.sorted_errors()],
            "kind": self.kind,
            **self.losses,
            "notices": self.notices,
            "readings": [asdict(each) for each in self.readings],
        }

    def sorted_errors(self) -> list[RowProblem]:
        """Return the problems in the order of their rows."""
        return sorted(self.errors, key=lambda problem: problem.row)
