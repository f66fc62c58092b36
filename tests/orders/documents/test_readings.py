"""What people do in the store with the panel's orders: shipments go to Jet, once and in one direction."""

from jetbridge.core.models import Event
from jetbridge.desk.services import configuration as settings_service
from jetbridge.inbox.models import Notification
from jetbridge.store import services as stores
from jetbridge.store.models import StoreCarrier, StoreDocument
from orders.documents import questions
from orders.models import Order, Shipment
from orders.services import shipments
from tests.orders.drafts import draft
from tests.store.orders_there import documents, put_in, sources

UPS = {"track_number": "1Z12345E0205271688", "carrier_code": "ups", "title": "UPS Ground"}


def ship(magento, order, *tracks, units=None, source=None):
    body = {"order_id": order, "tracks": list(tracks)}
    body |= {"items": [{"sku": "MUG-1", "quantity": units}]} if units else {}
    body |= {"source": source} if source else {}
    return magento.do("ship", body)["shipment_id"]


def shipment_row():
    return StoreDocument.objects.get(kind="shipment")


def test_what_is_shipped_in_the_store_is_complete_at_jet_and_only_invoiced_there(
    there, acknowledged, magento, read, send_shipments, send_documents, sandbox
):
    ship(magento, there, UPS)
    reports = [read() for _ in range(2)]
    send_shipments()
    for _ in range(3):
        send_documents()
        read()

    held = sandbox.held("orders", acknowledged.jet_id)
    assert held["status"] == "complete"
    assert held["shipments"][0]["shipment_tracking_number"] == "1Z12345E0205271688"
    assert held["shipments"][0]["carrier"] == "UPS"
    assert [report.done for report in reports] == [1, 0]
    assert len(documents(magento, "shipment")) == len(documents(magento, "invoice")) == 1
    assert Order.objects.get().status == Order.Status.COMPLETE
    assert Shipment.objects.count() == 1
    assert (shipment_row().origin, shipment_row().state) == ("store", "accepted")
    assert sources(magento)["MUG-1"] == 47


def test_what_is_shipped_in_the_panel_does_not_come_back_from_the_store(
    there, acknowledged, magento, read, send_shipments, send_documents
):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    read()
    send_documents()
    reports = [read() for _ in range(2)]

    assert [report.done for report in reports] == [0, 0]
    assert Shipment.objects.count() == len(documents(magento, "shipment")) == 1
    assert shipment_row().origin == "panel"


def test_a_shipment_without_a_track_waits_for_one_that_moves_no_date(there, magento, read, send_shipments):
    number = ship(magento, there)
    read()
    waits = shipment_row()
    assert (waits.state, waits.errors) == ("held", [questions.WAITING_FOR_TRACKING])
    assert not Notification.objects.filter(kind="orders.store_asks").exists()
    with stores.open_client() as client:
        track = {**UPS, "order_id": there, "parent_id": number, "weight": 1, "qty": 1, "description": ""}
        client.write("POST", "shipment/track", {"entity": track})
    read()

    assert (shipment_row().state, Shipment.objects.get().tracking_number) == ("accepted", UPS["track_number"])


def test_a_second_shipment_goes_to_jet_though_it_moves_no_date(
    there, acknowledged, magento, read, send_shipments, sandbox
):
    ship(magento, there, UPS, units=1)
    read()
    send_shipments()
    moved = magento.do("state", {"kind": "orders", "id": str(there)})["updated_at"]
    magento.do("clock", {"advance_seconds": 60})
    ship(magento, there, {**UPS, "track_number": "SECOND"}, units=1)
    read()
    send_shipments()

    assert magento.do("state", {"kind": "orders", "id": str(there)})["updated_at"] == moved
    held = sandbox.held("orders", acknowledged.jet_id)["shipments"]
    assert [each["shipment_tracking_number"] for each in held] == [UPS["track_number"], "SECOND"]


def test_of_several_tracks_the_first_goes_and_the_others_are_noted(there, acknowledged, magento, read):
    ship(magento, there, UPS, {**UPS, "track_number": "SECOND"})
    read()

    assert Shipment.objects.get().tracking_number == UPS["track_number"]
    said = Event.objects.get(action="shipment noted")
    assert "SECOND" in said.message


def test_an_unknown_carrier_asks_and_the_choice_counts_from_then_on(there, magento, read):
    ship(magento, there, {"track_number": "X1", "carrier_code": "custom", "title": "Bicycle"}, units=1)
    read()
    row = shipment_row()
    assert (row.state, row.details["asks"]) == ("held", "carrier")
    assert "Bicycle" in row.errors[0]
    assert Notification.objects.filter(kind="orders.store_asks").count() == 1
    StoreCarrier.objects.create(code="custom", title="Bicycle", carrier="Other", method="Other")
    read()

    sent = Shipment.objects.get()
    assert (sent.carrier, sent.method, shipment_row().state) == ("Other", "Other", "accepted")


