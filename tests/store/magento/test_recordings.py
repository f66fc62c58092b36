"""What a real store answered, asked of the emulator: status, keys and kinds are the same."""

import json
import re
from typing import Any

import pytest
from django.conf import settings

from jetapi.sandbox.kit.wire import Request
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.recorded import NAMES, STEPS

RECORDINGS = settings.JETBRIDGE_SAMPLES.parent / "magento" / "recordings"
NUMBERS = (int, float)


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Compare two documents by keys and kinds; of lists, the first members."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = sorted({*expected, *found})
        gone = [f"{place}.{name}" for name in names if (name in expected) != (name in found)]
        both = [name for name in names if name in expected and name in found]
        return gone + [
            each for name in both for each in differences(expected[name], found[name], f"{place}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if expected and found and "attribute_code" not in str(expected[0]):
            return differences(expected[0], found[0], f"{place}[]")
        return [] if bool(expected) == bool(found) else [f"{place}: {len(expected)} and {len(found)} members"]
    are_numbers = all(isinstance(each, NUMBERS) and not isinstance(each, bool) for each in (expected, found))
    return [] if are_numbers or type(expected) is type(found) else [f"{place}: {expected!r} and {found!r}"]


def asked(recording: dict[str, Any]) -> Request:
    request = recording["request"]
    headers = {name.lower(): value for name, value in request["headers"].items()} | {"host": "127.0.0.1"}
    if "INTEGRATION" in headers.get("authorization", ""):
        headers["authorization"] = "Bearer jb-token"
    body = request.get("body")
    raw = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Request(request["method"], request["url"], headers, raw)


def prepare(store: MagentoSandbox, step: str) -> None:
    """Bring the store to where the recorded one was: the next number of a kind, stock, a cart, an order."""
    kind, _, value = step.removeprefix("=").partition(":")
    if kind == "stock":
        sku, _, quantity = value.partition(":")
        store.do("stock", {"sku": sku, "quantity": int(quantity)})
    elif kind == "mask":
        number, _, name = value.partition(":")
        cart = store.world.memory.get("cart", int(number)) or {}
        store.world.memory.put("cart", int(number), cart | {"masked": name}, name=name)
    elif kind == "fill":
        for name in ("guest-cart-create", "guest-cart-items"):
            recording = recorded(f"orders-cart/{name}")
            recording["request"]["url"] = re.sub(r"/\w{32}/", f"/{value}/", recording["request"]["url"])
            assert store.answer(asked(recording)).status == 200
            prepare(store, f"=mask:3:{value}")
    elif kind == "post":
        recording = recorded("orders-post/create")
        recording["request"]["body"]["entity"] |= {"increment_id": value, "ext_order_id": value}
        assert store.answer(asked(recording)).status == 200
    elif kind == "admincart":
        recording = recorded("orders-admin-cart/create")
        assert store.answer(asked(recording)).status == 200
    else:
        store.world.memory.number_from(kind, int(value))


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return found


def test_every_recorded_exchange_is_answered_alike(capsys: pytest.CaptureFixture[str]) -> None:
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings at {RECORDINGS}")
    store = MagentoSandbox(seed="none", bearer=True)
    faults: dict[str, list[str]] = {}
    for name in STEPS:
        if name.startswith("="):
            prepare(store, name)
            continue
        recording = recorded(name)
        answer = store.answer(asked(recording))
        expected = recording["response"]
        try:
            said: Any = json.loads(answer.body)
        except ValueError:
            said = answer.body.decode()
        found = differences(expected["body"], said)
        if answer.status != expected["status"]:
            found.insert(0, f"status {expected['status']} and {answer.status}")
        if found:
            faults[name] = found
    known = {str(path.relative_to(RECORDINGS).with_suffix("")) for path in RECORDINGS.glob("*/*.json")}
    with capsys.disabled():
        print(f"\nrecordings left out: {', '.join(sorted(known - set(NAMES)))}")  # noqa: T201

    assert faults == {}
    store.close()
