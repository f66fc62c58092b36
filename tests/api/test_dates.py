"""Whatever a list shows of a product or a listing moves its date when it changes; a look at it does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import Direct
from catalog.products.models import Product
from catalog.products.services import holds, products, stock
from catalog.products.services.stock import StockLine
from jetbridge.api.resources.listings import ListingOut, Part
from jetbridge.api.resources.products import ProductOut
from jetbridge.outbox import claims, queue
from jetbridge.outbox.models import Answer
from jetbridge.store.stock import HeldLine
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=30)
# By the field that shows it: the table, the column, and what it becomes.
PRODUCT = {
    "sku": (Product, "sku", "MUG-2"), "name": (Product, "name", "Cup"),
    "kind": (Product, "kind", "configurable"), "enabled": (Product, "enabled", False),
    "price": (Product, "price", Decimal(7)), "special_price": (Product, "special_price", Decimal(6)),
    "quantity": (Product, "quantity", 99), "reserved": (Product, "reserved", 3),
    "available": (Product, "reserved", 4), "attributes": (Product, "attributes", {"brand": "Other"}),
    "jet": (Product, "jet_fields", {"brand": "Other"}), "jet_status": (Listing, "status", "Excluded"),
}  # fmt: skip
LISTING = {
    "sku": (Listing, "sku", "MUG-2"), "product": (Listing, "product", None),
    "status": (Listing, "status", "Excluded"), "sub_statuses": (Listing, "sub_statuses", ["x"]),
    "live_price": (Listing, "live_price", Decimal(7)), "live_quantity": (Listing, "live_quantity", 99),
    "last_error": (Listing, "last_error", "No"),
}  # fmt: skip
PART = {
    "state": (ListingFacet, "answer", Answer.REJECTED), "queued_at": (ListingFacet, "queued_at", LONG_AGO),
    "answer_at": (ListingFacet, "answer_at", LONG_AGO), "errors": (ListingFacet, "errors", ["No"]),
}  # fmt: skip
# When somebody looked last is no change; a part keeps its name, and is new with a request for it.
UNDATED = {"status_at", "live_at", "changed_at", "parts", "part"}
SHOWN = [
    (address, name, *how)
    for address, named in (("products", PRODUCT), ("listings", LISTING), ("listings", PART))
    for name, how in named.items()
]


@pytest.fixture
def mug(account):
    found = ProductFactory(sku="MUG-1", quantity=10)
    listing = ListingFactory(
        product=found, sku="MUG-1", first_sent_at=LONG_AGO, status=Listing.Status.AVAILABLE
    )
    ListingFacet.objects.create(listing=listing, facet=Facet.PRICE, answer=Answer.ACCEPTED)
    age()
    return found


def age():
    Listing.objects.update(updated_at=LONG_AGO)
    Product.objects.update(updated_at=LONG_AGO, changed_at=LONG_AGO)


def of_list(program, address):
    """Return what the list shows, less its date, and whether it is among what changed lately."""
    since = (LONG_AGO + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    (row,) = program.get(address).json()["items"]
    later = program.get(f"{address}?changed_since={since}").json()["items"]
    assert later in ([], [row])
    return {name: value for name, value in row.items() if name != "changed_at"}, later != []


def by_update(row, column):
    type(row).objects.filter(pk=row.pk).update(**{column: getattr(row, column)})


def by_bulk_update(row, column):
    type(row).objects.bulk_update([row], [column])


def by_save(row, column):
    row.save(update_fields=[column])


@pytest.mark.parametrize("write", [by_update, by_bulk_update, by_save], ids=lambda each: each.__name__)
@pytest.mark.parametrize(("address", "name", "model", "column", "value"), SHOWN)
def test_a_shown_field_that_is_written_dates_its_row(
    warehouse, mug, address, name, model, column, value, write
):
    if model is ListingFacet and write is by_save:
        pytest.skip("parts are written by their outbox, never as a whole")
    before, _ = of_list(warehouse, address)
    row = model.objects.get()
    setattr(row, column, value)
    write(row, column)

    after, is_dated = of_list(warehouse, address)
    assert after != before
    assert is_dated


def test_each_field_that_a_list_shows_is_walked():
    shown = {*ProductOut.model_fields, *ListingOut.model_fields, *Part.model_fields}

    assert shown == {*PRODUCT, *LISTING, *PART, *UNDATED}


def line(mug, units):
    return [StockLine("1", mug.pk, mug.sku, units)]


STEPS = {
    "an order holds units": lambda mug: stock.reserve(document="order 1", lines=line(mug, 2)),
    "it lets them go": lambda mug: stock.release(document="order 1", lines=line(mug, 1)),
    "it ships them": lambda mug: stock.ship(document="order 1", lines=line(mug, 1)),
    "they come back": lambda mug: stock.restock(document="return 1", lines=line(mug, 1)),
    "the panel holds for a store": lambda mug: (
        holds.hold([HeldLine("order 2", "1", mug.sku, mug.sku_key, 3)]),
        holds.recount([mug.sku_key]),
    ),
    "a hold ends": lambda mug: holds.let_go(order="order 2"),
}


def test_what_orders_hold_and_let_go_dates_a_product(warehouse, mug):
    Listing.objects.all().delete()
    for name, step in STEPS.items():
        age()
        before, _ = of_list(warehouse, "products")
        step(mug)

        after, is_dated = of_list(warehouse, "products")
        assert (after != before, is_dated) == (True, True), name


def test_what_becomes_of_a_part_dates_its_listing(warehouse, mug):
    rows = ListingFacet.objects.all()
    listing = Listing.objects.get()
    for name, step in {
        "queued": lambda: queue.queue(Direct(), rows),
        "withdrawn": lambda: queue.withdraw(Direct(), rows),
        "stopped": lambda: queue.block(Direct(), rows, reason="Refused too often."),
        "freed": lambda: queue.unblock(Direct(), rows),
        "dropped": lambda: (queue.queue(Direct(), rows), age(), queue.drop(Direct(), rows)),
        "its product is gone": lambda: products.delete(product=mug),
    }.items():
        age()
        before, _ = of_list(warehouse, "listings")
        step()

        after, is_dated = of_list(warehouse, "listings")
        assert (after != before or name == "dropped", is_dated) == (True, True), name
    assert Listing.objects.get() == listing


def test_a_claim_and_a_look_date_nothing(warehouse, mug):
    queue.queue(Direct(), ListingFacet.objects.all())
    age()
    claims.hold(Direct(), ListingFacet.objects.all(), token="worker")
    Listing.objects.update(status_at=timezone.now(), live_at=timezone.now(), compared_at=timezone.now())

    assert of_list(warehouse, "listings")[1] is False
