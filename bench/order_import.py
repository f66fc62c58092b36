"""
How fast 1,000 ready orders are imported from a Jet 50 ms away: stored, stock reserved, acknowledged, tagged.

Beside it, in the same run, the loop that connectors usually have: fetch an order, store it, acknowledge it, then
the next one; it writes the same rows, tags nothing and does 60 orders. After that all 5,009 orders, whose last
thousand must cost no more time an order than the first. Run: `python bench/order_import.py`.
"""

import sys
import time
from itertools import pairwise

from support import panel_home
from support.sizes import sized

# isort: split
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from support import jet_sandbox, order_loop

from catalog.listings.models import Listing, ListingFacet
from catalog.products.models import Product, StockMovement
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration, JetAccount
from orders.models import Order
from orders.services import imports

AIM = 10
LATENCY = sized(0.05, 0.001)
ORDERS = sized(1000, 40)
PEER_ORDERS = sized(60, 4)
WATCHED = sized(200, 20)
ALL = sized(None, 100)
MOST_QUERIES = 12
# The last thousand may cost this much more an order than the first before the benchmark calls it growth.
NOISE = 1.25
# Growth is seen from round to round.
imports.ROUND = sized(imports.ROUND, 20)
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def make_account(url: str) -> JetAccount:
    """Point the installation at the sandbox and return its account."""
    Configuration.objects.update_or_create(pk=1, defaults={"api_url": f"{url}/api"})
    account, shown = configuration.active_account(), jet_sandbox.keys(url)
    account.api_user = shown["user"]
    account.keep_secret(shown["secret"], address=f"{url}/api")
    account.fulfillment_node_id, account.merchant_id = shown["fulfillment_node_id"], shown["merchant_id"]
    account.save()
    return account


def restock(documents: list[dict]) -> None:
    """Make every ordered product, listed on Jet, with units for all of its orders."""
    skus = {item["merchant_sku"] for each in documents for item in each["order_items"]}
    Product.objects.bulk_create(
        Product(sku=sku, sku_key=sku.upper(), name=sku, quantity=100_000) for sku in sorted(skus)
    )
    account, now = configuration.active_account(), timezone.now()
    Listing.objects.bulk_create(
        Listing(account=account, product=product, sku=product.sku, first_sent_at=now)
        for product in Product.objects.all()
    )
    ListingFacet.objects.bulk_create(
        ListingFacet(listing=listing, facet="inventory") for listing in Listing.objects.all()
    )


def import_all(account: JetAccount) -> list[tuple[int, float]]:
    """Import everything that is ready; return (orders so far, seconds so far) after each round."""
    marks, done, start = [(0, 0.0)], 0, time.perf_counter()
    with open_client(account, purpose="bench") as client:
        for report in imports.import_orders(client=client, account=account):
            done += report.done
            if report.done:
                marks.append((done, time.perf_counter() - start))
    return [*marks[:-1], (done, time.perf_counter() - start)]


def check(documents: list[dict], url: str) -> None:
    """See that each order is stored, held in stock and acknowledged once, at both ends."""
    units = sum(item["request_order_quantity"] for each in documents for item in each["order_items"])
    settled = Order.objects.filter(status=Order.Status.ACKNOWLEDGED, tagged_at__isnull=False).count()
    assert settled == len(documents), f"{settled} of {len(documents)} orders are settled"
    reserved = sum(Product.objects.filter(reserved__gt=0).values_list("reserved", flat=True))
    assert reserved == units, f"{reserved} of {units} units are reserved"
    shown = len(jet_sandbox.journal(url, "/acknowledge$"))
    assert shown == len(documents), f"{shown} acknowledgements for {len(documents)} orders"


def forget() -> None:
    """Empty the panel of orders and give all stock back."""
    connection.queries_log.clear()
    StockMovement.objects.all().delete()
    Order.objects.all().delete()
    Product.objects.filter(reserved__gt=0).update(reserved=F("reserved") * 0)


def ours(documents: list[dict]) -> tuple[float, float]:
    """Return our orders per second, and queries an order of a second, watched run."""
    with jet_sandbox.serving(LATENCY) as url:
        account = make_account(url)
        jet_sandbox.make_ready(url, documents)
        seconds = import_all(account)[-1][1]
        check(documents, url)
    forget()
    with jet_sandbox.serving(0) as url, CaptureQueriesContext(connection) as queries:
        account = make_account(url)
        jet_sandbox.make_ready(url, documents[:WATCHED])
        import_all(account)
        asked = [each for each in queries.captured_queries if not each["sql"].startswith(BOOKKEEPING)]
    forget()
    return len(documents) / seconds, len(asked) / WATCHED


def peer(documents: list[dict]) -> float:
    """Return the serial loop's orders per second."""
    with jet_sandbox.serving(LATENCY) as url:
        account = make_account(url)
        jet_sandbox.make_ready(url, documents)
        start = time.perf_counter()
        with open_client(account, purpose="bench") as client:
            order_loop.run(client=client, account=account)
        seconds = time.perf_counter() - start
        shown = len(jet_sandbox.journal(url, "/acknowledge$"))
        assert shown == len(documents), f"the loop acknowledged {shown} of {len(documents)}"
    forget()
    return len(documents) / seconds


def growth(documents: list[dict]) -> float:
    """Import all orders; return what an order of the last thousand costs beside one of the first."""
    with jet_sandbox.serving(LATENCY) as url:
        account = make_account(url)
        jet_sandbox.make_ready(url, documents)
        marks = import_all(account)
        check(documents, url)
    costs = [(later - sooner) / (more - fewer) for (fewer, sooner), (more, later) in pairwise(marks[:-1])]
    first, last = (sum(part) / len(part) for part in (costs[1:6], costs[-5:]))
    print(
        f"all orders: {len(documents)} in {marks[-1][1]:.1f} s, last rounds {last / first:.2f} times the first"
    )
    return last / first


def main() -> int:
    """Measure both sides in one run."""
    documents = jet_sandbox.superstore_orders(ALL)
    restock(documents)
    reverse("admin:index")  # a worker reads the panel's addresses once, with its first notification
    loop = peer(documents[:PEER_ORDERS])
    rate, queries = ours(documents[:ORDERS])
    print(f"serial loop: {loop:.1f} orders/s ({PEER_ORDERS} orders)")
    print(f"panel: {rate:.1f} orders/s ({ORDERS} orders), {queries:.1f} queries an order")
    grown = growth(documents)
    print(f"bench order_import_queries: {MOST_QUERIES / queries:.2f} (aim 1)")
    print(f"bench order_import_growth: {1 / grown:.2f} (aim {1 / NOISE:.2f})")
    print(f"bench order_import: {rate / loop:.1f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    assert panel_home.HOME
    sys.exit(main())
