"""Requests that no client means: each is answered, and none finds a fault of the emulator's own."""

import json
import logging
import os
import random
from typing import Any

import pytest

from jetapi.sandbox.kit.wire import Request
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.sandbox.contract import contract
from jetbridge.store.magento.sandbox.routes import routes
from jetbridge.store.magento.sandbox.world import Options

# A sample is enough each time; JETBRIDGE_MALFORMED=5000 asks them all.
COUNT = int(os.environ.get("JETBRIDGE_MALFORMED", "400"))
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2.5, 10**20, 1e300, "", " ", "0", "-1", "1", "abc", "a,b", "%", "'", '"', "[]",
    "x" * 300, "\u0000", "ü😀", "2026-13-45 99:99:99", "DEMO-KETTLE", "default", [], {}, [[]], [None], [{}],
    {"a": None}, [1, "a", {}],
]  # fmt: skip
FIELDS = ("sku", "entity_id", "updated_at", "price", "nothing", "'; --", "", "category_id", "status", "color")
CONDITIONS = (
    "eq",
    "gt",
    "in",
    "nin",
    "like",
    "null",
    "finset",
    "from",
    "nonsense",
    "",
    "regexp",
    "seq",
    "sneq",
)
QUERIES = [
    "searchCriteria",
    "searchCriteria=x",
    "searchCriteria[pageSize]=abc",
    "searchCriteria[pageSize]=-5",
    "fields=items[[",
    "fields=]]a[",
    "searchCriteria[currentPage]=99999999999",
    "searchCriteria[filter_groups]=x",
    "searchCriteria[filter_groups][0][filters]=1",
    "searchCriteria[[[",
    "%ff=%fe",
    "searchCriteria[sortOrders][0]=x",
]
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "X")
HEADERS: list[dict[str, str]] = [
    {"authorization": "Bearer a.b.c"}, {"authorization": "OAuth x"}, {"accept": "text/html"},
    {"content-type": "text/xml"}, {"authorization": 'OAuth oauth_consumer_key="jb-key", oauth_timestamp="x"'},
    {"accept": "application/xml"},
]  # fmt: skip


def value(dice: random.Random, depth: int = 0) -> Any:
    """Give any JSON value, at times one with the names that the store knows."""
    if depth < 4 and dice.random() < 0.5:
        known = dice.choice(list(contract().values()))
        names = dice.sample(list(known), min(len(known), 6))
        return {name: value(dice, depth + 1) for name in names}
    return dice.choice(VALUES)


def body(dice: random.Random, method: str, path: str) -> bytes:
    """Give what stands in a request: nothing, no JSON, any JSON, or what the route knows with values of any kind."""
    lot = dice.random()
    if lot < 0.1:
        return dice.choice(
            [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"x"', b"[" * 500, b'{"a":NaN}', b"0" * 50]
        )
    known = contract().get(f"{method} {path}", {})
    document = {name: value(dice, 1) for name in known} if lot < 0.9 else value(dice)
    try:
        return json.dumps(document, allow_nan=False).encode()
    except ValueError:
        return b"{}"


def query(dice: random.Random) -> str:
    if dice.random() < 0.5:
        return dice.choice(QUERIES)
    place = "searchCriteria[filter_groups][0][filters][0]"
    field, condition = dice.choice(FIELDS), dice.choice(CONDITIONS)
    return f"{place}[field]={field}&{place}[value]={dice.choice(VALUES[9:24])}&{place}[condition_type]={condition}"


def request(dice: random.Random, known: list[Any]) -> Request:
    route = dice.choice(known)
    parts = [
        str(dice.choice(["1", "0", "-1", "abc", "9" * 25, "DEMO-KETTLE", "%2F", "%00", "%ff", "x" * 200, "1.5"]))
        if part.startswith("{") else part
        for part in route.path.split("/")
    ]  # fmt: skip
    place = dice.choice(["", "all/", "default/", "nowhere/", "all/async/", "all/async/bulk/", "//"])
    method = route.method if dice.random() < 0.9 else dice.choice(METHODS)
    headers = {"host": "127.0.0.1", "authorization": "Bearer jb-token", "content-type": "application/json"}
    if dice.random() < 0.1:
        headers |= dice.choice(HEADERS)
    return Request(
        method,
        f"/rest/{place}V1/{'/'.join(parts)}?{query(dice)}",
        headers,
        body(dice, route.method, route.path),
    )


def test_malformed_requests_are_all_answered_and_none_by_a_fault_of_the_emulator(
    caplog: pytest.LogCaptureFixture,
):
    dice = random.Random(20261130)
    store = MagentoSandbox(bearer=True)
    known = list(routes(Options(bearer=True)))
    statuses: dict[int, int] = {}
    with caplog.at_level(logging.ERROR):
        for _ in range(COUNT):
            asked = request(dice, known)
            before = len(caplog.records)
            answer = store.answer(asked)
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            said = [str(each.exc_info and each.exc_info[1]) for each in caplog.records[before:]]
            assert not said, (asked.method, asked.target, asked.body[:400], said)
    store.close()

    print(f"\n{COUNT} malformed requests: {statuses}")  # noqa: T201
    assert sum(statuses.values()) == COUNT
    assert set(statuses) <= {200, 202, 400, 401, 404, 500}
