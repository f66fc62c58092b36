"""Counts in the menu: only what needs a person, capped, each from an index."""

from django.http import HttpRequest

from catalog.models import UploadFile, ValidationResult
from jetbridge.core import configuration

MOST = 99


def rejected_files(request: HttpRequest) -> str:
    """Count files with refused products that nobody has resubmitted."""
    return _shown(in_need())


def problems(request: HttpRequest) -> str:
    """Count products that Jet would refuse."""
    blocked = ValidationResult.objects.filter(worst=ValidationResult.Severity.BLOCKS, stale_since=None)
    return _shown(blocked[: MOST + 1].count())


def in_need() -> int:
    """Return how many files of the active account wait for a person, counted one beyond the cap."""
    found = UploadFile.objects.filter(
        account=configuration.active_account(), status=UploadFile.Status.ERRORS, parent=None
    )
    return found[: MOST + 1].count()


def _shown(count: int) -> str:
    if not count:
        return ""
    return f"{MOST}+" if count > MOST else str(count)
