"""Whatever Jet and the world do between two steps: each order is stored, answered and held in stock once."""

import copy
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from catalog.products.models import Product, StockMovement
from jetapi.types.order_messages import ItemAcknowledgement, ItemAcknowledgementStatus
from jetapi.types.orders import Order as JetOrder
from jetbridge.core.jet.calls import Outcome
from jetbridge.core.jet.errors import JetFailure, our_errors
from orders import deadlines
from orders.jet import orders as at_jet
from orders.models import FailedOrder, Order
from orders.services import imports, new_orders, shipments
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass


def acknowledged(sandbox, jet_id):
    """Count the answers to an order that the sandbox took."""
    calls = sandbox.calls(path=f"{jet_id}/acknowledge$")
    return sum(call["applied"] and call["method"] == "PUT" for call in calls)


def outcome(raw):
    """Return what the reading threads make of one answer of Jet's."""
    try:
        with our_errors():
            return Outcome(raw["merchant_order_id"], value=at_jet.document(JetOrder.read(raw)))
    except JetFailure as error:
        return Outcome(raw["merchant_order_id"], error=error)


def spoil(holder, name, how):
    """Leave a field out, or let it be null or empty, as Jet does."""
    holder.pop(name, None)
    if how == "null":
        holder[name] = None
    elif how == "empty" and isinstance(EMPTY.get(name, ""), str | dict | list):
        holder[name] = EMPTY.get(name, "")


def fetched(sandbox, jet_id):
    """Count how often an order was read."""
    return len(sandbox.calls(path=f"withoutShipmentDetail/{jet_id}"))


@pytest.fixture
def listed(jet, account):
    """Return the ids that the import would fetch now."""
    return lambda: imports.new_ids(client=jet, account=account, seen=set())


@pytest.fixture
def import_listed(jet, account):
    """Import ids that were listed a while ago."""
    return lambda ids: imports.import_ready_orders(client=jet, account=account, ids=ids)


def test_an_order_in_two_lists_is_fetched_once(mug, place, import_orders, sandbox):
    jet_id = place("MUG-1")

    report = import_orders()

    assert report.done == 1
    assert (fetched(sandbox, jet_id), acknowledged(sandbox, jet_id)) == (1, 1)


def test_an_id_that_a_list_names_twice_is_stored_once(mug, place, import_listed, import_orders, sandbox):
    jet_id = place("MUG-1")

    import_listed([jet_id, jet_id])
    import_orders()

    mug.refresh_from_db()
    assert Order.objects.count() == 1
    assert (mug.reserved, StockMovement.objects.count(), acknowledged(sandbox, jet_id)) == (1, 1, 1)


def test_order_that_somebody_acknowledges_between_list_and_detail_is_not_acknowledged_again(
    mug, place, listed, import_listed, import_orders, jet, sandbox
):
    jet_id = place("MUG-1", 2)
    ids = listed()
    item = jet.orders.get(jet_id).order_items[0].order_item_id
    jet.orders.acknowledge(jet_id, items=[ItemAcknowledgement(item, ItemAcknowledgementStatus.FULFILLABLE)])

    import_listed(ids)
    import_orders()

    mug.refresh_from_db()
    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED
    assert (mug.reserved, acknowledged(sandbox, jet_id)) == (2, 1)


def test_order_that_jet_closes_between_list_and_detail_holds_no_stock(
    mug, place, listed, import_listed, import_orders, jet, sandbox
):
    jet_id = place("MUG-1")
    ids = listed()
    jet.orders.acknowledge(jet_id, items=[], status="rejected - other")

    import_listed(ids)
    import_orders()

    mug.refresh_from_db()
    assert (Order.objects.get().status, mug.reserved) == (Order.Status.REJECTED, 0)
    assert acknowledged(sandbox, jet_id) == 1


def test_cancel_asked_between_detail_and_answer_is_taken_over_and_nothing_is_shipped_unasked(
    mug, place, listed, import_listed, import_orders, sandbox
):
    jet_id = place("MUG-1", 2)
    import_listed(listed())
    item = Order.objects.get().items.get()
    sandbox.request_cancels(jet_id, [{"order_item_id": item.jet_id, "quantity": 1}])

    import_orders()

    order = Order.objects.get()
    assert order.has_cancel_request
    assert order.items.get().units_to_cancel == 1


@pytest.mark.parametrize("kind", ["truncate", "html"])
def test_order_that_cannot_be_read_has_a_row_and_goes_on_once_it_can(
    mug, place, import_orders, retry_orders, sandbox, kind
):
    jet_id = place("MUG-1")
    sandbox.add_fault(kind, path=f"withoutShipmentDetail/{jet_id}", times=20)
    import_orders()
    held = FailedOrder.objects.filter(jet_id=jet_id).exists()
    sandbox.clear_faults()

    import_orders()
    retry_orders()
    import_orders()

    assert held
    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED
    assert not FailedOrder.objects.filter(state__in=FailedOrder.UNRESOLVED).exists()
    assert acknowledged(sandbox, jet_id) == 1


