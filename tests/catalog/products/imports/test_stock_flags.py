"""Whether a product is in stock: what followed its quantity follows it back, what somebody closed stays closed."""

import pytest

from catalog.products.models import Product
from catalog.products.services import products, stock, typed_quantities
from tests.catalog.products.imports.files import imported
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def flags():
    product = Product.objects.get()
    return product.quantity, product.is_in_stock, product.closed_by_quantity


def test_units_put_a_product_back_in_stock_that_went_out_with_its_last_one(tmp_path):
    ProductFactory(sku="A", quantity=5)

    imported(tmp_path, "sku,qty\nA,0\n")
    out = flags()
    report = imported(tmp_path, "sku,qty\nA,10\n")

    assert (out, flags(), report.updated) == ((0, False, True), (10, True, False), 1)


@pytest.mark.parametrize("closing", ["sku,is_in_stock\nA,0\n", "sku,qty,is_in_stock\nA,0,0\n"])
def test_what_a_file_closes_stays_closed_until_a_file_opens_it(tmp_path, closing):
    ProductFactory(sku="A", quantity=5)
    imported(tmp_path, closing)

    imported(tmp_path, "sku,qty\nA,0\n")
    imported(tmp_path, "sku,qty\nA,10\n")
    closed = flags()
    imported(tmp_path, "sku,is_in_stock\nA,1\n")

    assert (closed, flags()) == ((10, False, False), (10, True, False))


def test_a_file_that_repeats_what_sales_left_changes_nothing(tmp_path):
    ProductFactory(sku="A", quantity=0, is_in_stock=True)

    assert imported(tmp_path, "sku,qty,is_in_stock\nA,0,1\n").unchanged == 1
    assert imported(tmp_path, "sku,qty\nA,0\n").unchanged == 1
    assert imported(tmp_path, "sku,qty,is_in_stock,out_of_stock_qty\nA,3,1,5\n").updated == 1
    assert flags() == (3, False, True)


def test_a_typed_quantity_and_a_return_reopen_what_ran_out(tmp_path):
    product = ProductFactory(sku="A", quantity=5)
    imported(tmp_path, "sku,qty\nA,0\n")
    typed_quantities.set_quantity(product=product, quantity=4)
    typed = flags()
    imported(tmp_path, "sku,qty\nA,0\n")

    stock.restock(document="return 1", lines=[stock.StockLine("1", product.pk, "A", 2)])

    assert (typed, flags()) == ((4, True, False), (2, True, False))


def test_what_a_person_closes_no_longer_follows_the_quantity(tmp_path):
    ProductFactory(sku="A", quantity=5)
    imported(tmp_path, "sku,qty\nA,0\n")
    product = Product.objects.get()

    products.store(product=product, changed=["is_in_stock"])
    imported(tmp_path, "sku,qty\nA,10\n")

    assert flags() == (10, False, False)
