"""Reads deliveries as sending and its answer see them: without the cost of model objects, by the thousand."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from catalog.listings.facets.base import FacetDelivery
from catalog.listings.facets.contexts import Target
from catalog.listings.facets.registry import named
from catalog.listings.models import Listing, ListingFacet
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among

COLUMNS = (
    "pk", "facet", "number", "run_id", "request_id", "queued_by", "answer", "attempts", "failures", "file_id",
    "only_if_new", "said", "kept", "listing_id",
)  # fmt: skip
_SAID, _LISTING = COLUMNS.index("said"), COLUMNS.index("listing_id")
OF_LISTING = (
    "listing__product_id", "listing__sku", "is_new", "listing__archive_requested", "listing__last_error",
    "listing__live_price", "listing__live_quantity",
)  # fmt: skip


def read(
    rows: QuerySet[ListingFacet], account: JetAccount, known: Mapping[int, Target] | None = None
) -> list[FacetDelivery]:
    """Read deliveries of one account, in the order of the rows; known are their listings, where all were read."""
    found = rows.annotate(said=Cast("errors", TextField()), kept=Cast("sent", TextField()))
    if known is not None:
        return [_delivery(values, known[values[_LISTING]]) for values in found.values_list(*COLUMNS)]
    whole = found.annotate(is_new=Q(listing__first_sent_at=None)).values_list(*COLUMNS, *OF_LISTING)
    return [_delivery(values, Target(*values[_LISTING:], account)) for values in whole]  # type: ignore[call-arg]


def targets(listing_ids: Collection[int], account: JetAccount) -> dict[int, Target]:
    """Read listings by their keys: where several deliveries are about each, it is read once for all of them."""
    found = Listing.objects.filter(among("pk", listing_ids)).annotate(is_new=Q(first_sent_at=None)).order_by()
    columns = [name.removeprefix("listing__") for name in OF_LISTING]
    return {values[0]: Target(*values, account) for values in found.values_list("pk", *columns)}  # type: ignore[call-arg]


def _delivery(values: Sequence[Any], target: Target) -> FacetDelivery:
    # Hardly a delivery had errors before, and reading nothing thousands of times takes long.
    said = values[_SAID]
    errors = [] if said == "[]" else json.loads(said)
    return FacetDelivery(values[0], named(values[1]), *values[2:_SAID], errors, values[_SAID + 1], target)  # type: ignore[call-arg]