def test_dates_zip_and_method_come_from_settings_source_and_order(there, acknowledged, magento, read):
    settings_service.save(changes={"store_delivery_days": 9})
    with stores.open_client() as client:
        source = {
            "source_code": "west",
            "name": "West",
            "country_id": "US",
            "postcode": "90001-1234",
            "enabled": True,
        }
        client.write("POST", "inventory/sources", {"source": source})
    magento.do("stock", {"sku": "MUG-1", "source": "west", "quantity": 9})
    Order.objects.update(requested_carrier="UPS", requested_method="UPS2ndDayAir")
    ship(magento, there, UPS, source="west")
    read()

    sent = Shipment.objects.get()
    assert (sent.ship_from_zip, sent.method) == ("90001", "UPS2ndDayAir")
    assert (sent.deliver_at - sent.ship_at).days == 9


def test_more_than_jet_expects_asks_and_is_not_sent(there, acknowledged, magento, read, send_shipments):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2))
    send_shipments()
    StoreDocument.objects.filter(kind__in=("shipment", "invoice")).delete()
    ship(magento, there, UPS)
    read()

    row = shipment_row()
    assert (row.state, row.details["asks"], Shipment.objects.count()) == ("held", "units", 1)
    assert "shipped 3 x MUG-1; at Jet 1" in row.errors[0]


def test_a_number_that_was_changed_after_it_went_to_jet_is_said(
    there, magento, read, send_shipments, sandbox
):
    number = ship(magento, there, UPS)
    read()
    send_shipments()
    with stores.open_client() as client:
        client.write("DELETE", "shipment/track/1")
    read()
    without = shipment_row().errors[0]
    with stores.open_client() as client:
        track = {**UPS, "track_number": "NEW", "order_id": there, "parent_id": number, "weight": 1, "qty": 1}
        client.write("POST", "shipment/track", {"entity": {**track, "description": ""}})
    read()

    row = shipment_row()
    assert (row.state, row.details["asks"]) == ("accepted", "changed")
    assert ("no tracking number now" in without, "NEW" in row.errors[0]) == (True, True)
    assert row in questions.open_ones(row.account_id)
    assert len(sandbox.held("orders")[0]["shipments"]) == 1


def test_a_cancel_in_the_store_asks_before_it_becomes_jets(there, acknowledged, magento, read, sandbox):
    magento.do("cancel", {"order_id": there})
    reports = [read() for _ in range(2)]

    row = StoreDocument.objects.get(kind="cancel")
    assert (row.state, row.details["asks"], row.origin) == ("held", "cancel", "store")
    assert row.errors == ["The store cancelled 3 x MUG-1; Jet still expects them."]
    assert [report.done for report in reports] == [1, 0]
    assert sandbox.held("orders", acknowledged.jet_id)["status"] == "acknowledged"
    questions.leave(row, acknowledged)
    assert read().done == 0


def test_an_edited_order_is_followed_and_never_read_as_a_cancel(
    there, acknowledged, magento, read, send_shipments, send_documents
):
    child = magento.do("edit", {"order_id": there})["order_id"]
    read()
    ship(magento, child, UPS)
    read()
    send_shipments()
    send_documents()

    assert not StoreDocument.objects.filter(kind="cancel").exists()
    order = StoreDocument.objects.get(kind="order")
    assert (order.store_order, order.store_number) == (child, f"J-{acknowledged.number}-1")
    assert Order.objects.get().status == Order.Status.COMPLETE
    assert Event.objects.filter(action="store order edited").count() == 1


def test_what_was_stopped_by_a_hold_goes_on_by_itself(
    there, acknowledged, magento, read, send_shipments, send_documents
):
    magento.do("hold", {"order_id": there})
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    send_documents()
    read()
    assert shipment_row().state == "blocked"
    with stores.open_client() as client:
        client.write("POST", f"orders/{there}/unhold")
    read()
    send_documents()

    assert shipment_row().state == "accepted"


def test_an_order_that_cannot_be_read_keeps_no_other_from_being_read(three, magento, read, send_shipments):
    orders = [put_in(magento, order).store_order for order in three]
    read()
    ship(magento, orders[1], UPS)
    # Each page that has it: the first of those asked for, above none, and not of none.
    value = r".*\[value\]="
    path = rf"/V1/orders\?{value}{orders[0]}\b{value}0\b.*=gt(?!{value}0\b.*lteq)"
    magento.do("faults", {"kind": "status", "status": 500, "path": path})
    read()

    assert magento.do("listed_faults", {})["faults"][0]["hits"] > 0
    assert Shipment.objects.get().order == three[1]
