"""The table of routes: the one place that sees every endpoint."""

from . import bulk, content, customer_fields, customers, stores, taxes
from .call import Route
from .catalogue import (
    attribute_sets,
    attributes,
    bundles,
    categories,
    configurables,
    links,
    media,
    prices,
    products,
)
from .sales import cancels, carts, checkouts, invoices, orders, refunds, shipments
from .stock import salable, sources, transfers
from .world import Options


def routes(options: Options) -> list[Route]:
    """List what a store answers; without MSI there are no sources, stocks and reservations."""
    parts = [
        stores.ROUTES, bulk.ROUTES, content.ROUTES, customers.ROUTES, customer_fields.ROUTES, taxes.ROUTES,
        attributes.ROUTES, attribute_sets.ROUTES, categories.ROUTES, products.ROUTES, links.ROUTES,
        configurables.ROUTES, bundles.ROUTES, prices.ROUTES, media.ROUTES, salable.LEGACY_ROUTES,
        carts.ROUTES, checkouts.ROUTES, orders.ROUTES, cancels.ROUTES, shipments.ROUTES,
        invoices.ROUTES, refunds.ROUTES,
    ]  # fmt: skip
    if options.msi:
        parts += [sources.ROUTES, salable.ROUTES, transfers.ROUTES]
    if options.module:
        parts.append(cancels.MODULE_ROUTES)
    return [route for part in parts for route in part]
