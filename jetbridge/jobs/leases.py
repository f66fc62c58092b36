"""The lease that keeps each job to one run at a time: guarded updates of one row, on either database."""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from jetbridge.core.models import JobRun
from jetbridge.jobs.models import JobLease

logger = logging.getLogger(__name__)

# A lease outlives three missed renewals; a killed worker's job is free again after this long.
LEASE = timedelta(seconds=90)
RENEWAL = timedelta(seconds=25)


def new_holder() -> str:
    """Return a name for one run that tells a person where it lives and that nothing else has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def take(name: str, holder: str, now: datetime) -> bool:
    """Take the named lease when it is free or its holder is dead; one statement, so two cannot both win."""
    JobLease.objects.get_or_create(name=name)
    free = Q(expires_at=None) | Q(expires_at__lt=now)
    won = JobLease.objects.filter(free, name=name).update(
        holder=holder, heartbeat_at=now, expires_at=now + LEASE
    )
    return won == 1


def renew(name: str, holder: str, now: datetime) -> bool:
    """Renew a lease and its run's heartbeat; False when somebody else holds it by now."""
    kept = JobLease.objects.filter(name=name, holder=holder, expires_at__isnull=False).update(
        heartbeat_at=now, expires_at=now + LEASE
    )
    if kept:
        JobRun.objects.filter(job=name, holder=holder, outcome=JobRun.Outcome.RUNNING).update(
            heartbeat_at=now
        )
    return kept == 1


def release(name: str, holder: str) -> None:
    """Give the lease back; only its own holder can."""
    JobLease.objects.filter(name=name, holder=holder).update(expires_at=None)


def ask_again(name: str) -> None:
    """Note that work came in which the present run may have passed already."""
    JobLease.objects.filter(name=name).update(again=True)


def was_asked_again(name: str) -> bool:
    """Tell once whether the job was asked for while it ran."""
    return JobLease.objects.filter(name=name, again=True).update(again=False) == 1


@contextmanager
def kept_alive(name: str, holder: str) -> Iterator[None]:
    """
    Renew the lease in the background for as long as the block runs and the process lives.

    A service may spend minutes on one call of its own; without this, its job would look dead meanwhile.
    """
    ended = threading.Event()
    thread = threading.Thread(
        target=_renew_until, args=(name, holder, ended), daemon=True, name=f"lease {name}"
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()


def _renew_until(name: str, holder: str, ended: threading.Event) -> None:
    while not ended.wait(RENEWAL.total_seconds()):
        try:
            if not renew(name, holder, timezone.now()) and not ended.is_set():
                logger.error("The lease of %s went to another worker while this one still ran.", name)
                return
        except DatabaseError as error:  # the next renewal may find the database again
            logger.warning("The lease of %s could not be renewed: %s", name, error)
        finally:
            connection.close()
