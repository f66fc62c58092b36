"""What a person sees of an order's documents in the store, and does about them: on its page and by command."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from jetbridge.desk.services import configuration as settings_service
from jetbridge.store.models import StockHold, StoreDocument, StoreLink
from orders import handovers
from orders.models import Order
from tests.orders.documents.makers import order_of
from tests.store.linked import unreserved

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(magento):
    """A store with fifty mugs and the module."""
    StoreLink.objects.update(has_module=True)
    return magento


@pytest.fixture
def short(shop, send_documents):
    """An order that the store has too few units for."""
    shop.do("stock", {"sku": "MUG-1", "quantity": 1})
    order = order_of(2)
    handovers.hand_over_orders([order])
    send_documents()
    return order


def page(browser, order):
    return browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()


def command(*arguments):
    """Run the command and return what it prints as JSON."""
    out = StringIO()
    call_command("store_documents", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_page_shows_number_and_state_and_leads_into_the_stores_admin(shop, send_documents, browser):
    order = order_of(2)
    handovers.hand_over_orders([order])
    waiting = page(browser, order)
    send_documents()
    settings_service.save(changes={"store_admin_path": "/admin_1x2y/"})
    shown = page(browser, order)

    row = StoreDocument.objects.get()
    assert "Waiting to be sent" in waiting
    assert f'href="{row.store}/admin_1x2y/sales/order/view/order_id/{row.store_order}/"' in shown
    assert row.store_number in shown
    assert "Accepted" in shown
    assert "Try again" not in shown


def test_the_page_of_an_order_of_the_built_in_store_is_as_before(acknowledged, browser):
    assert 'id="store"' not in page(browser, acknowledged)


def test_what_the_store_did_not_take_is_tried_again_by_one_button(short, shop, send_documents, browser):
    shown = page(browser, short)
    shop.do("stock", {"sku": "MUG-1", "quantity": 10})
    row = StoreDocument.objects.get()
    browser.post(reverse("orders:store_retry", args=[short.pk, row.pk]))
    send_documents()

    row.refresh_from_db()
    assert "Raise its stock there" in shown
    assert "Try again" in shown
    assert row.state == "accepted"
    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED


def test_an_order_from_before_the_link_goes_by_choice_and_once(shop, send_documents, browser):
    order = order_of(2)
    shown = page(browser, order)
    for _ in range(2):
        browser.post(reverse("orders:store_send", args=[order.pk]))
    send_documents()

    assert "Send to the store" in shown
    assert len(shop.do("state", {"kind": "orders"})["orders"]) == 1


class TestCommand:
    """`store_documents`."""

    def test_lists_by_order_and_state(self, short, shop, send_documents):
        other = order_of(1)
        handovers.hand_over_orders([other])
        send_documents()

        (blocked,) = command("--state", "blocked")["documents"]
        (made,) = command(other.number)["documents"]
        assert (blocked["order"], blocked["kind"], blocked["origin"]) == (short.number, "order", "panel")
        assert "too few of MUG-1" in blocked["errors"][0]
        assert (made["state"], made["way"], made["store_number"]) == ("accepted", "D", other.number)

    def test_tries_again(self, short, shop, send_documents):
        shop.do("stock", {"sku": "MUG-1", "quantity": 10})
        number = command()["documents"][0]["number"]
        said = command("--retry", str(number))
        send_documents()

        assert said["documents"][0]["state"] == "pending"
        assert command()["documents"][0]["state"] == "accepted"

    def test_a_match_settles_the_hold_and_sends_nothing(self, short, shop, send_documents):
        StockHold.objects.create(
            order=short.stock_document, line="1", sku="MUG-1", sku_key="mug-1", awaited=2, held=2,
            at=short.placed_at,
        )  # fmt: skip
        with handovers.services.open_client() as client:
            made = client.write("POST", "orders", {"entity": unreserved("MUG-1", 2)})
        number = command()["documents"][0]["number"]
        dry = command("--match", str(number), str(made["entity_id"]), "--dry-run")["documents"][0]
        before = StoreDocument.objects.get().state
        command("--match", str(number), str(made["entity_id"]))
        send_documents()

        hold = StockHold.objects.get()
        assert (dry["state"], before) == ("accepted", "blocked")
        assert StoreDocument.objects.get().store_number == made["increment_id"]
        assert (hold.held, hold.settling, len(shop.do("state", {"kind": "orders"})["orders"])) == (0, 2, 1)

    def test_refuses_what_is_not_there(self, short, shop):
        number = command()["documents"][0]["number"]
        for arguments, text in (
            (("--retry", "999999"), "There is no document 999999"),
            (("--match", str(number), "77"), "no order with the key 77"),
            (("--send",), "Name the order"),
            ((short.number, "--send"), "goes to the store already"),
        ):
            with pytest.raises(Exception, match=text):
                command(*arguments)

    def test_sends_an_order_by_choice(self, shop, send_documents):
        order = order_of(2)
        settings_service.save(changes={"store_order_prefix": "J-"})
        command(order.number, "--send")
        send_documents()

        assert command(order.number)["documents"][0]["store_number"] == f"J-{order.number}"
