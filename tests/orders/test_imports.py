"""Import: every ready order is stored once, its stock is held, Jet is told, and none hides another."""

from decimal import Decimal

import pytest

from jetbridge.core import configuration
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import Configuration
from orders.models import Acknowledgement, FailedOrder, Order
from orders.services import imports
from tests.factories import ProductFactory


def journal(sandbox, path):
    """Return the calls whose work the sandbox did."""
    return [call for call in sandbox.calls(path=path) if call["applied"] and call["method"] == "PUT"]


def test_import_stores_reserves_and_acknowledges(mug, place, import_orders, sandbox):
    jet_id = place("MUG-1", 2)

    report = import_orders()

    order = Order.objects.get()
    mug.refresh_from_db()
    assert (report.done, report.failed) == (1, 0)
    assert (order.jet_id, order.status, order.units) == (jet_id, Order.Status.ACKNOWLEDGED, 2)
    assert order.base_total == Decimal("20.00")
    assert order.net_total == Decimal("17.00")
    assert (mug.quantity, mug.reserved) == (10, 2)
    assert sandbox.held("orders", jet_id)["status"] == "acknowledged"


def test_stored_order_knows_its_deadlines_and_titles(mug, place, import_orders):
    place("MUG-1")

    import_orders()

    order = Order.objects.get()
    assert (order.acknowledge_by - order.ready_at).total_seconds() == 900
    assert order.due_at == order.ship_by
    assert order.shipping_method == "Jet shipping"
    assert order.number == str(100_000_000 + order.pk)


def test_second_import_finds_nothing_new(mug, place, import_orders, sandbox):
    place("MUG-1")
    import_orders()

    report = import_orders()

    assert (report.done, report.failed) == (0, 0)
    assert Order.objects.count() == 1
    assert len(journal(sandbox, "acknowledge")) == 1


def test_stored_orders_are_tagged_so_that_they_leave_the_untagged_list(mug, place, import_orders, jet):
    place("MUG-1")

    import_orders()

    assert jet.orders.list_tagged("acknowledged", "jetbridge", carrying=True) == [Order.objects.get().jet_id]
    assert Order.objects.get().tagged_at


def test_exactly_one_unit_left_is_in_stock(account, place, import_orders):
    ProductFactory(sku="LAST-1", quantity=1)
    place("LAST-1", 1)

    import_orders()

    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("product", "code"),
    [
        (None, "unknown_sku"),
        ({"enabled": False}, "disabled"),
        ({"quantity": 1}, "out_of_stock"),
        ({"is_in_stock": False}, "out_of_stock"),
    ],
)
def test_order_that_cannot_be_filled_is_held_with_its_cause(
    account, place, import_orders, sandbox, product, code
):
    if product is not None:
        ProductFactory(sku="ODD-1", **product)
    jet_id = place("ODD-1", 2)

    report = import_orders()

    failure = FailedOrder.objects.get()
    assert report.failed == 1
    assert Order.objects.get().status == Order.Status.HELD
    assert [cause["code"] for cause in failure.causes] == [code]
    assert "ODD-1" in failure.causes[0]["message"]
    assert sandbox.held("orders", jet_id)["status"] == "ready"


def test_all_causes_are_named_at_once(account, place, import_orders):
    ProductFactory(sku="OFF-1", enabled=False)
    ProductFactory(sku="LOW-1", quantity=0)
    place(items=[{"sku": sku, "quantity": 1, "price": 5} for sku in ("GONE-1", "OFF-1", "LOW-1")])

    import_orders()

    causes = {cause["sku"]: cause["code"] for cause in FailedOrder.objects.get().causes}
    assert causes == {"GONE-1": "unknown_sku", "OFF-1": "disabled", "LOW-1": "out_of_stock"}


def test_unavailable_payment_method_fails_the_import_and_never_rejects(
    mug, place, import_orders, retry_orders, sandbox
):
    config = configuration.current()
    config.disabled_payment_methods, config.reject_after_minutes = [config.payment_method], 0
    config.save()
    jet_id = place("MUG-1")

    import_orders()
    retry_orders()

    assert FailedOrder.objects.get().causes[0]["code"] == "payment_method"
    assert FailedOrder.objects.get().reject_at is None
    assert sandbox.held("orders", jet_id)["status"] == "ready"


