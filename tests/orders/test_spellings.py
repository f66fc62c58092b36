"""Jet's SKU differs in case from the store's: the order finds its product, and Jet hears its own spelling."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.products.services import typed_quantities
from jetbridge.core.models import Event
from orders.allocations import Units, fill
from orders.fixes import fix_hints
from orders.mass_actions import tracking_files
from orders.models import FailedOrder, Order, Oversell
from orders.services import shipments
from tests.factories import ListingFactory, ProductFactory
from tests.orders.drafts import draft

REMARK = "SKU spelled otherwise"


@pytest.fixture
def book(account):
    """A product with 5 units."""
    return ProductFactory(sku="BOOK-9", quantity=5)


def remarks():
    """Return what was remarked on orders."""
    return list(Event.objects.filter(action=REMARK).values_list("message", flat=True))


def test_an_order_finds_the_only_product_that_differs_in_case(book, place, import_orders, sandbox):
    jet_id = place("book-9", 2)

    import_orders()
    import_orders()

    order = Order.objects.get()
    book.refresh_from_db()
    at_jet = sandbox.held("orders", jet_id)
    assert (order.status, order.items.get().product, book.reserved) == (Order.Status.ACKNOWLEDGED, book, 2)
    assert order.items.get().sku == at_jet["order_items"][0]["merchant_sku"] == "book-9"
    assert at_jet["status"] == "acknowledged"
    assert remarks() == [
        "Jet's book-9 was taken for BOOK-9, the only SKU in the store that differs from it in case alone. "
        "Jet is answered with book-9."
    ]


def test_the_same_spelling_goes_before_all_others(book, place, import_orders):
    same = ProductFactory(sku="book-9", quantity=5)
    place("book-9")

    import_orders()

    assert Order.objects.get().items.get().product == same
    assert not remarks()


def test_two_that_differ_in_case_alone_hold_the_order_and_a_person_says_which(
    book, place, import_orders, retry_orders, browser
):
    other = ProductFactory(sku="Book-9", quantity=5)
    place("book-9")

    import_orders()

    failure, order = FailedOrder.objects.get(), Order.objects.get()
    (hint,) = fix_hints(failure)
    assert (order.status, failure.reject_at) == (Order.Status.HELD, None)
    assert hint.message == (
        "book-9 differs from BOOK-9 and Book-9 in case alone: it may stand for any of them."
    )
    item = order.items.get()
    assert hint.url.endswith(f"/change/#fix-{item.pk}")
    address = reverse("orders:choose", args=[order.pk, item.pk])
    page = browser.get(address).content.decode()
    assert "BOOK-9" in page
    assert "Book-9" in page
    browser.post(address, {"product_sku": "Book-9"})
    retry_orders()
    assert order.items.get().product == other


def test_a_held_order_goes_on_when_one_of_the_two_is_gone(book, place, import_orders, retry_orders):
    other = ProductFactory(sku="Book-9", quantity=5)
    place("book-9")
    import_orders()
    other.delete()

    retry_orders()

    assert Order.objects.get().items.get().product == book
    assert len(remarks()) == 1


def test_a_sku_that_was_linked_is_found_whatever_its_case(account, place, import_orders):
    product = ProductFactory(sku="NOVEL", quantity=5)
    ListingFactory(account=account, product=product, sku="Book-9")
    place("book-9")

    import_orders()

    assert Order.objects.get().items.get().product == product


def test_shipments_and_cancels_tell_jet_its_own_spelling(
    book, place, import_orders, send_shipments, sandbox, browser
):
    jet_id = place("book-9", 3)
    import_orders()
    order = Order.objects.get()

    shipments.queue_shipment(order=order, draft=draft(order, ship=2, cancel=1))
    send_shipments()

    book.refresh_from_db()
    (told,) = sandbox.held("orders", jet_id)["shipments"]
    assert [item["merchant_sku"] for item in told["shipment_items"]] == ["book-9"]
    assert (book.quantity, book.reserved) == (3, 0)
    page = browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "In the store: BOOK-9" in page


def test_an_oversell_names_jets_spelling_and_our_product(book, place, import_orders):
    typed_quantities.set_quantity(product=book, quantity=1)
    place("book-9", 3)

    import_orders()

    row = Oversell.objects.get()
    assert (row.sku, row.product, row.ordered, row.available) == ("book-9", book, 3, 1)


@pytest.mark.parametrize("sku", ["book-9", "BOOK-9", "Book-9"])
def test_a_tracking_file_may_spell_it_as_the_warehouse_does(book, place, import_orders, account, sku):
    place("book-9", 2)
    import_orders()
    order = Order.objects.get()
    line = f"order,sku,quantity,tracking_number,carrier\n{order.number},{sku},2,T1,UPS"

    found = tracking_files.read(data=line.encode(), account=account)

    assert not found.problems
    assert found.parcels[str(order.pk)]["units"] == {str(order.items.get().pk): 2}


def test_units_that_jet_counts_under_another_spelling_fill_the_line(book, place, import_orders):
    place("book-9", 2)
    import_orders()
    (item,) = Order.objects.get().items.all()

    assert fill([item], {"Book-9": Units(1, 0), "book-9": Units(1, 0)}) == {item.pk: Units(2, 0)}


def test_two_lines_that_differ_in_case_alone_are_not_mixed(account, place, import_orders):
    ProductFactory(sku="a-1", quantity=5)
    ProductFactory(sku="A-1", quantity=5)
    place(items=[{"sku": sku, "quantity": 1, "price": 5} for sku in ("a-1", "A-1")])
    import_orders()
    small, large = Order.objects.get().items.order_by("pk")

    assert fill([small, large], {"A-1": Units(1, 0)}) == {large.pk: Units(1, 0)}


def test_a_command_says_which_product_is_meant_by_jets_spelling(book, place, import_orders, capsys):
    ProductFactory(sku="Book-9", quantity=5)
    place("book-9")
    import_orders()

    call_command("choose_product", Order.objects.get().number, "book-9", "BOOK-9")

    assert Order.objects.get().items.get().product == book
