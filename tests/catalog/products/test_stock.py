"""Stock: what orders promise, give back and ship, once each and never out of thin air."""

import pytest

from catalog.listings.models import ListingFacet
from catalog.products.models import StockMovement
from catalog.products.services import stock, typed_quantities
from catalog.products.services.stock import OutOfStock, StockLine
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def line(product, units, name="item-1"):
    return StockLine(line=name, product_id=product.pk, sku=product.sku, units=units)


def test_the_last_unit_is_in_stock():
    product = ProductFactory(quantity=1)

    stock.reserve(document="order:1", lines=[line(product, 1)])

    product.refresh_from_db()
    assert (product.quantity, product.reserved, product.available) == (1, 1, 0)


def test_reserving_the_same_order_twice_reserves_once():
    product = ProductFactory(quantity=5)

    stock.reserve(document="order:1", lines=[line(product, 2)])
    stock.reserve(document="order:1", lines=[line(product, 2)])

    product.refresh_from_db()
    assert product.reserved == 2
    assert StockMovement.objects.count() == 1


def test_an_order_that_lacks_one_line_reserves_none_and_names_the_line():
    plenty, scarce = ProductFactory(quantity=5), ProductFactory(quantity=1)

    with pytest.raises(OutOfStock) as refusal:
        stock.reserve(document="order:1", lines=[line(plenty, 1, "a"), line(scarce, 2, "b")])

    plenty.refresh_from_db()
    scarce.refresh_from_db()
    assert [each.line for each in refusal.value.lines] == ["b"]
    assert (plenty.reserved, scarce.quantity, scarce.reserved) == (0, 1, 0)
    assert not StockMovement.objects.exists()


def test_two_lines_of_one_product_share_its_stock():
    product = ProductFactory(quantity=3)

    with pytest.raises(OutOfStock):
        stock.reserve(document="order:1", lines=[line(product, 2, "a"), line(product, 2, "b")])

    product.refresh_from_db()
    assert product.reserved == 0


def test_a_product_marked_out_of_stock_cannot_be_reserved():
    product = ProductFactory(quantity=5, is_in_stock=False)

    with pytest.raises(OutOfStock):
        stock.reserve(document="order:1", lines=[line(product, 1)])


@pytest.mark.parametrize(("unmanaged", "fits"), [(100, True), (0, False)])
def test_without_stock_management_the_configured_quantity_counts(unmanaged, fits):
    Configuration.objects.update_or_create(pk=1, defaults={"unmanaged_quantity": unmanaged})
    product = ProductFactory(quantity=0, manage_stock=False)

    try:
        stock.reserve(document="order:1", lines=[line(product, 2)])
        reserved = True
    except OutOfStock:
        reserved = False

    product.refresh_from_db()
    assert reserved is fits
    assert (product.quantity, product.reserved) == (0, 0)


def test_a_released_order_gives_its_units_back_once():
    product = ProductFactory(quantity=5)
    stock.reserve(document="order:1", lines=[line(product, 2)])

    stock.release(document="order:1", lines=[line(product, 2)])
    stock.release(document="order:1", lines=[line(product, 2)])

    product.refresh_from_db()
    assert (product.quantity, product.reserved) == (5, 0)


def test_two_partial_shipments_each_take_their_units_once():
    product = ProductFactory(quantity=5)
    stock.reserve(document="order:1", lines=[line(product, 3)])

    for _ in range(2):
        stock.ship(document="shipment:1", lines=[line(product, 1)])
        stock.ship(document="shipment:2", lines=[line(product, 2)])

    product.refresh_from_db()
    assert (product.quantity, product.reserved) == (2, 0)


def test_returned_units_go_back_into_stock_once():
    product = ProductFactory(quantity=5)

    stock.restock(document="return:1", lines=[line(product, 1)])
    stock.restock(document="return:1", lines=[line(product, 1)])

    product.refresh_from_db()
    assert product.quantity == 6


def test_a_reservation_wants_the_inventory_of_what_jet_has_sent_again():
    sent = ListingFactory(
        product__quantity=5, first_sent_at="2026-11-01T00:00:00Z", status="Available for Purchase"
    )
    unsent = ListingFactory(product__quantity=5)

    stock.reserve(document="order:1", lines=[line(sent.product, 1, "a"), line(unsent.product, 1, "b")])

    delivery = ListingFacet.objects.get()
    assert (delivery.listing, delivery.facet, delivery.number) == (sent, Facet.INVENTORY, 1)
    assert delivery.next_try_at is not None


def test_setting_a_quantity_by_hand_leaves_a_movement_of_the_difference():
    product = ProductFactory(quantity=5)

    changed = typed_quantities.set_quantity(product=product, quantity=2)

    assert changed
    assert StockMovement.objects.get().quantity_change == -3
    assert not typed_quantities.set_quantity(product=product, quantity=2)
