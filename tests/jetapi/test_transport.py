"""Attempts, waits, lost answers and unreadable ones."""

from decimal import Decimal

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError, NewConnectionError

from jetapi import JetClient, Retries, Timeouts
from jetapi.errors import (
    JetAuthError,
    JetConnectionError,
    JetInvalidRequest,
    JetRejected,
    JetServerError,
    JetThrottled,
    JetUnreadable,
)
from jetapi.types.order_messages import ItemAcknowledgement, ShipmentItem, ShipmentMessage
from tests.jetapi.conftest import BASE

PRICE = f"{BASE}/merchant-skus/MUG-1/price"
SHIPPED = f"{BASE}/orders/o1/shipped"
LOST = requests.ConnectionError("connection to https://x/blob?sig=SECRET was lost")


def set_price(jet):
    jet.products.put_price("MUG-1", price=Decimal("9.90"))


def ship(jet):
    item = ShipmentItem("MUG-1", response_shipment_sku_quantity=1)
    jet.orders.ship("o1", shipments=[ShipmentMessage((item,), alt_shipment_id="s1", carrier="UPS")])


def calls_to(wire, url):
    return [call for call in wire.calls if call.request.url == url]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_call_that_may_repeat_is_repeated_until_jet_takes_it(jet, wire, status):
    wire.put(PRICE, status=status)
    wire.put(PRICE, body=LOST)
    wire.put(PRICE, status=202)

    set_price(jet)

    assert len(calls_to(wire, PRICE)) == 3


def test_a_call_that_may_repeat_ends_with_the_last_attempts_error(jet, wire):
    wire.put(PRICE, status=503, json={"errors": ["down"]})

    with pytest.raises(JetServerError, match="503: down") as failed:
        set_price(jet)

    assert len(calls_to(wire, PRICE)) == 3
    assert failed.value.retryable


@pytest.mark.parametrize("status", [500, 503])
def test_a_shipment_that_failed_at_jet_is_not_repeated_blindly(jet, wire, status):
    wire.put(SHIPPED, status=status)

    with pytest.raises(JetServerError) as failed:
        ship(jet)

    assert failed.value.sent_maybe
    assert len(calls_to(wire, SHIPPED)) == 1


def test_a_shipment_whose_answer_was_lost_says_that_it_may_be_done(jet, wire):
    wire.put(SHIPPED, body=LOST)

    with pytest.raises(JetConnectionError) as lost:
        ship(jet)

    assert lost.value.sent_maybe
    assert len(calls_to(wire, SHIPPED)) == 1


def test_a_shipment_that_was_throttled_was_not_done_and_goes_again(jet, wire):
    wire.put(SHIPPED, status=429, headers={"Retry-After": "0"})
    wire.put(SHIPPED, status=204)

    ship(jet)

    assert len(calls_to(wire, SHIPPED)) == 2


def test_a_shipment_goes_again_when_no_connection_came_about(jet, wire):
    refused = NewConnectionError(None, "Connection refused")
    wire.put(SHIPPED, body=requests.ConnectionError(MaxRetryError(None, "/", refused)))
    wire.put(SHIPPED, status=204)

    ship(jet)

    assert len(calls_to(wire, SHIPPED)) == 2


def test_an_acknowledgement_is_never_repeated(jet, wire):
    url = f"{BASE}/orders/o1/acknowledge"
    wire.put(url, body=LOST)

    with pytest.raises(JetConnectionError):
        jet.orders.acknowledge("o1", items=[ItemAcknowledgement("i1")])

    assert len(calls_to(wire, url)) == 1


def test_a_wait_longer_than_the_whole_time_is_left_to_the_caller(jet, wire):
    wire.put(PRICE, status=429, headers={"Retry-After": "3600"})

    with pytest.raises(JetThrottled) as throttled:
        set_price(jet)

    assert throttled.value.retry_after == 3600
    assert len(calls_to(wire, PRICE)) == 1


def test_a_page_instead_of_an_answer_is_no_success(jet, wire):
    wire.put(PRICE, status=200, body="<html>Please log in</html>", content_type="text/html")
    wire.put(PRICE, status=202)

    set_price(jet)

    assert len(calls_to(wire, PRICE)) == 2


@pytest.mark.parametrize("body", ["", '{"merchant_sku":"MU', "<html></html>", "NaN", "[" * 100_000])
def test_a_read_that_is_no_json_is_tried_again_and_then_reported(jet, wire, body):
    url = f"{BASE}/merchant-skus/MUG-1"
    wire.get(url, body=body)

    with pytest.raises(JetUnreadable):
        jet.products.get("MUG-1")

    assert len(calls_to(wire, url)) == 3


def test_errors_in_a_2xx_answer_are_a_refusal(jet, wire):
    wire.put(SHIPPED, status=200, json={"errors": ["order is not acknowledged"]})

    with pytest.raises(JetRejected, match="order is not acknowledged"):
        ship(jet)


def test_a_redirect_is_not_followed_with_the_token(jet, wire):
    wire.get(f"{BASE}/orders/ready", status=302, headers={"Location": "https://elsewhere.test/"})

    with pytest.raises(Exception, match="302"):
        jet.orders.list("ready")

    assert all("elsewhere" not in call.request.url for call in wire.calls)


def test_an_address_that_is_none_is_refused_at_once():
    with pytest.raises(JetInvalidRequest, match="http"):
        JetClient("merchant-api.jet.com", user="u", secret="s")


def test_a_jet_that_cannot_be_reached_is_named_without_the_librarys_text():
    retries = Retries(attempts=1)
    with (
        JetClient("http://127.0.0.1:8139/api", user="u", secret="s", retries=retries) as jet,
        pytest.raises(JetConnectionError, match="Connection refused") as failed,
    ):
        jet.authcheck()

    assert not failed.value.sent_maybe
    assert "HTTPConnectionPool" not in str(failed.value)


def test_forbidden_is_an_error_of_the_keys_and_is_not_renewed(jet, wire):
    wire.get(f"{BASE}/authcheck", status=403, json={"Message": "no"})

    with pytest.raises(JetAuthError, match="403"):
        jet.authcheck()

    assert len(calls_to(wire, f"{BASE}/token")) == 1


@responses.activate
def test_blobs_go_to_their_signed_address_without_our_token(records):
    url = "https://jetupload.blob.core.windows.net/merchant-files/f1?sv=1&sig=abc%2Bd%3D&se=2018"
    responses.put(url, status=201, body="<ok/>")

    with JetClient(BASE, user="u", secret="s", on_call=records.append, timeouts=Timeouts()) as jet:
        jet.files.put_blob(url, b"\x1f\x8bdata")

    request = responses.calls[0].request
    assert "Authorization" not in request.headers
    assert request.headers["x-ms-blob-type"] == "BlockBlob"
    assert request.url == url
    assert request.body == b"\x1f\x8bdata"
    assert records[0].path == "https://jetupload.blob.core.windows.net/merchant-files/f1"


def test_a_doubt_of_an_earlier_attempt_is_not_forgotten_by_the_last_one(jet, wire):
    refused = NewConnectionError(None, "Connection refused")
    wire.put(PRICE, body=LOST)
    wire.put(PRICE, body=requests.ConnectionError(MaxRetryError(None, "/", refused)))

    with pytest.raises(JetConnectionError, match="no connection") as failed:
        set_price(jet)

    assert failed.value.sent_maybe