def test_one_bad_order_never_stops_the_others(mug, place, import_orders, sandbox):
    place("MUG-1")
    bad = place("MUG-1")
    place("MUG-1")
    sandbox.add_fault("html", path=f"withoutShipmentDetail/{bad}", times=20)

    report = import_orders()

    assert (report.done, report.failed) == (2, 1)
    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == 2


def test_two_orders_never_share_the_last_unit(account, place, import_orders):
    product = ProductFactory(sku="LAST-1", quantity=1)
    place("LAST-1")
    place("LAST-1")

    import_orders()

    product.refresh_from_db()
    assert product.reserved == 1
    assert sorted(Order.objects.values_list("status", flat=True)) == ["acknowledged", "held"]


def test_auto_acknowledge_off_leaves_the_answer_to_a_person(mug, place, import_orders, sandbox):
    config = configuration.current()
    config.auto_acknowledge = False
    config.save()
    jet_id = place("MUG-1")

    import_orders()

    assert Order.objects.get().status == Order.Status.READY
    assert sandbox.held("orders", jet_id)["status"] == "ready"


def test_created_orders_are_shown_as_coming_and_not_touched(mug, place, import_orders, sandbox):
    jet_id = place("MUG-1", status="created")

    import_orders()

    mug.refresh_from_db()
    assert Order.objects.get().status == Order.Status.CREATED
    assert mug.reserved == 0
    assert sandbox.held("orders", jet_id)["status"] == "created"


def test_coming_order_is_acknowledged_once_it_is_ready(mug, place, import_orders, sandbox):
    place("MUG-1", status="created")
    import_orders()
    sandbox.advance(31 * 60)

    import_orders()

    order = Order.objects.get()
    mug.refresh_from_db()
    assert (order.status, order.items.count(), mug.reserved) == (Order.Status.ACKNOWLEDGED, 1, 1)
    sandbox.set_clock()


def test_acknowledge_takes_jets_word_when_an_earlier_run_died(mug, place, import_orders, sandbox):
    place("MUG-1")
    import_orders()
    # As a worker leaves it that dies between the call and its answer.
    past = "2026-01-01T00:00Z"
    Order.objects.update(status=Order.Status.READY)
    Acknowledgement.objects.update(next_try_at=past, answer="", claimed_by="dead", claimed_until=past)

    import_orders()

    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED
    assert len(journal(sandbox, "acknowledge")) == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "status"])
def test_lost_answer_to_an_acknowledgement_is_settled(mug, place, import_orders, sandbox, kind):
    jet_id = place("MUG-1")
    sandbox.add_fault(kind, path="acknowledge", method="PUT", times=1)

    import_orders()
    import_orders()

    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED
    assert sandbox.held("orders", jet_id)["status"] == "acknowledged"
    assert len(journal(sandbox, "acknowledge")) == 1


def test_order_that_somebody_else_acknowledged_is_taken_over(mug, place, jet):
    jet_id = place("MUG-1", status="acknowledged")

    imports.import_ready_orders(client=jet, account=configuration.active_account(), ids=[jet_id])

    order = Order.objects.get()
    mug.refresh_from_db()
    assert (order.status, mug.reserved) == (Order.Status.ACKNOWLEDGED, 1)


@pytest.mark.django_db(transaction=True)
def test_wrong_keys_end_the_run_and_keep_the_orders_wanted(mug, place, jet, account, sandbox):
    place("MUG-1")
    sandbox.add_fault("status", path="acknowledge", status=401, times=50)

    with pytest.raises(JetKeysRefused):
        list(imports.import_orders(client=jet, account=account))

    assert Order.objects.get().is_being_answered


def test_an_imported_order_has_the_configured_store_status_until_it_is_complete(mug, place, import_orders):
    Configuration.objects.update(new_order_status="pending")
    place("MUG-1")

    import_orders()

    order = Order.objects.get()
    assert order.store_status == "Pending"
    order.status = Order.Status.COMPLETE
    assert order.store_status == "Complete"
    order.status = Order.Status.REJECTED
    assert order.store_status == "Canceled"
