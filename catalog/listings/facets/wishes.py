"""Reads wishes as sending and its answer see them: without the cost of model objects, by the thousand."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from catalog.listings.facets.base import Wish
from catalog.listings.facets.contexts import Target
from catalog.listings.facets.registry import named
from catalog.listings.models import Listing, ListingFacet
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among

COLUMNS = (
    "pk", "facet", "wanted_number", "run_id", "request_id", "claimed_by", "said", "failures", "file_id",
    "listing_id", "only_if_new",
)  # fmt: skip
OF_LISTING = (
    "listing__product_id", "listing__sku", "is_new", "listing__archive_wanted", "listing__last_error",
    "listing__live_price", "listing__live_quantity",
)  # fmt: skip


def read(
    rows: QuerySet[ListingFacet], account: JetAccount, known: Mapping[int, Target] | None = None
) -> list[Wish]:
    """Read wishes of one account, in the order of the rows; known are their listings, where all were read before."""
    found = rows.annotate(said=Cast("errors", TextField()))
    if known is not None:
        return [_wish(values, known[values[9]]) for values in found.values_list(*COLUMNS)]
    whole = found.annotate(is_new=Q(listing__first_sent_at=None)).values_list(*COLUMNS, *OF_LISTING)
    return [_wish(values, Target(values[9], *values[11:], account)) for values in whole]  # type: ignore[call-arg]


def targets(listing_ids: Collection[int], account: JetAccount) -> dict[int, Target]:
    """Read listings by their keys: where several wishes are about each, it is read once for all of them."""
    found = Listing.objects.filter(among("pk", listing_ids)).annotate(is_new=Q(first_sent_at=None)).order_by()
    columns = [name.removeprefix("listing__") for name in OF_LISTING]
    return {values[0]: Target(*values, account) for values in found.values_list("pk", *columns)}  # type: ignore[call-arg]


def _wish(values: Sequence[Any], target: Target) -> Wish:
    # Hardly a wish had errors before, and reading nothing thousands of times takes long.
    errors = [] if values[6] == "[]" else json.loads(values[6])
    return Wish(values[0], named(values[1]), *values[2:6], errors, *values[7:9], target, values[10])  # type: ignore[call-arg]
