"""Closes SKUs on Jet and opens them again; the delivery stands on the listing, so it outlives the product."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.listings.facets import registry, updates
from catalog.listings.models import Listing, ListingFacet
from catalog.products.changes import Changed
from catalog.products.models import Variation
from jetbridge.core import configuration, history
from jetbridge.core.models import Event
from jetbridge.mass_actions.models import MassAction

# How a delivery begins whose cause was the store; only those are taken back when the store sells again.
BY_STORE = "store: "
# Listings in one short transaction.
CHUNK = 500


def queue_archive(
    listings: Sequence[Listing], *, archived: bool, run: MassAction | None = None, by: str = ""
) -> int:
    """Queue the closing or opening of these listings on Jet; those that Jet never had are left alone."""
    known = [listing for listing in listings if listing.first_sent_at is not None]
    _queue_update(known, archived, run, by)
    return len(known)


def _queue_update(listings: Sequence[Listing], archived: bool, run: MassAction | None, by: str) -> None:
    for start in range(0, len(listings), CHUNK):
        _queue_chunk(listings[start : start + CHUNK], archived, run, by)


@transaction.atomic
def _queue_chunk(listings: Sequence[Listing], archived: bool, run: MassAction | None, by: str) -> None:
    Listing.objects.filter(pk__in=[listing.pk for listing in listings]).update(archive_requested=archived)
    for listing in listings:
        listing.archive_requested = archived
    word = "archive queued" if archived else "unarchive queued"
    Event.objects.bulk_create(history.build(word, listing, message=by) for listing in listings)
    updates.queue_updates(listings, registry.closing(), run=run, by=by)


def close_products(product_ids: Collection[int], *, by: str) -> int:
    """
    Queue the closing on Jet of what the store no longer sells, under every account that has it; return how many.

    Children of configurable products come along where the configuration says so. Also when Jet is down now:
    the delivery waits. What somebody closed before stays that person's.
    """
    ids = set(product_ids)
    if configuration.current().archive_children:
        ids |= _children(ids)
    listings = Listing.objects.filter(product_id__in=ids, archive_requested=False)
    still_open = listings.exclude(status=Listing.Status.ARCHIVED)
    return queue_archive(list(still_open), archived=True, by=f"{BY_STORE}{by}")


def reopen_products(product_ids: Collection[int], *, by: str) -> int:
    """
    Open again on Jet what was closed because the store had switched it off, children that came along included.

    What a person archived stays archived.
    """
    ids = {*product_ids, *_children(product_ids)}
    closed = _closed_by_store(Listing.objects.filter(product_id__in=ids))
    return queue_archive(list(closed), archived=False, by=by)


def reopen_adopted(listing_ids: Collection[int], *, by: str) -> int:
    """Open again on Jet what was closed because the store had lost it, and now sells once more; return how many."""
    closed = _closed_by_store(Listing.objects.filter(pk__in=listing_ids))
    return queue_archive(list(closed), archived=False, by=by)


def _closed_by_store(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    return listings.filter(
        product__enabled=True,
        product__excluded=False,
        archive_requested=True,
        facets__facet__in=registry.closing(),
        facets__queued_by__startswith=BY_STORE,
    )


@transaction.atomic
def follow_sku_change(renamed: Changed) -> int:
    """
    Close the former SKU, which is another one to Jet; the new one is uploaded like any other. Return how many closed.

    A product that was linked to a SKU of Jet keeps it, whatever its own is. A SKU whose first upload is on its way
    counts as one that Jet has: it is closed once Jet took it.
    """
    Listing.objects.filter(product=renamed.product_id).update()  # each shows its product's SKU
    former = Listing.objects.filter(product=renamed.product_id, sku=renamed.former_sku)
    unsent = former.filter(~Exists(_on_their_way()), first_sent_at=None)
    # Where Jet has the new SKU already, its listing is the one that counts.
    unsent.filter(account__listings__sku=renamed.sku).delete()
    unsent.update(sku=renamed.sku)
    gone = list(former)
    Listing.objects.filter(pk__in=[listing.pk for listing in gone]).update(product=None)
    _queue_update(gone, archived=True, run=None, by=f"{BY_STORE}SKU changed to {renamed.sku}")
    return len(gone)


def _on_their_way() -> QuerySet[ListingFacet]:
    """Return parts of a listing that Jet has or may get under its present SKU: in a file, in a call, answer lost."""
    sent = ~Q(file=None) | ~Q(claimed_by="") | Q(answer=ListingFacet.Answer.UNKNOWN)
    return ListingFacet.objects.filter(sent, listing=OuterRef("pk"))


def _children(ids: Collection[int]) -> set[int]:
    found = Variation.objects.filter(parent_id__in=ids, child__isnull=False)
    return set(found.values_list("child_id", flat=True)) - {None}