EMPTY = {
    "order_detail": {},
    "buyer": {},
    "shipping_to": {},
    "order_totals": {},
    "shipments": [],
    "fee_adjustments": [],
}
EMPTY |= dict.fromkeys(
    ["jet_request_directed_cancel", "has_shipments", "request_order_cancel_qty", "tax_info"]
)
# Each may be null or absent in Jet's own words (docs/jet-api.md, orders).
OPTIONAL = [
    "reference_order_id", "customer_reference_order_id", "hash_email", "merchant_id", "alt_order_id",
    "exception_state", "order_placed_date", "order_transmission_date", "order_ready_date",
    "acknowledgement_status", "jet_request_directed_cancel", "has_shipments", "order_detail", "buyer",
    "shipping_to", "order_totals", "shipments",
]  # fmt: skip
OPTIONAL_IN_ITEM = [
    "alt_order_item_id", "product_title", "request_order_cancel_qty", "adjustment_reason", "item_tax_code", "url",
    "price_adjustment", "item_fees", "regulatory_fees", "fee_adjustments", "tax_info",
    "order_item_acknowledgement_status",
]  # fmt: skip


@pytest.mark.parametrize("how", ["null", "absent", "empty"])
def test_every_field_that_may_be_missing_may_be_missing(mug, jet, account, place, how):
    full = jet.orders.get(place("MUG-1")).raw

    for name in [*OPTIONAL, *OPTIONAL_IN_ITEM]:
        raw = copy.deepcopy(dict(full))
        raw["merchant_order_id"] = f"{how}-{name}"
        holder = raw if name in OPTIONAL else raw["order_items"][0]
        spoil(holder, name, how)
        Product.objects.update(quantity=1000)
        report = new_orders.store_orders(account=account, outcomes=[outcome(raw)])
        assert (report.done, report.failed) == (1, 0), f"{name} {how}: {report.items}"

    assert Order.objects.filter(status=Order.Status.READY).count() == len(OPTIONAL) + len(OPTIONAL_IN_ITEM)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "lost"),
        ("order_items", []),
        ("order_items", None),
        ("order_items", "three"),
        ("order_totals", {"item_price": {"base_price": "a lot"}}),
        ("order_placed_date", "yesterday"),
        ("order_placed_date", "0001-01-01T00:00:00.0000000Z"),
        ("buyer", {"name": ["Ann"], "phone_number": 555}),
        ("shipping_to", {"recipient": None, "address": {"zip_code": 77095}}),
    ],
)
def test_malformed_field_fails_that_order_alone_and_names_it(mug, jet, account, place, name, value):
    full = jet.orders.get(place("MUG-1")).raw
    bad, good = copy.deepcopy(dict(full)), copy.deepcopy(dict(full))
    bad["merchant_order_id"], good["merchant_order_id"] = "bad-1", "good-1"
    bad[name] = value

    report = new_orders.store_orders(account=account, outcomes=[outcome(bad), outcome(good)])

    stored = set(Order.objects.values_list("jet_id", flat=True))
    failed = set(FailedOrder.objects.values_list("jet_id", flat=True))
    assert "good-1" in stored
    assert ("bad-1" in stored) != ("bad-1" in failed), f"{report.items}"


def test_a_product_deleted_after_the_import_holds_up_neither_answer_nor_shipment(
    mug, place, import_orders, send_shipments, sandbox
):
    sandbox.add_fault("status", path="acknowledge$", method="PUT", status=503, times=50)
    jet_id = place("MUG-1", 2)
    import_orders()
    sandbox.clear_faults()
    Product.objects.all().delete()
    let_time_pass()

    import_orders()
    order = Order.objects.get()
    shipments.queue_shipment(order=order, draft=draft(order))
    send_shipments()

    order.refresh_from_db()
    assert (order.status, acknowledged(sandbox, jet_id)) == (Order.Status.COMPLETE, 1)
    assert order.items.get().sku == "MUG-1"
    assert list(StockMovement.objects.values_list("sku", "product")) == [("MUG-1", None)]


def test_a_product_deleted_while_its_order_is_held_becomes_an_unknown_sku(
    account, place, import_orders, retry_orders
):
    ProductFactory(sku="LOW-1", quantity=0)
    place("LOW-1")
    import_orders()
    Product.objects.all().delete()

    retry_orders()

    assert [cause["code"] for cause in FailedOrder.objects.get().causes] == ["unknown_sku"]


def test_a_product_deleted_while_its_order_is_rejected_stops_nothing(
    mug, place, import_orders, retry_orders, sandbox
):
    jet_id = place(items=[{"sku": sku, "quantity": 1, "price": 5} for sku in ("MUG-1", "GONE-1")])
    import_orders()
    Product.objects.all().delete()

    with time_machine.travel(timezone.now() + timedelta(minutes=13)):
        retry_orders()
        import_orders()

    assert Order.objects.get().status == Order.Status.REJECTED
    assert acknowledged(sandbox, jet_id) == 1


def test_past_the_deadline_an_order_is_still_answered_once_and_counts_as_late(
    mug, place, import_orders, account, sandbox
):
    jet_id = place("MUG-1")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        import_orders()
        import_orders()
        soon, at_last, _ = deadlines.shares(account)

    order = Order.objects.get()
    assert (order.status, acknowledged(sandbox, jet_id)) == (Order.Status.ACKNOWLEDGED, 1)
    assert order.acknowledged_at > order.acknowledge_by
    assert (soon.part, soon.whole, at_last.part) == (0, 1, 1)


def test_held_order_found_past_the_deadline_is_rejected_at_once_and_gives_its_stock_back(
    mug, place, import_orders, retry_orders, sandbox
):
    jet_id = place(items=[{"sku": sku, "quantity": 1, "price": 5} for sku in ("MUG-1", "GONE-1")])

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        import_orders()
        retry_orders()
        import_orders()

    mug.refresh_from_db()
    assert (Order.objects.get().status, mug.reserved) == (Order.Status.REJECTED, 0)
    assert acknowledged(sandbox, jet_id) == 1
