"""Ends a mass action on products at a product's boundary: what is begun is sent whole, the rest not at all."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from catalog.listings.facets import registry
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.outboxes.facets import InFiles
from catalog.listings.services import upload_files
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import claims, queue

Answer = ListingFacet.Answer
# Keys in one statement.
CHUNK = 500


@transaction.atomic
def cancel(run: MassAction) -> bool:
    """
    End a run; return whether it was this call that did it.

    A product is begun once Jet may have any part of it: the other parts still go, so that none stands at Jet
    without its price, and the run is over when all are answered. Of other products nothing is sent.
    """
    mark = uuid.uuid4().hex
    parts = ListingFacet.objects.filter(run=run)
    begun = _begun(run, mark)

    def hold() -> "QuerySet[Any]":
        _withdraw_files(run, mark)
        # Whoever has a part by now sends it; nobody takes the others any more.
        unsent = parts.filter(next_try_at__isnull=False, claimed_by="")
        claims.hold(InFiles(), unsent, token=mark)
        return begun.filter(listing__product__isnull=False).values("listing__product_id")

    cancelled = lifecycle.cancel(run, begun=hold)
    if cancelled:
        unsent = parts.filter(claimed_by=mark)
        # The open parts of products that are begun are sent like any other.
        _release(list(unsent.filter(listing__in=begun.values("listing")).values_list("pk", flat=True)), mark)
        _forget(unsent)
    return cancelled


def _begun(run: MassAction, mark: str) -> "QuerySet[ListingFacet]":
    """Return parts that were answered, that somebody sends now, or of which nobody knows whether Jet got them."""
    lost = Q(answer=Answer.UNKNOWN, sent_at__gte=run.started_at) if run.started_at else Q(pk=None)
    return ListingFacet.objects.filter(~Q(claimed_by=mark) | lost, run=run)


def _release(keys: Sequence[int], token: str, **changes: Any) -> None:
    for start in range(0, len(keys), CHUNK):
        claims.release(InFiles(), keys[start : start + CHUNK], token=token, **changes)


def _forget(parts: "QuerySet[ListingFacet]") -> None:
    """Take parts back, and what an archive says of its listing; a few statements, however many there are."""
    listings = Listing.objects.filter(pk__in=parts.filter(facet__in=registry.closing()).values("listing"))
    listings.update(archive_requested=False)
    listings.filter(status=Listing.Status.ARCHIVED).update(archive_requested=True)
    queue.drop(InFiles(), parts, freed=True)


def _withdraw_files(run: MassAction, mark: str) -> None:
    """Take files back that are not on their way, with those that follow them; their parts are free again."""
    box = InFiles()
    built = UploadFile.objects.filter(run=run, status=UploadFile.Status.BUILT, parent=None)
    claims.hold(box, built.filter(after=None), token=mark)
    claims.hold(box, built.filter(after__claimed_by=mark), token=mark)
    upload_files.take_back(UploadFile.objects.all(), token=mark)
