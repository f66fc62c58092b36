"""The client against the served sandbox: refunds, settlement, reports, taxonomy, and a storm of faults."""

from collections import Counter
from decimal import Decimal

import pytest

from jetapi import Circuit, Timeouts, send_many
from jetapi.errors import JetError, JetRejected
from jetapi.http import settlements
from jetapi.http.settlements import Settled
from jetapi.types.refunds import RefundItem
from jetapi.types.returns import RefundAmount
from tests.jetapi.served import SKU, Shop, parcel, quick_client

ORDERS = 24


@pytest.fixture
def shop(sandbox, served_sandbox):
    with quick_client(served_sandbox.url, timeouts=Timeouts(connect=5, read=10, total=20)) as jet:
        yield Shop.opened(jet)


def refund_item(shop, order_id):
    amount = RefundAmount(principal=Decimal("2.50"), tax=Decimal("0.10"))
    return RefundItem(shop.item(order_id), 1, 1, "Accidental order", amount, refund_feedback="Item damaged")


def test_a_refund_is_created_once_and_found_by_both_ids(shop):
    order_id = shop.order(shipped=True)

    receipt = shop.jet.refunds.create(order_id, "R-1", items=[refund_item(shop, order_id)])

    ours, theirs = shop.jet.refunds.get("R-1"), shop.jet.refunds.get(receipt.refund_authorization_id)
    assert ours.refund_authorization_id == theirs.refund_authorization_id
    assert ours.items[0].refund_amount.total == Decimal("2.60")
    with pytest.raises(JetRejected):
        shop.jet.refunds.create(order_id, "R-1", items=[refund_item(shop, order_id)])


def test_a_refund_moves_on_and_is_listed_where_it_stands(shop, sandbox):
    order_id = shop.order(shipped=True)
    receipt = shop.jet.refunds.create(order_id, "R-1", items=[refund_item(shop, order_id)])
    sandbox.advance(seconds=7 * 86400)

    assert shop.jet.refunds.list("created") == []
    assert shop.jet.refunds.list("accepted") == [receipt.refund_authorization_id]
    assert shop.jet.refunds.get("R-1").is_accepted


def test_a_weeks_settlement_adds_up(shop, sandbox):
    shop.order(shipped=True)
    sandbox.advance(seconds=15 * 86400)

    report = shop.jet.settlement.get(shop.jet.settlement.list(30)[0])

    parts = report.order_balance_details.model_dump().values()
    assert report.order_balance_details.merchant_price == Decimal("9.9")
    assert sum(part for part in parts if part is not None) == report.order_balance
    assert report.order_balance + report.return_balance + report.jet_adjustment == report.settlement_value


def test_the_product_status_report_tells_every_sku(shop, sandbox):
    report_id = shop.jet.reports.request("ProductStatus")
    sandbox.advance(seconds=600)

    state = shop.jet.reports.state(report_id)
    rows = dict(shop.jet.reports.rows(state.report_url))

    assert state.is_ready
    assert set(rows) == set(shop.jet.products.list())


def test_every_linked_category_can_be_read(shop):
    for node_id in shop.jet.taxonomy.links():
        node = shop.jet.taxonomy.node(node_id)

        assert str(node.jet_node_id) == node_id
        assert node.jet_node_path.startswith(node.jet_node_name)


def ship_until_it_is_sure(jet, order_id):
    in_doubt = False
    for _ in range(30):
        try:
            return jet.orders.ship_settled(order_id, shipments=[parcel(order_id)], in_doubt=in_doubt)
        except JetError as error:
            in_doubt = in_doubt or error.sent_maybe
    raise AssertionError(f"{order_id} was never settled")


def test_in_a_storm_of_faults_every_parcel_is_shipped_exactly_once(
    shop, sandbox, served_sandbox, monkeypatch
):
    monkeypatch.setattr(settlements, "PAUSE_SECONDS", 0.01)
    order_ids = [shop.order(acknowledged=True) for _ in range(ORDERS)]
    for kind in ("drop_after", "drop_before", "truncate", "html", "status"):
        sandbox.add_fault(kind=kind, path="/orders/", probability=0.08)

    with quick_client(served_sandbox.url, circuit=Circuit(failures=10_000)) as jet:
        outcomes = list(
            send_many(lambda order_id: ship_until_it_is_sure(jet, order_id), order_ids, connections=8)
        )

    sandbox.clear_faults()
    applied = Counter(call["path"] for call in sandbox.calls(path="/shipped$") if call["applied"])
    assert all(isinstance(outcome.value, Settled) for outcome in outcomes)
    assert len(applied) == ORDERS
    assert set(applied.values()) == {1}
    assert {len(shop.jet.orders.get(order_id).shipments) for order_id in order_ids} == {1}
    assert shop.jet.products.get(SKU).merchant_sku == SKU
