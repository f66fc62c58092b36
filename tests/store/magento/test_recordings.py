"""What a real store answered, asked of the emulator: status, keys and kinds are the same."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from jetapi.sandbox.kit.wire import Request
from jetbridge.store.magento.sandbox import auth
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import HOST, signature
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
    """Word a recorded request with this store's keys in place of the recorded ones, which are masked or over."""
    request = recording["request"]
    headers = {name.lower(): value for name, value in request["headers"].items()} | {"host": HOST}
    body, authorization = request.get("body"), headers.get("authorization", "")
    if "INTEGRATION" in authorization or "LIMITED" in authorization:
        headers["authorization"] = "Bearer jb-token"
    if authorization.startswith("OAuth"):
        headers["authorization"] = signature(request["method"], request["url"])
    if authorization.startswith("Bearer ey"):
        headers["authorization"] = f"Bearer {auth.admin_token(World(), auth.ADMIN, auth.ADMIN_PASSWORD)}"
    if isinstance(body, dict) and body.get("password") == "Jetbridge123":
        body = {"username": auth.ADMIN, "password": auth.ADMIN_PASSWORD}
    raw = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Request(request["method"], request["url"], headers, raw)


class World:
    """What of a store an administrator's token needs."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def prepare(store: MagentoSandbox, step: str) -> None:
    """Bring the store to where the recorded one was: the next number of a kind, stock, a cart, an order, a switch."""
    kind, _, value = step.removeprefix("=").partition(":")
    known = PREPARATIONS.get(kind)
    if known is None:
        store.world.memory.number_from(kind, int(value))
    else:
        known(store, *value.split(":"))


def _stock(store: MagentoSandbox, sku: str, quantity: str) -> None:
    store.do("stock", {"sku": sku, "quantity": int(quantity)})


def _source(store: MagentoSandbox, source: str, quantity: str) -> None:
    store.do("stock", {"sku": "JB-1", "source": source, "quantity": int(quantity)})


def _mask(store: MagentoSandbox, number: str, name: str) -> None:
    cart = store.world.memory.get("cart", int(number)) or {}
    store.world.memory.put("cart", int(number), cart | {"masked": name}, name=name)


def _fill(store: MagentoSandbox, name: str) -> None:
    for each in ("guest-cart-create", "guest-cart-items"):
        recording = recorded(f"orders-cart/{each}")
        recording["request"]["url"] = re.sub(r"/\w{32}/", f"/{name}/", recording["request"]["url"])
        assert store.answer(asked(recording)).status == 200
        _mask(store, "3", name)


def _post(store: MagentoSandbox, number: str) -> None:
    recording = recorded("orders-post/create")
    recording["request"]["body"]["entity"] |= {"increment_id": number, "ext_order_id": number}
    assert store.answer(asked(recording)).status == 200


def _admin_cart(store: MagentoSandbox, *_: str) -> None:
    assert store.answer(asked(recorded("orders-admin-cart/create"))).status == 200


def _cart_order(store: MagentoSandbox, number: str, quantity: str) -> None:
    """Fill a cart of the integration's with so many units, up to where it can be placed."""
    _admin_cart(store)
    for each in ("01-item", "02-shipping-information"):
        recording = recorded(f"place-patch/{each}")
        request = recording["request"]
        request["url"] = request["url"].replace("/carts/4/", f"/carts/{number}/")
        if each == "01-item":
            request["body"]["cartItem"] |= {"qty": int(quantity), "quote_id": number}
        assert store.answer(asked(recording)).status == 200


def _invoiced(store: MagentoSandbox, order: str) -> None:
    recording = recorded("invoice/create-full")
    recording["request"]["url"] = f"/rest/V1/order/{order}/invoice"
    assert store.answer(asked(recording)).status == 200


def _bulk(store: MagentoSandbox, name: str) -> None:
    """Give the newest whole of queued calls the number of the recorded one, done no sooner than asked for."""
    doc = store.world.memory.all("bulk")[-1]
    number = next(n for n, each in store.world.memory.each_name("bulk") if each == doc["bulk_id"])
    late = doc | {"bulk_id": name, "start_time": "2099-01-01 00:00:00"}
    store.world.memory.put("bulk", number, late, name=name, parent=1)


def _options(store: MagentoSandbox, name: str, switch: str) -> None:
    store.world.options = replace(store.world.options, **{name: switch == "on"})


PREPARATIONS: dict[str, Any] = {
    "stock": _stock, "source": _source, "mask": _mask, "fill": _fill, "post": _post, "admincart": _admin_cart,
    "cart_order": _cart_order, "invoiced": _invoiced, "bulk": _bulk, "options": _options,
    "consume": lambda store, *_: store.do("consume"),
    "deny": lambda store, *names: store.do("acl", {"deny": ["::".join(filter(None, names))] if any(names) else []}),
    "maintenance": lambda store, *_: store.do("faults", {"kind": "maintenance", "path": "/rest/"}),
}  # fmt: skip


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return found


def test_every_recorded_exchange_is_answered_alike(capsys: pytest.CaptureFixture[str]) -> None:
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings at {RECORDINGS}")
    store = MagentoSandbox(seed="none", bearer=True, module=True)
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
