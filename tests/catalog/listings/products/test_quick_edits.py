"""Price and quantity edited in the grid: checked, written down, sent, and never over what changed meanwhile."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.listings.models import ListingFacet
from catalog.products.models import Product, StockMovement
from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from catalog.rules.models import ValidationResult
from catalog.rules.services import quick_edits
from jetbridge.core import history
from jetbridge.core.models import Configuration
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
GRID = reverse("admin:catalog_product_changelist")


def url(product, name):
    return reverse("catalog:product_cell", args=[product.pk, name])


def opened(client, product, name):
    return client.get(url(product, name)).context["form"]["seen"].value()


def edit(client, product, name, value, seen=None):
    seen = opened(client, product, name) if seen is None else seen
    return client.post(url(product, name), {"value": value, "seen": seen})


def test_a_price_is_stored_judged_anew_and_sent_to_jet(admin_client):
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z", status="Available for Purchase")
    ValidationResult.objects.create(product=listing.product, checked_at="2026-01-01T00:00:00Z")

    answer = edit(admin_client, listing.product, "price", "24.50")

    listing.product.refresh_from_db()
    assert listing.product.price == Decimal("24.5")
    assert "$24.50" in answer.content.decode()
    assert "Saved" in answer.content.decode()
    assert ValidationResult.objects.get().stale_since is not None
    assert list(ListingFacet.objects.filter(next_try_at__isnull=False).values_list("facet", flat=True)) == [
        "price"
    ]


def test_a_quantity_becomes_a_stock_movement_and_a_line_of_history(admin_client, admin_user):
    product = ProductFactory(quantity=10)

    edit(admin_client, product, "quantity", "4")

    movement = StockMovement.objects.get()
    assert (movement.quantity_change, movement.user) == (-6, admin_user)
    event = history.timeline(product).get()
    assert (event.before, event.after, event.user) == ({"quantity": 10}, {"quantity": 4}, admin_user)


def test_an_edit_over_stock_that_was_sold_meanwhile_is_refused(admin_client):
    product = ProductFactory(quantity=10)
    seen = opened(admin_client, product, "quantity")
    line = StockLine("1", product.pk, product.sku, 3)
    stock.reserve(document="o1", lines=[line])
    stock.ship(document="o1", lines=[line])

    answer = edit(admin_client, product, "quantity", "20", seen)

    assert "changed to 7 meanwhile" in answer.content.decode()
    assert Product.objects.get().quantity == 7
    assert not StockMovement.objects.filter(kind=StockMovement.Kind.MANUAL).exists()
    assert opened(admin_client, product, "quantity") == "7"


def test_stock_that_is_only_reserved_meanwhile_does_not_stand_in_the_way(admin_client):
    product = ProductFactory(quantity=10)
    seen = opened(admin_client, product, "quantity")
    stock.reserve(document="o1", lines=[StockLine("1", product.pk, product.sku, 3)])

    edit(admin_client, product, "quantity", "20", seen)

    product.refresh_from_db()
    assert (product.quantity, product.reserved) == (20, 3)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("price", "", "required"),
        ("price", "-1", "0.01"),
        ("price", "0", "0.01"),
        ("price", "ten", "number"),
        ("price", "1.23456", "4 decimal"),
        ("quantity", "-1", "0"),
        ("quantity", "1.5", "whole number"),
        ("quantity", "99999999999", "2147483647"),
    ],
)
def test_what_is_no_price_and_no_quantity_is_refused_beside_the_field(admin_client, name, value, reason):
    product = ProductFactory(quantity=10, price="5")

    answer = edit(admin_client, product, name, value)

    assert reason in str(answer.context["form"].errors["value"])
    assert 'role="alert"' in answer.content.decode()
    product.refresh_from_db()
    assert (product.price, product.quantity) == (5, 10)


def test_the_same_value_again_changes_and_sends_nothing(admin_client):
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z", product__price="5")

    edit(admin_client, listing.product, "price", "5.00")

    assert not ListingFacet.objects.exists()


def test_an_edit_that_the_switches_keep_from_jet_stays_in_the_store(admin_client):
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z")
    Configuration.objects.update_or_create(pk=1, defaults={"sync_price_on_edit": False})

    edit(admin_client, listing.product, "price", "7")

    assert Product.objects.get().price == 7
    assert not ListingFacet.objects.exists()


def test_who_may_not_change_products_has_no_pencil_and_no_way_in(viewer_client, admin_client):
    product = ProductFactory()

    assert "jb-edit" in admin_client.get(GRID).content.decode()
    assert "jb-edit" not in viewer_client.get(GRID).content.decode()
    assert viewer_client.post(url(product, "price"), {"value": "1", "seen": "19.99"}).status_code == 403


def test_giving_up_shows_the_cell_as_it_was(admin_client):
    product = ProductFactory(quantity=10)

    answer = admin_client.get(url(product, "quantity") + "?close=1").content.decode()

    assert "jb-edit" in answer
    assert "Saved" not in answer


def test_a_product_that_was_deleted_meanwhile_is_said_to_be_gone():
    with pytest.raises(quick_edits.NotWritten, match="does not exist"):
        quick_edits.write(product_id=7, name="price", value=Decimal(1), seen="null")
