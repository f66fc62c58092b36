"""Finds prices and quantities that must be sent although nobody edited them: age, and special prices by date."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import Facet, Listing, ListingFacet
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.jobs.queue import nudge

# Jet wants quantities at least every 24 hours; this leaves room for a night of failures.
OLD = timedelta(hours=20)
# Refreshed in one run; the next run takes the next. So many that a million quantities, confirmed all at once, are
# renewed by a run every ten minutes before 24 hours are over.
MOST = 50_000
# A panel that stood still for a month finds on its return which special prices began or ended meanwhile.
DAYS_BACK = 31
# Jet's yes may come long after the price was worded: one that was worded before midnight, in a file above all, may be
# taken after it. What Jet took this long after a special price began or ended is sent once more.
UNDER_WAY = (timedelta(days=1), timedelta(hours=2), timedelta(0))
# From this many on, files carry them instead of single calls.
BY_FILE_FROM = 2000
# Wishes handed over in one short transaction.
CHUNK = 500


def want_aging_inventory(account: JetAccount) -> int:
    """Want quantities sent again that Jet confirmed long ago; return how many."""
    old = (
        _theirs(account)
        .filter(facet=Facet.INVENTORY, accepted_at__lt=timezone.now() - OLD)
        .order_by("accepted_at")
        .values_list("listing_id", flat=True)[:MOST]
    )
    return _want(list(old), Facet.INVENTORY, by="24 hours near")


def want_dated_prices(account: JetAccount) -> int:
    """Want prices sent whose special price began or ended since Jet took the last one; return how many."""
    if not configuration.current().use_special_price:
        return 0
    today, wanted = timezone.localdate(), 0
    for back in range(DAYS_BACK):
        day = today - timedelta(days=back)
        turned = Q(special_price_from=day) | Q(special_price_to=day - timedelta(days=1))
        if not Product.objects.filter(turned).exists():
            continue
        stale = _theirs(account).filter(
            facet=Facet.PRICE,
            accepted_at__lt=_worded_since(day),
            listing__product__in=Product.objects.filter(turned).values("pk"),
        )
        wanted += _want(
            list(stale.values_list("listing_id", flat=True)[:MOST]), Facet.PRICE, by="special price dates"
        )
    return wanted


def _worded_since(day: date) -> datetime:
    """Return when Jet must have taken a price at the earliest so that it was worded on that day."""
    midnight, now = timezone.make_aware(datetime.combine(day, time.min)), timezone.now()
    return next((midnight + late for late in UNDER_WAY if midnight + late <= now), midnight)


def _theirs(account: JetAccount) -> QuerySet[ListingFacet]:
    """Return what was sent of products that Jet has open, and that nothing holds up or sends anyway."""
    return ListingFacet.objects.filter(
        listing__account=account, listing__product__isnull=False, wanted_at=None, blocked_at=None
    ).exclude(listing__status=Listing.Status.ARCHIVED)


def prefer_files(account: JetAccount, *facets: Facet) -> int:
    """Hand wishes over to files where so many wait that single calls would take too long; return how many."""
    handed = sum(_hand_over(account, facet) for facet in facets)
    if handed:
        nudge(updates.RUNS_JOB)
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


def _want(listing_ids: Sequence[int], facet: Facet, by: str) -> int:
    rows = [Listing(pk=pk) for pk in listing_ids]
    return updates.want(rows, facet, by=by, via_file=len(rows) >= BY_FILE_FROM)
