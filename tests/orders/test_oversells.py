"""The oversell report: each unit that Jet sold and the store lacks stands there with its cause."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from catalog.listings.models import Listing, ListingFacet
from catalog.products.services import typed_quantities
from jetbridge.core import configuration
from jetbridge.inbox.models import Notification
from orders.models import Order, Oversell
from orders.services import imports
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory


@pytest.fixture
def lamp(account):
    """A product of which Jet took 5 units an hour ago, before any order."""
    product = ProductFactory(sku="LAMP-1", quantity=5)
    listing = ListingFactory(product=product, first_sent_at=timezone.now())
    past = timezone.now() - timedelta(hours=1)
    body = {"fulfillment_nodes": [{"fulfillment_node_id": account.fulfillment_node_id, "quantity": 5}]}
    ListingFacet.objects.create(
        listing=listing,
        facet=Facet.INVENTORY,
        answer="accepted",
        accepted=body,
        accepted_at=past,
        sent_at=past,
    )
    return product


@pytest.fixture
def sold(place, import_orders):
    """Let Jet sell 3 of a SKU, import the order, and give the row of the report."""

    def sell(sku="LAMP-1", units=3):
        place(sku, units)
        import_orders()
        return Oversell.objects.get()

    return sell


def facet(**changes):
    """Change what was sent to Jet."""
    ListingFacet.objects.update(**changes)


def test_a_change_by_hand_that_jet_does_not_know_yet_is_named(lamp, sold):
    typed_quantities.set_quantity(product=lamp, quantity=1)

    row = sold()

    assert (row.cause, row.ordered, row.available, row.quantity_sent) == (Oversell.Cause.ON_ITS_WAY, 3, 1, 5)
    assert "lowered it by hand" in row.text
    assert "on its way" in row.text


def test_another_order_that_took_the_last_units_is_named(lamp, place, sold, import_orders):
    place("LAMP-1", 4)
    import_orders()
    first = Order.objects.get()

    row = sold()

    assert f"order {first.number} took units" in row.text


def test_a_stopped_inventory_job_is_named(lamp, sold):
    PeriodicTask.objects.filter(name="catalog.sync_inventory").update(enabled=False)
    typed_quantities.set_quantity(product=lamp, quantity=0)

    row = sold()

    assert row.cause == Oversell.Cause.STOPPED
    assert "“Sync inventory” is paused." in row.text


def test_a_change_that_was_not_to_be_sent_is_named(lamp, sold):
    config = configuration.current()
    config.sync_inventory_on_edit = False
    config.save()
    typed_quantities.set_quantity(product=lamp, quantity=0)

    row = sold()

    assert row.cause == Oversell.Cause.NOT_SENT
    assert "Edits do not send stock" in row.text


def test_jet_selling_more_than_it_was_told_is_jets(lamp, sold):
    row = sold(units=7)

    assert row.cause == Oversell.Cause.JET
    assert "sold 7 all the same" in row.text


def test_an_order_from_before_jet_took_the_number_is_told_as_such(lamp, sold):
    body = {"fulfillment_nodes": [{"fulfillment_node_id": "n", "quantity": 1}]}
    facet(accepted=body, accepted_at=timezone.now() + timedelta(minutes=1))
    typed_quantities.set_quantity(product=lamp, quantity=1)

    row = sold()

    assert row.cause == Oversell.Cause.ON_ITS_WAY
    assert "after the buyer had ordered" in row.text


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"accepted": None, "accepted_at": None}, Oversell.Cause.NEVER_SENT),
        ({"blocked_at": "2026-01-01T00:00Z", "errors": ["no such node"]}, Oversell.Cause.REFUSED),
    ],
)
def test_a_number_that_never_got_there_is_named(lamp, sold, change, cause):
    facet(**change)
    lamp.quantity = 0
    lamp.save()

    assert sold().cause == cause


def test_without_stock_management_the_configured_quantity_is_the_cause(account, sold):
    ProductFactory(sku="FREE-1", manage_stock=False)

    row = sold("FREE-1", 101)

    assert (row.cause, row.available) == (Oversell.Cause.UNMANAGED, 100)


def test_an_order_acknowledged_elsewhere_without_stock_is_in_the_report_too(account, jet, place):
    ProductFactory(sku="LOW-1", quantity=0)
    jet_id = place("LOW-1", 2, status="acknowledged")

    imports.import_ready_orders(client=jet, account=account, ids=[jet_id])

    assert Oversell.objects.get().cause == Oversell.Cause.NEVER_SENT


def test_an_unknown_sku_is_no_oversell_and_a_second_import_adds_no_row(lamp, place, sold, import_orders):
    typed_quantities.set_quantity(product=lamp, quantity=0)
    sold()
    place("GONE-1")

    import_orders()

    assert Oversell.objects.count() == 1
    assert Notification.objects.get(kind="orders.oversold").title == "Jet sold more of LAMP-1 than there is"


def test_report_shows_cause_and_order_in_a_fixed_number_of_queries(
    lamp, sold, place, import_orders, client, merchant, django_assert_max_num_queries
):
    typed_quantities.set_quantity(product=lamp, quantity=0)
    row = sold()
    for _ in range(5):
        place("LAMP-1", 1)
    import_orders()
    client.force_login(merchant)
    client.get(reverse("admin:orders_oversell_changelist"))

    with django_assert_max_num_queries(25):
        page = client.get(reverse("admin:orders_oversell_changelist") + "?q=lamp-1").content.decode()

    assert Oversell.objects.count() == 6
    assert Listing.objects.count() == 1
    assert str(row.order) in page
    assert "Sold before Jet knew" in page
