"""Validate: each permission is probed in turn, and what is wrong is named."""

import dataclasses
import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from jetapi.http.answers import refusal
from jetapi.http.calls import Answer, Call
from jetbridge.store.magento.client import MagentoClient
from jetbridge.store.magento.errors import WRONG_KEYS as WRONG_KEY_WORDS
from jetbridge.store.magento.errors import WrongKeys
from jetbridge.store.magento.oauth import Keys
from jetbridge.store.magento.probes import Chosen, Inspection, inspect, sorted_error
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.sandbox.routes import routes
from jetbridge.store.magento.sandbox.world import Options
from jetbridge.store.magento.wire import MAGENTO
from tests.store.magento.served import KEYS, ONCE, client_of


def found_at(
    sandbox: MagentoSandbox, keys: Keys = KEYS, chosen: Chosen | None = None, **more: Any
) -> Inspection:
    with client_of(sandbox, keys, store_view="") as client:
        return inspect(client, chosen=chosen or Chosen(), **more)


def test_a_store_that_lets_us_do_all_says_what_it_is(store: MagentoSandbox):
    before = store.do("state", {"kind": "orders"})

    found = found_at(store)

    assert found.ok, [each for each in found.probes if not each.ok]
    assert (found.version, found.edition, found.msi, found.module) == ("2.4", "Community", True, False)
    assert found.views == {"default": "Default Store View"}
    assert abs(found.clock_seconds) < 5
    assert (found.way("auto"), found.way("A")) == ("C", "A")
    assert store.do("state", {"kind": "orders"}) == before


def test_each_missing_permission_is_named_and_no_other(store: MagentoSandbox):
    needed = [each.resource for each in found_at(store).probes]
    for resource in needed:
        store.do("acl", {"deny": [resource]})

        found = found_at(store)

        assert found.missing == [resource]
        assert not found.ok
    assert len(needed) > 18


def test_a_store_without_multi_source_inventory_and_one_with_the_module_are_known():
    for settings in ({"msi": False}, {"module": True}):
        sandbox = MagentoSandbox(seed="none", **settings)

        found = found_at(sandbox)

        assert found.ok
        assert (found.msi, found.module) == (settings.get("msi", True), settings.get("module", False))
        sandbox.close()


WRONG_KEYS = [
    ({"consumer_key": "another"}, "no integration with this consumer key"),
    ({"token": "another"}, "no such access token"),
    ({"consumer_secret": "another"}, "one of the two secrets"),
    ({"token_secret": "another"}, "one of the two secrets"),
]


@pytest.mark.parametrize(("change", "words"), WRONG_KEYS)
def test_which_of_the_keys_is_wrong_is_said(store: MagentoSandbox, change: dict[str, str], words: str):
    found = found_at(store, dataclasses.replace(KEYS, **change))

    assert [each.code for each in found.probes] == ["wrong_token"]
    assert words in found.probes[0].message


def test_an_integration_that_may_do_nothing_is_said_so(store: MagentoSandbox):
    store.do("acl", {"deny": sorted({each.resource for each in routes(Options())})})

    found = found_at(store)

    assert {each.code for each in found.probes} == {"wrong_token"}
    assert "may do nothing at all" in found.probes[0].message


@pytest.mark.parametrize("words", [words for words, _ in WRONG_KEY_WORDS])
def test_each_sentence_of_the_store_about_keys_is_no_answer_of_one_who_was_let_in(words: str):
    body = json.dumps({"message": f"{words}..."}).encode()

    error = refusal(Call("GET", "/x"), Answer(400, {"Content-Type": "application/json"}, body), MAGENTO)

    code, text = sorted_error(error)
    assert (type(error), code) == (WrongKeys, "wrong_token")
    assert text


