"""The nightly look at Jet: a rolling share of the catalogue is asked for and compared, the longest unseen first."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from catalog.listings.models import Drift, Listing
from catalog.listings.services import statuses
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox.notifications import notify

JOB = "catalog.report_drift"
# Every SKU is looked at once in so many nights,
NIGHTS = 7
# where the catalogue is not so small that one night takes all, nor so large that the night is too short.
FEWEST, MOST = 1000, 50_000
# Listings asked for between two notes of how far the job has come.
CHUNK = 500


def compare_share(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """
    Fetch from Jet the SKUs that were compared longest ago, and keep what differs.

    A run that dies has lost nothing: the next begins with what was not compared yet.

    :raises JetKeysRefused: Jet does not take our keys
    """
    ours = Listing.objects.filter(account=account, first_sent_at__isnull=False, product__isnull=False)
    left = min(max(FEWEST, -(-ours.count() // NIGHTS)), MOST)
    began, report = timezone.now(), Report()
    while left > 0:
        chunk = _next(ours, began, min(left, CHUNK))
        if not chunk:
            break
        report.add(statuses.ask_each(client=client, listings=chunk, account=account, heartbeat=heartbeat))
        # Also those that Jet did not answer for: their turn comes again, and nobody waits for them.
        Listing.objects.filter(pk__in=[row.pk for row in chunk]).update(compared_at=timezone.now())
        left -= len(chunk)
        if report.failed and not report.done:
            break
    _notify(account, report)
    return report


def _next(ours: "QuerySet[Listing]", began: datetime, size: int) -> list[Listing]:
    """Return the next to be compared: never yet, then the longest unseen; both are read from one index."""
    fresh = list(ours.filter(compared_at=None).order_by("pk")[:size])
    seen = ours.filter(compared_at__lt=began).order_by("compared_at")
    return fresh or list(seen[:size])


def _notify(account: JetAccount, report: Report) -> None:
    """Say how many figures differ, once while nobody has read it."""
    differing = Drift.objects.filter(account=account).count()
    report.note = (
        f"{counted(report.done, 'SKU')} compared; {counted(differing, 'difference')} found."
        if report.done
        else report.note
    )
    if differing:
        notify(
            "catalog.drift",
            key=account.mode,
            title=f"{counted(differing, 'figure')} found to differ on Jet",
            text="Price, quantity or state on Jet was not what the store has.",
            severity="warning",
        )
