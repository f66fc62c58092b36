"""The order page, the grids and their buttons, as a person meets them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from orders.models import FailedOrder, Order, Shipment
from tests.factories import ProductFactory
from tests.orders.drafts import draft


def page_of(order):
    """Return the address of an order's page."""
    return reverse("admin:orders_order_change", args=[order.pk])


def form_of(order, **changes):
    """Return what the Ship by Jet form sends by default."""
    item = order.items.get()
    asked = draft(order)
    moments = {
        name: getattr(asked, name).strftime("%Y-%m-%dT%H:%M")
        for name in ("ship_at", "pick_up_at", "deliver_at")
    }
    fields = {
        f"ship_{item.pk}": item.units_open,
        f"cancel_{item.pk}": 0,
        "tracking_number": "1Z1",
        "carrier": "UPS",
        "sequence": 1,
        **moments,
    }
    return {**fields, **changes}


def test_order_page_shows_the_next_step_and_the_form(acknowledged, browser):
    html = browser.get(page_of(acknowledged)).content.decode()

    assert "Ready to be shipped." in html
    assert "Submit Shipment" in html
    assert acknowledged.recipient_name in html
    assert "$30.00" in html


def test_grid_and_page_need_a_fixed_number_of_queries(
    mug, place, import_orders, browser, django_assert_max_num_queries
):
    for _ in range(6):
        place("MUG-1")
    import_orders()
    browser.get(reverse("admin:orders_order_changelist"))

    with django_assert_max_num_queries(45):
        browser.get(reverse("admin:orders_order_changelist"))
    with django_assert_max_num_queries(45):
        browser.get(page_of(Order.objects.first()))


def test_form_makes_one_shipment_and_the_page_follows_it(acknowledged, browser, send_shipments):
    response = browser.post(
        reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged), follow=True
    )
    again = browser.post(reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged), follow=True)

    assert "is being sent to Jet" in response.content.decode()
    assert "Already being sent" in again.content.decode()
    assert Shipment.objects.get().user.username == "alice"


def test_followed_shipment_reloads_the_page_once_jet_has_answered(acknowledged, browser, send_shipments):
    browser.post(reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged))
    address = reverse("outbox:sending", args=["orders.shipments", Shipment.objects.get().pk])

    waiting = browser.get(address, {"n": 1})
    given_up = browser.get(address, {"n": 10})
    send_shipments()
    settled = browser.get(address, {"n": 2})

    assert "hx-get" in waiting.content.decode()
    assert "Cron Status" in given_up.content.decode()
    assert settled["HX-Refresh"] == "true"


def test_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(acknowledged, browser):
    pk = acknowledged.items.get().pk

    response = browser.post(
        reverse("orders:ship", args=[acknowledged.pk]),
        form_of(
            acknowledged,
            tracking_number="",
            carrier="Stork",
            deliver_at="2020-01-01T00:00",
            **{f"ship_{pk}": 2},
        ),
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "requires a tracking number" in html
    assert "delivery cannot be before" in html
    assert 'value="Stork"' in html
    assert not Shipment.objects.exists()


def test_more_than_open_is_refused_beside_the_line(acknowledged, browser):
    pk = acknowledged.items.get().pk

    response = browser.post(
        reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged, **{f"ship_{pk}": 9})
    )

    assert "less than or equal to 3" in response.content.decode()


def test_buyers_cancel_is_pre_filled_and_locked(acknowledged, browser):
    acknowledged.items.update(units_cancel_requested=1)
    Order.objects.update(has_cancel_request=True)

    html = browser.get(page_of(acknowledged)).content.decode()

    assert "Confirm cancel" in html
    assert "readonly" in html
    assert "exactly that many" in html


def test_invoice_and_packing_slip_can_be_printed(acknowledged, browser, send_shipments):
    browser.post(reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged))
    send_shipments()
    invoice = acknowledged.invoices.get()

    html = browser.get(reverse("orders:invoice", args=[invoice.pk])).content.decode()
    slip = browser.get(reverse("orders:packing_slip", args=[acknowledged.pk, 1])).content.decode()

    assert f"Invoice {invoice.number}" in html
    assert "$32.10" in html
    assert "3" in slip
    assert "$" not in slip.split("jo-paper")[1]


def test_acknowledge_button_asks_once(mug, place, import_orders, browser):
    config = configuration.current()
    config.auto_acknowledge = False
    config.save()
    place("MUG-1")
    import_orders()
    order = Order.objects.get()

    browser.post(reverse("orders:acknowledge", args=[order.pk]))
    again = browser.post(reverse("orders:acknowledge", args=[order.pk]), follow=True)
    import_orders()

    order.refresh_from_db()
    assert "already being answered" in again.content.decode()
    assert order.status == Order.Status.ACKNOWLEDGED


def test_reject_page_says_what_it_does_and_needs_a_reason(account, place, import_orders, browser, sandbox):
    place("GONE-1")
    import_orders()
    order = Order.objects.get()
    address = reverse("orders:reject", args=[order.pk])

    asked = browser.get(address).content.decode()
    refused = browser.post(address, {"status": "rejected - other", "reason": ""})
    browser.post(address, {"status": "rejected - other", "reason": "Sold out"})
    import_orders()

    assert "cannot be undone" in asked
    assert refused.status_code == 422
    assert sandbox.held("orders", order.jet_id)["acknowledgement_status"] == "rejected - other"


