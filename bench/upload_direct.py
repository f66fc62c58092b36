"""
How fast 1,000 products reach a Jet 50 ms away: the panel's direct upload beside jet-python doing the same calls.

Ours does all of it: deliveries are claimed, built from the database, sent, and their answers stored. jet-python gets
the finished bodies and sends one call after the other, for 30 products. Run: `python bench/upload_direct.py`.
"""

import sys
import time
from decimal import Decimal
from typing import Any

from support import panel_home
from support.sizes import sized

# isort: split
from jet import Jet

from catalog.listings.models import ListingFacet
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration, JetAccount

AIM = 20
LATENCY = 0.05
PRODUCTS = sized(1000, 40)
PEER_PRODUCTS = sized(30, 3)
FACETS = 3


def make_account(url: str) -> JetAccount:
    """Point the installation at a Jet and return its account."""
    Configuration.objects.update_or_create(pk=1, defaults={"api_url": url})
    account = configuration.active_account()
    account.api_user = "test-user"
    account.keep_secret("test-secret", address=url)
    account.fulfillment_node_id = panel_home.NODE
    account.save()
    return account


def make_products() -> list[Product]:
    """Write products that need nothing else to be built."""
    Product.objects.bulk_create(
        Product(
            sku=f"SKU-{number}",
            sku_key=f"SKU-{number}",
            name=f"Product number {number}",
            description="A well made thing. " * 20,
            price=Decimal("19.99"),
            quantity=number % 50 + 1,
            attributes={"brand": "Northwind", "mpn": f"N-{number}", "color": "Blue"},
        )
        for number in range(PRODUCTS)
    )
    return list(Product.objects.all())


def our_rate(account: JetAccount) -> float:
    """Products per second of the panel."""
    upload_requests.queue_upload(products=make_products(), account=account)
    start = time.perf_counter()
    with open_client(account) as client:
        report = direct_updates.send_pending(client=client, account=account)
    seconds = time.perf_counter() - start
    assert report.done == PRODUCTS * FACETS, f"only {report.done} facets were taken"
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists(), "something stayed pending"
    return PRODUCTS / seconds


def peer_rate(url: str) -> float:
    """Products per second of jet-python, which is handed the bodies that ours sent and Jet took."""
    rows = ListingFacet.objects.order_by("listing_id", "facet").values_list(
        "listing__sku", "facet", "accepted"
    )
    bodies: dict[str, dict[str, Any]] = {}
    for sku, facet, taken in rows[: PEER_PRODUCTS * FACETS]:
        bodies.setdefault(sku, {})[facet] = taken
    peer = type("PeerAtOurServer", (Jet,), {"base_url": url})("test-user", "test-secret", "merchant")
    start = time.perf_counter()
    for sku, body in bodies.items():
        peer.products.create(sku, body["details"])
        peer.products.update_price(sku, body["price"]["price"])
        peer.products.update_inventory(
            sku, {panel_home.NODE: body["inventory"]["fulfillment_nodes"][0]["quantity"]}
        )
    return len(bodies) / (time.perf_counter() - start)


def main() -> int:
    """Measure both sides in one run."""
    with panel_home.slow_jet(LATENCY) as url:
        ours = our_rate(make_account(url))
        peer = peer_rate(url)
    print(f"jet-python: {peer:.1f} products/s ({PEER_PRODUCTS} products, {FACETS} calls each, in a row)")
    print(f"panel: {ours:.1f} products/s ({PRODUCTS} products, {FACETS} calls each, queue to stored answer)")
    print(f"bench upload_direct: {ours / peer:.1f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
