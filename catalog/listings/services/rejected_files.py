"""Rejected files: what stands in them now, sending the corrected products again, and clearing them away."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import contexts, payloads, registry, updates
from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing, ListingFacet, UploadFile, UploadFileItem
from catalog.listings.services import upload_requests
from jetbridge.core import history
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report
from jetbridge.core.retention import FAILURES_LAST
from jetbridge.core.texts import counted
from jetbridge.jobs.queue import nudge

Status = UploadFile.Status
Verdict = UploadFileItem.Verdict
# Files marked in one statement, and deleted in one: each has up to 30 items, or 5,000 in the largest.
CHUNK, AT_ONCE = 500, 50
# What would be sent of a product without a listing, and why it is not.
GONE: tuple[dict[str, Any], str] = ({}, "The listing is gone.")


@dataclass(frozen=True)
class Affected:
    """One product of a rejected file: its verdict, what was sent, what would be sent now."""

    item: UploadFileItem
    facet: ListingFacet | None
    sent: dict[str, Any]
    now: dict[str, Any]
    obstacle: str = ""

    @property
    def changed(self) -> list[str]:
        """The fields that would be sent differently."""
        keys = sorted(self.sent.keys() | self.now.keys())
        return [key for key in keys if self.sent.get(key) != self.now.get(key)]

    @property
    def lines(self) -> list[dict[str, str]]:
        """The changed fields as text: what was sent, and what would be sent now."""
        return [
            {"field": key, "sent": shown(self.sent.get(key)), "now": shown(self.now.get(key))}
            for key in self.changed
        ]

    @property
    def column(self) -> str:
        """What the changed fields are beside what was sent; nothing where neither is on its way."""
        if self.item.verdict in (Verdict.CHECKING, Verdict.OPEN):
            return ""
        if self.is_going:
            return "Being sent now"
        return "Would be sent now" if self.still_refused else ""

    @property
    def is_stopped(self) -> bool:
        """Whether it is not sent by itself any more, after identical refusals."""
        return self.facet is not None and self.facet.blocked_at is not None

    @property
    def is_going(self) -> bool:
        """Whether it is on its way again, in a newer file or by a call."""
        row = self.facet
        if row is None or row.blocked_at is not None:
            return False
        return row.next_try_at is not None or row.answer == ListingFacet.Answer.SENT

    @property
    def still_refused(self) -> bool:
        """Whether Jet's last word on this facet is a refusal, and nothing newer is on its way."""
        return (
            self.facet is not None
            and self.facet.answer == ListingFacet.Answer.REJECTED
            and not self.is_going
            and not self.given_up
        )

    @property
    def given_up(self) -> str:
        """Why it is not to be sent any more, or nothing."""
        listing = self.facet.listing if self.facet else None
        if listing is None or self.facet is None or self.facet.facet in registry.closing():
            return ""
        if listing.product is None:
            return "The store does not have it any more."
        if listing.archive_requested or listing.status == Listing.Status.ARCHIVED:
            return "It is archived on Jet."
        if not listing.product.enabled:
            return "It is disabled in the store."
        return "It is kept off Jet." if listing.product.excluded else ""

    @property
    def is_left(self) -> bool:
        """Whether the file still has to be read for its sake."""
        return self.item.verdict in (Verdict.CHECKING, Verdict.OPEN) or self.still_refused


def shown(value: Any) -> str:
    """Return a value as people read it; nothing is said as such."""
    if value is None:
        return "(nothing)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def affected(file: UploadFile, *, built: int | None = None) -> list[Affected]:
    """
    Return the products that a file's errors concern, each with its own verdict, with what changed since.

    What would be sent now is built for as many of them as are asked for; of the others nothing is known of it.
    """
    concerned = [item for item in _last_verdicts(file).values() if item.verdict != Verdict.ACCEPTED]
    facet = registry.of_file(file.kind)
    rows = _facets_of(file, concerned, facet)
    limit = len(concerned) if built is None else built
    now = _built_now([rows[item.listing_id] for item in concerned[:limit] if item.listing_id in rows], facet)
    found = []
    for place, item in enumerate(concerned):
        row = rows.get(item.listing_id)
        body, obstacle = ({}, "") if row and place >= limit else now.get(item.listing_id or 0, GONE)
        if row is not None:
            item.listing = row.listing
        found.append(Affected(item, row, file.content.get(item.sku, {}), body, obstacle))
    return found


