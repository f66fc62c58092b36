"""A Magento store behind the panel's port: its documents read, and documents sent."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from jetapi.http.errors import Refused
from jetbridge.store.documents import (
    SkippedRow,
    StockLevel,
    StoreCreditMemo,
    StoreInvoice,
    StoreOrder,
    StoreProduct,
    StoreShipment,
    Track,
    Units,
)
from jetbridge.store.magento import catalogue, readers
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.pages import unread
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.store import MagentoStore
from tests.store.magento.served import client_of, stocked, store_of

RECORDINGS = settings.JETBRIDGE_SAMPLES.parent / "magento" / "recordings"
READERS = {
    "products": catalogue.product, "orders": readers.order, "shipments": readers.shipment,
    "shipment": readers.shipment,
    "invoices": readers.invoice, "creditmemos": readers.credit_memo, "creditmemo": readers.credit_memo,
    "inventory/source-items": readers.source_level, "inventory/export-stock-salable-qty": readers.salable_level,
}  # fmt: skip


def test_products_come_with_what_the_panel_needs_and_a_broken_one_is_named():
    sandbox = MagentoSandbox()
    sandbox.do("products", {"products": [{"sku": "DEMO-LAMP", "broken": True}]})
    with store_of(sandbox) as store:
        found = list(store.products())

    products = {each.sku: each for each in found if isinstance(each, StoreProduct)}
    skipped = [str(each) for each in found if isinstance(each, SkippedRow)]
    tee = products["DEMO-TEE"]
    assert products["DEMO-KETTLE"].price == Decimal("39")
    assert tee.kind == "configurable"
    assert set(tee.children) == {each.number for sku, each in products.items() if sku.startswith("DEMO-TEE-")}
    assert len(skipped) == 1
    assert "falls over" in skipped[0]
    sandbox.close()


def test_a_product_at_which_the_store_fell_over_is_named_by_its_sku_where_that_can_be_read(
    store: MagentoSandbox,
):
    number = store.do("products", {"products": [{"sku": "LAMP", "broken": True}]})["ids"][0]
    with client_of(store) as client:
        broken = StoreBroken(status=500)
        assert unread(client, number, broken) == SkippedRow("product", str(number), broken.why, number)
        store.do("products", {"products": [{"sku": "LAMP", "broken": False}]})
        assert unread(client, number, broken).key == "LAMP"


def test_only_what_moved_since_a_time_of_the_store_is_read(store: MagentoSandbox):
    stocked(store, 3)
    store.do("clock", {"advance_seconds": 7200})
    with store_of(store) as shop:
        list(shop.source_stock())
        since = shop.time
        store.do("products", {"products": [{"sku": "P-002", "name": "Moved"}]})

        assert since is not None
        moved = [each.sku for each in shop.products(changed_since=since) if isinstance(each, StoreProduct)]
        assert moved == ["P-002"]
        assert since > datetime.now(UTC) + timedelta(hours=1)


def test_stock_is_read_by_source_and_as_what_is_for_sale(store: MagentoSandbox):
    stocked(store, 5)
    store.do("orders", {"items": [{"sku": "P-005", "quantity": 2}]})
    with store_of(store) as shop:
        sources = {each.sku: (each.source, each.quantity) for each in shop.source_stock()}
        salable = {each.sku: each.quantity for each in shop.salable_stock(["P-004", "P-005", "No, such"])}

        shop.save_stock([StockLevel("P-001", Decimal("9.5"), True, "default")])

        assert {each.sku: each.quantity for each in shop.source_stock()}["P-001"] == Decimal("9.5")
    assert sources["P-005"] == ("default", 5)
    assert salable == {"P-004": 4, "P-005": 3}


def test_a_store_without_sources_has_one_quantity_a_product() -> None:
    store = MagentoSandbox(seed="none", msi=False)
    stocked(store, 5)
    with client_of(store) as client:
        keep = {"use_config_min_qty": False, "min_qty": 2}
        free = {"use_config_manage_stock": False, "manage_stock": False}
        for sku, item in (("P-004", keep), ("P-003", free), ("P-002", {"is_in_stock": False})):
            client.write("PUT", f"products/{sku}/stockItems/1", {"stockItem": {"is_in_stock": True, **item}})
        shop = MagentoStore(client)
        sources = {each.sku: (each.source, each.quantity) for each in shop.source_stock()}
        levels = {each.sku: each for each in shop.salable_stock([f"P-00{n}" for n in range(1, 6)] + ["None"])}
    assert sources == {f"P-00{n}": ("default", n) for n in range(1, 6)}
    assert {sku: level.quantity for sku, level in levels.items() if level.is_managed} == {
        "P-001": 1, "P-002": 0, "P-004": 2, "P-005": 5,
    }  # fmt: skip
    assert not levels["P-003"].is_managed


def test_an_order_goes_its_whole_way(store: MagentoSandbox):
    stocked(store, 5)
    [number] = store.do("orders", {"items": [{"sku": "P-005", "quantity": 4}]})["order_ids"]
    with store_of(store) as shop:
        [order] = [each for each in shop.orders() if not isinstance(each, SkippedRow)]
        line = order.lines[0]
        assert (order.id, line.sku, line.ordered) == (number, "P-005", 4)
        two = (Units(line.number, Decimal(2)),)

        parcel = shop.ship(StoreShipment(order.id, two, (Track("1Z9", "ups", "UPS"),), source="default"))
        bill = shop.invoice(StoreInvoice(order.id, two))
        memo = shop.refund(
            StoreCreditMemo(order.id, (Units(line.number, Decimal(1)),), restocked=(line.number,))
        )

        [shipment] = shop.shipments([order.id])
        assert isinstance(shipment, StoreShipment)
        assert (shipment.id, shipment.tracks, shipment.source) == (
            parcel,
            (Track("1Z9", "ups", "UPS"),),
            "default",
        )
        assert [each.id for each in shop.invoices([order.id]) if isinstance(each, StoreInvoice)] == [bill]
        assert [each.id for each in shop.credit_memos([order.id]) if isinstance(each, StoreCreditMemo)] == [
            memo
        ]
        assert shop.find_order(number=order.number) is not None
        assert shop.find_order(reference="nobody's") is None
        assert shop.cancel(order.id) is True
        with pytest.raises(Refused):
            shop.ship(StoreShipment(order.id, (Units(line.number, Decimal(9)),)))


def test_every_recorded_document_is_read():
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings at {RECORDINGS}")
    read, left_out = 0, []
    for path in sorted(RECORDINGS.glob("*/*.json")):
        recording = json.loads(path.read_text(), parse_float=Decimal)
        place = recording["request"]["url"].partition("/V1/")[2].partition("?")[0]
        reader = next((r for n, r in READERS.items() if place == n or place.startswith(f"{n}/website")), None)
        body = recording["response"]["body"]
        if not isinstance(body, dict):
            left_out.append(f"{path.parent.name}/{path.stem}")
            continue
        is_single = place.split("/")[0] in READERS and place.count("/") == 1 and "entity_id" in body
        if is_single and recording["response"]["status"] == 200:
            reader, body = READERS[place.split("/")[0]], {"items": [body]}
        is_read = (
            reader and recording["request"]["method"] == "GET" and recording["response"]["status"] == 200
        )
        if not is_read or "fields=" in recording["request"]["url"]:
            left_out.append(f"{path.parent.name}/{path.stem}")
            continue
        for row in body["items"] or []:
            assert reader is not None
            reader(row)
            read += 1

    print(f"\n{read} recorded documents read; no documents in: {', '.join(left_out)}")  # noqa: T201
    assert read > 300


def test_orders_come_by_key_with_their_money_and_shipments_by_what_is_new(store: MagentoSandbox):
    stocked(store, 5)
    [number] = store.do("orders", {"items": [{"sku": "P-005", "quantity": 1}]})["order_ids"]
    child = store.do("edit", {"order_id": number})["order_id"]
    parcel = store.do("ship", {"order_id": child, "tracks": []})["shipment_id"]
    with store_of(store) as shop:
        memo = StoreInvoice(child, comment="Shipment 12-1")
        shop.invoice(memo)

        edited, followed = [
            each for each in shop.orders_of([number, child, 999]) if isinstance(each, StoreOrder)
        ]
        assert (edited.child, followed.child) == (child, None)
        assert followed.charges.paid == followed.total
        [bill] = shop.invoices([child])
        assert isinstance(bill, StoreInvoice)
        assert bill.comment == "Shipment 12-1"
        assert [each.id for each in shop.new_shipments(0) if isinstance(each, StoreShipment)] == [parcel]
        assert list(shop.new_shipments(parcel)) == []
        assert shop.source_zips() == {"default": "00000"}
