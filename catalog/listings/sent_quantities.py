"""What was sent to Jet of a product's stock and when, and what happened to the stock around a moment."""

from dataclasses import dataclass
from datetime import datetime

from catalog.listings.facets import registry
from catalog.listings.models import ListingFacet
from catalog.products.models import StockMovement
from jetbridge.core.models import JetAccount


@dataclass(frozen=True)
class SentStock:
    """The quantity that Jet took last, and what is on its way or stopped; None: it never took one."""

    quantity: int | None
    at: datetime | None
    queued_at: datetime | None
    blocked_at: datetime | None
    errors: tuple[str, ...] = ()


def sent_stock(product_id: int, account: JetAccount) -> SentStock | None:
    """Return what was sent to Jet of a product's stock; None when this panel never listed it."""
    facet = ListingFacet.objects.filter(
        listing__account=account,
        listing__product_id=product_id,
        facet__in=registry.that(lambda facet: facet.follows_stock),
    ).first()
    if facet is None:
        return None
    return SentStock(
        quantity=registry.named(facet.facet).units_in(facet.accepted),
        at=facet.accepted_at,
        queued_at=facet.queued_at if facet.next_try_at else None,
        blocked_at=facet.blocked_at,
        errors=tuple(str(error) for error in facet.errors),
    )


def last_drop(product_id: int, *, since: datetime | None) -> StockMovement | None:
    """Return the last movement that left fewer units to sell, after a moment."""
    movements = StockMovement.objects.filter(product_id=product_id)
    if since is not None:
        movements = movements.filter(at__gt=since)
    decreases = movements.exclude(quantity_change__gte=0, reserved_change__lte=0)
    return decreases.select_related("user").order_by("-pk").first()
