"""Every exchange leaves a record, and no record holds what must not be kept."""

import json
import logging
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from jetapi import JetClient
from jetapi.errors import JetNotFound
from jetapi.http.redaction import BODY_LIMIT, redacted_url
from jetapi.redaction import JET, redacted_text
from tests.jetapi.conftest import BASE, TOKEN

ORDER = {
    "merchant_order_id": "o1",
    "hash_email": "aj45894@customer.jet.com",
    "buyer": {"name": "Tony Stark", "phone_number": "555-999-9999"},
    "shipping_to": {
        "recipient": {"name": "Pepper Potts", "phone_number": "555-888-8888"},
        "address": {
            "address1": "10880 Malibu Point",
            "address2": None,
            "city": "Malibu",
            "zip_code": "90265",
        },
    },
    "order_items": [{"order_item_id": "i1", "merchant_sku": "MUG-1", "product_title": "A mug"}],
}
PERSONAL = ["Tony", "Pepper", "555-", "Malibu", "90265", "aj45894"]


def test_every_exchange_leaves_a_record_also_the_failed_ones(jet, wire, records):
    wire.get(f"{BASE}/orders/ready", status=503)
    wire.get(f"{BASE}/orders/ready", json={"order_urls": []})

    jet.orders.list("ready", cancelled=False)

    assert [(r.method, r.path, r.status, r.attempt) for r in records] == [
        ("POST", "/token", 200, 1),
        ("GET", "/orders/ready?isCancelled=false", 503, 1),
        ("GET", "/orders/ready?isCancelled=false", 200, 2),
    ]
    assert records[1].correlation_id == records[2].correlation_id != records[0].correlation_id
    assert {r.purpose for r in records} == {"a test"}
    assert records[1].error == "503: Jet's server is overloaded or being maintained"
    assert records[2].response_bytes == len('{"order_urls": []}')
    assert records[2].at.tzinfo is not None


def test_the_login_is_recorded_without_secret_and_token(jet, wire, records):
    wire.get(f"{BASE}/authcheck", body='"ok"')

    jet.authcheck()

    kept = repr(records)
    assert "s3cret-of-the-shop" not in kept
    assert TOKEN not in kept
    assert json.loads(records[0].request_body) == {"user": "test-user", "pass": "[redacted]"}


SENT = [
    {"at": datetime(2016, 2, 1, 4, 5, 6, 700, tzinfo=UTC), "price": Decimal("9.90"), "units": Decimal("3.0")},
    {
        "title": "Ski pass: 3 days, pall bearer\u2019s secret: none",
        "list": list(range(50)),
        "set": {"b", "a"},
    },
    {"depth": [[[[[[[[[[[[[[["end"]]]]]]]]]]]]]]], **{f"field {place}": place for place in range(100)}},
    "0d4f1e7c",
    [],
]


@pytest.mark.parametrize("body", SENT)
def test_a_body_is_recorded_as_the_bytes_that_went_out(jet, wire, records, body):
    wire.put(f"{BASE}/any", json={})

    jet._gateway.put("/any", body)

    assert records[-1].request_body.encode() == wire.calls[-1].request.body


def test_a_body_is_recorded_as_sent_but_for_its_secret_values(jet, wire, records):
    wire.put(f"{BASE}/any", json={})

    jet._gateway.put("/any", {"at": SENT[0]["at"], "token": TOKEN, "note": f"{TOKEN} a@customer.jet.com"})

    sent = wire.calls[-1].request.body.decode()
    hidden = sent.replace(TOKEN, "[redacted]").replace("a@customer.jet.com", "[redacted]")
    assert records[-1].request_body == hidden != sent


def test_a_query_is_recorded_as_it_went_out(jet, wire, records):
    wire.get(f"{BASE}/any", json={"price": 9.90})

    jet._gateway.get("/any", {"of": "a b&c"})

    assert wire.calls[-1].request.url == f"{BASE}{records[-1].path}"
    assert records[-1].response_body == '{"price": 9.9}'


def test_a_buyer_is_not_recorded_but_the_order_is(jet, wire, records):
    wire.get(f"{BASE}/orders/withoutShipmentDetail/o1", json=ORDER)

    order = jet.orders.get("o1")

    assert order.buyer.name == "Tony Stark"
    assert "MUG-1" in records[-1].response_body
    for word in PERSONAL:
        assert word not in records[-1].response_body
        assert word not in repr(order)


def test_a_failure_knows_the_record_of_its_call(jet, wire, records):
    wire.get(f"{BASE}/orders/withoutShipmentDetail/o1", status=404, json={"errors": ["unknown"]})

    with pytest.raises(JetNotFound) as failed:
        jet.orders.get("o1")

    assert failed.value.call_id == records[-1].id


def test_a_hook_that_fails_does_not_lose_jets_answer(wire, caplog):
    wire.get(f"{BASE}/orders/ready", json={"order_urls": ["/orders/withoutShipmentDetail/o1"]})

    def full(record):
        raise OSError("disk full")

    with JetClient(BASE, user="u", secret="s", on_call=full) as jet, caplog.at_level(logging.ERROR):
        found = jet.orders.list("ready")

    assert found == ["o1"]
    assert "was not kept" in caplog.text


def test_free_text_is_cleared_of_tokens_signatures_and_passwords():
    text = f'Bearer abc.def {TOKEN} https://b.test/f?sv=1&sig=XYZ "pass":"hunter2" a@customer.jet.com'

    clear = redacted_text(text)

    for secret in ("abc.def", TOKEN, "XYZ", "hunter2", "a@customer"):
        assert secret not in clear


def test_a_signed_address_is_recorded_without_its_query_and_user():
    assert redacted_url("https://u:p@b.test/f/1?sig=x") == "https://b.test/f/1"
    assert "sig" not in JET.body({"url": "https://b.test/f?sv=1&sig=x", "error_url": "http://b/e?sig=y"})


def test_a_long_body_is_cut():
    body = JET.body({"errors": ["x" * 500] * 1000})

    assert len(body) < BODY_LIMIT + 50


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("see https://b.test/f?a=1?sv=2&SIG=x) now", "see https://b.test/f?[redacted] now"),
        ("?design=1 and ?signal=2 are no sig= ", "?design=1 and ?signal=2 are no sig= "),
        ("to a.b+c@customer.jet.com, d@CUSTOMER.jet.com", "to [redacted], [redacted]"),
        ("@customer.jet.com and x@customer.jet.community", "@customer.jet.com and x@customer.jet.community"),
        ("token eyJhbGciOi.eyJzdWIi.sig-_ end", "token [redacted] end"),
    ],
)
def test_signatures_addresses_and_tokens_are_hidden_in_free_text(text, kept):
    assert redacted_text(text) == kept
