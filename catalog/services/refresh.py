"""Finds prices and quantities that must be sent although nobody edited them: age, and special prices by date."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from catalog.models import Facet, Listing, ListingFacet, Product
from catalog.services import wants
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.core.queue import nudge

# Jet wants quantities at least every 24 hours; this leaves room for a night of failures.
OLD = timedelta(hours=20)
# Refreshed in one run; the next run takes the next.
MOST = 5000
# From this many on, files carry them instead of single calls.
BY_FILE_FROM = 2000
# Wishes handed over in one short transaction.
CHUNK = 500


def want_aging_inventory(account: JetAccount) -> int:
    """Want quantities sent again that Jet confirmed long ago; return how many."""
    old = (
        Listing.objects.filter(
            account=account,
            product__isnull=False,
            facets__facet=Facet.INVENTORY,
            facets__accepted_at__lt=timezone.now() - OLD,
            facets__wanted_at=None,
            facets__blocked_at=None,
        )
        .exclude(status=Listing.Status.ARCHIVED)
        .order_by("facets__accepted_at")[:MOST]
    )
    return _want(list(old), Facet.INVENTORY, by="24 hours near")


def want_dated_prices(account: JetAccount) -> int:
    """Want prices sent whose special price begins or ended today; return how many."""
    if not configuration.current().use_special_price:
        return 0
    today = timezone.localdate()
    begins = Q(special_price_from__gte=today - timedelta(days=2), special_price_from__lte=today)
    ended = Q(special_price_to__gte=today - timedelta(days=3), special_price_to__lt=today)
    products = Product.objects.filter(begins | ended).values("pk")
    sent_today = ListingFacet.objects.filter(
        facet=Facet.PRICE,
        listing__account=account,
        listing__product__in=products,
        wanted_at=None,
        blocked_at=None,
    ).exclude(accepted_at__gte=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
    listings = Listing.objects.filter(pk__in=sent_today.values("listing_id")[:MOST])
    return _want(
        list(listings.exclude(status=Listing.Status.ARCHIVED)), Facet.PRICE, by="special price dates"
    )


def prefer_files(account: JetAccount, *facets: Facet) -> int:
    """Hand wishes over to files where so many wait that single calls would take too long; return how many."""
    handed = sum(_hand_over(account, facet) for facet in facets)
    if handed:
        nudge(wants.RUNS_JOB)
    return handed


def _hand_over(account: JetAccount, facet: Facet) -> int:
    # What Jet does not have yet waits for its details and does not count.
    waiting = ListingFacet.objects.filter(
        listing__account=account,
        listing__first_sent_at__isnull=False,
        facet=facet,
        via_file=False,
        wanted_at__isnull=False,
        blocked_at=None,
        claimed_until=None,
        file=None,
    )
    if waiting[:BY_FILE_FROM].count() < BY_FILE_FROM:
        return 0
    handed = 0
    while ids := list(waiting.order_by("wanted_at", "pk").values_list("pk", flat=True)[:CHUNK]):
        # A worker may have claimed some meanwhile: those stay single calls.
        handed += ListingFacet.objects.filter(pk__in=ids, claimed_until=None).update(via_file=True)
    return handed


def _want(listings: list[Listing], facet: Facet, by: str) -> int:
    return wants.want(listings, facet, by=by, via_file=len(listings) >= BY_FILE_FROM)
