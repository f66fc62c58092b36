"""
Does keeping Jet in step cost what changed, or what there is? 1,000 changed of 1,000,000 beside 1,000 of 10,000.

Both sides edit 1,000 products spread over the catalogue, then run what the jobs of prices and quantities run:
looking for what ages, for special prices by date, sending, storing the answers. Then everything once more with
nothing changed: below a second and without a call. Run: `python bench/sync.py`.
"""

import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from support import panel_home
from support.sizes import sized

# isort: split
from django.db import connection
from django.db.models import F
from django.utils import timezone

from catalog.listings import selectors
from catalog.listings.facets import registry, updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates
from catalog.products.models import Product
from jetapi import JetClient
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import ApiCall, Configuration, JetAccount

AIM = 0.66
FEW, MANY = sized(10_000, 100), sized(1_000_000, 200)
CHANGED = sized(1000, 20)
ROUNDS = sized(7, 2)
IDLE_LIMIT = 1.0
SENT = {
    "details": '{"product_title": "Product"}',
    "price": '{"price": 19.99}',
    "inventory": f'{{"fulfillment_nodes": [{{"fulfillment_node_id": "{panel_home.NODE}", "quantity": 5}}]}}',
}


def make_account(url: str) -> JetAccount:
    """Point the installation at a Jet and return its account."""
    Configuration.objects.update_or_create(pk=1, defaults={"api_url": url})
    account = configuration.active_account()
    account.api_user = "test-user"
    account.keep_secret("test-secret", address=url)
    account.fulfillment_node_id = panel_home.NODE
    account.save()
    return account


def grow(table: Any, first: int, last: int, values: dict[str, str]) -> None:
    """Copy a table's pattern row, number 0, to the numbers from first to last; values are SQL over `n`."""
    columns = [field.column for field in table._meta.concrete_fields]
    chosen = ", ".join(values.get(column, f"pattern.{column}") for column in columns)
    name = table._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) "
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {chosen} FROM numbers, {name} AS pattern "
            f"WHERE pattern.id = 0"
        )


def make_patterns(account: JetAccount) -> None:
    """Write one product, which Jet has as the store has it."""
    now = timezone.now()
    product = Product.objects.create(
        id=0,
        sku="SKU-0",
        name="Product",
        price=Decimal("19.99"),
        quantity=5,
        attributes={"brand": "Northwind"},
    )
    listing = Listing.objects.create(
        id=0, account=account, product=product, sku="SKU-0", first_sent_at=now, status=Listing.Status.AVAILABLE,
        status_at=now, live_price=Decimal("19.99"), live_quantity=5,
    )  # fmt: skip
    ListingFacet.objects.create(
        id=0,
        listing=listing,
        facet="price",
        answer="accepted",
        sent_at=now,
        answer_at=now,
        accepted_at=now,
    )


def fill(last: int) -> None:
    """Let the catalogue grow to this many products, each with what was sent of it."""
    first = (Product.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    sku = "'SKU-' || n"
    grow(Product, first, last, {"id": "n", "sku": sku, "sku_key": sku})
    grow(Listing, first, last, {"id": "n", "sku": sku, "product_id": "n"})
    for place, (facet, body) in enumerate(SENT.items(), start=1):
        values = {
            "id": f"n * 10 + {place}",
            "listing_id": "n",
            "facet": f"'{facet}'",
            "accepted": f"'{body}'",
        }
        grow(ListingFacet, first, last, values | {"sent": f"'{body}'"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def change(last: int) -> None:
    """Edit products spread over the whole catalogue, as an import or an order does."""
    ids = list(range(1, last + 1, last // CHANGED))[:CHANGED]
    Product.objects.filter(pk__in=ids).update(price=F("price") + Decimal("0.01"), quantity=F("quantity") + 1)
    updates.product_changed(ids, registry.offers(), by="bench")


def sync(client: JetClient, account: JetAccount) -> int:
    """Do what catalog.sync_prices and catalog.sync_inventory do; return how many calls Jet took."""
    done = 0
    for facet in registry.offers():
        facet.prepare(account)
        updates.prefer_files(account, [facet])
        done += direct_updates.send_pending(client=client, account=account, facets=[facet]).done
    return done


def idle(client: JetClient, account: JetAccount) -> None:
    """Do what all three jobs and the sweep do where nothing has changed."""
    assert sync(client, account) == 0
    assert direct_updates.send_pending(client=client, account=account).done == 0
    assert selectors.unsent_jobs() == []


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(account: JetAccount, last: int) -> tuple[float, float]:
    """Return the median seconds of a round with changes, and the longest of one without."""
    busy, quiet = [], []
    for _ in range(ROUNDS):
        with open_client(account) as client:
            change(last)
            busy.append(seconds(lambda: sync(client, account)))
        before = ApiCall.objects.count()
        with open_client(account) as client:
            quiet.append(seconds(lambda: idle(client, account)))
        assert ApiCall.objects.count() == before, "calls were made although nothing had changed"
    return statistics.median(busy), max(quiet)


def main() -> int:
    """Measure both catalogues in one run."""
    with panel_home.slow_jet(0) as url:
        account = make_account(url)
        make_patterns(account)
        fill(FEW)
        few, few_idle = measure(account, FEW)
        fill(MANY)
        many, many_idle = measure(account, MANY)
    print(f"{CHANGED} of {FEW:,} changed: {few:.2f} s; of {MANY:,}: {many:.2f} s")
    print(
        f"nothing changed: {few_idle:.3f} s of {FEW:,}; {many_idle:.3f} s of {MANY:,} (limit {IDLE_LIMIT} s); no call"
    )
    ratio = few / many
    print(f"bench sync: {ratio:.2f} (aim {AIM})")
    return 0 if ratio >= AIM and many_idle < IDLE_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
