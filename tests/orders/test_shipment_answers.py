"""Sending shipments: once, whatever is lost on the way; Jet's yes makes invoice, stock and status."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.products.models import StockMovement
from jetapi.types.order_messages import ShipmentItem, ShipmentMessage
from jetbridge.core import history
from jetbridge.inbox.models import Notification
from jetbridge.outbox.models import State
from orders.allocations import Units
from orders.jet import shipments as parcels_at_jet
from orders.models import Invoice, Order, Shipment
from orders.services import imports, refreshes, shipments
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass


def shipped_calls(sandbox):
    """Return the shipped messages that Jet took."""
    return [call for call in sandbox.calls(path="/shipped") if call["applied"] and call["method"] == "PUT"]


def test_shipping_all_completes_the_order_on_both_sides(acknowledged, mug, merchant, send_shipments, sandbox):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged), user=merchant)

    report = send_shipments()

    acknowledged.refresh_from_db()
    mug.refresh_from_db()
    invoice = Invoice.objects.get()
    assert (report.done, report.failed) == (1, 0)
    assert (acknowledged.status, acknowledged.jet_status) == (Order.Status.COMPLETE, "complete")
    assert sandbox.held("orders", acknowledged.jet_id)["status"] == "complete"
    assert (invoice.total, invoice.price) == (acknowledged.grand_total, Decimal("30.00"))
    assert (mug.quantity, mug.reserved) == (7, 0)
    assert "shipped" in history.timeline(acknowledged).values_list("action", flat=True)


def test_what_the_form_said_is_what_jet_holds(acknowledged, send_shipments, sandbox):
    shipments.queue_shipment(
        order=acknowledged,
        draft=draft(acknowledged, rma_number="R-7", days_to_return=30, ship_from_zip="07030"),
    )

    send_shipments()

    shown = sandbox.held("orders", acknowledged.jet_id)["shipments"][0]
    item = shown["shipment_items"][0]
    assert (shown["carrier"], shown["response_shipment_method"]) == ("UPS", "UPSGround")
    assert (shown["shipment_tracking_number"], shown["ship_from_zip_code"]) == ("1Z999AA10123456784", "07030")
    assert (item["RMA_number"], item["days_to_return"], item["response_shipment_sku_quantity"]) == (
        "R-7",
        30,
        3,
    )


def test_partial_shipment_leaves_the_order_in_progress_until_all_is_accounted_for(
    acknowledged, send_shipments, mug
):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=1))
    send_shipments()
    acknowledged.refresh_from_db()
    first = acknowledged.status

    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=1, cancel=1))
    send_shipments()

    acknowledged.refresh_from_db()
    mug.refresh_from_db()
    item = acknowledged.items.get()
    assert (first, acknowledged.status) == (Order.Status.IN_PROGRESS, Order.Status.COMPLETE)
    assert (item.units_shipped, item.units_cancelled, item.units_open) == (2, 1, 0)
    assert (mug.quantity, mug.reserved) == (8, 0)
    assert sum(invoice.tax for invoice in Invoice.objects.all()) == Decimal("1.40")


def test_cancelling_all_closes_the_order_without_an_invoice(acknowledged, send_shipments, mug, sandbox):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=0, cancel=3, reason="Broken"))

    send_shipments()

    acknowledged.refresh_from_db()
    mug.refresh_from_db()
    assert acknowledged.status == Order.Status.CANCELLED
    assert (mug.quantity, mug.reserved) == (10, 0)
    assert not Invoice.objects.exists()
    assert sandbox.held("orders", acknowledged.jet_id)["status"] == "complete"


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "status", "html", "truncate"])
def test_lost_answer_makes_one_shipment(acknowledged, send_shipments, sandbox, kind):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    sandbox.add_fault(kind, path="/shipped", times=1)

    send_shipments()
    let_time_pass()
    send_shipments()

    acknowledged.refresh_from_db()
    assert acknowledged.status == Order.Status.COMPLETE
    assert len(shipped_calls(sandbox)) == 1
    assert len(sandbox.held("orders", acknowledged.jet_id)["shipments"]) == 1
    assert Invoice.objects.count() == 1


def test_worker_that_died_after_the_call_leaves_one_shipment(acknowledged, send_shipments, sandbox, jet):
    shipment = shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    jet.orders.ship(acknowledged.jet_id, shipments=[parcels_at_jet.parcel(shipment).message])
    past = timezone.now() - timedelta(minutes=5)
    Shipment.objects.update(claimed_by="dead", claimed_until=past)

    send_shipments()

    shipment.refresh_from_db()
    assert shipment.state == State.ACCEPTED
    assert len(shipped_calls(sandbox)) == 1
    assert Invoice.objects.count() == 1


def test_claimed_shipment_is_left_to_its_living_worker(acknowledged, send_shipments, sandbox):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    soon = timezone.now() + timedelta(minutes=1)
    Shipment.objects.update(claimed_by="other", claimed_until=soon)

    report = send_shipments()

    assert report.done == 0
    assert not shipped_calls(sandbox)


def test_refusal_says_why_and_frees_the_order_for_another_try(acknowledged, send_shipments, sandbox):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    sandbox.add_fault("status", status=400, path="/shipped", times=1)

    report = send_shipments()

    shipment = Shipment.objects.get()
    assert report.failed == 1
    assert shipment.state == State.REJECTED
    assert shipment.errors == ["Bad Request"]
    assert Notification.objects.filter(kind="orders.shipment_refused").exists()
    assert shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged)).sequence == 2


def test_unreachable_jet_leaves_the_shipment_wanted_and_waits_longer_each_time(
    acknowledged, send_shipments, sandbox
):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    sandbox.add_fault("status", status=503, path="/orders/", times=100)

    send_shipments()

    shipment = Shipment.objects.get()
    assert shipment.state in {State.PENDING, State.UNKNOWN}
    assert shipment.next_try_at > timezone.now()
    assert shipment.errors


def test_one_sku_on_two_lines_fills_them_in_order(account, place, import_orders, send_shipments, mug):
    place(items=[{"sku": "MUG-1", "quantity": 2, "price": 10}, {"sku": "MUG-1", "quantity": 3, "price": 10}])
    import_orders()
    order = Order.objects.get()
    second = order.items.all()[1]
    units = {second.pk: Units(3, 0)}

    shipments.queue_shipment(order=order, draft=draft(order, units=units))
    send_shipments()

    assert list(order.items.values_list("units_shipped", flat=True)) == [2, 1]


def test_buyers_cancel_shows_after_the_import_and_is_confirmed(
    acknowledged, import_orders, send_shipments, sandbox
):
    sandbox.request_cancels(
        acknowledged.jet_id, [{"order_item_id": acknowledged.items.get().jet_id, "quantity": 1}]
    )
    import_orders()
    acknowledged.refresh_from_db()
    asked = acknowledged.has_cancel_request

    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2, cancel=1))
    send_shipments()

    acknowledged.refresh_from_db()
    assert (asked, acknowledged.has_cancel_request) == (True, False)
    assert acknowledged.status == Order.Status.COMPLETE


def test_order_whose_units_are_all_cancelled_is_closed_without_an_acknowledgement(
    mug, place, import_orders, send_shipments, sandbox, jet, account
):
    jet_id = jet.orders.generate(
        1,
        items=[{"sku": "MUG-1", "order_quantity": 0, "order_cancel_quantity": 1}],
        fulfillment_node=account.fulfillment_node_id,
    )[0]
    import_orders()
    order = Order.objects.get()

    shipments.queue_shipment(order=order, draft=draft(order, ship=0, cancel=1))
    send_shipments()

    order.refresh_from_db()
    mug.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert (mug.quantity, mug.reserved) == (10, 0)
    assert sandbox.held("orders", jet_id)["status"] == "complete"


def test_shipment_made_elsewhere_is_taken_over_with_its_invoice(acknowledged, jet, account, mug):
    item = ShipmentItem("MUG-1", response_shipment_sku_quantity=3)
    message = ShipmentMessage(
        (item,), alt_shipment_id="other-tool", shipment_tracking_number="T1", carrier="UPS"
    )
    jet.orders.ship(acknowledged.jet_id, shipments=[message])

    refreshes.sync_one(client=jet, account=account, jet_id=acknowledged.jet_id)

    acknowledged.refresh_from_db()
    mug.refresh_from_db()
    assert acknowledged.status == Order.Status.COMPLETE
    assert (mug.quantity, mug.reserved) == (7, 0)
    assert Invoice.objects.count() == 1


def test_shipment_made_elsewhere_is_booked_on_its_own_day(mug, place, jet, account, sandbox):
    days = timedelta(days=9).total_seconds()
    sandbox.advance(-days)
    jet_id = place("MUG-1", status="complete")
    sandbox.advance(days)

    imports.import_ready_orders(client=jet, account=account, ids=[jet_id])

    order = Order.objects.get()
    shown = jet.orders.get(jet_id).shipments[0].response_shipment_date
    assert order.status == Order.Status.COMPLETE
    assert order.completed_at == Invoice.objects.get().at == shown
    assert timezone.now() - order.completed_at > timedelta(days=8)
    steps = history.timeline(order).values_list("action", flat=True)
    assert list(steps) == ["shipped", "imported"]


def test_stock_moves_once_per_shipment_and_line(acknowledged, send_shipments):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2, cancel=1))

    send_shipments()

    kinds = sorted(StockMovement.objects.values_list("kind", "reserved_change"))
    assert kinds == [("release", -1), ("reserve", 3), ("ship", -2)]
