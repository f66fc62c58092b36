"""What a service achieved: counts and, for each thing that was not done, its reason."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReportItem:
    """One object with its reason; reference is what a person knows it by (SKU, order number)."""

    reference: str
    reason: str
    state: str = "failed"


@dataclass
class Report:
    """Counts of a batch. A batch survives one bad item: it is counted and named here."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    items: list[ReportItem] = field(default_factory=list)
    note: str = ""

    def fail(self, reference: str, reason: str) -> None:
        """Count one object that failed, with its reason."""
        self.failed += 1
        self.items.append(ReportItem(reference, reason))

    def skip(self, reference: str, reason: str) -> None:
        """Count one object that was left out on purpose, with its reason."""
        self.skipped += 1
        self.items.append(ReportItem(reference, reason, "skipped"))

    def add(self, other: "Report") -> "Report":
        """Add another report's counts and items to this one, and return it."""
        self.done += other.done
        self.failed += other.failed
        self.skipped += other.skipped
        self.items.extend(other.items)
        self.note = " ".join(part for part in (self.note, other.note) if part)
        return self
