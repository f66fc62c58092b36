"""Tells Jet at once of units that were sold while a file with the older quantity is still at Jet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from catalog import payloads
from catalog.models import Facet, Listing, ListingFacet
from catalog.services import wording
from jetapi import JetClient
from jetapi.concurrency import send_many
from jetapi.errors import JetAuthError
from jetbridge.core import configuration
from jetbridge.core.jet import tied_to
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report

# Told in one go; the next run takes the next.
CHUNK = 200


@dataclass(frozen=True)
class Drop:
    """A quantity that is lower now than the one in a file that Jet has not judged."""

    row: ListingFacet
    body: dict[str, Any]


def tell_drops(*, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None) -> Report:
    """
    Send quantities that fell since their file was built; return what was achieved.

    The wish stays: the file may still bring its older quantity to Jet, and when it is judged the newest goes again.

    :raises JetAuthError: Jet does not take our keys
    """
    report = Report()
    drops = _drops(_waiting(account), account)
    # Whatever the file's verdict says, Jet may hold either of the two.
    ListingFacet.objects.filter(among("pk", [drop.row.pk for drop in drops])).update(only_if_new=False)

    def tell(drop: Drop) -> None:
        nodes = drop.body["fulfillment_nodes"]
        with tied_to(drop.row.request_id):
            client.products.patch_inventory(
                drop.row.listing.sku, {each["fulfillment_node_id"]: each["quantity"] for each in nodes}
            )

    for outcome in send_many(tell, drops, connections=configuration.current().concurrency):
        drop = outcome.item
        if isinstance(outcome.error, JetAuthError):
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


def _waiting(account: JetAccount) -> list[ListingFacet]:
    """Return quantities that were wanted anew while their file was open, and not told since; by the unsent index."""
    rows = ListingFacet.objects.filter(
        Q(sent_at=None) | Q(sent_at__lt=F("wanted_at")),
        facet=Facet.INVENTORY,
        via_file=False,
        wanted_at__isnull=False,
        blocked_at=None,
        file__isnull=False,
        listing__account=account,
        listing__first_sent_at__isnull=False,
    )
    return list(
        rows.exclude(listing__status=Listing.Status.ARCHIVED).select_related("listing", "file__body")[:CHUNK]
    )


def _drops(rows: Collection[ListingFacet], account: JetAccount) -> list[Drop]:
    listings = [row.listing for row in rows]
    for listing in listings:
        # Read along with each row, the account's secrets would be decrypted each time.
        listing.account = account
    if not listings:
        return []
    material = wording.gather(listings, Facet.INVENTORY)
    found = []
    for row in rows:
        body = payloads.plain(wording.body(row.listing, Facet.INVENTORY, material))
        in_file = row.file.content.get(row.listing.sku) if row.file else None
        if in_file and _units(body) < _units(in_file):
            found.append(Drop(row, body))
    return found


def _units(body: dict[str, Any]) -> int:
    return int(body["fulfillment_nodes"][0]["quantity"])