def _facets_of(file: UploadFile, items: list[UploadFileItem], facet: Facet) -> dict[int | None, ListingFacet]:
    """Read by listing what items are about; the account is the file's, whose secrets need no reading for each."""
    ids = [item.listing_id for item in items if item.listing_id]
    found = ListingFacet.objects.filter(among("listing_id", ids), facet=facet)
    rows: dict[int | None, ListingFacet] = {}
    for row in found.select_related("listing__product"):
        row.listing.account = file.account
        rows[row.listing_id] = row
    return rows


def taken(file: UploadFile) -> int:
    """Return how many products of a file Jet took, in it or in one of its halves."""
    items = UploadFileItem.objects.filter(file__in=family(file)).order_by("pk")
    verdicts: dict[str, str] = dict(items.values_list("sku", "verdict"))
    return sum(verdict == Verdict.ACCEPTED for verdict in verdicts.values())


def resubmit(file: UploadFile, *, by: Person | None = None, unchanged: bool = False) -> Report:
    """
    Queue the products again whose refusal still stands and whose data was corrected.

    What Jet has taken since, what cannot be built, and what was not changed unless that is asked for, is left
    out and named. The file becomes N/A once no product of it is left that is refused and still pending; until
    then it stays, with what is left. Resubmitting twice sends once.
    """
    report = Report()
    if file.status != Status.ERRORS:
        report.note = "The file was resubmitted before." if file.resubmitted_at else ""
        return report
    rows = affected(file)
    going = [row for row in rows if _may_go(row, report, unchanged)]
    left = sum(row.is_left for row in rows) - len(going)
    if left and not going:
        return report
    with transaction.atomic():
        if not _mark(file, by, is_over=not left):
            return Report(note="The file was resubmitted before.")
        _queue_again(file, [row.facet.listing for row in going if row.facet])
        words = counted(len(going), "product") + (f", {left} left in it" if left else "")
        history.record("resubmitted", file, message=words)
    report.done = len(going)
    report.note = _what_is_left(left) if going else "No product of this file is refused any more: it is N/A."
    return report


def resubmit_all(files: Iterable[UploadFile], *, by: Person | None = None) -> Report:
    """Queue the corrected products of many files sent again; files without any are left as they are."""
    report = Report()
    for file in files:
        report.add(resubmit(file, by=by))
    # What each file says of itself stands on its own page.
    report.note = ""
    return report


def delete_file(file: UploadFile) -> Report:
    """Delete a file that Jet is done with, and its halves; an open one is left."""
    report = Report()
    if is_open(file):
        report.skip(file.name, "Jet is not done with it yet.")
        return report
    history.record(
        "deleted", file, message=f"{file.kind}, {counted(file.product_count, 'product')}, {file.status}"
    )
    file.delete()
    report.done = 1
    return report


def clear_away(files: QuerySet[UploadFile]) -> Report:
    """Take files that Jet is done with out of the list, however many; the night deletes them."""
    report = Report()
    keys = list(files.order_by("pk").values_list("pk", flat=True))
    busy = _busy_tops()
    for start in range(0, len(keys), CHUNK):
        chunk = [key for key in keys[start : start + CHUNK] if key not in busy]
        done = UploadFile.objects.filter(pk__in=chunk).exclude(status__in=UploadFile.OPEN)
        report.done += done.update(cleared_at=timezone.now())
    left = len(keys) - report.done
    if left:
        report.note = f"{left} stay: Jet is not done with them yet."
    if report.done:
        first = UploadFile.objects.filter(pk__in=keys[:1]).first()
        history.record("files cleared", first, message=counted(report.done, "upload file")) if first else None
    return report


def clear_all(account: JetAccount, *, refused: bool = False) -> Report:
    """Clear the list of every file that Jet is done with; those with open refusals only where that is asked for."""
    return clear_away(clearable(account, refused=refused))


def clearable(account: JetAccount, *, refused: bool = False) -> QuerySet[UploadFile]:
    """Return the files in the list that Jet is done with; those with open refusals only where that is asked for."""
    files = UploadFile.objects.filter(account=account, parent=None, cleared_at=None).exclude(
        status__in=UploadFile.OPEN
    )
    return files if refused else files.exclude(status=Status.ERRORS)


