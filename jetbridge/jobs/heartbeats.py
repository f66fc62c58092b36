"""
Heartbeats: worker and schedule each renew a row of their own every few seconds, work or no work.

Runs of jobs prove less: a command runs jobs too, without any worker, and a worker whose schedule died runs none.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Subquery
from django.utils import timezone

from jetbridge.jobs.models import ProcessHeartbeat

logger = logging.getLogger(__name__)

Part = ProcessHeartbeat.Part
# A part that is silent for this long is not there.
SILENCE = timedelta(minutes=3)
# So a part may fail to write a few times before anybody takes it for dead.
EVERY = timedelta(seconds=20)
# Stands for no process: whether the database takes writes at all.
PROBE = "probe"
PROBED_FOR = 5.0
# Whoever follows a run hears of a silence sooner: the run's own heartbeat comes every 25 seconds.
HEARD = timedelta(seconds=30)
_probing, _probed = threading.Lock(), dict[str, float]()


def show(part: ProcessHeartbeat.Part, name: str) -> None:
    """Renew a process's heartbeat; whoever cannot write it goes on working, and tries again the next time."""
    try:
        rows = ProcessHeartbeat.objects.filter(part=part, name=name[:200])
        if not rows.update(seen_at=timezone.now()):
            ProcessHeartbeat.objects.get_or_create(
                part=part, name=name[:200], defaults={"seen_at": timezone.now()}
            )
    except (DatabaseError, InterfaceError) as error:
        logger.warning("The heartbeat of the %s could not be written: %s", part, error)
        if not connection.in_atomic_block:  # the next time may find the database again
            connection.close_if_unusable_or_obsolete()


def probe() -> None:
    """
    Write a row and store it, with little patience; at most every few seconds a process, whoever asks.

    :raises DatabaseError: the database takes nothing now
    """
    with _probing:
        if time.monotonic() - _probed.get("at", -PROBED_FOR) < PROBED_FOR:
            return
        with _impatient():
            rows = ProcessHeartbeat.objects.filter(part=PROBE, name="")
            if not rows.update(seen_at=timezone.now()):
                ProcessHeartbeat.objects.get_or_create(
                    part=PROBE, name="", defaults={"seen_at": timezone.now()}
                )
        _probed["at"] = time.monotonic()


@contextmanager
def _impatient() -> Iterator[None]:
    """Let a lock keep this thread for two seconds only: whoever asks for a probe waits no longer than that."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            (before,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute("PRAGMA busy_timeout = 2000")
            try:
                yield
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
            return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        yield


def last(part: ProcessHeartbeat.Part) -> Subquery:
    """Return, for a query, when a part was last seen on any machine."""
    return Subquery(ProcessHeartbeat.objects.filter(part=part).order_by("-seen_at").values("seen_at")[:1])


def seen(part: ProcessHeartbeat.Part) -> datetime | None:
    """Return when a part was last seen on any machine; None for never."""
    newest = ProcessHeartbeat.objects.filter(part=part).order_by("-seen_at")
    return newest.values_list("seen_at", flat=True).first()


def not_heard(seen_at: datetime | None, now: datetime) -> str:
    """Return in words for how long a worker that was there has been silent; nothing while it is heard."""
    if seen_at is None or now - seen_at <= HEARD:
        return ""
    return f"Worker not heard from for {int((now - seen_at).total_seconds())} s"


def is_silent(seen_at: datetime | None, now: datetime) -> bool:
    """Return whether a part was there once and is there no more."""
    return seen_at is not None and now - seen_at > SILENCE
