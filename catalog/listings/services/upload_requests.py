"""Marks products for upload: their listings are made, and everything that Jet needs of them is queued."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from catalog.listings.facets import registry, updates
from catalog.listings.models import Listing
from catalog.products.models import Product
from jetbridge.core.models import JetAccount
from jetbridge.core.models.bulk_sql import insert
from jetbridge.core.models.ranges import among
from jetbridge.mass_actions.models import MassAction

# What a new listing says.
NEW = (
    "account_id", "product_id", "sku", "status", "sub_statuses", "archive_requested", "live_title", "live_brand",
    "last_error", "is_demo",
)  # fmt: skip


class Place(NamedTuple):
    """Which listing is a product's."""

    pk: int
    product_id: int | None


@transaction.atomic
def queue_upload(
    *,
    products: Sequence[Product],
    account: JetAccount,
    run: MassAction | None = None,
    via_file: bool = False,
    send_anyway: bool = False,
    by: str = "",
) -> list[Place]:
    """Queue these products whole: details, price, quantity, and groups and exceptions where they have some."""
    _complete(products, account)
    listings = [Place(*found) for found in _of(products, account).values_list(*Place._fields)]
    parts = {facet: facet.part_of(products) for facet in registry.facets()}
    chosen = {facet: [one for one in listings if one.product_id in part] for facet, part in parts.items()}
    updates.queue_each(chosen, via_file=via_file, run=run, by=by, send_anyway=send_anyway)
    return listings


def listings_for(products: Sequence[Product], account: JetAccount) -> list[Listing]:
    """Return the listing of each product under the account, made where it is missing."""
    _complete(products, account)
    found = list(_of(products, account).order_by("product_id"))
    for listing in found:
        # Read along with each row, the account's secrets would be decrypted each time.
        listing.account = account
    return found


def _of(products: Sequence[Product], account: JetAccount) -> QuerySet[Listing]:
    return Listing.objects.filter(among("product_id", [product.pk for product in products]), account=account)


def _complete(products: Sequence[Product], account: JetAccount) -> None:
    """Make the listings that are missing; a SKU that stood at Jet without a product gets its product."""
    known = set(_of(products, account).values_list("product_id", flat=True))
    by_sku = {product.sku: product for product in products if product.pk not in known}
    vanished = list(Listing.objects.filter(account=account, sku__in=by_sku, product=None))
    for listing in vanished:
        listing.product = by_sku.pop(listing.sku)
    Listing.objects.bulk_update(vanished, ["product"])
    rest = Listing.Status.NOT_UPLOADED.value, list[str](), False, "", "", "", False
    rows = [(account.pk, product.pk, sku, *rest) for sku, product in by_sku.items()]
    insert(Listing, NEW, rows, ignore_conflicts=True)
