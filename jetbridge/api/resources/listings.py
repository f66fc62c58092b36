"""Listings: what stands on Jet, by its parts, and what Jet said of them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from catalog.listings.facets import registry
from catalog.listings.models import Listing
from jetbridge.api import lists, problems
from jetbridge.api.gate import reads
from jetbridge.api.shapes import Money, Page, money
from jetbridge.core import configuration

router = Router(tags=["listings"])


class ListingOut(Schema):
    """One SKU on Jet."""

    sku: str
    product: str | None
    status: str
    sub_statuses: list[str]
    status_at: datetime | None
    live_price: Money | None
    live_quantity: int | None
    live_at: datetime | None
    last_error: str
    parts: list["Part"]
    changed_at: datetime


class Part(Schema):
    """One part of a listing that is sent by itself: where its sending stands, and what Jet said."""

    part: str
    state: str
    queued_at: datetime | None
    answer_at: datetime | None
    errors: list[str]


class ListingQuery(lists.Syncing):
    """All listings, or those of one status at Jet; `changed_since`: Jet has or said something new of them."""

    status: str = Field("", max_length=24, description="Jet's word, such as Under Jet Review.")


@reads(
    router, "/listings", permission="catalog.view_listing", response=Page[ListingOut], summary="List listings"
)
def listings(request: HttpRequest, asked: Annotated[ListingQuery, Query()]) -> dict[str, Any]:
    """SKUs on Jet under the keys that are switched on, newest first, or those that changed since."""
    rows = _listings()
    if asked.status:
        rows = rows.filter(status=asked.status)
    return lists.page(rows, asked, changed="updated_at", show=_listing)


@reads(
    router,
    "/listings/{path:sku}",
    permission="catalog.view_listing",
    response=ListingOut,
    summary="One listing",
)
def listing(request: HttpRequest, sku: str) -> dict[str, Any]:
    """One SKU on Jet."""
    found = _listings().filter(sku=sku).first()
    if found is None:
        raise problems.not_found("listing", sku)
    return _listing(found)


def _listings() -> Any:
    rows = Listing.objects.filter(account=configuration.active_account())
    return rows.select_related("product").prefetch_related("facets")


def _listing(row: Listing) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "product": row.product.sku if row.product else None,
        "status": row.status,
        "sub_statuses": [str(each) for each in row.sub_statuses],
        "status_at": row.status_at,
        "live_price": money(row.live_price),
        "live_quantity": row.live_quantity,
        "live_at": row.live_at,
        "last_error": row.last_error,
        "parts": [
            {
                "part": registry.named(facet.facet).label,
                "state": facet.state,
                "queued_at": facet.queued_at,
                "answer_at": facet.answer_at,
                "errors": [str(error) for error in facet.errors],
            }
            for facet in row.facets.all()
        ],
        "changed_at": row.updated_at,
    }
