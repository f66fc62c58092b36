"""Brings Jet in line with the rules of what is offered, product by product."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from catalog.listings.facets import closings, registry, updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import InFiles
from catalog.products.models import Product
from catalog.rules.changes import OffersChanged
from catalog.rules.eligibility import ListingEligibility, ListingRules, eligibilities
from catalog.rules.quantities import jet_quantity
from jetbridge.core import configuration
from jetbridge.outbox import queue

# How a closing by rule is distinguished from one that a person asked for: only the former is taken back by a rule.
BY_RULE = "kept off Jet by"


@dataclass
class Followed:
    """What a rule did to some products."""

    closed: int = 0
    opened: int = 0
    quantities: int = 0

    @property
    def total(self) -> int:
        """All that is sent to Jet for it."""
        return self.closed + self.opened + self.quantities


def follow_rules(change: OffersChanged) -> int:
    """Send prices and quantities that differ now, and close or open on Jet what a rule says; return how many."""
    priced = registry.that(lambda facet: facet.follows_price)
    stocked = registry.that(lambda facet: facet.follows_stock)
    queued = updates.product_changed(change.prices, priced, by=change.reason)
    queued += updates.product_changed(change.quantities, stocked, by=change.reason)
    return queued + (follow(change.ruled).total if change.ruled else 0)


def follow(product_ids: Collection[int], *, rules: ListingRules | None = None) -> Followed:
    """
    Bring Jet in line with the rules for these products: close, open again, correct quantities.

    Only what a rule had closed is opened again. Doing it twice does no harm.
    """
    config = configuration.current()
    listed = _listed(product_ids)
    if not listed:
        return Followed()
    products = list(Product.objects.filter(pk__in=listed))
    found = eligibilities(products, config, rules=rules or ListingRules.load(config))
    followed = Followed()
    for reason, ids in _by_reason(products, found).items():
        followed.closed += _close(ids, listed, reason)
    offered = [each for each in products if not found.get(each.pk, ListingEligibility()).kept_off]
    followed.opened = _open(offered)
    active = configuration.active_account().pk
    wrong = [
        each.pk
        for each in offered
        for listing in listed.get(each.pk, ())
        if listing.account_id == active
        and listing.live_quantity is not None
        and listing.live_quantity != jet_quantity(each, config, found.get(each.pk))
    ]
    if wrong:
        stocked = registry.that(lambda facet: facet.follows_stock)
        followed.quantities = updates.product_changed(wrong, stocked, by="stock rule")
    return followed


def _listed(product_ids: Collection[int]) -> dict[int, list[Listing]]:
    found: dict[int, list[Listing]] = {}
    for listing in Listing.objects.filter(product__in=list(product_ids)):
        found.setdefault(listing.product_id or 0, []).append(listing)
    return found


def _by_reason(products: Sequence[Product], found: dict[int, ListingEligibility]) -> dict[str, list[int]]:
    reasons: dict[str, list[int]] = {}
    for each in products:
        eligibility = found.get(each.pk)
        if eligibility is not None and eligibility.kept_off:
            reasons.setdefault(eligibility.kept_off, []).append(each.pk)
    return reasons


def _close(ids: Sequence[int], listed: dict[int, list[Listing]], reason: str) -> int:
    listings = [listing for pk in ids for listing in listed.get(pk, ())]
    never_sent = [each.pk for each in listings if each.first_sent_at is None]
    # What was never sent shall not go now.
    queue.drop(InFiles(), ListingFacet.objects.filter(listing__in=never_sent, file=None))
    # What is about to be opened counts as open, whatever Jet said last.
    queued = ListingFacet.objects.filter(
        listing__in=listings, facet__in=registry.closing(), next_try_at__isnull=False
    ).values_list("listing_id", flat=True)
    opening = set(queued)
    eligibility = [
        each
        for each in listings
        if each.first_sent_at is not None
        and not each.archive_requested
        and (each.status != Listing.Status.ARCHIVED or each.pk in opening)
    ]
    return closings.queue_archive(eligibility, archived=True, by=f"{BY_RULE} {reason}"[:100])


def _open(products: Sequence[Product]) -> int:
    ids = [each.pk for each in products if each.enabled and not each.excluded]
    closed = ListingFacet.objects.filter(
        listing__product__in=ids,
        listing__archive_requested=True,
        facet__in=registry.closing(),
        queued_by__startswith=BY_RULE,
    )
    listings = Listing.objects.filter(pk__in=closed.values("listing_id"))
    return closings.queue_archive(list(listings), archived=False, by="offered again by rule")
