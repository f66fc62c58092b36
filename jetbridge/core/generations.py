"""
Whether the database is older than what was sent from it: then it was restored, and nothing may go out of it.

A number stands in the database and in a file of the home that no restore replaces. It grows after each claim, before
anything of it is sent, first in the database, then in the file: so a process that dies between leaves the file
behind, which says nothing, and only a database from before the last claim stands behind the file.
"""

import fcntl
import logging
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from jetbridge.core.models import Generation, JobRun
from jetbridge.home import write_whole

logger = logging.getLogger(__name__)

FILE, LOCK = "generation", "generation.lock"
HELD = "Held: the database is older than Jet. See the red line on every page, or manage.py compare_with_jet."
# The sweep raises the number each minute. A home without the file joins a database that others raise, a second
# machine's for one; a database that nobody raised lately was put back beside a new home.
JOINED = timedelta(minutes=3)
# No number has more digits.
_LONGEST = 18


def known() -> Generation:
    """Return the row as it is; number 0 where nothing was ever raised."""
    return Generation.objects.filter(pk=1).first() or Generation(pk=1)


def state() -> Generation:
    """Return what is known of the database's age, after setting the mark where it is behind the file."""
    while True:
        # Before the database is asked: it holds at least what was written into the file by then.
        seen = seen_number()
        found = known()
        if not _is_behind(found, seen):
            break
        _set_mark(found, seen)
    if found.number > (seen or 0):
        _write_when_stored(found.number)
    return found


def raise_number(read: Generation | None = None) -> Generation:
    """
    Make every copy of the database that exists by now an older one; return the state, as `state` does.

    :param read: what `state` returned just now; where it still stands it is not read a second time
    """
    seen = seen_number() or 0
    if read is not None and read.number >= seen and _raise(number=read.number):
        # Whoever marks the database raises the number too: with that, the mark stands as it was read.
        read.number += 1
        _write_when_stored(read.number)
        return read
    if not _raise(number__gte=seen):
        found = state()
        Generation.objects.get_or_create(pk=1)
        _raise(number__gte=found.number)
    found = known()
    _write_when_stored(found.number)
    return found


def seen_number(home: Path | None = None) -> int | None:
    """Return the file's number; None where there is none, or it was cut off."""
    try:
        with ((home or settings.JETBRIDGE_HOME) / FILE).open("rb") as file:
            text = file.read(_LONGEST + 2).strip()
    except FileNotFoundError:
        return None
    return int(text) if text.isdigit() and len(text) <= _LONGEST else None


def note_restore(home: Path) -> None:
    """Let the next start find whatever database stands in the home older than the file."""
    _write(home, int(timezone.now().timestamp() * 1000), at_least=True)


def lift(marked_at: datetime | None = None) -> bool:
    """Let deliveries go; return whether they were held. `marked_at` names one mark, None any."""
    marked = Generation.objects.filter(pk=1, older_since__isnull=False)
    if marked_at is not None:
        marked = marked.filter(doubted_until=marked_at)
    return marked.update(older_since=None, doubted_until=timezone.now()) == 1


def _is_behind(found: Generation, seen: int | None) -> bool:
    if seen is not None:
        return found.number < seen
    is_raised = found.raised_at is not None and timezone.now() - found.raised_at < JOINED
    return found.number > 0 and not is_raised and not found.is_older


def _raise(**values: int) -> bool:
    rows = Generation.objects.filter(pk=1, **values)
    return rows.update(number=F("number") + 1, raised_at=timezone.now()) == 1


@transaction.atomic
def _set_mark(found: Generation, seen: int | None) -> None:
    """Mark the database unless somebody raised or marked it meanwhile; whoever asks looks again."""
    now = timezone.now()
    number = max(seen or 0, found.number) + 1
    Generation.objects.get_or_create(pk=1)
    since = found.raised_at or _last_run() or now
    marked = Generation.objects.filter(pk=1, number=found.number).update(
        number=number,
        raised_at=now,
        older_since=Coalesce(F("older_since"), Value(since)),
        doubted_until=now,
    )
    if marked:
        message = f"The database is older than Jet since {since:%Y-%m-%d %H:%M} UTC; deliveries are held."
        logger.error(message)
        _write_when_stored(number)


def _last_run() -> datetime | None:
    return JobRun.objects.order_by("-started_at").values_list("heartbeat_at", flat=True).first()


def _write_when_stored(number: int) -> None:
    """Write the file once the database surely has the number."""
    transaction.on_commit(partial(_write, settings.JETBRIDGE_HOME, number))


def _write(home: Path, number: int, *, at_least: bool = False) -> None:
    """Put a number into the file, unless a greater one stands there; whole, also when the power goes."""
    with (home / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there = seen_number(home) or 0
        if at_least:
            number = max(number, there + 1)
        if number <= there:
            return
        write_whole(home / FILE, f"{number}\n")
