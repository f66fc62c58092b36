"""What the order page adds to the form: the buyer's cancel, notes, the calls behind each step, all that Jet sent."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from jetapi.http.timeouts import Timeouts
from jetbridge.core import configuration
from orders import texts
from orders.models import Order, OrderNote, Shipment
from orders.services import notes, privacy
from orders.views import order as order_view
from tests.orders.test_pages import form_of, page_of


@pytest.fixture
def asked(acknowledged, sandbox, import_orders):
    """The order of 3 mugs of which the buyer wants 1 cancelled."""
    item = acknowledged.items.get()
    sandbox.request_cancels(acknowledged.jet_id, [{"order_item_id": item.jet_id, "quantity": 1}])
    import_orders()
    acknowledged.refresh_from_db()
    return acknowledged


def confirm(browser, order, units=1, sequence=1):
    """Press Confirm cancel as the page showed it."""
    fields = {"sequence": sequence, f"asked_{order.items.get().pk}": units}
    return browser.post(reverse("orders:confirm_cancel", args=[order.pk]), fields, follow=True)


def test_buyers_cancel_shows_ticked_and_locked_with_its_own_button(asked, browser):
    html = browser.get(page_of(asked)).content.decode()

    card = html.split('id="cancel"')[1].split("</section>")[0]
    assert 'type="checkbox" checked disabled' in card
    assert "1 of 3 × <code>MUG-1</code>" in card
    assert "Confirm cancel" in card


def test_confirm_cancels_exactly_the_asked_units_and_leaves_the_rest_to_ship(
    asked, browser, sandbox, send_shipments
):
    confirm(browser, asked)
    send_shipments()

    asked.refresh_from_db()
    item = asked.items.get()
    (reported,) = sandbox.held("orders", asked.jet_id)["shipments"]
    assert (item.units_cancelled, item.units_shipped, item.units_open) == (1, 0, 2)
    assert reported["shipment_items"][0]["response_shipment_cancel_qty"] == 1
    assert (asked.status, asked.has_cancel_request, asked.given_up_at) == ("inprogress", False, None)


def test_confirming_twice_cancels_once(asked, browser, sandbox, send_shipments):
    confirm(browser, asked)
    send_shipments()
    again = confirm(browser, asked, units=0)

    assert Shipment.objects.count() == 1
    assert "Already cancelled at" in again.content.decode()


def test_request_that_grew_meanwhile_is_looked_at_again(asked, browser, sandbox, import_orders):
    item = asked.items.get()
    sandbox.request_cancels(asked.jet_id, [{"order_item_id": item.jet_id, "quantity": 2}])
    import_orders()

    response = confirm(browser, asked, units=1)

    assert "has changed meanwhile" in response.content.decode()
    assert not Shipment.objects.exists()


def test_whole_cancel_before_the_answer_is_confirmed_from_ready(
    mug, place, import_orders, browser, send_shipments
):
    place("MUG-1", 2, cancel_quantity=2)
    import_orders()
    order = Order.objects.get()

    confirm(browser, order, units=2)
    send_shipments()

    order.refresh_from_db()
    mug.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert (mug.quantity, mug.reserved) == (10, 0)


def test_command_confirms_the_cancel(asked):
    call_command("ship_order", asked.number, "--confirm-cancel")

    assert asked.items.get().units_cancelled == 1


def test_second_tab_is_told_when_and_by_whom_even_when_its_units_no_longer_fit(
    acknowledged, browser, send_shipments
):
    pk, address = acknowledged.items.get().pk, reverse("orders:ship", args=[acknowledged.pk])
    browser.post(address, form_of(acknowledged, **{f"ship_{pk}": 2}))
    send_shipments()
    sent_at = timezone.localtime(Shipment.objects.get().sent_at)

    second = browser.post(address, {**form_of(acknowledged), f"ship_{pk}": 3}, follow=True).content.decode()

    assert f"Already shipped at {sent_at:%H:%M} UTC by alice" in second
    assert Shipment.objects.count() == 1


def test_rest_ships_later_and_the_history_stays(acknowledged, browser, send_shipments, sandbox):
    pk, address = acknowledged.items.get().pk, reverse("orders:ship", args=[acknowledged.pk])
    browser.post(address, form_of(acknowledged, **{f"ship_{pk}": 1}))
    send_shipments()
    acknowledged.refresh_from_db()
    between = (acknowledged.status, sandbox.held("orders", acknowledged.jet_id)["status"])
    browser.post(address, form_of(acknowledged, sequence=2, tracking_number="1Z2"))
    send_shipments()

    acknowledged.refresh_from_db()
    html = browser.get(page_of(acknowledged)).content.decode()
    assert between == ("inprogress", "inprogress")
    assert (acknowledged.status, sandbox.held("orders", acknowledged.jet_id)["status"]) == (
        "complete",
        "complete",
    )
    assert 'id="shipment-1"' in html
    assert 'id="shipment-2"' in html
    assert acknowledged.invoices.count() == 2


def test_form_offers_carriers_and_methods_as_searchable_selects(acknowledged, browser):
    html = browser.get(page_of(acknowledged)).content.decode()

    carrier = html.split('name="carrier"')[1].split("</select>")[0]
    method = html.split('name="method"')[1].split("</select>")[0]
    assert carrier.count("<option") == 43
    assert method.count("<option") == 104
    assert '<optgroup label="FedEx">' in method
    assert "select2.full.js" in html


def test_form_shows_what_jet_wants_and_where_parcels_come_back_to(acknowledged, browser):
    config = configuration.current()
    config.return_address1, config.return_city, config.return_state, config.return_zip = (
        "1 Dock Rd",
        "Troy",
        "NY",
        "12180",
    )
    config.save()

    html = browser.get(page_of(acknowledged)).content.decode()

    page = html.split("Everything Jet sent</summary>")[0]
    assert "1 Dock Rd, Troy, NY" in page.split('id="ship"')[1]
    # Each fact once.
    once = (acknowledged.reference_number, acknowledged.recipient_name, "Deliver by", "Submit Shipment")
    assert {text: page.count(text) for text in once} == dict.fromkeys(once, 1)


def test_empty_quantity_is_asked_for(acknowledged, browser):
    pk = acknowledged.items.get().pk

    html = browser.post(
        reverse("orders:ship", args=[acknowledged.pk]), form_of(acknowledged, **{f"ship_{pk}": ""})
    ).content.decode()

    assert "Enter how many go out; 0 for none." in html


def test_default_dates_are_in_order_and_pass_the_checks(acknowledged, browser):
    html = browser.get(page_of(acknowledged)).content.decode()
    values = [
        html.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("ship_at", "pick_up_at", "deliver_at")
    ]

    assert values == sorted(values)
    assert values[0] >= f"{timezone.localtime() - timedelta(minutes=2):%Y-%m-%dT%H:%M}"


def test_note_is_kept_with_its_writer_and_an_empty_one_is_refused(acknowledged, browser):
    address = reverse("orders:note", args=[acknowledged.pk])

    refused = browser.post(address, {"text": " "})
    html = browser.post(address, {"text": "Call <b>Bob</b> first"}, follow=True).content.decode()

    assert refused.status_code == 422
    assert "Write something first." in refused.content.decode()
    assert "Call &lt;b&gt;Bob&lt;/b&gt; first" in html
    assert OrderNote.objects.get().user.username == "alice"


def test_slow_jet_does_not_hold_the_page_up(acknowledged, browser, sandbox, monkeypatch):
    monkeypatch.setattr(order_view, "WHILE_SOMEBODY_WAITS", Timeouts(connect=0.3, read=0.3, total=0.3))
    sandbox.add_fault("slow", seconds=1.5, path="withoutShipmentDetail")

    html = browser.post(reverse("orders:sync", args=[acknowledged.pk]), follow=True).content.decode()

    assert re.search(r"Jet could not be asked: no answer within 0\.\d s", html)


def test_notes_leave_with_the_buyers_data(acknowledged):
    notes.add_note(order=acknowledged, text="Bob lives upstairs")
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=timezone.now() - timedelta(days=400))

    privacy.anonymize_buyers(before=timezone.now() - timedelta(days=365), heartbeat=lambda: None)

    assert not OrderNote.objects.exists()


def test_timeline_names_the_call_behind_each_step(mug, place, browser):
    place("MUG-1")
    call_command("run_job", "orders.import_ready_orders")
    order = Order.objects.get()

    html = browser.get(page_of(order)).content.decode()

    acknowledged, imported = html.split('<ol class="jb-timeline"')[1].split("<li>")[1:3]
    assert "Acknowledged" in acknowledged
    assert f"PUT /orders/{order.jet_id}/acknowledge: 204" in acknowledged.replace("/api", "")
    assert "withoutShipmentDetail" in imported


def test_everything_that_jet_sent_is_told_by_name(acknowledged):
    reported = dict(texts.document_lines(acknowledged.document))

    assert reported["merchant_order_id"] == acknowledged.jet_id
    assert reported["order_items 1.merchant_sku"] == "MUG-1"


def test_page_needs_no_more_queries_for_more_lines(
    mug, place, import_orders, browser, django_assert_max_num_queries
):
    place(items=[{"sku": "MUG-1", "quantity": 1, "price": 1.0} for _ in range(9)])
    import_orders()

    with django_assert_max_num_queries(50):
        browser.get(page_of(Order.objects.get()))
