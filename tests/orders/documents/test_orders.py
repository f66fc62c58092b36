"""Orders of Jet go into the linked store once Jet took the acknowledgement; the emulator's journal says how often."""

from decimal import Decimal

import pytest

from jetbridge.core.models import Configuration
from jetbridge.desk.services import configuration as settings_service
from jetbridge.outbox.models import Answer
from jetbridge.store import deliveries, senders
from jetbridge.store.models import StockHold, StoreDocument, StoreLink
from orders import handovers
from orders.documents import orders as order_documents
from orders.models import Order
from tests.factories import ProductFactory
from tests.outbox.kit import let_time_pass
from tests.store.linked import linked, salable, unreserved

pytestmark = pytest.mark.django_db
MAILBOX = "orders@merchant.example"


@pytest.fixture
def store_way():
    """Which way the configuration names; a test chooses another by `parametrize`."""
    return "auto"


@pytest.fixture
def module():
    """Whether the companion module is there."""
    return True


@pytest.fixture
def magento(account, store_way, module):
    """A store with ten mugs and five cups, which takes orders of the test account."""
    with linked(module=module) as made:
        settings_service.save(
            changes={
                "store_takes_tests": True,
                "store_mailbox": MAILBOX,
                "store_way": store_way,
                "store_accepts_phantoms": store_way == "A",
            }
        )
        StoreLink.objects.update(has_module=module)
        made.do("products", {"products": [
            {"sku": "MUG-1", "name": "Mug", "price": 8, "quantity": 10},
            {"sku": "CUP-1", "name": "Cup", "price": 3, "quantity": 5},
        ]})  # fmt: skip
        ProductFactory(sku="MUG-1", quantity=10)
        ProductFactory(sku="CUP-1", quantity=5)
        yield made


@pytest.fixture
def sold(magento, place, import_orders):
    """Sell at Jet and import: sold() of three mugs, or of other items; gives the acknowledged order."""

    def bought(items=None, **order):
        jet_id = place(items=items or [{"sku": "MUG-1", "quantity": 3, "price": 12.5}], **order)
        import_orders()
        return Order.objects.get(jet_id=jet_id)

    return bought


def send(account):
    report = senders.send_documents(account=account)
    let_time_pass()
    return report


def there(magento):
    return magento.do("state", {"kind": "orders"})["orders"]


def reserved(magento, sku="MUG-1"):
    rows = magento.do("state", {"kind": "reservations"})["reservations"]
    return sum(row["quantity"] for row in rows if row["sku"] == sku)


def done(magento, path, method="POST"):
    calls = magento.do("calls", {"path": path})["calls"]
    return [call for call in calls if call["method"] == method]


def document(order):
    return StoreDocument.objects.get(order_key=order.pk, kind="order")


WAYS = pytest.mark.parametrize(("store_way", "module"), [("auto", True), ("auto", False), ("A", False)])


@WAYS
def test_an_order_stands_in_the_store_once_with_jets_prices(sold, magento, account, store_way, module):
    order = sold()
    before = there(magento)
    report = send(account)
    again = send(account)

    (found,) = there(magento)
    row = document(order)
    assert (before, again.done, report.failed) == ([], 0, 0)
    assert row.way == ("D" if module else "C" if store_way == "auto" else "A")
    assert (row.state, row.store_number, row.store_id) == (
        "accepted",
        found["increment_id"],
        found["entity_id"],
    )
    assert (found["ext_order_id"], found["state"], found["status"]) == (
        order.jet_id,
        "processing",
        "processing",
    )
    assert found["increment_id"] == ("000000001" if row.way == "C" else order.number)
    assert (
        Decimal(str(found["grand_total"]))
        == order.grand_total
        == Decimal("37.50") + order.tax_total + (order.shipping_total + order.shipping_tax_total)
    )
    (line,) = found["items"]
    assert (line["sku"], line["qty_ordered"], line["price"]) == ("MUG-1", 3, 12.5)
    assert line["ext_order_item_id"] == order.items.get().jet_id
    assert found["payment"]["method"] == ("payjetcom" if row.way == "D" else "checkmo")
    assert found["billing_address"]["city"] == order.city


@WAYS
def test_what_the_store_reserves_is_held_until_its_stock_is_read_again(
    sold, magento, account, module, store_way
):
    order = sold()
    hold = StockHold.objects.get(order=order.stock_document)
    before = (hold.held, hold.settling, reserved(magento))
    send(account)

    hold.refresh_from_db()
    assert before == (3, 0, 0)
    if store_way == "A":
        assert (hold.held, hold.corrected, reserved(magento), salable("MUG-1")) == (0, 3, 0, 10)
    else:
        assert (hold.held, hold.settling, reserved(magento), salable("MUG-1")) == (0, 3, -3, 7)


