"""The lease that keeps each job to one run at a time: guarded updates of one row, on either database."""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from jetbridge.core.models import JobRun
from jetbridge.core.progress import Progress
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.stalls import GIVEN_UP

logger = logging.getLogger(__name__)

# A lease outlives three missed renewals; a killed worker's job is free again after this long.
LEASE = timedelta(seconds=90)
RENEWAL = timedelta(seconds=25)
LOOK = "SELECT 1 FROM core_joblease WHERE name = %s AND holder = %s AND expires_at IS NOT NULL"
# Renewals pass this lock; a change of the holder waits for it.
LOOK_AND_KEEP = f"{LOOK} FOR KEY SHARE"
# SQLite hands its lock to nobody: whoever waits asks again after at most 0.1 s, and meets a run that writes without a
# pause again and again. So a run leaves the lock alone for a part of the time for which it had it.
SHARE, LONGEST = 1 / 3, 0.1
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLAC"})


def new_holder() -> str:
    """Return a name for one run that shows a person where it lives and that nothing else has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


class LeaseLost(Exception):
    """This run was taken for dead or gets no further, and another may take over; it must not go on."""


def take(name: str, holder: str, now: datetime) -> bool:
    """
    Take the named lease when it is free or its holder is dead; one statement, so two cannot both win.

    Of a job that is set aside nobody gets it.
    """
    JobLease.objects.get_or_create(name=name)
    free = (Q(expires_at=None) | Q(expires_at__lt=now)) & Q(set_aside_at=None)
    with _alone(name):
        won = JobLease.objects.filter(free, name=name).update(
            holder=holder, heartbeat_at=now, expires_at=now + LEASE, progress_at=now, waits_until=None
        )
    return won == 1


def renew(name: str, holder: str, now: datetime, progress: Progress | None = None) -> bool:
    """
    Renew a lease and its run's heartbeat; False when somebody else holds it by now, or may.

    A run that has shown no progress for too long is not renewed: it may never end.
    """
    if progress is not None and progress.silence(now) > GIVEN_UP:
        return False
    shown = {"progress_at": progress.at, "waits_until": progress.until} if progress else {}
    kept = JobLease.objects.filter(name=name, holder=holder, expires_at__isnull=False).update(
        heartbeat_at=now, expires_at=now + LEASE, **shown
    )
    if kept:
        JobRun.objects.filter(job=name, holder=holder, outcome=JobRun.Outcome.RUNNING).update(
            heartbeat_at=now
        )
    return kept == 1


def release(name: str, holder: str) -> bool:
    """Give the lease back; only its own holder can. Return whether it had it."""
    with _alone(name):
        return JobLease.objects.filter(name=name, holder=holder).update(expires_at=None) == 1


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Let the holder change only between two transactions of a run: what one of them wrote is stored by then."""
    if connection.features.has_select_for_update:
        with transaction.atomic():
            JobLease.objects.select_for_update().filter(name=name).first()
            yield
    else:  # SQLite lets nobody else write during a transaction
        yield


@contextmanager
def fenced(name: str, holder: str) -> Iterator[None]:
    """
    Let this thread write inside the block only while its run holds the lease, however long it slept meanwhile.

    Each transaction looks before its first write and keeps the holder from changing until it ends.

    :raises LeaseLost: from a write, once the lease is somebody else's
    """
    with connection.execute_wrapper(_Fence(name, holder)):
        yield


class _Fence:
    def __init__(self, name: str, holder: str) -> None:
        self._lease = (name, holder)
        self._locked_at = 0.0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if sql.lstrip()[:6].upper() not in WRITES:
            return execute(sql, params, many, context)
        if connection.in_atomic_block:
            # A transaction that has looked is known by what it does at its end.
            if not any(function == self._looked for _, function, *_ in connection.run_on_commit):
                self._locked_at = time.monotonic()
                self._look()
                transaction.on_commit(self._looked)
            return execute(sql, params, many, context)
        if connection.vendor == "sqlite" and " RETURNING " in sql:
            # What it returns is read after it, and SQLite commits nothing before that.
            self._look()
            return execute(sql, params, many, context)
        with transaction.atomic():
            self._look()
            return execute(sql, params, many, context)

    def _look(self) -> None:
        name, holder = self._lease
        with connection.cursor() as cursor:
            is_locking = connection.features.has_select_for_update
            cursor.execute(LOOK_AND_KEEP if is_locking else LOOK, [name, holder])
            if cursor.fetchone() is None:
                raise LeaseLost(f"{name} was taken from this run, which may write nothing any more.")

    def _looked(self) -> None:
        """Let others write before the next transaction."""
        if connection.vendor == "sqlite":
            time.sleep(min((time.monotonic() - self._locked_at) * SHARE, LONGEST))


def ask_again(name: str) -> None:
    """Note that work came in which the present run may have passed already."""
    JobLease.objects.filter(name=name).update(again=True)


def was_asked_again(name: str) -> bool:
    """Return once whether the job was asked for while it ran."""
    return JobLease.objects.filter(name=name, again=True).update(again=False) == 1


@contextmanager
def kept_alive(name: str, holder: str, progress: Progress) -> Iterator[None]:
    """
    Renew the lease in the background for as long as the block runs, the process lives and the run gets on.

    A service may spend minutes on one call of its own; without this, its job would look dead meanwhile.
    """
    ended = threading.Event()
    thread = threading.Thread(
        target=_renew_until, args=(name, holder, progress, ended), daemon=True, name=f"lease {name}"
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()


def _renew_until(name: str, holder: str, progress: Progress, ended: threading.Event) -> None:
    while not ended.wait(RENEWAL.total_seconds()):
        try:
            if not renew(name, holder, timezone.now(), progress) and not ended.is_set():
                logger.error("The lease of %s is lost, or made no progress, while its run goes on.", name)
                return
        except DatabaseError as error:  # the next renewal may find the database again
            logger.warning("The lease of %s could not be renewed: %s", name, error)
        finally:
            connection.close()
