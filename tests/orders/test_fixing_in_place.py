"""A held order is fixed on its own page: restocked, enabled, or its SKU said; it goes on at once, the page stays."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalog.products.models import Attribute, Product, StockMovement
from jetbridge.core.models import Configuration
from orders import selectors
from orders.models import FailedOrder, Order
from tests.factories import ProductFactory
from tests.orders.test_pages import page_of


@pytest.fixture
def held(account, place, import_orders):
    """Place an order of two units of a SKU and import it; what the store lacks holds it."""

    def placed(sku):
        place(sku, 2)
        import_orders()
        return Order.objects.latest("pk")

    return placed


def fix(browser, order, **given):
    """Press a fix of the order's only line, and return where it leads."""
    return browser.post(reverse("orders:fix", args=[order.pk, order.items.get().pk]), given)


def status_of(order):
    order.refresh_from_db()
    return order.status


def test_restock_is_filled_in_with_what_is_enough_and_lets_the_order_go_on(held, browser, merchant):
    product = ProductFactory(sku="LOW-1", quantity=1)
    order = held("LOW-1")
    page = browser.get(page_of(order)).content.decode()
    assert 'name="quantity" min="0" value="2"' in page
    assert "now 1" in page

    answer = fix(browser, order, what="restock", quantity="2")

    assert answer.headers["Location"] == page_of(order)
    assert status_of(order) == Order.Status.READY
    assert "Nothing stands in the way" in browser.get(page_of(order)).content.decode()
    movement = StockMovement.objects.filter(product=product, kind="manual").get()
    assert (movement.quantity_change, movement.who) == (1, merchant.get_username())


def test_enabling_lets_the_order_go_on_and_is_announced(held, browser):
    product = ProductFactory(sku="OFF-1", quantity=5, enabled=False)
    order = held("OFF-1")
    assert ">Enable</button>" in browser.get(page_of(order)).content.decode()

    fix(browser, order, what="enable")

    product.refresh_from_db()
    assert product.enabled
    assert status_of(order) == Order.Status.READY


def test_a_sku_is_said_on_the_page_by_what_was_chosen_before(held, browser):
    shelf = ProductFactory(sku="SHELF-3", name="Oak shelf", quantity=9)
    first = held("OLD-77")
    fix(browser, first, what="map", product_sku="SHELF-3")
    assert status_of(first) == Order.Status.READY

    second = held("OLD-77")
    page = browser.get(page_of(second)).content.decode()
    assert "SHELF-3 · Oak shelf (chosen for this SKU before)" in page
    fix(browser, second, what="map", product_sku="SHELF-3")

    assert status_of(second) == Order.Status.READY
    assert second.items.get().product == shelf


def test_the_likest_sku_stands_first_and_none_is_chosen_that_is_not_sure(held, browser):
    for sku in ("MUG-OAT", "MUG-SLATE", "MUG-CLAY", "MUG-PLUM"):
        ProductFactory(sku=sku)
    order = held("MUG-CLAYX")

    page = browser.get(page_of(order)).content.decode()
    offered = page.split('name="product_sku">')[1].split("</select>")[0]

    assert selectors.candidates(order.items.get())[0].product.sku == "MUG-CLAY"
    assert offered.startswith('<option value="">Choose a product</option><option value="MUG-CLAY">')
    assert fix(browser, order, what="map", product_sku="").status_code == 422


def test_products_are_proposed_by_barcode_sku_and_name_each_once(held, capsys):
    Attribute.objects.create(code="upc", label="UPC")
    by_code = ProductFactory(sku="TEA-1", name="Black tea", attributes={"upc": "036000291452"})
    by_name = ProductFactory(sku="ZZ-9", name="Walnut desk lamp")
    order = held("036000291452")
    order.items.update(title="Walnut desk lamp")

    found = selectors.candidates(order.items.get())

    assert [(each.product, each.why) for each in found] == [
        (by_code, "has it as barcode"),
        (by_name, "its name is alike"),
    ]
    call_command("choose_product", order.number, "036000291452")
    assert "TEA-1: has it as barcode" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": "restock", "quantity": "-1"}, "greater than or equal to 0"),
        ({"what": "restock", "quantity": ""}, "How many units are on hand?"),
        ({"what": "restock", "quantity": "9" * 30}, "less than or equal to"),
        ({"what": "restock", "quantity": "1e3"}, "Enter a whole number"),
        ({"what": "map", "product_sku": "NOBODY"}, "No product has this SKU"),
        ({"what": "map"}, "Choose a product."),
        ({"what": "destroy"}, "Select a valid choice"),
        ({}, "This field is required"),
    ],
)
def test_nonsense_changes_nothing_and_stands_beside_its_form(held, browser, given, said):
    ProductFactory(sku="LOW-1", quantity=1)
    order = held("LOW-1")

    answer = fix(browser, order, **given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert status_of(order) == Order.Status.HELD
    assert Product.objects.get().quantity == 1


def test_too_little_says_what_still_stands_in_the_way(held, browser):
    ProductFactory(sku="LOW-1", quantity=0)
    order = held("LOW-1")

    answer = browser.post(
        reverse("orders:fix", args=[order.pk, order.items.get().pk]),
        {"what": "restock", "quantity": "1"},
        follow=True,
    )

    assert "2 ordered, 1 available" in answer.content.decode()
    assert FailedOrder.objects.get().state == FailedOrder.State.PENDING


def test_who_may_not_change_products_is_offered_no_restock_and_gets_none(held, django_user_model):
    product = ProductFactory(sku="LOW-1", quantity=0)
    order = held("LOW-1")
    packer = django_user_model.objects.create_user("pat", password="pat", is_staff=True)
    packer.groups.add(Group.objects.get(name="viewer"))
    packer.user_permissions.add(Permission.objects.get(codename="retry", content_type__app_label="orders"))
    browser = Client()
    browser.force_login(packer)

    assert 'name="quantity"' not in browser.get(page_of(order)).content.decode().split('id="ship"')[0]
    assert fix(browser, order, what="restock", quantity="2").status_code == 403
    product.refresh_from_db()
    assert product.quantity == 0


def test_a_linked_stores_stock_is_not_changed_here(held, browser):
    ProductFactory(sku="LOW-1", quantity=0)
    order = held("LOW-1")
    Configuration.objects.update(
        store_kind=Configuration.StoreKind.MAGENTO, store_url="https://store.example.test"
    )

    page = browser.get(page_of(order)).content.decode()
    fix(browser, order, what="restock", quantity="2")

    assert ">Restock</button>" not in page
    assert "linked store keeps the stock" in browser.get(page_of(order)).content.decode()
    assert status_of(order) == Order.Status.HELD


def test_an_order_that_went_on_meanwhile_is_left_alone(held, browser, retry_orders):
    product = ProductFactory(sku="LOW-1", quantity=0)
    order = held("LOW-1")
    product.quantity = 5
    product.save()
    retry_orders()

    for given in ({"what": "map", "product_sku": "LOW-1"}, {"what": "restock", "quantity": "99"}, {}):
        fix(browser, order, **given)
        assert "is not held any more" in browser.get(page_of(order)).content.decode()

    assert status_of(order) == Order.Status.READY
    product.refresh_from_db()
    assert (product.quantity, product.reserved) == (5, 2)