def test_failed_grid_names_cause_remedy_and_time_left(account, place, import_orders, browser):
    place("GONE-1")
    import_orders()

    html = browser.get(reverse("admin:orders_failedorder_changelist")).content.decode()

    assert "GONE-1 does not exist in the store" in html
    assert "choose which product is meant" in html
    assert "data-jb-countdown" in html


def test_failed_row_leads_to_its_order_and_an_unreadable_one_to_what_is_known(
    account, place, import_orders, browser
):
    place("GONE-1")
    import_orders()
    unread = FailedOrder.objects.create(account=account, jet_id="x1", causes=[], state="failed")
    held = FailedOrder.objects.get(order__isnull=False)

    led = browser.get(reverse("admin:orders_failedorder_change", args=[held.pk]))
    shown = browser.get(reverse("admin:orders_failedorder_change", args=[unread.pk]))

    assert led.url == page_of(held.order)
    assert shown.status_code == 200


def test_unknown_sku_is_fixed_by_choosing_its_product(account, place, import_orders, retry_orders, browser):
    product = ProductFactory(sku="REAL-1", quantity=1)
    place("ALIAS-1")
    import_orders()
    order = Order.objects.get()
    address = reverse("orders:choose", args=[order.pk, order.items.get().pk])

    wrong = browser.post(address, {"product_sku": "NO-SUCH"}).content.decode()
    browser.post(address, {"product_sku": "REAL-1"})
    retry_orders()

    product.refresh_from_db()
    order.refresh_from_db()
    assert "No product has this SKU" in wrong
    assert (order.status, product.reserved) == (Order.Status.READY, 1)
    assert FailedOrder.objects.get().state == FailedOrder.State.FIXED


@pytest.mark.parametrize("by", ["number", "reference_number", "jet_id"])
def test_search_finds_an_order_by_each_of_its_names(acknowledged, browser, by):
    html = browser.get(
        reverse("admin:orders_order_changelist"), {"q": getattr(acknowledged, by)}
    ).content.decode()

    assert page_of(acknowledged) in html


def test_search_finds_orders_by_sku_and_nothing_for_an_unknown_one(acknowledged, browser):
    grid = reverse("admin:orders_order_changelist")

    assert page_of(acknowledged) in browser.get(grid, {"q": "mug-1"}).content.decode()
    assert page_of(acknowledged) not in browser.get(grid, {"q": "CUP-1"}).content.decode()


def test_complete_orders_stand_under_their_own_stage(acknowledged, browser):
    Order.objects.update(status=Order.Status.COMPLETE, due_at=None)
    grid = reverse("admin:orders_order_changelist")

    assert page_of(acknowledged) not in browser.get(grid).content.decode()
    assert page_of(acknowledged) in browser.get(grid, {"stage": "complete"}).content.decode()
    assert page_of(acknowledged) in browser.get(grid, {"stage": "all"}).content.decode()


def test_nearest_deadline_stands_first(mug, place, import_orders, browser):
    place("MUG-1")
    place("MUG-1")
    import_orders()
    soon, late = Order.objects.order_by("pk")
    Order.objects.filter(pk=soon.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    Order.objects.filter(pk=late.pk).update(due_at=timezone.now() + timedelta(minutes=9))

    html = browser.get(reverse("admin:orders_order_changelist")).content.decode()

    assert html.index(page_of(soon)) < html.index(page_of(late))


@pytest.mark.parametrize(
    ("address", "most"),
    [("", 12), ("?stage=complete", 11), ("?stage=all&deadline=late", 13), ("?q=MUG-1", 16)],
)
def test_grid_takes_few_queries(acknowledged, browser, django_assert_max_num_queries, address, most):
    browser.get(reverse("admin:orders_order_changelist"))

    with django_assert_max_num_queries(most):
        browser.get(reverse("admin:orders_order_changelist") + address)


def test_grid_counts_what_the_search_finds_and_not_the_stage(mug, place, import_orders, browser):
    place("MUG-1")
    place("MUG-1")
    import_orders()
    grid = reverse("admin:orders_order_changelist")

    whole = browser.get(grid, {"stage": "all"}).context["cl"]
    found = browser.get(grid, {"stage": "all", "q": Order.objects.first().number}).context["cl"]

    assert (whole.result_count, found.result_count) == (2, 1)


def test_viewer_sees_the_order_and_none_of_its_buttons(acknowledged, django_user_model):
    viewer = django_user_model.objects.create_user("vera", password="vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(viewer)

    html = client.get(page_of(acknowledged)).content.decode()

    assert "Submit Shipment" not in html
    assert (
        client.post(reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged)).status_code == 403
    )


def test_what_jet_sent_is_escaped(acknowledged, browser):
    acknowledged.items.update(title="<script>alert(1)</script>")
    Order.objects.update(recipient_name="<b>Bob</b>", document={"x": "</pre><script>alert(2)</script>"})

    html = browser.get(page_of(acknowledged)).content.decode()

    assert "<script>alert" not in html
    assert "<b>Bob" not in html


def test_sync_with_jet_takes_over_what_changed(acknowledged, browser, sandbox):
    sandbox.request_cancels(acknowledged.jet_id)

    html = browser.post(reverse("orders:sync", args=[acknowledged.pk]), follow=True).content.decode()

    assert "Taken over from Jet." in html
    assert "The buyer asks for a cancel." in html
