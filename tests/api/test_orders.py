"""Orders for programs: what a list and one order say; acknowledge, ship and cancel as the pages do."""

import pytest
from django.contrib.auth.models import User as Person

from jetbridge.core import configuration
from jetbridge.core.models import Configuration, Event
from jetbridge.store.models import StoreDocument, StoreLink
from orders.models import Order, Shipment

pytestmark = pytest.mark.django_db

PARCEL = {"tracking": "1Z1", "carrier": "UPS"}


@pytest.fixture
def ready(mug, place, import_orders):
    """An order of two mugs that waits for an answer."""
    Configuration.objects.update(auto_acknowledge=False)
    place("MUG-1", 2)
    import_orders()
    return Order.objects.get()


def test_an_order_says_what_its_page_says(warehouse, acknowledged):
    shown = warehouse.get(f"orders/{acknowledged.number}").json()

    assert shown.keys() == {
        "number", "jet_id", "reference", "stage", "status", "jet_status", "deadline_at", "ship_by", "placed_at",
        "requested_carrier", "requested_method", "buyer", "address", "items", "totals", "shipments", "store_number",
        "changed_at",
    }  # fmt: skip
    assert (shown["number"], shown["stage"], shown["status"]) == (acknowledged.number, "ship", "acknowledged")
    assert shown["buyer"]["name"] == acknowledged.recipient_name
    assert shown["address"]["zip_code"] == acknowledged.zip_code
    assert shown["totals"]["total"] == f"{acknowledged.grand_total:.2f}"
    line = shown["items"][0]
    assert (line["sku"], line["ordered"], line["shipped"], line["unit_price"]) == ("MUG-1", 3, 0, "10.00")


def test_an_order_is_found_by_each_of_its_names(warehouse, acknowledged):
    for name in (acknowledged.number, acknowledged.jet_id, acknowledged.reference_number):
        assert warehouse.get(f"orders/{name}").json()["number"] == acknowledged.number
    answer = warehouse.get("orders/999")
    assert (answer.status_code, answer.json()["code"]) == (404, "api.not_found")


def test_an_order_names_its_number_in_the_linked_store(warehouse, acknowledged, account):
    assert warehouse.get(f"orders/{acknowledged.number}").json()["store_number"] is None
    link, _ = StoreLink.objects.get_or_create(pk=1)
    StoreDocument.objects.create(
        link=link,
        account=account,
        kind="order",
        source_key="1",
        order_key=acknowledged.pk,
        store_number="JB-000000001",
    )

    assert warehouse.get(f"orders/{acknowledged.number}").json()["store_number"] == "JB-000000001"
    assert warehouse.get("orders").json()["items"][0]["store_number"] == "JB-000000001"


def test_an_order_of_other_keys_is_not_there(warehouse, acknowledged):
    config = configuration.current()
    config.mode = "live"
    config.save()

    assert warehouse.get(f"orders/{acknowledged.number}").status_code == 404
    assert warehouse.get("orders").json()["items"] == []


def test_a_list_of_buyers_is_for_those_who_may_export_them(warehouse, looker, acknowledged):
    assert warehouse.get("orders").json()["items"][0]["buyer"]["name"] == acknowledged.recipient_name
    seen = looker.get("orders").json()["items"][0]
    assert (seen["number"], seen["buyer"], seen["address"]) == (acknowledged.number, None, None)
    assert looker.get(f"orders/{acknowledged.number}").json()["buyer"]["name"] == acknowledged.recipient_name


def test_a_list_is_asked_by_stage_buyer_and_tracking_number(warehouse, three, send_shipments):
    first = three[0]
    Order.objects.filter(pk=three[1].pk).update(recipient_name="Wanda Fisher")
    assert warehouse.post(f"orders/{first.number}/ship", PARCEL).status_code == 202
    send_shipments()

    def numbers(query):
        return [row["number"] for row in warehouse.get(f"orders?{query}").json()["items"]]

    assert numbers("stage=complete") == [first.number]
    assert sorted(numbers("stage=ship")) == sorted(each.number for each in three[1:])
    assert numbers("buyer=wanda") == [three[1].number]
    assert numbers("tracking=1Z1") == [first.number]
    assert numbers("tracking=1Z") == []
    answer = warehouse.get("orders?stage=lost")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "stage")


