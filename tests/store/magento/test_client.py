"""The client against the emulator, over loopback: how calls are signed and paged, and how failures are sorted."""

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from jetapi.http.answers import refusal
from jetapi.http.calls import Answer, Call, Kind
from jetapi.http.errors import CallError, NoAnswer, NotFound, Refused, ServerError, Unreadable
from jetapi.http.timeouts import Timeouts
from jetbridge.store.magento import client as magento_client
from jetbridge.store.magento.client import MagentoClient
from jetbridge.store.magento.errors import (
    HeldByProxy,
    NoPermission,
    StoreBroken,
    StoreClosed,
    UnderMaintenance,
    ViewGone,
)
from jetbridge.store.magento.oauth import Keys, signature
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.wire import MAGENTO, Filter, messages, segment, to_json
from tests.store.magento.served import KEYS, client_of, stocked
from tests.store.plugins import WithPlugin

RECORDINGS = settings.JETBRIDGE_SAMPLES.parent / "magento" / "recordings"


def numbers(client: MagentoClient, **asked: Any) -> tuple[list[int], list[int]]:
    skipped: list[int] = []

    def skip(number: int, _broken: StoreBroken) -> None:
        skipped.append(number)

    rows = [int(each["id"]) for each in client.rows("products", key="id", skip=skip, **asked)]
    return rows, skipped


def test_a_signature_is_the_one_of_the_standards_own_example():
    keys = Keys("dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    said = {
        "oauth_consumer_key": "dpf43f3p2l4k3l03", "oauth_token": "nnch734d00sl2jdk", "oauth_version": "1.0",
        "oauth_signature_method": "HMAC-SHA256", "oauth_timestamp": "1191242096", "oauth_nonce": "kllo9940pd9333jh",
    }  # fmt: skip
    url = "HTTP://Photos.example.net:80/photos?size=original&file=vacation.jpg"

    plain = signature(keys, "get", "http://photos.example.net/photos?file=vacation.jpg&size=original", said)

    assert signature(keys, "GET", url, said) == plain
    assert plain == "WVPzl1j6ZsnkIjWr7e3OZ3jkenL57KwaLFhYsroX1hg="


def test_a_signed_call_with_odd_signs_in_path_and_query_is_accepted(store: MagentoSandbox):
    store.do("products", {"products": [{"sku": "JB/2 A%~ü+&=", "name": "Slash", "price": 1, "quantity": 5}]})

    with client_of(store) as client:
        found = client.read(f"products/{segment('JB/2 A%~ü+&=')}")
        items, total = client.page("products", [Filter("sku", "JB/2 A%~ü+&=")])

    assert (found["name"], total, items[0]["id"]) == ("Slash", 1, found["id"])


def test_bearer_is_refused_until_it_is_switched_on():
    bearer = dataclasses.replace(KEYS, bearer=True)
    for is_on in (False, True):
        sandbox = MagentoSandbox(seed="none", bearer=is_on)
        with client_of(sandbox, bearer) as client:
            if is_on:
                assert client.read("store/websites")
            else:
                with pytest.raises(NoPermission, match="isn't authorized"):
                    client.read("store/websites")
        sandbox.close()


def test_what_is_written_goes_to_all_views_and_what_is_read_comes_from_one(store: MagentoSandbox):
    stocked(store, 1)
    with client_of(store) as client:
        client.write("PUT", "products/P-001", {"product": {"name": "Of all"}}, kind=Kind.REPEATABLE)
        client.send(
            Call(
                "PUT",
                "/rest/default/V1/products/P-001",
                Kind.REPEATABLE,
                {"product": {"name": "Of one view"}},
            )
        )

        assert client.read("products/P-001")["name"] == "Of one view"
    with client_of(store, store_view="") as client:
        assert client.read("products/P-001")["name"] == "Of all"


def test_a_list_is_read_by_number_and_no_page_repeats_or_skips(store: MagentoSandbox):
    stocked(store, 25)
    with client_of(store) as client:
        client.page_size = 10
        rows, skipped = numbers(client)

    assert (rows, skipped) == (sorted(rows), [])
    assert len(set(rows)) == len(rows) == 25


def test_a_page_with_broken_rows_is_halved_until_they_are_alone_and_named(store: MagentoSandbox):
    stocked(store, 40)
    store.do("products", {"products": [{"sku": f"P-{n:03}", "broken": True} for n in (1, 17, 18, 40)]})
    with client_of(store) as client:
        rows, skipped = numbers(client)
        gone = [number for number in range(rows[0] - 1, rows[0] + 39) if number not in rows]

    assert len(rows) == 36
    assert skipped == gone
    assert len(gone) == 4


