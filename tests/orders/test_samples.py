"""Real-shaped orders: hundreds of them go through, and the cost of an order does not grow with their number."""

import gzip
import json
from collections import Counter
from itertools import islice

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.listings.models import Listing, ListingFacet
from catalog.products.models import Product, StockMovement
from orders.models import FailedOrder, Order, OrderItem
from tests.facets import Facet

FILE = settings.JETBRIDGE_SAMPLES / "superstore" / "jet_orders_from_superstore.ndjson.gz"
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
# What a run asks for itself, however many orders it finds: settings, account, claims, whether the database is old.
OF_THE_RUN = 60
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"sample orders are not at {FILE}")


def sample_orders(count):
    """Return the first orders, and the few that carry one SKU on two lines."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    doubled = [each for each in documents if max(Counter(_skus(each)).values()) > 1]
    return doubled + list(islice((each for each in documents if each not in doubled), count))


def _skus(document):
    return [item["merchant_sku"] for item in document["order_items"]]


@pytest.fixture
def stocked(account):
    """Make every ordered product, with units for all of its orders: stock(documents)."""

    def stock(documents):
        skus = {sku for document in documents for sku in _skus(document)}
        Product.objects.bulk_create(
            Product(sku=sku, sku_key=sku.upper(), name=sku, quantity=10_000) for sku in skus
        )

    return stock


def test_real_shaped_orders_are_imported_reserved_and_acknowledged(stocked, sandbox, import_orders):
    documents = sample_orders(120)
    stocked(documents)
    sandbox.place_orders(documents=documents, rebase=True)

    report = import_orders()

    units = sum(item["request_order_quantity"] for each in documents for item in each["order_items"])
    reserved = -sum(StockMovement.objects.values_list("quantity_change", flat=True))
    assert (report.done, report.failed) == (len(documents), 0)
    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == len(documents)
    assert sum(OrderItem.objects.values_list("units_reserved", flat=True)) == units
    assert sum(Product.objects.values_list("reserved", flat=True)) == units
    assert (reserved, FailedOrder.objects.count()) == (0, 0)


def test_totals_are_those_that_jet_told(stocked, sandbox, import_orders):
    documents = sample_orders(40)
    stocked(documents)
    sandbox.place_orders(documents=documents, rebase=True)

    import_orders()

    for document in documents:
        order = Order.objects.get(jet_id=document["merchant_order_id"])
        reported = document["order_totals"]
        assert float(order.base_total) == pytest.approx(reported["item_price"]["base_price"], abs=0.005)
        assert float(order.fee_total) == pytest.approx(reported["item_fees"], abs=0.005)
        assert abs(sum(item.line_price for item in order.items.all()) - order.base_total) < 1


def test_an_order_costs_13_queries_at_most_with_its_products_listed_on_jet(
    stocked, sandbox, import_orders, account
):
    documents = sample_orders(100)
    stocked(documents)
    products = Product.objects.all()
    Listing.objects.bulk_create(
        Listing(account=account, product=product, sku=product.sku, first_sent_at=timezone.now())
        for product in products
    )
    sandbox.place_orders(documents=documents, rebase=True)

    with CaptureQueriesContext(connection) as queries:
        import_orders()

    statements = [each["sql"] for each in queries if not each["sql"].startswith(BOOKKEEPING)]
    assert (len(statements) - OF_THE_RUN) / len(documents) <= 13
    pending = ListingFacet.objects.filter(facet=Facet.INVENTORY, next_try_at__isnull=False)
    assert pending.count() == len(products)
