"""What price and quantity have in common: Jet's yes says at once what it holds, and both are sent often."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, ClassVar

from django.db import connection
from django.db.models import QuerySet

from catalog.listings.facets import base, updates
from catalog.listings.facets.base import Answer
from catalog.listings.facets.contexts import Gone, Target
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.products.models import Product
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.bulk_sql import prepared
from jetbridge.mass_actions.models import MassAction

# Refreshed in one run; the next run takes the next. So many that a million quantities, confirmed all at once, are
# renewed by a run every ten minutes before 24 hours are over.
MOST = 50_000
_SHOW = "UPDATE catalog_listing SET {column} = %s, live_at = %s, updated_at = %s WHERE id = %s"


class Offer(base.Facet):
    """What a SKU is sold for, or how much of it there is."""

    goes_with_sku = True
    is_offer = True
    is_reconciled = True
    # The listing's column that shows what Jet holds.
    live: ClassVar[str]

    def value_in(self, body: Any) -> Any:
        """Return what a message says, as the listing shows it."""
        raise NotImplementedError

    def part_of(self, products: Collection[Product]) -> Collection[int]:
        """Take all that are sold: a group has neither."""
        return {product.pk for product in products if not is_group(product)}

    def reconcile(self, rows: Sequence[Drift], *, run: MassAction | None, by: str) -> int:
        """Send it, also what was stopped after refusals."""
        listings = [row.listing for row in rows]
        updates.reset_blocks([listing.pk for listing in listings], [self])
        return updates.queue_update(listings, self, run=run, by=by)

    def accepted(self, answers: Sequence[Answer], now: datetime) -> None:
        """Show what Jet holds now."""
        moment = ListingFacet._meta.get_field("sent_at").get_db_prep_save(now, connection)
        values = prepared(Listing, self.live, [self.value_in(answer.content) for answer in answers])
        listings = [answer.row.listing_id for answer in answers]
        with connection.cursor() as cursor:
            cursor.executemany(
                _SHOW.format(column=self.live),
                list(zip(values, repeat(moment), repeat(moment), listings, strict=False)),
            )

    def still_held(self, found: QuerySet[ListingFacet]) -> QuerySet[ListingFacet]:
        """What Jet held when it was read last is known, and has its say: `holds`."""
        return found

    def holds(self, listing: Target, accepted: Any) -> bool:
        return bool(getattr(listing, self.live) == self.value_in(accepted))

    def sku_reopened(self, listings: Sequence[Target], config: Configuration, *, by: str) -> None:
        """Always: Jet reviews only what has stock, and may have forgotten ours meanwhile."""
        updates.queue_update(listings, self, by=by)


def confirmed(account: JetAccount) -> QuerySet[ListingFacet]:
    """Return what was sent of products that Jet has open, and that nothing holds up or sends anyway."""
    return ListingFacet.objects.filter(
        listing__account=account, listing__product__isnull=False, next_try_at=None, blocked_at=None
    ).exclude(listing__status=Listing.Status.ARCHIVED)


def is_group(product: Product) -> bool:
    """Return whether a product is a group of products: its children are sold, not it."""
    return product.kind == Product.Kind.CONFIGURABLE


def refuse_group(product: Product | None) -> None:
    """
    Let a price or quantity of a group that was queued before be settled without a call.

    :raises Gone: the product is a group, whose children are sold
    """
    if product is not None and is_group(product):
        raise Gone("A group has no price and no quantity at Jet: its children are sold.")


def queue_again(listing_ids: Sequence[int], facet: base.Facet, *, by: str) -> int:
    """Queue it again for these listings, by file where they are many; return how many."""
    rows = [Listing(pk=pk) for pk in listing_ids]
    return updates.queue_update(rows, facet, by=by, via_file=len(rows) >= updates.BY_FILE_FROM)
