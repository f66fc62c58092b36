"""The client against the served sandbox: whole stories, many threads, slow and broken wires."""

import gzip
import json
import socket
import threading
import time
from decimal import Decimal

import pytest

from jetapi import Timeouts, send_many
from jetapi.errors import JetConnectionError, JetNotFound, JetRejected
from jetapi.http.settlements import Settled
from jetapi.types.files import FileType
from jetapi.types.order_messages import ShipmentItem, ShipmentMessage
from jetapi.types.returns import RefundAmount, ReturnCompletion, ReturnItemCompletion
from tests.jetapi.served import LISTING, SKU, Shop, acknowledgements, parcel, quick_client, wait_until


@pytest.fixture
def shop(sandbox, served_sandbox):
    with quick_client(served_sandbox.url, timeouts=Timeouts(connect=5, read=10, total=20)) as jet:
        yield Shop.opened(jet)


def test_an_order_is_acknowledged_shipped_and_returned(shop):
    order_id = shop.order(shipped=True)
    order = shop.jet.orders.get(order_id)
    return_id = shop.jet.returns.generate(order_id)
    asked = shop.jet.returns.get(return_id)
    amount = asked.return_merchant_skus[0].requested_refund_amount
    granted = RefundAmount(amount.principal, amount.tax, amount.shipping_cost, amount.shipping_tax)
    item = ReturnItemCompletion(order.order_items[0].order_item_id, 1, 1, granted)

    shop.jet.returns.complete(return_id, ReturnCompletion(order_id, (item,)))

    assert (order.status, order.has_shipments) == ("complete", True)
    assert order.shipments[0].alt_shipment_id == "first"
    assert shop.jet.returns.list("inprogress") == [return_id]
    assert shop.jet.returns.get(return_id).items[0].refund_amount.total == amount.total


def test_an_order_is_canceled_from_ready_by_a_shipment_that_only_cancels(shop):
    item = {"sku": SKU, "order_quantity": 0, "order_cancel_quantity": 1}
    [order_id] = shop.jet.orders.generate(1, items=[item], fulfillment_node=shop.node)
    cancel = ShipmentMessage((ShipmentItem(SKU, response_shipment_cancel_qty=1),), alt_shipment_id="C-1")

    assert shop.jet.orders.ship_settled(order_id, shipments=[cancel]) is Settled.NOW

    assert shop.jet.orders.get(order_id).status == "complete"
    assert shop.jet.setup.status().is_order_canceled


def test_a_file_is_uploaded_processed_and_its_errors_are_fetched(shop, sandbox):
    token = shop.uploaded_blob({SKU: {"price": 5.55}, "NO-SUCH-SKU": {"price": 1}})
    shop.jet.files.uploaded(url=token.url, file_type=FileType.PRICE, file_name="price.json.gz")
    sandbox.advance(seconds=3600)

    state = shop.jet.files.get(token.jet_file_id)
    errors = shop.jet.files.download_errors(state.error_url)

    assert (state.is_final, state.error_count) == (True, 1)
    assert list(errors) == ["NO-SUCH-SKU"]
    assert shop.jet.products.get_price(SKU).price == Decimal("5.55")


def test_an_upload_whose_time_is_over_is_refused_and_is_no_matter_of_the_keys(shop, sandbox):
    token = shop.jet.files.upload_token()
    sandbox.advance(seconds=3600)

    with pytest.raises(JetRejected):
        shop.jet.files.put_blob(token.url, gzip.compress(json.dumps({}).encode()))


def test_a_refused_listing_names_every_broken_rule(shop):
    with pytest.raises(JetRejected) as refused:
        shop.jet.products.put("X", {"product_title": "A", "multipack_quantity": 0})

    assert len(refused.value.messages) >= 3


@pytest.mark.parametrize("sku", ["A B", "A&B?C#D", "100% wool", "Ä-ö-ß", "a+b;c=d,e", "!'()*~$@:", "50%25"])
def test_any_sku_finds_its_way_and_is_listed_as_it_is(shop, sku):
    shop.jet.products.put(sku, LISTING)

    assert shop.jet.products.get(sku).merchant_sku == sku
    assert sku in list(shop.jet.products.iter_skus())


def test_many_prices_go_side_by_side_and_the_refused_ones_are_named(shop):
    skus = [f"S-{number}" for number in range(60)]
    for outcome in send_many(lambda sku: shop.jet.products.put(sku, LISTING), skus[:-1]):
        assert outcome.ok

    found = list(send_many(lambda sku: shop.jet.products.put_price(sku, Decimal("1.23")), skus))

    assert [outcome.item for outcome in found] == skus
    assert [outcome.item for outcome in found if not outcome.ok] == ["S-59"]
    assert isinstance(found[-1].error, JetNotFound | JetRejected)


def test_a_revoked_token_is_renewed_once_by_all_threads_together(shop, sandbox):
    skus = [f"S-{number}" for number in range(100)]
    before = sandbox.calls()[-1]["seq"]
    sandbox.add_fault(kind="revoke_token", path="S-20$", times=1)

    outcomes = list(send_many(lambda sku: shop.jet.products.put(sku, LISTING), skus, connections=16))

    assert all(outcome.ok for outcome in outcomes)
    assert len(sandbox.calls(after=before, path="/token")) == 1


def test_an_expired_token_is_renewed_when_jets_clock_runs_ahead(shop, sandbox):
    before = sandbox.calls()[-1]["seq"]
    sandbox.advance(seconds=11 * 3600)

    shop.jet.authcheck()

    assert len(sandbox.calls(after=before, path="/token")) == 1


def test_two_workers_shipping_the_same_parcel_ship_it_once(shop, sandbox):
    order_id = shop.order(acknowledged=True)
    outcomes = list(
        send_many(
            lambda _: shop.jet.orders.ship_settled(order_id, shipments=[parcel("S-1")], in_doubt=True),
            range(2),
        )
    )

    order = shop.jet.orders.get(order_id)
    assert all(outcome.ok for outcome in outcomes)
    assert [shipment.alt_shipment_id for shipment in order.shipments] == ["S-1"]


def test_an_acknowledged_order_is_told_from_a_rejected_one(shop):
    order_id = shop.order()
    items = acknowledgements(shop.jet, order_id)

    first = shop.jet.orders.acknowledge_settled(order_id, items=items)
    second = shop.jet.orders.acknowledge_settled(order_id, items=items)

    assert (first, second) == (Settled.NOW, Settled.BEFORE)
    with pytest.raises(JetRejected):
        shop.jet.orders.acknowledge_settled(order_id, items=items, status="rejected - other")


@pytest.fixture
def dripping():
    """A server whose answer comes a byte at a time, so that no single wait is long."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.02)
        except OSError:
            return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    thread.join(5)


def test_an_answer_in_drops_cannot_outlast_the_whole_time(dripping):
    start = time.monotonic()

    with (
        quick_client(dripping, timeouts=Timeouts(connect=1, read=1, total=0.5)) as jet,
        pytest.raises(JetConnectionError, match="too slowly") as failed,
    ):
        jet.authcheck()

    assert failed.value.timed_out
    assert time.monotonic() - start < 20  # the drops never end


def test_a_server_that_went_away_between_two_calls_costs_nothing(served_sandbox, sandbox, shop):
    sandbox.add_fault(kind="drop_after", path="/authcheck$", times=1)

    shop.jet.authcheck()

    wait_until(lambda: len(sandbox.calls(path="/authcheck$")) == 2)
