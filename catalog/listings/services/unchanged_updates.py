"""Finds wishes that would tell Jet nothing new: what it took last is what would be sent, and is what it holds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from catalog.listings.facets import payloads
from catalog.listings.facets.payloads import Body
from catalog.listings.models import Drift, Facet, Listing, ListingFacet
from catalog.listings.services.wishes import Wish
from jetbridge.core.models.ranges import among

# Both say which images a SKU has: only the younger of them is what Jet holds.
CONTENT = (Facet.DETAILS, Facet.IMAGES)
# Of these, what Jet held when it was read last is known, and has its say.
OFFER = (Facet.PRICE, Facet.INVENTORY)


def taken(rows: Sequence[Wish]) -> dict[int, Any]:
    """
    Return of wishes that need not go again unchanged what Jet took last.

    Left out is what Jet may hold otherwise: an answer was lost, somebody else wrote, another part overwrote it.
    """
    if rows and rows[0].facet == Facet.ARCHIVE:
        return _open_still(rows)
    ids = [row.pk for row in rows if row.only_if_new or row.facet == Facet.VARIATION]
    if not ids:
        return {}
    found = ListingFacet.objects.filter(
        Q(only_if_new=True) | Q(facet=Facet.VARIATION, send_anyway=False),
        among("pk", ids),
        answer=ListingFacet.Answer.ACCEPTED,
    )
    if rows[0].facet in CONTENT:
        later = ListingFacet.objects.filter(
            listing=OuterRef("listing"), facet__in=CONTENT, accepted_at__gt=OuterRef("accepted_at")
        )
        foreign = Drift.objects.filter(listing=OuterRef("listing"), figure=Drift.Figure.CONTENT)
        found = found.filter(~Exists(later), ~Exists(foreign))
    if rows[0].facet not in OFFER:
        # What Jet took of a SKU that it lost since, it does not hold.
        found = found.filter(accepted_at__gte=F("listing__first_sent_at"))
    if rows[0].facet == Facet.VARIATION:
        # Nor does it hold a child in its group that it lost: that comes back as a SKU without one.
        back = Listing.objects.filter(
            account=OuterRef("listing__account"),
            product__variation_of__parent=OuterRef("listing__product"),
            first_sent_at__gt=OuterRef("accepted_at"),
        )
        found = found.filter(~Exists(back))
    accepted: dict[int, Any] = dict(found.values_list("pk", "accepted"))
    return {row.pk: accepted[row.pk] for row in rows if row.pk in accepted and _holds(row, accepted[row.pk])}


def is_repeat(row: Wish, body: Body, known: dict[int, Any]) -> bool:
    """Tell whether a wish would say again what Jet took; known is what `taken` found."""
    return row.pk in known and payloads.plain(body) == known[row.pk]


def _open_still(rows: Sequence[Wish]) -> dict[int, Any]:
    """
    Return the wishes to open a SKU that Jet never closed: the product came back before the closing was sent.

    Jet puts a SKU that is opened back under review, so that opening a live one would cost weeks.
    """
    ids = [row.pk for row in rows if not row.listing.archive_wanted]
    found = ListingFacet.objects.filter(
        among("pk", ids), answer__in=(ListingFacet.Answer.NONE, ListingFacet.Answer.ACCEPTED)
    ).exclude(listing__status=Listing.Status.ARCHIVED)
    return {pk: payloads.archive(False) for pk in found.values_list("pk", flat=True)} if ids else {}


def _holds(row: Wish, accepted: Any) -> bool:
    """Tell whether Jet, when it was read last, held of the offer what it took of us."""
    if row.facet == Facet.PRICE:
        return row.listing.live_price == Decimal(str(accepted["price"]))
    if row.facet == Facet.INVENTORY:
        return bool(row.listing.live_quantity == accepted["fulfillment_nodes"][0]["quantity"])
    return True
