"""Numbers beside desk's menu items."""

from django.http import HttpRequest

from jetbridge.jobs import status


def late_jobs(request: HttpRequest) -> str:
    """Return how many jobs are late; nothing when none is."""
    return str(len(status.late_jobs()) or "")
