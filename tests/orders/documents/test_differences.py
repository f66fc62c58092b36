"""What stands on one side only, on its page and as a command, each with the one button that ends it."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core.models import JobRun
from jetbridge.desk.services import configuration as settings_service
from jetbridge.store.models import StoreDocument
from orders import selectors
from orders.documents import carriers, questions
from orders.models import Shipment
from orders.services import shipments
from tests.orders.documents.test_readings import UPS, ship
from tests.orders.drafts import draft
from tests.store.orders_there import documents


def differences(*options):
    out = StringIO()
    call_command("store_differences", *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_document_that_the_store_did_not_take_is_only_in_the_panel_and_tried_again(
    there, acknowledged, magento, send_shipments, send_documents
):
    magento.do("stock", {"sku": "MUG-1", "quantity": 0})
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    for _ in range(2):
        send_documents()
    [found] = differences()["differences"]
    assert {name: found[name] for name in ("order", "kind", "only_on", "fix")} == {
        "order": str(acknowledged), "kind": "shipment", "only_on": "panel", "fix": "Try again",
    }  # fmt: skip
    magento.do("stock", {"sku": "MUG-1", "quantity": 9})
    differences("--fix", str(found["number"]))
    send_documents()

    assert differences()["differences"] == []
    assert len(documents(magento, "shipment")) == 1


def test_a_cancel_of_the_store_becomes_jets_by_its_button_and_is_not_made_there_again(
    there, acknowledged, magento, read, send_shipments, send_documents, sandbox
):
    magento.do("cancel", {"order_id": there})
    read()
    [found] = differences()["differences"]
    assert (found["only_on"], found["kind"], found["fix"]) == ("store", "cancel", "Cancel at Jet")
    differences("--fix", str(found["number"]))
    send_shipments()
    send_documents()
    read()

    assert sandbox.held("orders", acknowledged.jet_id)["status"] == "complete"
    assert differences()["differences"] == []
    assert magento.do("calls", {"path": "/cancel$"})["calls"] == []


def test_the_page_has_the_button_and_the_order_page_the_stores_number(
    there, acknowledged, magento, read, browser, send_shipments
):
    ship(magento, there, {"track_number": "X1", "carrier_code": "custom", "title": "Bicycle"})
    read()
    row = StoreDocument.objects.get(kind="shipment")
    page = browser.get(reverse("orders:store_differences")).content.decode()
    assert "Bicycle" in page
    assert "Choose carrier" in page
    asking = browser.get(reverse("admin:orders_order_change", args=[acknowledged.pk]))
    assert asking.status_code == 200
    assert "Needs you" in asking.content.decode()
    refused = browser.post(reverse("orders:fix_difference", args=[row.pk]), {"carrier": ""}, follow=True)
    assert "Say which carrier" in refused.content.decode()
    browser.post(reverse("orders:fix_difference", args=[row.pk]), {"carrier": "Other"})
    read()
    send_shipments()

    assert Shipment.objects.get().carrier == "Other"
    shown = browser.get(reverse("admin:orders_order_change", args=[acknowledged.pk])).content.decode()
    assert "In the store" in shown
    assert "/admin/orders/" in shown
    assert "Made in the store." in shown


def test_what_is_left_as_it_is_is_gone_from_the_list(there, acknowledged, magento, read, browser):
    magento.do("cancel", {"order_id": there})
    read()
    row = StoreDocument.objects.get(kind="cancel")
    browser.post(reverse("orders:leave_difference", args=[row.pk]))
    read()

    assert differences()["differences"] == []
    with pytest.raises(CommandError, match="No difference"):
        call_command("store_differences", "--fix", str(row.pk))


def test_a_refused_shipment_of_the_store_is_made_again_by_its_button(
    there, acknowledged, magento, read, send_shipments, sandbox
):
    sandbox.add_fault("status", status=400, path="/shipped$", times=1)
    ship(magento, there, UPS)
    read()
    send_shipments()
    read()
    [found] = differences()["differences"]
    assert (found["only_on"], found["fix"]) == ("store", "Try again")
    differences("--fix", str(found["number"]))
    read()
    send_shipments()
    read()

    assert sandbox.held("orders", acknowledged.jet_id)["status"] == "complete"
    assert differences()["differences"] == []


def test_a_cancel_beyond_the_limit_is_confirmed_on_the_page(
    there, acknowledged, magento, read, browser, send_shipments, sandbox
):
    settings_service.save(changes={"cancel_limit_percent": Decimal(1)})
    magento.do("cancel", {"order_id": there})
    read()
    row = StoreDocument.objects.get(kind="cancel")
    shown = browser.get(reverse("orders:store_differences")).content.decode()
    url = reverse("orders:fix_difference", args=[row.pk])
    refused = browser.post(url, follow=True).content.decode()
    before = Shipment.objects.count()
    browser.post(url, {"above_limit": "1"})
    send_shipments()

    assert "Beyond the cancellation limit too" in shown
    assert ("limit" in refused, before) == (True, 0)
    assert sandbox.held("orders", acknowledged.jet_id)["status"] == "complete"


def test_what_jet_calls_a_carrier_of_the_store_is_said_changed_and_forgotten(browser, magento):
    url, page = reverse("orders:store_carrier"), reverse("orders:store_differences")

    def said(**given):
        return browser.post(url, given, follow=True).content.decode()

    said(code="custom", title="Bicycle", carrier="other")
    said(code="custom", title="Bicycle", carrier="UPS", method="UPSGround")
    shown = browser.get(page).content.decode()
    listed = differences("--carriers")["carriers"]
    chosen = carriers.chosen("custom", " Bicycle ")
    refused = {
        "no carrier Owl": {"carrier": "Owl"}, "Say which": {"carrier": ""}, "Nothing was chosen": {"forget": "1"},
        "no shipping method Owl": {"carrier": "UPS", "method": "Owl"},
    }  # fmt: skip
    answers = {reason: said(code="x", title="", **given) for reason, given in refused.items()}
    kept = differences("--carriers")["carriers"]
    said(code="custom", title="Bicycle", forget="1")

    assert "UPSGround" in shown
    assert listed == kept == [{"code": "custom", "title": "Bicycle", "carrier": "UPS", "method": "UPSGround"}]
    assert chosen == ("UPS", "UPSGround")
    assert [reason for reason, text in answers.items() if reason not in text] == []
    assert differences("--carriers")["carriers"] == []
    differences("--carrier-of", "custom", "", "--carrier", "FedEx")
    assert carriers.chosen("custom", "Bicycle") == ("FedEx", "")
    differences("--carrier-of", "custom", "")
    assert carriers.chosen("custom", "Bicycle") == ("", "")
    with pytest.raises(CommandError, match="no carrier Owl"):
        call_command("store_differences", "--carrier-of", "custom", "", "--carrier", "Owl")


def nothing_differs(browser):
    out = StringIO()
    call_command("store_differences", stdout=out)
    page = browser.get(reverse("orders:store_differences")).content.decode()
    assert out.getvalue().strip() in page
    return out.getvalue().strip(), page


def test_without_a_store_there_is_nothing_to_compare_and_the_page_leads_to_one(account, browser):
    said, page = nothing_differs(browser)

    assert said == "No store is linked, so that there is nothing to compare."
    assert reverse("desk:configuration_tab", args=["store"]) in page
    assert "Carriers of the store" not in page


@pytest.mark.parametrize(
    ("outcome", "begins"),
    [
        (None, "Nothing was compared yet."),
        (JobRun.Outcome.NOTHING, "Both sides have the same documents."),
        (JobRun.Outcome.FAILED, "Nothing is known to differ, but"),
        (JobRun.Outcome.DIED, "Nothing is known to differ, but"),
    ],
)
def test_that_both_sides_are_the_same_is_said_only_where_somebody_looked(browser, magento, outcome, begins):
    if outcome:
        now = timezone.now()
        JobRun.objects.create(
            job="orders.read_store_documents",
            outcome=outcome,
            started_at=now,
            heartbeat_at=now,
            finished_at=now,
        )
    said, page = nothing_differs(browser)

    assert said.startswith(begins)
    assert "Carriers of the store" in page


def test_what_waits_is_no_difference_and_says_for_what(
    there, acknowledged, magento, read, send_documents, browser, account
):
    ship(magento, there)
    read()
    found = differences()
    assert found["differences"] == []
    assert [(each["kind"], each["only_on"], each["text"]) for each in found["waiting"]] == [
        ("shipment", "store", questions.WAITING_FOR_TRACKING)
    ]
    now = timezone.now()
    JobRun.objects.create(
        job=questions.READ, outcome=JobRun.Outcome.NOTHING, started_at=now, heartbeat_at=now, finished_at=now
    )
    page = browser.get(reverse("orders:store_differences")).content.decode()
    assert "What stands on one side alone waits for something." in page
    assert "Waiting for tracking:" in page
    assert not selectors.asking(account).exists()
    assert not selectors.in_trouble(account, timezone.now()).exists()
    assert "#waiting" not in differences("--fix", str(found["waiting"][0]["number"]))["message"]


def test_a_cancel_waits_for_the_other_units_and_says_so(
    there, acknowledged, magento, send_shipments, send_documents
):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, cancel=1, ship=0))
    send_shipments()
    send_documents()

    found = differences()
    assert found["differences"] == []
    [row] = found["waiting"]
    assert (row["kind"], row["only_on"]) == ("cancel", "panel")
    assert "waits until the other 2 x MUG-1 are shipped and invoiced there" in row["text"]


def test_where_a_person_must_act_the_order_needs_attention_and_the_dashboard_says_so(
    there, acknowledged, magento, read, browser, account, send_shipments, send_documents
):
    magento.do("cancel", {"order_id": there})
    read()

    assert list(selectors.in_trouble(account, timezone.now())) == [acknowledged]
    grid = browser.get(reverse("admin:orders_order_changelist"), {"stage": "attention"}).content.decode()
    assert acknowledged.number in grid
    assert "Documents of the store" in browser.get(reverse("admin:index")).content.decode()


def test_what_the_store_did_not_take_needs_attention(
    there, acknowledged, magento, account, send_shipments, send_documents
):
    magento.do("stock", {"sku": "MUG-1", "quantity": 0})
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    for _ in range(2):
        send_documents()

    assert list(selectors.in_trouble(account, timezone.now())) == [acknowledged]
