"""Tells Jet at once of units that were sold while a file with the older quantity is still at Jet."""

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

# Told in one go, the next run tells the next; and so many rows are looked through at once.
CHUNK = 200


@dataclass(frozen=True)
class Drop:
    """A quantity that is lower now than the one in a file that Jet has not judged."""

    row: ListingFacet
    body: dict[str, Any]


def tell_drops(*, client: Client, account: JetAccount, beat: Callable[[], None] = lambda: None) -> Report:
    """
    Send quantities that fell since their file was built; return what was achieved.

    The wish stays: the file may still bring its older quantity to Jet, and when it is judged the newest goes again.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = Report()
    drops = _drops(account, beat)
    # Whatever the file's verdict says, Jet may hold either of the two.
    ListingFacet.objects.filter(among("pk", [drop.row.pk for drop in drops])).update(only_if_new=False)

    def tell(drop: Drop) -> None:
        with tied_to(drop.row.request_id):
            registry.named(drop.row.facet).send(client, drop.row.listing.sku, drop.body)

    for outcome in send_many(tell, drops, connections=configuration.current().concurrency):
        drop = outcome.item
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        if outcome.error is not None:
            report.fail(drop.row.listing.sku, str(outcome.error))
            continue
        ListingFacet.objects.filter(pk=drop.row.pk, file=drop.row.file_id).update(
            sent=drop.body, sent_at=timezone.now()
        )
        report.done += 1
        beat()
    return report


def _drops(account: JetAccount, beat: Callable[[], None]) -> list[Drop]:
    """Return the first drops there are: all that waits is walked through for them, since most of it may be none."""
    waiting, found = _waiting(account), list[Drop]()
    # What a file says is read once, not with each of its rows.
    in_files: dict[int, dict[str, int]] = {}
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        rows = (
            waiting.filter(among("pk", ids[start : start + CHUNK])).select_related("listing").order_by("pk")
        )
        found += _drops_among(list(rows), account, in_files)
        if len(found) >= CHUNK:
            break
        beat()
    return found[:CHUNK]


def _waiting(account: JetAccount) -> QuerySet[ListingFacet]:
    """Return quantities that were wanted anew while their file was open, and not told since; by the unsent index."""
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


def _drops_among(
    rows: Collection[ListingFacet], account: JetAccount, in_files: dict[int, dict[str, int]]
) -> list[Drop]:
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
        material = facet.gather([row.listing for row in some])
        for row in some:
            body = payloads.plain(facet.build(row.listing, material))
            before = in_files.get(row.file_id or 0, {}).get(row.listing.sku)
            if before is not None and (facet.units_in(body) or 0) < before:
                found.append(Drop(row, body))
    return found


def _read_files(facet: base.Facet, file_ids: Collection[int], into: dict[int, dict[str, int]]) -> None:
    for file_id in file_ids:
        bodies = FileContent.objects.filter(pk=file_id).values_list("bodies", flat=True).first() or {}
        into[file_id] = {sku: facet.units_in(body) or 0 for sku, body in bodies.items()}