def delete_old_files(*, now: datetime, days: int, heartbeat: Callable[[], None] = lambda: None) -> int:
    """Delete cleared files, and finished ones older than so many days; refusals stay three times as long."""
    old, very_old = now - timedelta(days=days), now - timedelta(days=days * FAILURES_LAST)
    tops = (
        UploadFile.objects.filter(parent=None)
        .exclude(status__in=UploadFile.OPEN)
        .exclude(pk__in=_busy_tops())
    )
    refused = Q(status=Status.ERRORS)
    gone = Q(cleared_at__isnull=False) | Q(finished_at__lt=very_old) | ~refused & Q(finished_at__lt=old)
    deleted = 0
    while keys := list(tops.filter(gone).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        UploadFile.objects.filter(pk__in=keys).delete()
        deleted += len(keys)
        heartbeat()
    return deleted


def is_open(file: UploadFile) -> bool:
    """Return whether the file or one of its halves is still on its way."""
    return file.status in UploadFile.OPEN or any(is_open(half) for half in file.halves.all())


def family(file: UploadFile) -> list[UploadFile]:
    """Return a file and all its halves, top first."""
    found, layer = [file], [file.pk]
    while layer:
        halves = list(UploadFile.objects.filter(parent_id__in=layer).order_by("pk"))
        found += halves
        layer = [half.pk for half in halves]
    return found


def _busy_tops() -> set[int]:
    """Return the files that stand in the list while a half of theirs is still on its way."""
    halves = UploadFile.objects.filter(status__in=UploadFile.OPEN, parent__isnull=False).select_related(
        "parent"
    )
    return {_top(half).pk for half in halves}


def _top(file: UploadFile) -> UploadFile:
    while file.parent is not None:
        file = file.parent
    return file


def _last_verdicts(file: UploadFile) -> dict[str, UploadFileItem]:
    """Return the latest verdict on each SKU: that of the smallest half it went in."""
    found: dict[str, UploadFileItem] = {}
    for each in family(file):
        for item in each.items.order_by("pk"):
            found[item.sku] = item
    return found


def _built_now(rows: list[ListingFacet], facet: Facet) -> dict[int, tuple[dict[str, Any], str]]:
    context = facet.gather([row.listing for row in rows])
    built: dict[int, tuple[dict[str, Any], str]] = {}
    for row in rows:
        try:
            built[row.listing_id] = (payloads.plain(facet.build(row.listing, context)), "")
        except contexts.PayloadError as reason:
            built[row.listing_id] = ({}, str(reason))
    return built


def _may_go(row: Affected, report: Report, unchanged: bool) -> bool:
    if row.item.verdict == Verdict.CHECKING:
        report.skip(row.item.sku, "It is still being checked in halves.")
    elif row.is_going:
        report.skip(row.item.sku, "It is being sent again already.")
    elif row.given_up:
        report.skip(row.item.sku, row.given_up)
    elif not row.still_refused:
        report.skip(row.item.sku, "Jet has taken it since, or it is gone.")
    elif row.obstacle:
        report.skip(row.item.sku, row.obstacle)
    elif not (row.changed or unchanged):
        report.skip(row.item.sku, "Nothing has changed since; Jet would refuse it again.")
    else:
        return True
    return False


def _queue_again(file: UploadFile, listings: list[Listing]) -> None:
    """Queue the file's facet again; a SKU goes with all that belongs to it, as in an upload."""
    facet, by = registry.of_file(file.kind), f"resubmission of {file.name}"
    updates.reset_blocks([listing.pk for listing in listings])
    if facet.creates_sku:
        products = [listing.product for listing in listings if listing.product]
        upload_requests.queue_upload(products=products, account=file.account, via_file=True, by=by)
    else:
        updates.queue_update(listings, facet, via_file=True, by=by)
    nudge("catalog.poll_files")


def _what_is_left(left: int) -> str:
    if not left:
        return ""
    return f"The file stays in the list: {left} of its products {'is' if left == 1 else 'are'} still refused."


def _mark(file: UploadFile, by: Person | None, *, is_over: bool) -> bool:
    """Write the resubmission down, with N/A where nothing is left; return whether this call did it."""
    changes: dict[str, Any] = {"resubmitted_at": timezone.now(), "resubmitted_by": by}
    changes |= {"status": Status.NA} if is_over else {}
    found = UploadFile.objects.filter(pk=file.pk, status=Status.ERRORS, resubmitted_at=file.resubmitted_at)
    marked = found.update(**changes) == 1
    if marked and is_over:
        halves = [half.pk for half in family(file)[1:]]
        UploadFile.objects.filter(pk__in=halves, status=Status.ERRORS).update(**changes)
    file.refresh_from_db()
    return marked