def test_a_ship_is_the_pages_ship(warehouse, acknowledged, send_shipments, sandbox):
    answer = warehouse.post(f"orders/{acknowledged.jet_id}/ship", {**PARCEL, "method": "UPSGround"})

    assert answer.status_code == 202
    shipment = Shipment.objects.get()
    assert answer.json() == {"id": shipment.alt_shipment_id, "state": "pending"}
    assert (shipment.user.username, shipment.items.get().units_shipped) == ("olga", 3)
    send_shipments()
    shown = warehouse.get(f"orders/{acknowledged.number}").json()
    assert (shown["status"], shown["shipments"][0]["state"]) == ("complete", "accepted")
    row = Event.objects.get(action="API call")
    assert (row.who, row.kind) == ("olga", "api.token")
    assert row.message == f"POST /api/v1/orders/{acknowledged.jet_id}/ship: 202"
    queued = Event.objects.get(action="shipment queued")
    assert (queued.who, queued.request_id) == ("olga", row.request_id)
    assert queued.request_id == answer.headers["X-Request-ID"]


def test_part_of_an_order_is_shipped_by_sku(warehouse, acknowledged):
    body = {**PARCEL, "shipped_at": "2026-03-01T12:00:00-05:00", "items": [{"sku": "MUG-1", "quantity": 2}]}

    assert warehouse.post(f"orders/{acknowledged.number}/ship", body).status_code == 202
    shipment = Shipment.objects.get()
    assert shipment.items.get().units_shipped == 2
    assert shipment.ship_at.isoformat() == "2026-03-01T17:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"tracking": ""}, "tracking_number", "tracking number"),
        ({"tracking": "1.23457E+11"}, "tracking_number", "shortened"),
        ({"items": [{"sku": "MUG-1", "quantity": 4}]}, "ship_", "3 available"),
        ({"items": [{"sku": "OTHER", "quantity": 1}]}, "items", "no SKU OTHER"),
        ({"items": []}, "", "Nothing to ship"),
        ({"shipped_at": "2026-03-01T12:00:00"}, "shipped_at", "timezone"),
        ({"surprise": 1}, "surprise", "Extra"),
    ],
)
def test_what_the_form_refuses_is_refused_with_the_field(warehouse, acknowledged, change, field, words):
    answer = warehouse.post(f"orders/{acknowledged.number}/ship", PARCEL | change)

    assert answer.status_code == 422
    faults = answer.json()["errors"]
    assert any(fault["field"].startswith(field) and words in fault["message"] for fault in faults), faults
    assert not Shipment.objects.exists()
    assert not Event.objects.filter(action="API call").exists()


def test_a_second_parcel_of_what_is_under_way_is_a_conflict(warehouse, acknowledged):
    address = f"orders/{acknowledged.number}/ship"
    warehouse.post(address, PARCEL)

    answer = warehouse.post(address, PARCEL)

    assert (answer.status_code, answer.json()["code"]) == (409, "api.already_queued")
    assert Shipment.objects.count() == 1


def test_a_cancel_needs_a_reason_and_beyond_the_limit_somebody_who_may_pass_it(
    warehouse, office, acknowledged
):
    address = f"orders/{acknowledged.number}/cancel"
    Configuration.objects.update(cancel_limit_percent=1)

    answer = warehouse.post(address, {})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    answer = warehouse.post(address, {"reason": "Broken."})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "above_limit")
    answer = warehouse.post(address, {"reason": "Broken.", "above_limit": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "api.not_permitted")
    assert office.post(address, {"reason": "Broken.", "above_limit": True}).status_code == 202
    assert Shipment.objects.get().items.get().units_cancelled == 3


def test_a_ship_with_cancels_needs_the_permission_to_cancel(warehouse, acknowledged):
    olga = Person.objects.get(username="olga")
    olga.groups.get().permissions.remove(*olga.groups.get().permissions.filter(codename="cancel"))
    body = {**PARCEL, "items": [{"sku": "MUG-1", "quantity": 1, "cancel": 2}], "reason": "Broken."}

    answer = warehouse.post(f"orders/{acknowledged.number}/ship", body)

    assert (answer.status_code, "orders.cancel" in answer.json()["detail"]) == (403, True)
    assert not Shipment.objects.exists()


def test_an_acknowledgement_is_queued_once(warehouse, ready):
    address = f"orders/{ready.number}/acknowledge"

    answer = warehouse.post(address)
    assert (answer.status_code, answer.json()) == (202, {"id": ready.number, "state": "pending"})
    again = warehouse.post(address)
    assert (again.status_code, again.json()["code"]) == (409, "api.not_possible")


def test_whoever_only_looks_changes_nothing(looker, ready):
    for verb, body in (("acknowledge", None), ("ship", PARCEL), ("cancel", {"reason": "No."})):
        answer = looker.post(f"orders/{ready.number}/{verb}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "api.not_permitted"), verb
    assert Order.objects.get().is_being_answered is False
