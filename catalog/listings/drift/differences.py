"""Compares what Jet holds with the store and with what it last took of us, and keeps what differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.facets.figures import Figure, Ground, Reading, Value, cause_of, in_words
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.products.models import Product, StockMovement
from jetbridge.core import configuration, history
from jetbridge.core.models import Event, JetAccount
from jetbridge.core.texts import counted
from jetbridge.inbox.notifications import notify

Cause = Drift.Cause
# Fields and SKUs that are named; the report shows them all.
NAMED = 5


@dataclass
class Found:
    """What comparing brought: the differences, and what was looked at."""

    differences: list[Drift] = field(default_factory=list)
    looked_at: set[tuple[int, str]] = field(default_factory=set)


def compare(readings: Sequence[Reading], account: JetAccount) -> list[Drift]:
    """
    Keep the differences of these listings and drop those that are gone; return what others changed on Jet.

    The number of queries does not grow with the readings. A figure that was answered after Jet was asked is
    left as it was: the reading is older than what we know.
    """
    known = [each for each in readings if each.listing.product_id]
    if not known:
        return []
    ground, found = _ground(known, account), Found()
    for reading in known:
        for figure in _figures(reading, ground):
            _compare(reading.listing, figure, ground, found)
    # Kept and said together: what is known already is not said again.
    with transaction.atomic():
        foreign = [row for row in _keep(found) if row.cause == Cause.FOREIGN]
        if foreign:
            _say(foreign, account)
    return foreign


def _ground(readings: Sequence[Reading], account: JetAccount) -> Ground:
    listings = [reading.listing for reading in readings]
    for listing in listings:
        # Read along with each row, the account's secrets would be decrypted each time.
        listing.account = account
    watched = registry.that(lambda facet: facet.figure)
    rows = ListingFacet.objects.filter(listing__in=listings, facet__in=watched)
    ids = [listing.product_id for listing in listings if listing.product_id]
    # Whole, as no build reads them: when a product changed says which side is the newer one.
    products = Product.objects.in_bulk(ids)
    moves = StockMovement.objects.filter(product__in=ids).values_list("product").annotate(Max("at"))
    return Ground(
        account,
        configuration.current(),
        timezone.now(),
        listings,
        {(row.listing_id, row.facet): row for row in rows},
        products,
        dict(moves.order_by()),
    )


def _figures(reading: Reading, ground: Ground) -> Iterable[Figure]:
    """Give the figures of one listing that this reading can compare."""
    product = ground.products.get(reading.listing.product_id or 0)
    if product is None:
        return
    reading.listing.product = product
    for facet in registry.facets():
        figure = facet.figure_of(reading, product, ground)
        if figure is not None:
            yield figure


def _compare(listing: Listing, figure: Figure, ground: Ground, found: Found) -> None:
    found.looked_at.add((listing.pk, figure.kind))
    cause = cause_of(figure, ground.now)
    if cause is not None:
        found.differences.append(_drift(listing, figure, cause, ground))


def _drift(listing: Listing, figure: Figure, cause: Drift.Cause, ground: Ground) -> Drift:
    def words(value: Value) -> str:
        return in_words(figure, value)

    return Drift(
        account=ground.account, listing=listing, figure=figure.kind, cause=cause,
        store=words(figure.store), store_at=figure.store_at,
        sent=words(figure.sent), sent_at=figure.sent_at,
        live=words(figure.live), live_at=figure.live_at,
        found_at=ground.now, compared_at=ground.now,
    )  # fmt: skip


def _keep(found: Found) -> list[Drift]:
    """Write what differs, drop what no longer does; return what was not known before."""
    listing_ids = {pk for pk, _ in found.looked_at}
    stored = {(row.listing_id, row.figure): row for row in Drift.objects.filter(listing_id__in=listing_ids)}
    fresh: list[Drift] = []
    for row in found.differences:
        known = stored.get((row.listing_id, row.figure))
        is_same = known is not None and (known.cause, known.live) == (row.cause, row.live)
        if known is not None and is_same:
            row.found_at = known.found_at
        else:
            fresh.append(row)
    gone = found.looked_at - {(row.listing_id, row.figure) for row in found.differences}
    Drift.objects.filter(pk__in=[row.pk for key, row in stored.items() if key in gone]).delete()
    Drift.objects.bulk_create(
        found.differences,
        update_conflicts=True,
        unique_fields=["listing", "figure"],
        update_fields=[
            "cause", "store", "store_at", "sent", "sent_at", "live", "live_at", "found_at", "compared_at",
        ],
    )  # fmt: skip
    return fresh


def _say(foreign: Sequence[Drift], account: JetAccount) -> None:
    """Notify people that somebody else writes to this account, and put it into the products' history."""
    Event.objects.bulk_create(
        history.build(
            "changed on Jet",
            row.listing.product,
            message=f"{row.get_figure_display()} was changed on Jet; this panel has no record of it.",
            before={row.figure: row.sent},
            after={row.figure: row.live},
        )
        for row in foreign
        if row.listing.product is not None
    )
    skus = list(dict.fromkeys(row.listing.sku for row in foreign))
    more = f" and {len(skus) - NAMED} more" if len(skus) > NAMED else ""
    notify(
        "catalog.foreign_change",
        key=account.mode,
        title=f"{counted(len(skus), 'SKU')} changed on Jet, no record here",
        text=f"{', '.join(skus[:NAMED])}{more}. Does another tool use the {account}?",
        severity="warning",
        mail=True,
    )
