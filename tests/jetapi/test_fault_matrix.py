"""Each kind of fault against each kind of call: whatever breaks, the outcome is right, and right once."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from jetapi.errors import JetError
from jetapi.http import settlements
from jetapi.types.refunds import RefundItem
from jetapi.types.returns import RefundAmount, ReturnCompletion, ReturnItemCompletion
from tests.jetapi.served import LISTING, SKU, Shop, acknowledgements, parcel, quick_client, wait_until

FAULTS = {
    "500": {"kind": "status", "status": 500},
    "503 twice": {"kind": "status", "status": 503, "times": 2},
    "429": {"kind": "status", "status": 429, "retry_after": 0.02},
    "slow": {"kind": "slow", "seconds": 0.7},
    "dropped before": {"kind": "drop_before"},
    "dropped after": {"kind": "drop_after"},
    "truncated": {"kind": "truncate"},
    "HTML": {"kind": "html"},
    "token revoked": {"kind": "revoke_token"},
}
MONEY = RefundAmount(principal=Decimal("1.00"))


@dataclass(frozen=True)
class Case:
    """
    One kind of call.

    `prepare` gives the path that the fault strikes and what `act` needs; `act` is told whether an earlier try
    was in doubt; `right` looks at Jet's state afterwards.
    """

    name: str
    method: str
    prepare: Callable[[Shop], tuple[str, Any]]
    act: Callable[[Shop, Any, bool], Any]
    right: Callable[[Shop, Any, Any], bool]
    once: bool = False


def of_sku(rest: str = "") -> Callable[[Shop], tuple[str, Any]]:
    return lambda shop: (rf"/merchant-skus/MUG 1&2{rest}$", None)


def of_order(rest: str, **state: bool) -> Callable[[Shop], tuple[str, Any]]:
    def prepare(shop: Shop) -> tuple[str, Any]:
        order_id = shop.order(**state)
        return rest.format(order_id), order_id

    return prepare


def a_return(shop: Shop) -> tuple[str, Any]:
    order_id = shop.order(shipped=True)
    return_id = shop.jet.returns.generate(order_id)
    item = ReturnItemCompletion(shop.item(order_id), 1, 1, MONEY, return_refund_feedback="Item damaged")
    return f"/returns/{return_id}/complete", (return_id, ReturnCompletion(order_id, (item,)))


def a_refund(shop: Shop) -> tuple[str, Any]:
    order_id = shop.order(shipped=True)
    item = RefundItem(shop.item(order_id), 1, 1, "Accidental order", MONEY, refund_feedback="Item damaged")
    return f"/refunds/{order_id}/R-1$", (order_id, item)


def a_token(shop: Shop) -> tuple[str, Any]:
    return "/merchant-files/", shop.jet.files.upload_token()


def a_blob(shop: Shop) -> tuple[str, Any]:
    return "/files/uploaded$", shop.uploaded_blob({SKU: {"price": 5.55}})


def put_blob(shop: Shop, token: Any, in_doubt: bool) -> None:
    shop.jet.files.put_blob(token.url, gzip.compress(json.dumps({SKU: {"price": 4.44}}).encode()))


def blob_arrived(shop: Shop, token: Any, _: Any) -> bool:
    state = shop.jet.files.uploaded(url=token.url, file_type="Price", file_name="p.json.gz")
    return state.status == "Acknowledged"


CASES = [
    Case(
        "read a SKU", "GET", of_sku(),
        lambda shop, _, doubt: shop.jet.products.get(SKU),
        lambda shop, _, found: found.merchant_sku == SKU,
    ),
    Case(
        "list orders", "GET", of_order("/orders/ready$"),
        lambda shop, _, doubt: shop.jet.orders.list("ready"),
        lambda shop, order_id, found: found == [order_id],
    ),
    Case(
        "put a SKU", "PUT", of_sku(),
        lambda shop, _, doubt: shop.jet.products.put(SKU, {**LISTING, "brand": "New"}),
        lambda shop, _, __: shop.jet.products.get(SKU).brand == "New",
    ),
    Case(
        "put a price", "PUT", of_sku("/price"),
        lambda shop, _, doubt: shop.jet.products.put_price(SKU, Decimal("8.25")),
        lambda shop, _, __: shop.jet.products.get(SKU).price == Decimal("8.25"),
    ),
    Case(
        "patch an inventory", "PATCH", of_sku("/inventory"),
        lambda shop, _, doubt: shop.jet.products.patch_inventory(SKU, {shop.node: 3}),
        lambda shop, _, __: shop.jet.products.get(SKU).inventory_by_fulfillment_node[0].quantity == 3,
    ),
    Case(
        "archive a SKU", "PUT", of_sku("/status/archive"),
        lambda shop, _, doubt: shop.jet.products.archive(SKU),
        lambda shop, _, __: shop.jet.products.get(SKU).is_archived,
    ),
    Case(
        "tag an order", "PUT", of_order("/orders/{}/tag"),
        lambda shop, order_id, doubt: shop.jet.orders.tag(order_id, "stored"),
        lambda shop, order_id, _: shop.jet.orders.list_tagged("ready", "stored", carrying=True) == [order_id],
    ),
    Case("put a blob", "PUT", a_token, put_blob, blob_arrived),
    Case(
        "register a file", "POST", a_blob,
        lambda shop, token, doubt: shop.jet.files.uploaded_settled(
            token, file_type="Price", file_name="p.json.gz", in_doubt=doubt
        ),
        lambda shop, token, found: found.jet_file_id == token.jet_file_id,
        once=True,
    ),
    Case(
        "acknowledge", "PUT", of_order("/orders/{}/acknowledge"),
        lambda shop, order_id, doubt: shop.jet.orders.acknowledge_settled(
            order_id, items=acknowledgements(shop.jet, order_id), in_doubt=doubt
        ),
        lambda shop, order_id, _: shop.jet.orders.get(order_id).status == "acknowledged",
        once=True,
    ),
    Case(
        "ship", "PUT", of_order("/orders/{}/shipped", acknowledged=True),
        lambda shop, order_id, doubt: shop.jet.orders.ship_settled(
            order_id, shipments=[parcel("S-1")], in_doubt=doubt
        ),
        lambda shop, order_id, _: [
            one.alt_shipment_id for one in shop.jet.orders.get(order_id).shipments
        ] == ["S-1"],
        once=True,
    ),
    Case(
        "complete a return", "PUT", a_return,
        lambda shop, known, doubt: shop.jet.returns.complete_settled(*known, in_doubt=doubt),
        lambda shop, known, _: shop.jet.returns.get(known[0]).items[0].refund_amount.total == 1,
        once=True,
    ),
    Case(
        "create a refund", "POST", a_refund,
        lambda shop, known, doubt: shop.jet.refunds.create_settled(
            known[0], "R-1", items=[known[1]], in_doubt=doubt
        ),
        lambda shop, known, receipt: shop.jet.refunds.list("created") == [receipt.refund_authorization_id],
        once=True,
    ),
]  # fmt: skip


@pytest.fixture
def shop(sandbox, served_sandbox, monkeypatch):
    monkeypatch.setattr(settlements, "PAUSE_SECONDS", 0.05)
    with quick_client(served_sandbox.url) as jet:
        yield Shop.opened(jet)


def run_as_a_job_does(shop, sandbox, case, known, path):
    """Call; where a doubt remains, come back later and say so."""
    try:
        return case.act(shop, known, False)
    except JetError as error:
        if not error.sent_maybe:
            raise
    wait_until(lambda: any(call["applied"] for call in sandbox.calls(path=path)))
    return case.act(shop, known, True)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whatever_breaks_the_outcome_is_right_and_right_once(shop, sandbox, case, fault):
    if (case.name, fault) == ("put a blob", "token revoked"):
        pytest.skip("a signed address is used without a token")
    path, known = case.prepare(shop)
    sandbox.add_fault(path=path, method=case.method, **{"times": 1, **FAULTS[fault]})
    before = max(call["seq"] for call in sandbox.calls())

    found = run_as_a_job_does(shop, sandbox, case, known, path)

    wait_until(lambda: any(call["fault"] for call in sandbox.calls(after=before, path=path)))
    assert case.right(shop, known, found)
    calls = [call for call in sandbox.calls(after=before, path=path) if call["method"] == case.method]
    if case.once:
        assert [call["applied"] for call in calls].count(True) == 1


@pytest.mark.parametrize("fault", ["500", "slow", "dropped before", "dropped after", "truncated", "HTML"])
def test_a_call_that_nothing_can_settle_is_made_once_and_leaves_its_doubt_to_the_caller(shop, sandbox, fault):
    sandbox.add_fault(path="/orders/generate", times=1, **FAULTS[fault])

    with pytest.raises(JetError) as failed:
        shop.order()

    assert failed.value.sent_maybe
    assert len(sandbox.calls(path="/orders/generate")) <= 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_login_that_breaks_is_made_again(sandbox, served_sandbox, fault):
    if fault == "token revoked":
        pytest.skip("a login has no token to revoke")
    sandbox.add_fault(path="/token$", **{"times": 1, **FAULTS[fault]})

    with quick_client(served_sandbox.url) as jet:
        jet.authcheck()

    assert [call["status"] for call in sandbox.calls(path="/authcheck")] == [200]
