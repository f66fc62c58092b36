"""Runs that live and do not get on: when that is an alarm, and when another worker may take over."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from jetbridge.jobs.models import JobLease

# Without any progress for this long, a run is reported.
STALLED = timedelta(minutes=3)
# And for this long, its lease is not renewed any more.
GIVEN_UP = timedelta(minutes=10)


def stalled(now: datetime) -> "QuerySet[JobLease]":
    """Return the leases of runs that show no progress, the longest first; a declared wait is none of them."""
    waited = Q(waits_until=None) | Q(waits_until__lt=now - STALLED)
    held = JobLease.objects.filter(expires_at__isnull=False, progress_at__lt=now - STALLED)
    return held.filter(waited).order_by("progress_at")


def silence(lease: JobLease, now: datetime) -> timedelta:
    """Return for how long the run of a lease achieved nothing."""
    since = lease.progress_at or now
    return now - max(since, min(lease.waits_until or since, now))


def gave_up(name: str, now: datetime) -> bool:
    """Return whether the last run of a job got no further for so long that its lease was not renewed."""
    lease = JobLease.objects.filter(name=name, expires_at__isnull=False).first()
    return lease is not None and silence(lease, now) > GIVEN_UP
