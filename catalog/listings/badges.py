"""Counts in the menu: only what needs a person, capped, each from an index."""

from typing import Any

from django.db.models import QuerySet

from catalog.listings.models import Drift, UploadFile
from catalog.listings.selectors import open_price_reviews
from catalog.rules.models import ValidationResult
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.panel.facts import MOST, badge


def files_in_need(account: JetAccount) -> QuerySet[UploadFile]:
    """Return files with refused products that nobody has resubmitted."""
    return UploadFile.objects.filter(
        account=account, status=UploadFile.Status.ERRORS, parent=None, cleared_at=None
    )


@badge
def rejected_files(account: JetAccount) -> QuerySet[Any]:
    """Count files that wait for a person."""
    return files_in_need(account)


@badge
def price_reviews(account: JetAccount) -> QuerySet[Any]:
    """Count price changes that wait for a person's yes."""
    return open_price_reviews(account)


@badge
def problems(account: JetAccount) -> QuerySet[Any]:
    return ValidationResult.objects.filter(worst=ValidationResult.Severity.BLOCKS, stale_since=None)


@badge
def drifts(account: JetAccount) -> QuerySet[Any]:
    """Count figures in which Jet and the store differ."""
    return Drift.objects.filter(account=account)


def in_need() -> int:
    """Return how many files of the active account wait for a person, counted one beyond the cap."""
    return files_in_need(configuration.active_account())[: MOST + 1].count()
