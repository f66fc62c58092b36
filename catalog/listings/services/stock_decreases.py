"""Sends Jet at once the decrease after units were sold while a file with the older quantity is still at Jet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import base, payloads, registry
from catalog.listings.models import FileContent, Listing, ListingFacet
from jetbridge.core import configuration
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client, tied_to
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report

# Sent in one go, the next run sends the next; and so many rows are looked through at once.
CHUNK = 200


@dataclass(frozen=True)
class StockDecrease:
    """A quantity that is lower now than the one in a file that Jet has not processed."""

    row: ListingFacet
    body: dict[str, Any]


def push_stock_decreases(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """
    Send quantities that fell since their file was built; return what was achieved.

    The delivery stays: the file may still bring its older quantity to Jet, and once that is answered the newest goes.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = Report()
    decreases = _decreases(account, heartbeat)
    # Whatever the file's verdict says, Jet may hold either of the two.
    ListingFacet.objects.filter(among("pk", [decrease.row.pk for decrease in decreases])).update(
        only_if_new=False
    )

    def push(decrease: StockDecrease) -> None:
        with tied_to(decrease.row.request_id):
            registry.named(decrease.row.facet).send(client, decrease.row.listing.sku, decrease.body)

    for outcome in send_many(push, decreases, connections=configuration.current().concurrency):
        decrease = outcome.item
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        if outcome.error is not None:
            report.fail(decrease.row.listing.sku, str(outcome.error))
            continue
        ListingFacet.objects.filter(pk=decrease.row.pk, file=decrease.row.file_id).update(
            sent=decrease.body, sent_at=timezone.now()
        )
        report.done += 1
        heartbeat()
    return report


def _decreases(account: JetAccount, heartbeat: Callable[[], None]) -> list[StockDecrease]:
    """Return the first drops there are: all that waits is walked through for them, since most of it may be none."""
    waiting, found = _waiting(account), list[StockDecrease]()
    # What a file says is read once, not with each of its rows.
    in_files: dict[int, dict[str, int]] = {}
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        rows = (
            waiting.filter(among("pk", ids[start : start + CHUNK])).select_related("listing").order_by("pk")
        )
        found += _decreases_among(list(rows), account, in_files)
        if len(found) >= CHUNK:
            break
        heartbeat()
    return found[:CHUNK]


def _waiting(account: JetAccount) -> QuerySet[ListingFacet]:
    """Return quantities that were queued again while their file was open, and not sent since; by the unsent index."""
    rows = ListingFacet.objects.filter(
        Q(sent_at=None) | Q(sent_at__lt=F("queued_at")),
        facet__in=registry.that(lambda facet: facet.follows_stock),
        via_file=False,
        next_try_at__isnull=False,
        blocked_at=None,
        file__isnull=False,
        listing__account=account,
        listing__first_sent_at__isnull=False,
    )
    return rows.exclude(listing__status=Listing.Status.ARCHIVED)


def _decreases_among(
    rows: Collection[ListingFacet], account: JetAccount, in_files: dict[int, dict[str, int]]
) -> list[StockDecrease]:
    listings = [row.listing for row in rows]
    for listing in listings:
        # Read along with each row, the account's secrets would be decrypted each time.
        listing.account = account
    if not listings:
        return []
    found = []
    for facet in registry.that(lambda facet: facet.follows_stock):
        some = [row for row in rows if row.facet == facet]
        _read_files(facet, {row.file_id for row in some if row.file_id} - in_files.keys(), in_files)
        context = facet.gather([row.listing for row in some])
        for row in some:
            body = payloads.plain(facet.build(row.listing, context))
            before = in_files.get(row.file_id or 0, {}).get(row.listing.sku)
            if before is not None and (facet.units_in(body) or 0) < before:
                found.append(StockDecrease(row, body))
    return found


def _read_files(facet: base.Facet, file_ids: Collection[int], into: dict[int, dict[str, int]]) -> None:
    for file_id in file_ids:
        bodies = FileContent.objects.filter(pk=file_id).values_list("bodies", flat=True).first() or {}
        into[file_id] = {sku: facet.units_in(body) or 0 for sku, body in bodies.items()}