def test_the_acknowledgement_of_an_order_that_jet_refuses_brings_nothing_into_the_store(
    sold, magento, account, sandbox
):
    sandbox.add_fault(kind="status", status=400, path="/acknowledge$")
    order = sold()
    send(account)

    assert order.status != Order.Status.ACKNOWLEDGED
    assert not StoreDocument.objects.exists()
    assert there(magento) == []


def test_connecting_a_running_shop_sends_only_orders_acknowledged_after_it(
    place, import_orders, account, mug
):
    place(mug.sku, 2)
    import_orders()
    with linked(module=True) as made:
        settings_service.save(changes={"store_takes_tests": True})
        report = send(account)
        assert (report.done, there(made)) == (0, [])


def test_orders_of_the_test_account_stay_out_of_a_store_of_the_merchants_own(sold, magento):
    settings_service.save(changes={"store_takes_tests": False})
    sold()

    assert not StoreDocument.objects.exists()


class TestTraps:
    """What a real store was seen to do, by name."""

    @WAYS
    def test_short_in_the_store_is_blocked_with_its_remedy_and_goes_once_it_is_there(
        self, sold, magento, account, store_way, module
    ):
        order = sold()
        magento.do("stock", {"sku": "MUG-1", "quantity": 2})
        send(account)
        row = document(order)
        blocked = (row.state, row.errors, there(magento))
        magento.do("stock", {"sku": "MUG-1", "quantity": 10})
        idle = send(account)
        deliveries.retry(row)
        send(account)

        assert blocked[0] == "blocked"
        assert blocked[1] == [
            "The store sells too few of MUG-1. Raise its stock there, or cancel the units at Jet. Then retry."
        ]
        assert (blocked[2], idle.done) == ([], 0)
        assert (document(order).state, len(there(magento)), Order.objects.get().status) == (
            "accepted", 1, "acknowledged",
        )  # fmt: skip

    def test_of_two_orders_at_once_the_store_has_enough_for_the_first_alone(self, sold, magento, account):
        magento.do("stock", {"sku": "MUG-1", "quantity": 4})
        orders = [sold(), sold()]
        send(account)

        assert [document(order).state for order in orders] == ["accepted", "blocked"]
        assert salable("MUG-1") == 1

    def test_a_product_that_is_gone_is_named(self, sold, magento, account):
        order = sold(
            [{"sku": "MUG-1", "quantity": 1, "price": 9}, {"sku": "CUP-1", "quantity": 1, "price": 4}]
        )
        with deliveries.services.open_client() as client:
            client.write("DELETE", "products/CUP-1")
        send(account)

        assert document(order).state == "blocked"
        assert "no product CUP-1" in document(order).errors[0]

    @pytest.mark.parametrize("prefix", ["J-", ""])
    def test_a_number_that_another_order_of_the_store_has_is_not_taken_for_ours(
        self, sold, magento, account, prefix
    ):
        settings_service.save(changes={"store_order_prefix": prefix})
        order = sold()
        other = {
            **unreserved("MUG-1", 1),
            "increment_id": f"{prefix}{order.number}",
            "ext_order_id": "another",
        }
        with deliveries.services.open_client() as client:
            client.write("POST", "orders", {"entity": other})
        send(account)

        row = document(order)
        assert (row.state, len(there(magento))) == ("blocked", 1)
        assert "another order with the number" in row.errors[0]

    def test_a_number_that_the_store_would_cut_is_never_sent(self, sold, magento, account):
        order = sold()
        Order.objects.update(number="1" * 20)
        Configuration.objects.update(store_order_prefix="")
        config = deliveries.configuration.current()
        config.store_order_prefix = "P" * 31
        built = order_documents.built(document(order), Order.objects.get(), config)

        assert "The store cuts numbers at 50 characters" in str(built)

    def test_the_same_sku_on_two_lines_is_one_line_of_a_cart_and_two_of_an_order(
        self, sold, magento, account
    ):
        twice = [{"sku": "MUG-1", "quantity": 1, "price": 10}, {"sku": "MUG-1", "quantity": 2, "price": 11.5}]
        by_module = sold(twice)
        send(account)
        settings_service.save(changes={"store_way": "C"})
        placed = sold(twice)
        send(account)

        first, second = there(magento)
        assert [(each["qty_ordered"], each["price"]) for each in first["items"]] == [(1, 10), (2, 11.5)]
        assert [(each["qty_ordered"], each["row_total"]) for each in second["items"]] == [(3, 33)]
        totals = [Decimal(str(each["grand_total"])) for each in (first, second)]
        assert totals == [by_module.grand_total, placed.grand_total]
        assert salable("MUG-1") == 4

    @pytest.mark.parametrize(("store_way", "module"), [("C", False)])
    def test_a_patch_names_lines_addresses_and_payment_so_that_none_is_doubled(self, sold, magento, account):
        order = sold(
            [{"sku": "MUG-1", "quantity": 2, "price": 9}, {"sku": "CUP-1", "quantity": 1, "price": 4}]
        )
        send(account)

        (patch,) = [call["body"]["entity"] for call in done(magento, "/V1/orders$")]
        held = magento.do("state", {"kind": "orders", "id": "000000001"})
        assert [len(held["items"]), len(held["status_histories"])] == [2, 1]
        assert {"increment_id", "taxes", "applied_taxes"}.isdisjoint(patch)
        assert "applied_taxes" not in patch["extension_attributes"]
        assert all(
            "item_id" in each and "sku" not in each and "qty_ordered" not in each for each in patch["items"]
        )
        assert patch["billing_address"]["entity_id"] == held["billing_address"]["entity_id"]
        assert patch["payment"]["entity_id"] == held["payment"]["entity_id"]
        assert held["ext_order_id"] == order.jet_id

    @pytest.mark.parametrize(("store_way", "module"), [("C", False)])
    def test_a_patch_does_not_reopen_an_order_that_was_cancelled_meanwhile(self, sold, magento, account):
        order = sold()
        magento.do("faults", {"kind": "status", "status": 500, "path": "/V1/orders$", "method": "POST"})
        send(account)
        magento.do("clear_faults", {})
        magento.do("cancel", {"order_id": there(magento)[0]["entity_id"]})
        send(account)

        (found,) = there(magento)
        assert (found["state"], found["status"], found["ext_order_id"]) == (
            "canceled",
            "canceled",
            order.jet_id,
        )
        assert document(order).state == "accepted"

    @pytest.mark.parametrize(("store_way", "module"), [("C", False)])
    def test_after_a_lost_placing_the_same_cart_is_asked_for_and_never_another(self, sold, magento, account):
        order = sold()
        magento.do("faults", {"kind": "drop_before", "path": "/order$", "method": "PUT"})
        send(account)
        magento.do("clear_faults", {})
        row = document(order)
        lost = (row.answer, set(row.progress))
        early = send(account)
        row.refresh_from_db()
        still = (early.done, row.answer, there(magento))
        StoreDocument.objects.update(progress={**row.progress, "placing_since": "2020-01-01T00:00:00+00:00"})
        send(account)

        assert lost == (Answer.UNKNOWN, {"cart", "placing_since"})
        assert still == (0, Answer.UNKNOWN, [])
        assert (document(order).state, len(there(magento)), len(done(magento, "/carts/?$"))) == (
            "accepted",
            1,
            1,
        )
        assert salable("MUG-1") == 7

    @pytest.mark.parametrize(("store_way", "module"), [("C", False)])
    def test_a_cart_that_was_lost_before_placing_is_never_filled_again(self, sold, magento, account):
        order = sold()
        magento.do("faults", {"kind": "drop_after", "path": "/items$", "method": "POST"})
        send(account)
        magento.do("clear_faults", {})
        send(account)

        assert (document(order).state, len(done(magento, "/carts/?$"))) == ("accepted", 2)
        assert [each["items"][0]["qty_ordered"] for each in there(magento)] == [3]

    def test_nobody_calls_again_within_ten_seconds_after_a_lost_answer(self, sold, magento, account):
        order = sold()
        magento.do("faults", {"kind": "drop_before", "path": "/V1/orders$", "method": "POST"})
        senders.send_documents(account=account)
        row = document(order)

        assert row.answer == Answer.UNKNOWN
        assert (row.next_try_at - row.answer_at).total_seconds() >= 9.9

    def test_an_order_that_jet_cancelled_before_it_went_never_goes(self, sold, magento, account):
        order = sold()
        Order.objects.update(status=Order.Status.CANCELLED)
        order.refresh_from_db()
        with deliveries.transaction.atomic():
            handovers.end(order)
        report = send(account)

        assert (report.done, there(magento)) == (0, [])
        assert not StoreDocument.objects.filter(next_try_at__isnull=False).exists()

    def test_an_order_that_jet_cancelled_after_it_went_is_to_be_cancelled_there(self, sold, magento, account):
        order = sold()
        send(account)
        Order.objects.update(status=Order.Status.CANCELLED)
        order.refresh_from_db()
        with deliveries.transaction.atomic():
            handovers.end(order)

        assert StoreDocument.objects.get(kind="cancel").next_try_at is not None

    @pytest.mark.parametrize("status", ["pending", "processing", "holded"])
    @WAYS
    def test_the_new_order_status_of_the_settings_is_kept_and_it_can_be_shipped(
        self, sold, magento, account, store_way, module, status
    ):
        settings_service.save(changes={"new_order_status": status})
        sold()
        send(account)

        (found,) = there(magento)
        state = {"pending": "new"}.get(status, status)
        assert (found["state"], found["status"]) == (state, status)
        with deliveries.services.open_client() as client:
            if status == "holded":
                client.write("POST", f"orders/{found['entity_id']}/unhold")
            client.write("POST", f"order/{found['entity_id']}/invoice", {"capture": False})
            client.write("POST", f"order/{found['entity_id']}/ship", {})
        assert there(magento)[0]["state"] == "complete"
