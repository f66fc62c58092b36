"""Closes SKUs on Jet and opens them again; the wish stands on the listing, so it outlives the product."""

from collections.abc import Collection, Sequence

from django.db import transaction

from catalog.models import Facet, Listing, Product, Variation
from catalog.services import wants
from jetbridge.core import configuration, history
from jetbridge.core.models import BulkRun, Event


@transaction.atomic
def want_archived(
    listings: Sequence[Listing], *, archived: bool, run: BulkRun | None = None, by: str = ""
) -> int:
    """Want these listings closed on Jet, or opened again; those that Jet never had are left alone."""
    known = [listing for listing in listings if listing.first_sent_at is not None]
    Listing.objects.filter(pk__in=[listing.pk for listing in known]).update(archive_wanted=archived)
    for listing in known:
        listing.archive_wanted = archived
    word = "archive wanted" if archived else "unarchive wanted"
    Event.objects.bulk_create(history.build(word, listing, message=by) for listing in known)
    return wants.want(known, Facet.ARCHIVE, run=run, by=by)


def close_products(product_ids: Collection[int], *, by: str) -> int:
    """
    Want what the store no longer sells closed on Jet, under every account that has it; return how many.

    Children of configurable products come along where the configuration says so. Also when Jet is down now:
    the wish waits.
    """
    ids = set(product_ids)
    if configuration.current().archive_children:
        children = Variation.objects.filter(parent_id__in=ids, child__isnull=False)
        ids |= set(children.values_list("child_id", flat=True)) - {None}
    listings = Listing.objects.filter(product_id__in=ids).exclude(status=Listing.Status.ARCHIVED)
    return want_archived(list(listings), archived=True, by=by)


@transaction.atomic
def follow_sku_change(product: Product, *, former_sku: str) -> int:
    """A changed SKU is another SKU to Jet: close the former one; the new one is uploaded like any other."""
    former = list(Listing.objects.filter(product=product, sku=former_sku))
    for listing in former:
        if listing.first_sent_at is None:
            Listing.objects.filter(pk=listing.pk).update(sku=product.sku)
    gone = [listing for listing in former if listing.first_sent_at is not None]
    Listing.objects.filter(pk__in=[listing.pk for listing in gone]).update(product=None)
    return want_archived(gone, archived=True, by=f"SKU changed to {product.sku}")


def reopen_product(product: Product, *, by: str) -> int:
    """Open again on Jet what was closed because the store had switched it off."""
    closed = Listing.objects.filter(product=product, archive_wanted=True)
    return want_archived(list(closed), archived=False, by=by)
