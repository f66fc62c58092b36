"""What Jet took of an order is made in the store: once, with the same units, and nothing that is there already."""

import pytest

from jetbridge.core.models import Event
from jetbridge.store.models import StoreDocument
from orders.documents.cancels import Cancels
from orders.models import Order, Shipment
from orders.services import shipments
from tests.orders.drafts import draft
from tests.store.orders_there import documents, put_in, sources


def states():
    return [(row.kind, row.state) for row in StoreDocument.objects.order_by("pk")]


def test_a_shipment_that_jet_took_is_shipped_and_invoiced_in_the_store(
    acknowledged, magento, send_shipments, send_documents
):
    put_in(magento, acknowledged)
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2))
    send_shipments()
    assert documents(magento, "shipment") == []
    reports = [send_documents() for _ in range(2)]

    [parcel], [bill] = documents(magento, "shipment"), documents(magento, "invoice")
    assert [each["qty"] for each in parcel["items"]] == [2]
    assert [each["qty"] for each in bill["items"]] == [2]
    track = parcel["tracks"][0]
    assert (track["track_number"], track["carrier_code"], track["title"]) == (
        "1Z999AA10123456784",
        "ups",
        "UPS",
    )
    assert parcel["extension_attributes"]["source_code"] == "default"
    assert sources(magento)["MUG-1"] == 48
    assert states() == [("order", "accepted"), ("shipment", "accepted"), ("invoice", "accepted")]
    assert sum(report.done for report in reports) == 2
    row = StoreDocument.objects.get(kind="shipment")
    assert (row.store_id, row.store_number) == (parcel["entity_id"], parcel["increment_id"])
    said = Event.objects.filter(action="store document", object_id=str(acknowledged.pk))
    assert sorted(each.message for each in said) == [
        "Invoice 000000001 is in the store.",
        "Shipment 000000001 is in the store.",
    ]


def test_an_order_that_the_store_does_not_have_hands_nothing_over(
    acknowledged, magento, send_shipments, send_documents
):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()

    assert (send_documents().done, StoreDocument.objects.count()) == (0, 0)


def test_what_a_person_shipped_and_invoiced_in_the_store_meanwhile_is_not_made_again(
    acknowledged, magento, send_shipments, send_documents
):
    order = put_in(magento, acknowledged).store_order
    magento.do("ship", {"order_id": order, "tracks": [
        {"track_number": "1Z999AA10123456784", "carrier_code": "ups", "title": "UPS"}]})  # fmt: skip
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    send_documents()

    assert len(documents(magento, "shipment")) == 1
    assert len(documents(magento, "invoice")) == 1
    assert StoreDocument.objects.get(kind="shipment").store_id == 1


def test_a_cancel_waits_for_the_rest_and_then_cancels_only_what_jet_cancelled(
    acknowledged, magento, send_shipments, send_documents
):
    put_in(magento, acknowledged)
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=0, cancel=1))
    send_shipments()
    waits = send_documents()
    acknowledged.refresh_from_db()
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2))
    send_shipments()
    for _ in range(3):
        send_documents()

    assert any("other 2 x MUG-1" in text for text in [item.reason for item in waits.items])
    line = magento.do("state", {"kind": "orders"})["orders"][0]["items"][0]
    assert (line["qty_shipped"], line["qty_invoiced"], line["qty_canceled"]) == (2, 2, 1)
    assert magento.do("state", {"kind": "orders"})["orders"][0]["state"] == "complete"
    assert {state for _, state in states()} == {"accepted"}
    assert Order.objects.get().status == Order.Status.COMPLETE


def test_a_source_that_has_too_little_blocks_the_shipment_with_its_remedy(
    acknowledged, magento, send_shipments, send_documents
):
    put_in(magento, acknowledged)
    magento.do("stock", {"sku": "MUG-1", "quantity": 1})
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    send_documents()
    send_documents()

    row = StoreDocument.objects.get(kind="shipment")
    assert (row.state, documents(magento, "shipment")) == ("blocked", [])
    assert "Source default does not have the units" in row.errors[0]
    assert Order.objects.get().status == Order.Status.COMPLETE
    assert [each["qty"] for each in documents(magento, "invoice")[0]["items"]] == [3]


def test_an_order_on_hold_in_the_store_blocks_with_the_name_of_its_state(
    acknowledged, magento, send_shipments, send_documents
):
    order = put_in(magento, acknowledged).store_order
    magento.do("hold", {"order_id": order})
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    send_documents()

    row = StoreDocument.objects.get(kind="shipment")
    assert (row.state, row.errors[0].split(".")[0]) == (
        "blocked",
        "The order is on hold in the store (holded)",
    )


def test_an_edited_order_is_shipped_as_the_one_that_took_its_place(
    acknowledged, magento, send_shipments, send_documents
):
    order = put_in(magento, acknowledged).store_order
    child = magento.do("edit", {"order_id": order})["order_id"]
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    send_shipments()
    send_documents()

    assert [each["order_id"] for each in documents(magento, "shipment")] == [child]
    assert [each["order_id"] for each in documents(magento, "invoice")] == [child]
    assert Shipment.objects.count() == 1


def test_a_cancel_that_the_store_refuses_because_somebody_was_quicker_is_done(
    acknowledged, magento, send_shipments, send_documents
):
    order = put_in(magento, acknowledged).store_order
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=0, cancel=3))
    send_shipments()
    made = Cancels.make

    def somebody_is_quicker(kind, store, document):
        magento.do("cancel", {"order_id": order})
        made(kind, store, document)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Cancels, "make", somebody_is_quicker)
        send_documents()

    assert StoreDocument.objects.get(kind="cancel").state == "accepted"


def test_a_parcel_that_a_person_began_there_and_the_panel_ended_goes_to_jet_once(
    acknowledged, magento, send_shipments, send_documents, read
):
    order = put_in(magento, acknowledged).store_order
    read()
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2))
    send_shipments()
    track = Shipment.objects.get().tracking_number
    magento.do("ship", {"order_id": order, "items": [{"sku": "MUG-1", "quantity": 1}], "tracks": [
        {"track_number": track, "carrier_code": "ups", "title": "UPS"}]})  # fmt: skip
    send_documents()
    reports = [read() for _ in range(2)]

    assert [len(documents(magento, "shipment")), Shipment.objects.count()] == [2, 1]
    assert [report.done for report in reports] == [0, 0]
