"""All 5,009 real-shaped orders of the superstore: filled in order from its own stock, the rest after a restock."""

import gzip
import json
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from catalog.products.intake.importer import import_products
from catalog.products.models import Product, StockMovement
from catalog.products.services import typed_quantities
from jetapi.types.order_messages import ShipmentItem, ShipmentMessage
from jetbridge.core.models import Configuration
from orders.models import FailedOrder, Order
from orders.services import refreshes

FOLDER = settings.JETBRIDGE_SAMPLES / "superstore"
ORDERS = FOLDER / "jet_orders_from_superstore.ndjson.gz"
CATALOGUE = FOLDER / "superstore_catalogue_magento.csv.gz"
# What the catalogue's own stock fills when orders are taken one after the other.
FILLED_FROM_STOCK = 3_846
pytestmark = [
    pytest.mark.skipif(not ORDERS.exists(), reason=f"sample orders are not at {ORDERS}"),
    pytest.mark.timeout(3600),
]


def documents():
    """Return all orders."""
    with gzip.open(ORDERS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def units_of(orders):
    """Add up the ordered units by SKU."""
    found = Counter()
    for order in orders:
        for item in order["order_items"]:
            found[item["merchant_sku"]] += item["request_order_quantity"]
    return found


def is_doubled(order):
    """Return whether one SKU stands on two lines."""
    return max(Counter(item["merchant_sku"] for item in order["order_items"]).values()) > 1


@pytest.fixture
def catalogue(account):
    """The superstore's products with its own stock."""
    import_products(path=CATALOGUE)


@pytest.mark.kill
def test_all_orders_go_through_from_stock_and_after_a_restock(
    catalogue, sandbox, import_orders, retry_orders
):
    shown = documents()
    Configuration.objects.update(auto_cancel=False)  # nobody is rejected, however slow the machine is
    for start in range(0, len(shown), 500):
        sandbox.place_orders(documents=shown[start : start + 500], rebase=True)

    import_orders()
    filled = Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count()
    held = Order.objects.filter(status=Order.Status.HELD).count()
    pending = units_of(shown)
    Product.objects.filter(sku__in=pending).update(is_in_stock=True)
    for product in Product.objects.filter(sku__in=pending):
        typed_quantities.set_quantity(product=product, quantity=pending[product.sku])
    while FailedOrder.objects.filter(state__in=FailedOrder.UNRESOLVED).exists():
        assert retry_orders().done
    import_orders()

    reserved = dict(Product.objects.filter(reserved__gt=0).values_list("sku", "reserved"))
    taken = Counter(
        call["path"].split("/")[-2] for call in sandbox.calls(path="acknowledge$") if call["applied"]
    )
    assert (filled, held) == (FILLED_FROM_STOCK, len(shown) - FILLED_FROM_STOCK)
    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == len(shown)
    assert reserved == dict(pending)
    assert taken == Counter(order["merchant_order_id"] for order in shown)
    assert StockMovement.objects.filter(kind="reserve").aggregate(all=Sum("reserved_change"))["all"] == sum(
        pending.values()
    )
    assert not Product.objects.filter(reserved__gt=F("quantity")).exists()


def test_one_sku_on_two_lines_is_filled_line_by_line(account, jet, sandbox, import_orders):
    doubled = [order for order in documents() if is_doubled(order)]
    for sku in units_of(doubled):
        Product.objects.create(sku=sku, sku_key=sku.upper(), name=sku, quantity=1_000)
    sandbox.place_orders(documents=doubled, rebase=True)
    import_orders()

    for order in Order.objects.all():
        first, _ = pair_of(order)
        jet.orders.ship(order.jet_id, shipments=[parcel(first.sku, first.units_ordered)])
        refreshes.sync_one(client=jet, account=account, jet_id=order.jet_id)

    assert Order.objects.filter(status=Order.Status.IN_PROGRESS).count() == len(doubled) == 8
    for order in Order.objects.all():
        first, second = pair_of(order)
        assert (first.units_open, second.units_open) == (0, second.units_ordered)
        assert (first.units_reserved, second.units_reserved) == (0, second.units_ordered)


def pair_of(order):
    """Return the two lines of an order that carry one SKU."""
    counts = Counter(order.items.values_list("sku", flat=True))
    sku = next(sku for sku, lines in counts.items() if lines == 2)
    return order.items.filter(sku=sku).order_by("position")


def parcel(sku, units):
    """Return a parcel that somebody reports to Jet outside this panel; Jet counts by SKU."""
    now = timezone.now()
    return ShipmentMessage(
        shipment_items=(ShipmentItem(merchant_sku=sku, response_shipment_sku_quantity=units),),
        alt_shipment_id=f"elsewhere-{sku}",
        shipment_tracking_number="1Z9",
        carrier="UPS",
        response_shipment_date=now,
        expected_delivery_date=now + timedelta(days=4),
        carrier_pick_up_date=now + timedelta(days=1),
    )
