"""Ends a mass action on products at a product's boundary: what is begun is sent whole, the rest not at all."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.services import outbox
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import BulkRun

Answer = ListingFacet.Answer
# Keys in one statement.
CHUNK = 500
# What a part says again whose file was withdrawn: its last real answer.
FORMER = Case(
    When(failures__gt=0, then=Value(Answer.REFUSED)),
    # An acceptance forgets what was sent: what stands there may be what Jet has, though it never said so.
    When(sent__isnull=False, then=Value(Answer.UNKNOWN)),
    When(accepted_at__isnull=False, then=Value(Answer.ACCEPTED)),
    default=Value(Answer.NONE),
)


@transaction.atomic
def cancel(run: BulkRun) -> bool:
    """
    End a run; tell whether it was this call that did it.

    A product is begun once Jet may have any part of it: the other parts still go, so that none stands at Jet
    without its price, and the run is over when all are answered. Of other products nothing is sent.
    """
    mark = uuid.uuid4().hex
    wishes = ListingFacet.objects.filter(run=run)
    begun = _begun(run, mark)

    def hold() -> "QuerySet[Any]":
        _withdraw_files(run, mark)
        # Whoever has a wish by now sends it; nobody takes the others any more.
        unsent = wishes.filter(wanted_at__isnull=False, claimed_by="", file=None)
        unsent.update(**_held(mark))
        return begun.filter(listing__product__isnull=False).values("listing__product_id")

    cancelled = lifecycle.cancel(run, begun=hold)
    if cancelled:
        unsent = wishes.filter(claimed_by=mark)
        _release(list(unsent.filter(listing__in=begun.values("listing")).values_list("pk", flat=True)))
        _forget(unsent)
    return cancelled


def _begun(run: BulkRun, mark: str) -> "QuerySet[ListingFacet]":
    """Return parts that were answered, that somebody sends now, or of which nobody knows whether Jet got them."""
    lost = Q(answer=Answer.UNKNOWN, sent_at__gte=run.started_at) if run.started_at else Q(pk=None)
    return ListingFacet.objects.filter(~Q(claimed_by=mark) | lost, run=run)


def _release(keys: Sequence[int]) -> None:
    """Give back the open parts of products that are begun: they are sent like any other."""
    for start in range(0, len(keys), CHUNK):
        some = ListingFacet.objects.filter(pk__in=keys[start : start + CHUNK])
        some.update(claimed_by="", claimed_until=None)


def _forget(wishes: "QuerySet[ListingFacet]") -> None:
    """Take wishes back, and what an archive says of its listing; a few statements, however many there are."""
    listings = Listing.objects.filter(pk__in=wishes.filter(facet__in=registry.closing()).values("listing"))
    listings.update(archive_wanted=False)
    listings.filter(status=Listing.Status.ARCHIVED).update(archive_wanted=True)
    wishes.update(wanted_at=None, claimed_by="", claimed_until=None)


def _withdraw_files(run: BulkRun, mark: str) -> None:
    """Take files back that are not on their way, with those that follow them; their wishes are free again."""
    now = timezone.now()
    built = UploadFile.objects.filter(outbox.free(now), run=run, status=UploadFile.Status.BUILT, parent=None)
    built.filter(after=None).update(**_held(mark))
    built.filter(after__claimed_by=mark).update(**_held(mark))
    withdrawn = UploadFile.objects.filter(claimed_by=mark)
    ListingFacet.objects.filter(file__in=withdrawn.values("pk")).update(
        file=None, answer=FORMER, claimed_by="", claimed_until=None
    )
    withdrawn.delete()


def _held(mark: str) -> dict[str, Any]:
    return {"claimed_by": mark, "claimed_until": timezone.now() + outbox.LEASE}
