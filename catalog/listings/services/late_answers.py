"""Takes notice of answers that come too late: the claim was lost, and Jet may hold the older of two sendings."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from catalog.listings.facets.base import Wish
from catalog.listings.models import ListingFacet
from jetbridge.core.models.ranges import among
from jetbridge.jobs.queue import nudge

Answer = ListingFacet.Answer
REASON = "An older call was answered after a newer one: Jet may hold what the older one said. It goes again."


def still_held(rows: Iterable[Wish]) -> set[int]:
    """Return the keys of rows that are in the hands they were read in; they stay so until the transaction ends."""
    hands = {row.pk: (row.claimed_by, row.file_id) for row in rows}
    found = ListingFacet.objects.select_for_update().filter(among("pk", hands)).order_by("pk")
    return {
        pk
        for pk, claimed_by, file_id in found.values_list("pk", "claimed_by", "file_id")
        if hands[pk] == (claimed_by, file_id)
    }


def send_again(row: Wish, body: Mapping[str, Any], now: datetime) -> None:
    """
    Put what a late call may have overwritten in doubt, and have it sent anew, whoever holds it or settled it.

    Nothing was overwritten where Jet took the very same of the newer call.
    """
    facet = ListingFacet.objects.filter(pk=row.pk).first()
    if facet is None or _says_the_same(facet, body):
        return
    if facet.wanted_at is None:
        facet.wanted_at, facet.wanted_by, facet.run = now, "a late answer", None
    # A higher number: whoever sends it at this moment does not settle it.
    facet.wanted_number += 1
    facet.via_file = False
    facet.answer, facet.answer_at, facet.errors = Answer.UNKNOWN, now, [REASON]
    facet.sent, facet.sent_at = dict(body), now
    facet.save(update_fields=COLUMNS)
    nudge(row.facet.job)


COLUMNS: Collection[str] = (
    "wanted_at", "wanted_by", "run", "wanted_number", "via_file", "answer", "answer_at", "errors", "sent", "sent_at",
)  # fmt: skip


def _says_the_same(facet: ListingFacet, body: Mapping[str, Any]) -> bool:
    return facet.answer == Answer.ACCEPTED and not facet.claimed_by and facet.accepted == body
