"""What is left of deliveries: refusals that wait for a person, and what keeps a job from saying that all is done."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Q, QuerySet

from jetbridge.core import configuration
from jetbridge.core.counts import count_all
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import BLOCKED, LEFT, PENDING, REJECTED, Answer

# Nobody reads a larger number in a sentence.
MOST = 999
# Nobody knows whether it is done, or the other side has not decided, and nothing more is to be sent of it.
_OPEN = Q(next_try_at=None, blocked_at=None, answer__in=[Answer.UNKNOWN, Answer.SENT, Answer.HELD])


def refused(box: Outbox[Any]) -> "QuerySet[Any]":
    """Return what was refused or blocked, until somebody does something about it."""
    return box.left_to_a_person(_refused(box.model._default_manager.all()))


def _refused(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    # Refusals are few: their own indexes lead, and no other row is looked at in vain.
    found = rows.model._default_manager.order_by().values("pk")
    return rows.filter(LEFT, pk__in=found.filter(REJECTED).union(found.filter(BLOCKED), all=True))


def words(job: str) -> str:
    """Say what of a job's deliveries is not settled, or was refused and waits for a person; nothing where all is."""
    found = list(_of_job(job))
    asked = [rows for _, *both in found for rows in both]
    counts = iter(count_all(asked, configuration.active_account(), MOST) if asked else [])
    return " ".join(
        text
        for box, *_ in found
        for text in (_unsettled(box, next(counts)), _refusals(box, next(counts)))
        if text
    )


def _of_job(job: str) -> Iterator[tuple[Outbox[Any], "QuerySet[Any]", "QuerySet[Any]"]]:
    """Boxes of one table and job, such as the steps of files, are shown once."""
    known: set[type[Model]] = set()
    for kind in boxes.boxes():
        box = kind()
        rows = box.of_job(job)
        if rows is not None and box.model not in known:
            known.add(box.model)
            refusals = box.left_to_a_person(_refused(rows))
            yield box, rows.filter(PENDING | _OPEN).order_by(), refusals.order_by()


def _counted(box: Outbox[Any], count: int) -> str:
    number = f"More than {MOST}" if count > MOST else str(count)
    return f"{number} {box.things[count != 1]}"


def _unsettled(box: Outbox[Any], count: int) -> str:
    return f"{_counted(box, count)} not settled yet." if count else ""


def _refusals(box: Outbox[Any], count: int) -> str:
    who = f"refused by {box.other_side} or stopped"
    return f"{_counted(box, count)} {who}, waiting for a person." if count else ""
