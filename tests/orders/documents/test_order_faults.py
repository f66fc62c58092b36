"""Whatever call of a way fails, before or after its work: each order is in the store once, reserved once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.desk.services import configuration as settings_service
from jetbridge.store.models import StoreDocument, StoreLink
from orders import handovers
from orders.models import Order
from tests.commands.answers import answer
from tests.orders.documents.makers import order_of
from tests.store.fault_matrix import heal, matrix, send, strike, try_again

pytestmark = pytest.mark.django_db
READS = (
    ("GET", "/V1/orders$"),
    ("GET", "/V1/products$"),
    ("GET", "salable-for-requested-qty"),
    ("GET", "stock-resolver"),
    ("GET", "directory/countries"),
)
CALLS = {
    "D": (*READS, ("POST", "/V1/orders$"), ("POST", "/reserve$")),
    "C": (
        *READS, ("GET", "quote_id"), ("POST", "/carts/?$"), ("POST", "/items$"), ("POST", "/shipping-information$"),
        ("PUT", "/order$"), ("GET", "/V1/orders/\\d+$"), ("POST", "/V1/orders$"),
    ),
    "A": (*READS, ("POST", "/V1/orders$")),
}  # fmt: skip


@pytest.fixture
def shop(magento):
    """A hundred mugs, and the companion module."""
    magento.do("stock", {"sku": "MUG-1", "quantity": 100})
    settings_service.save(changes={"store_mailbox": "orders@merchant.example"})
    StoreLink.objects.update(has_module=True)
    return magento


def state(store, kind):
    return store.do("state", {"kind": kind})[kind]


def see_that_each_is_there_once(shop, orders):
    """See it by the store's own journal, and that the panel knows by which way each went."""
    found = state(shop, "orders")
    assert sorted(each["ext_order_id"] for each in found) == sorted(order.jet_id for order in orders)
    ways = {row.store_id: row.way for row in StoreDocument.objects.all()}
    assert sorted(each["quantity"] for each in state(shop, "reservations")) == sorted(
        -each["total_qty_ordered"] for each in found if ways[each["entity_id"]] != "A"
    )
    assert {row.state for row in StoreDocument.objects.all()} == {"accepted"}


@pytest.mark.parametrize(("way", "method", "path", "fault", "when"), matrix(CALLS, one_in=19))
def test_each_order_is_there_once(shop, account, way, method, path, fault, when):
    settings_service.save(changes={"store_way": way})
    orders = [order_of(2), order_of(3)]
    handovers.hand_over_orders(orders)
    strike(shop, method, path, fault, when)

    send(account, 3)
    heal(shop, when)
    try_again()
    send(account, 4)

    see_that_each_is_there_once(shop, orders)
    assert {row.way for row in StoreDocument.objects.all()} == {way}
    assert sorted(each["grand_total"] for each in state(shop, "orders")) == [23.5, 33.5]


# Where each way is stopped after the store has the order and before the panel knows it.
STOPS = {"D": ("POST", "/reserve$"), "C": ("POST", "/V1/orders$"), "A": ("POST", "/V1/orders$")}


@pytest.mark.parametrize("after", STOPS)
@pytest.mark.parametrize("before", STOPS)
def test_an_order_in_doubt_ends_as_it_was_made_whatever_is_chosen_meanwhile(shop, account, before, after):
    settings_service.save(changes={"store_way": before})
    order = order_of(2)
    handovers.hand_over_orders([order])
    shop.do("faults", {"kind": "drop_after", "method": STOPS[before][0], "path": STOPS[before][1]})
    if before == "A":  # the look that follows a lost answer at once finds nothing out either
        looks = {"method": "GET", "path": "/V1/orders$"}
        shop.do("faults", {**looks, "kind": "slow", "seconds": 0, "times": 1})
        shop.do("faults", {**looks, "kind": "drop_before"})
    send(account, 2)
    shop.do("clear_faults", {})
    lost = StoreDocument.objects.get()
    settings_service.save(changes={"store_way": after, "store_order_prefix": "NEW-"})
    send(account, 3)
    try_again()
    send(account, 3)

    assert (lost.answer, len(state(shop, "orders"))) == ("unknown", 1)
    see_that_each_is_there_once(shop, [order])
    assert StoreDocument.objects.get().way == before


def test_an_order_that_jet_ends_while_it_is_in_doubt_is_cancelled_where_the_store_has_it(shop, account):
    settings_service.save(changes={"store_way": "A"})
    order = order_of(2, cancelled=2)
    handovers.hand_over_orders([order])
    shop.do("faults", {"kind": "drop_after", "method": "POST", "path": "/V1/orders$"})
    shop.do("faults", {"kind": "slow", "seconds": 0, "times": 1, "method": "GET", "path": "/V1/orders$"})
    shop.do("faults", {"kind": "status", "status": 400, "method": "GET", "path": "/V1/orders$"})
    send(account, 3)
    Order.objects.update(status=Order.Status.CANCELLED)
    order.refresh_from_db()
    handovers.end(order)
    shop.do("clear_faults", {})
    send(account, 4)

    assert [each["state"] for each in state(shop, "orders")] == ["canceled"]


@pytest.mark.parametrize("way", ["D", "C"])
def test_an_order_that_cannot_be_finished_stands_in_store_differences_until_it_is(shop, account, capsys, way):
    settings_service.save(changes={"store_way": way})
    handovers.hand_over_orders([order_of(2)])
    method, path = STOPS[way]
    shop.do("faults", {"kind": "status", "status": 400, "method": method, "path": path})
    send(account, 3)
    early = answer(capsys, "store_differences")["differences"]
    send(account, 5)
    [found] = answer(capsys, "store_differences")["differences"]
    shop.do("clear_faults", {})
    StoreDocument.objects.update(next_try_at=timezone.now() + timedelta(days=1))
    answer(capsys, "store_differences", fix=found["number"])
    send(account, 1)

    assert early == []
    assert (found["kind"], found["only_on"], found["fix"]) == ("order", "panel", "Try again")
    assert "is in the store, but not finished" in found["text"]
    assert answer(capsys, "store_differences")["differences"] == []
    assert {row.state for row in StoreDocument.objects.all()} == {"accepted"}