def test_bearer_that_is_off_is_known_by_signing_with_the_same_keys(store: MagentoSandbox):
    bearer = dataclasses.replace(KEYS, bearer=True)
    with store.serve() as url, MagentoClient(url, bearer, retries=ONCE) as client:
        with MagentoClient(url, KEYS, retries=ONCE) as signed:
            assert {each.code for each in inspect(client, chosen=Chosen(), signed=signed).probes} == {
                "bearer_off"
            }
        with MagentoClient(url, dataclasses.replace(KEYS, token="another"), retries=ONCE) as signed:
            assert {each.code for each in inspect(client, chosen=Chosen(), signed=signed).probes} == {
                "wrong_token"
            }
        alone = inspect(client, chosen=Chosen())
    assert "take no Bearer token" in alone.probes[0].message


FAULTS = [
    ({"kind": "maintenance"}, "maintenance", "closed for maintenance"),
    ({"kind": "html"}, "not_magento", "not Magento's REST API"),
    ({"kind": "status", "status": 429}, "unreachable", "(429)"),
    ({"kind": "drop_before"}, "unreachable", "cannot be reached"),
    ({"kind": "status", "status": 502}, "unreachable", "cannot be reached"),
]


@pytest.mark.parametrize(("fault", "code", "words"), FAULTS, ids=lambda each: str(each)[:30])
def test_what_is_no_answer_of_a_store_ends_the_probes(
    store: MagentoSandbox, fault: Any, code: str, words: str
):
    store.do("faults", {"path": "/rest/", **fault})

    found = found_at(store)

    assert [each.code for each in found.probes] == [code]
    assert words in found.probes[0].message


def test_another_server_is_no_magento():
    class Plain(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Plain)
    Thread(target=server.serve_forever, daemon=True).start()
    with MagentoClient(f"http://127.0.0.1:{server.server_port}", KEYS, retries=ONCE) as client:
        found = inspect(client, chosen=Chosen())
    server.shutdown()
    server.server_close()

    assert [each.code for each in found.probes] == ["not_magento"]


@pytest.mark.parametrize("path", ["/rest", "/rest/V1", "/rest/all"])
def test_an_address_beside_the_stores_is_no_store(store: MagentoSandbox, path: str):
    with store.serve() as url, MagentoClient(f"{url}{path}", KEYS, retries=ONCE) as client:
        found = inspect(client, chosen=Chosen())

    assert not found.ok
    assert found.probes[-1].code == "not_magento"


def test_settings_that_name_what_the_store_has_not_are_said_so(store: MagentoSandbox):
    chosen = Chosen(view="german", website="base", stock=9, sources=("default", "west"))

    found = found_at(store, chosen=chosen)

    assert not found.ok
    assert found.problems == [
        "The store has no store view german. It has: default.",
        "The store has no stock 9. It has: 1.",
        "The store has no source west. It has: default.",
    ]
    assert found_at(store, chosen=Chosen(website="eu")).problems == [
        "The store has no website eu. It has: base."
    ]


def test_a_clock_that_is_off_is_measured(store: MagentoSandbox):
    store.do("clock", {"advance_seconds": -3600})

    assert found_at(store).clock_seconds == pytest.approx(-3600, abs=5)


def test_a_machine_whose_clock_is_ahead_is_told_so_and_not_that_its_keys_are_wrong(
    store: MagentoSandbox, monkeypatch: pytest.MonkeyPatch
):
    now = time.time()
    monkeypatch.setattr("jetbridge.store.magento.oauth.time", SimpleNamespace(time=lambda: now + 3600))

    found = found_at(store)

    assert [each.code for each in found.probes] == ["unreachable"]
    assert "more than 10 minutes ahead of its clock" in found.probes[0].message


def test_a_slow_store_ends_the_probes_in_time():
    sandbox = MagentoSandbox(seed="none", latency_ms=1500)
    began = time.monotonic()

    found = found_at(sandbox, seconds=0.5)

    assert time.monotonic() - began < 15  # all of them would take longer, and a busy machine is slow
    assert found.probes[-1].code == "unreachable"
    assert not found.ok
    sandbox.close()