def test_a_row_at_which_the_store_hangs_is_found_in_short_calls(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(magento_client, "SEARCH", Timeouts(connect=2, read=1, total=1))
    sandbox = WithPlugin(seed="none")
    stocked(sandbox, 9)
    sandbox.break_at("P-005", path="/V1/products$", way="hang")
    with client_of(sandbox, timeouts=Timeouts(connect=2, read=1.5, total=1.5)) as client:
        rows, skipped = numbers(client)
    sandbox.close()

    assert (len(rows), len(skipped)) == (8, 1)


def test_a_list_that_falls_over_whatever_is_asked_ends_the_reading(store: MagentoSandbox):
    stocked(store, 2)
    store.do("faults", {"path": "V1/products", "kind": "status", "status": 500})
    with client_of(store) as client, pytest.raises(StoreBroken, match="Internal Error"):
        numbers(client)


def test_the_limits_of_a_store_are_read_from_its_refusals():
    sandbox = MagentoSandbox(seed="none", limits=True)
    stocked(sandbox, 45)
    rows = [{"sku": f"P-{n:03}", "source_code": "default", "quantity": 7, "status": 1} for n in range(1, 46)]
    with client_of(sandbox) as client:
        client.page_size = 1000
        assert len(numbers(client)[0]) == 45
        client.write_rows("inventory/source-items", "sourceItems", rows)

        assert (client.page_size, client.array_size) == (300, 20)
    held = sandbox.do("state", {"kind": "sources"})["sources"]
    assert {each["quantity"] for each in held} == {7}
    sandbox.close()


FAULTS = [
    ({"kind": "status", "status": 401}, NoPermission, False),
    ({"kind": "status", "status": 400}, Refused, False),
    ({"kind": "status", "status": 404}, NotFound, False),
    ({"kind": "status", "status": 403}, HeldByProxy, False),
    ({"kind": "status", "status": 429, "retry_after": 7}, HeldByProxy, False),
    ({"kind": "maintenance"}, UnderMaintenance, False),
    ({"kind": "status", "status": 500}, StoreBroken, True),
    ({"kind": "status", "status": 502}, ServerError, True),
    ({"kind": "drop_before"}, NoAnswer, True),
    ({"kind": "drop_after"}, NoAnswer, True),
    ({"kind": "truncate"}, CallError, True),
    ({"kind": "html"}, Unreadable, True),
]


@pytest.mark.parametrize(("fault", "kind", "is_lost"), FAULTS, ids=lambda each: str(each)[:40])
def test_each_failure_is_sorted_and_says_whether_the_work_may_be_done(
    store: MagentoSandbox, fault: dict[str, Any], kind: type[CallError], is_lost: bool
):
    stocked(store, 1)
    store.do("faults", {"path": "orders/1/cancel", **fault})
    with client_of(store) as client, pytest.raises(kind) as caught:
        client.write("POST", "orders/1/cancel")

    assert type(caught.value) is kind or kind is CallError
    assert caught.value.sent_maybe is is_lost
    if fault.get("retry_after"):
        assert getattr(caught.value, "retry_after", None) == 7


def test_a_page_of_another_server_is_closed_but_leaves_a_doubt():
    page = Answer(503, {"Content-Type": "text/html"}, b"<html><title>503 Backend fetch failed</title></html>")

    error = refusal(Call("POST", "/x", Kind.ONCE), page, MAGENTO)

    assert (type(error), error.sent_maybe) == (StoreClosed, True)
    assert str(error) == "503: the store's server is overloaded or being maintained"


def test_a_missing_permission_is_named(store: MagentoSandbox):
    store.do("acl", {"deny": ["Magento_Sales::ship"]})
    with client_of(store) as client, pytest.raises(NoPermission) as caught:
        client.write("POST", "order/1/ship", {})

    assert caught.value.resource == "Magento_Sales::ship"


def test_a_view_that_is_gone_is_said_so(store: MagentoSandbox):
    with client_of(store, store_view="german") as client, pytest.raises(ViewGone):
        client.read("store/websites")


def test_placeholders_are_filled_by_name_and_by_place():
    said = {
        "message": "No such entity with %fieldName = %fieldValue",
        "parameters": {"field": "x", "fieldName": "sku", "fieldValue": "A"},
        "errors": [{"message": "%1 of %2, %10", "parameters": [1, 2, 3, 4, 5, 6, 7, 8, 9, "ten"]}],
    }

    assert messages(said) == ["No such entity with sku = A", "1 of 2, ten"]
    assert messages(["no object"]) == []


def test_the_stores_time_is_the_one_of_its_answers(store: MagentoSandbox):
    store.do("clock", {"advance_seconds": 3600})
    with client_of(store) as client:
        client.read("store/websites")

        assert client.time is not None
        assert abs(store.world.now() - client.time) < timedelta(seconds=5)
        assert client.clock_seconds == pytest.approx(3600, abs=5)


def test_no_record_of_a_call_holds_a_secret_or_a_buyer(store: MagentoSandbox):
    records: list[Any] = []
    body = {
        "entity": {
            "customer_email": "a@b.test",
            "payment": {"method": "checkmo"},
            "billing_address": {"city": "X"},
        }
    }
    with client_of(store, on_call=records.append) as client, pytest.raises(Refused):
        client.write("POST", "orders", body)

    text = " ".join(map(str, records))
    assert records
    for secret in ("a@b.test", "jb-secret", "jb-token", '"city": "X"', "oauth_signature"):
        assert secret not in text


def test_a_body_that_json_cannot_hold_is_refused_before_it_is_sent():
    with pytest.raises(CallError):
        to_json({"price": float("nan")})


def test_every_recorded_refusal_is_sorted_and_its_placeholders_are_filled():
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings at {RECORDINGS}")
    sorts: dict[str, set[int]] = {}
    for path in sorted(RECORDINGS.glob("*/*.json")):
        said = json.loads(path.read_text())["response"]
        if said["status"] < 400:
            continue
        body = said["body"] if isinstance(said["body"], str) else json.dumps(said["body"])
        headers = {name.title(): value for name, value in said["headers"].items()}
        found = refusal(
            Call("POST", "/x", Kind.ONCE), Answer(said["status"], headers, body.encode()), MAGENTO
        )
        sorts.setdefault(type(found).__name__, set()).add(said["status"])
        for name in said["body"].get("parameters") or () if isinstance(said["body"], dict) else ():
            assert f"%{name}" not in str(found), path

    assert sorts == {
        "Refused": {400}, "ViewGone": {400}, "NoPermission": {401}, "NotFound": {404}, "StoreBroken": {500},
        "UnderMaintenance": {503},
    }  # fmt: skip
