"""Raises counts that every process sees alike and that outlive the rows counted (`Total`)."""

from collections.abc import Mapping

from jetbridge.core.models import Total
from jetbridge.core.models.bulk_sql import add_up

JET_CALLS = "jet_calls"
NUDGES = "nudges"


def add(name: str, counts: Mapping[str, int]) -> None:
    """Add to the totals of this name, label by label; rows are made where there are none yet."""
    # In one order everywhere: two processes never wait for each other.
    rows = [(name, label, count) for label, count in sorted(counts.items()) if count]
    add_up(Total, ("name", "label", "count"), rows, unique=("name", "label"), column="count")


def read() -> dict[tuple[str, str], int]:
    """Return all totals by name and label."""
    return {
        (name, label): count for name, label, count in Total.objects.values_list("name", "label", "count")
    }
