"""Stock of a linked store: what is read of it, what is held beside it, and what may be offered of it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.products import ownership
from catalog.products.intake.importer import import_products
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product, StockMovement
from catalog.products.services import holds, stock, store_readings, typed_quantities
from catalog.products.services.stock import OutOfStock, StockLine
from catalog.products.tasks import read_store_stock
from catalog.rules.forms.products import ProductForm
from jetbridge.core.models import Event, JobRun
from jetbridge.desk.services import configuration as settings_service
from jetbridge.store import services as links
from jetbridge.store import stock as store_stock
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.models import StockHold, StockReading, StoreLink
from jetbridge.store.stock import Reading, Taken, offered
from tests.commands.answers import answer, refusal
from tests.factories import ProductFactory
from tests.store.linked import linked, own_stock, salable, set_rules, unreserved

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ORDER = "order 100000001"


@pytest.fixture
def magento(db: None) -> Iterator[MagentoSandbox]:
    with linked() as made:
        yield made


def stocked(magento: MagentoSandbox, sku: str, quantity: float, **more: Any) -> None:
    given = {"sku": sku, "name": sku, "price": 5, "quantity": quantity, **more}
    magento.do("products", {"products": [given]})


def line(product: Product, units: int, name: str = "item-1") -> StockLine:
    return StockLine(name, product.pk, product.sku, units, order=ORDER)


def run() -> JobRun:
    read_store_stock()
    found = JobRun.objects.latest("pk")
    assert found.failed == 0, found.items
    return found


def offer(sku: str) -> int:
    return Product.objects.get(sku=sku).available


def asked(magento: MagentoSandbox, path: str = "export-stock") -> int:
    return len(magento.do("calls", {"path": path})["calls"])


def sold_there(magento: MagentoSandbox, sku: str, units: int) -> int:
    [number] = magento.do("orders", {"items": [{"sku": sku, "quantity": units}]})["order_ids"]
    return int(number)


# Arithmetic


@pytest.mark.parametrize(
    ("salable", "taken", "units"),
    [
        ("10", Taken(), 10), ("10", Taken(3, 2), 5), ("5.9", Taken(), 5), ("5.9", Taken(5, 0), 0),
        ("-3", Taken(), 0), ("-0.5", Taken(), 0), ("2", Taken(1, 4), 0), ("1e15", Taken(), 1_000_000_000),
    ],
)  # fmt: skip
def test_offered_are_whole_units_less_what_the_store_does_not_know_and_never_less_than_none(
    salable: str, taken: Taken, units: int
):
    assert offered(Decimal(salable), taken) == units


def hold(**columns: int) -> StockHold:
    return StockHold(order=ORDER, line="1", **columns)


def test_units_stay_held_until_a_reading_that_began_after_the_proof():
    row = hold()
    row.take(3)
    row.reserved(order=7, number=5)

    row.settle(4)
    assert (row.off, row.settling) == (3, 3)
    row.settle(5)
    assert row.off == 3
    row.settle(6)
    assert (row.off, row.corrected, row.awaited) == (0, 0, 3)


def test_what_jet_gives_up_before_it_is_in_the_store_is_free_and_after_that_the_stores():
    row = hold()
    row.take(3)
    assert row.free(1) == 1
    row.reserved(order=7, number=1)
    assert row.free(2) == 0
    assert (row.off, row.awaited) == (2, 0)


def test_units_that_left_are_held_until_the_store_knows():
    row = hold()
    row.take(2)
    row.shipped(2)
    assert (row.off, row.awaited) == (2, 0)


def test_an_order_without_a_reservation_is_corrected_for_good_and_its_cancel_does_not_undo_that():
    row = hold()
    row.take(2)
    assert row.put_in_unreserved(order=7) == 2
    assert (row.off, row.corrected) == (0, 2)
    assert row.cancelled_there(7, 2) == 2
    assert (row.off, row.corrected) == (2, 2)


def test_a_cancel_in_the_store_holds_again_what_jet_waits_for_once():
    row = hold()
    row.take(4)
    row.reserved(order=7, number=1)
    row.settle(2)
    row.shipped(1)
    assert row.cancelled_there(7, 4) == 3
    assert row.cancelled_there(7, 4) == 0
    assert row.cancelled_there(6, 4) == 0
    row.reserved(order=8, number=3)
    row.settle(4)
    assert row.cancelled_there(7, 4) == 0
    assert row.cancelled_there(8, 1) == 1
    assert row.off == 1


# Reading


def test_what_the_store_sells_is_offered_less_what_it_does_not_know(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG", quantity=99)
    stocked(magento, "MUG", 10)
    run()
    assert offer("MUG") == 10

    stock.reserve(document=ORDER, lines=[line(mug, 3)])
    assert offer("MUG") == 7
    run()
    assert offer("MUG") == 7

    number = sold_there(magento, "MUG", 3)  # as it is put into the store by way of a cart
    holds.reserved_in_store(order=ORDER, store_order=number)
    assert offer("MUG") == 7
    run()
    mug.refresh_from_db()
    assert (mug.quantity, mug.reserved) == (7, 0)
    magento.do("ship", {"order_id": number})
    run()
    assert offer("MUG") == 7


def test_shipping_and_restocking_in_the_panel_move_nothing_that_the_store_counts(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 10)
    run()
    stock.reserve(document=ORDER, lines=[line(mug, 2)])
    stock.ship(document="shipment 1", lines=[line(mug, 2)])
    assert offer("MUG") == 8
    stock.release(document="order closed", lines=[line(mug, 2)])
    stock.restock(document="return 1", lines=[line(mug, 2)])
    run()
    assert offer("MUG") == 10  # given up at Jet before anything was in the store
    kinds = dict(StockMovement.objects.exclude(kind="store").values_list("kind", "quantity_change"))
    assert kinds == {"reserve": 0, "ship": 0, "release": 0, "return": 0}


def test_an_order_that_is_put_in_unreserved_never_leaves_phantom_stock(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 10)
    run()
    stock.reserve(document=ORDER, lines=[line(mug, 2)])
    with links.open_store() as store:
        placed = store.place_order(unreserved("MUG", 2))
    holds.put_in_unreserved(order=ORDER, store_order=placed.id)
    assert offer("MUG") == 8
    run()
    assert offer("MUG") == 8
    magento.do("ship", {"order_id": placed.id})
    run()
    assert offer("MUG") == 8
    assert salable("MUG") == 10  # the store's own figure keeps the phantom


def test_a_cancel_in_the_store_does_not_offer_what_jet_waits_for(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 10)
    run()
    stock.reserve(document=ORDER, lines=[line(mug, 2)])
    number = sold_there(magento, "MUG", 2)
    holds.reserved_in_store(order=ORDER, store_order=number)
    run()
    magento.do("cancel", {"order_id": number})
    holds.cancelled_in_store(order=ORDER, store_order=number, units={"item-1": 2})
    assert offer("MUG") == 6  # until the store's figure is read, both may be gone
    run()
    assert offer("MUG") == 8
    holds.cancelled_in_store(order=ORDER, store_order=number, units={"item-1": 2})
    assert offer("MUG") == 8


def test_a_reading_that_comes_late_changes_nothing_that_a_later_one_said(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 10)
    run()
    old, new = store_stock.next_number(), store_stock.next_number()
    stock.reserve(document=ORDER, lines=[line(mug, 1)])
    holds.reserved_in_store(order=ORDER, store_order=7)

    assert holds.take([Reading("MUG", new, Decimal(4))]) == 1
    assert holds.take([Reading("MUG", old, Decimal(10))]) == 0

    assert offer("MUG") == 3  # neither began after the proof
    assert StockReading.objects.get(sku_key="MUG").number == new
    holds.take([Reading("MUG", store_stock.next_number(), Decimal(4))])
    assert offer("MUG") == 4


def test_only_what_moved_is_asked(magento: MagentoSandbox):
    for number in range(5):
        ProductFactory(sku=f"P-{number}")
        stocked(magento, f"P-{number}", 10)
    stocked(magento, "GHOST", 3)
    run()
    assert asked(magento) == 1
    store_clock_passes(magento)
    run()
    before = asked(magento)

    run()
    assert (asked(magento), asked(magento, "source-items")) == (before, 3)
    magento.do("stock", {"sku": "P-3", "source": "default", "quantity": 4})
    magento.do("stock", {"sku": "GHOST", "source": "default", "quantity": 4})
    assert run().done == 1
    assert (offer("P-3"), offer("P-2")) == (4, 10)
    sold_there(magento, "P-2", 2)  # moves no source
    assert run().done == 1
    assert offer("P-2") == 8
    number = sold_there(magento, "P-1", 2)
    run()
    store_clock_passes(magento)
    magento.do("cancel", {"order_id": number})
    run()
    assert offer("P-1") == 10


def store_clock_passes(magento: MagentoSandbox, seconds: int = 1200) -> None:
    magento.do("clock", {"advance_seconds": seconds})


def test_skus_with_a_hold_are_always_read(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 10)
    run()
    stock.reserve(document=ORDER, lines=[line(mug, 1)])
    assert (run().done, run().done) == (1, 1)


def test_several_sources_and_a_stock_of_ones_own(magento: MagentoSandbox):
    ProductFactory(sku="MUG")
    own_stock("east", "west")
    stocked(magento, "MUG", 50)
    magento.do("stock", {"sku": "MUG", "source": "east", "quantity": 4})
    magento.do("stock", {"sku": "mug", "source": "west", "quantity": 3})
    run()
    assert offer("MUG") == 7  # the default source is not of this stock
    magento.do("stock", {"sku": "MUG", "source": "west", "quantity": 0, "status": 0})
    run()
    assert offer("MUG") == 4


def test_a_0_that_sells_is_looked_at_again_before_it_goes_out(
    magento: MagentoSandbox, monkeypatch: pytest.MonkeyPatch
):
    ProductFactory(sku="MUG")
    own_stock("east")
    stocked(magento, "MUG", 0)
    magento.do("stock", {"sku": "MUG", "source": "east", "quantity": 15})
    run()
    number = sold_there(magento, "MUG", 12)
    run()
    assert offer("MUG") == 3
    magento.do("ship", {"order_id": number, "items": [{"sku": "MUG", "quantity": 8}], "source": "east"})
    assert salable("MUG") == 0  # until a consumer ran

    run()
    assert offer("MUG") == 3
    run()
    assert offer("MUG") == 3  # looked at again at once: it may still lag
    later = timezone.now() + timedelta(minutes=3)
    monkeypatch.setattr("jetbridge.store.stock.timezone.now", lambda: later)
    run()
    assert offer("MUG") == 0
    magento.do("consume")
    run()
    assert offer("MUG") == 3


def test_what_a_0_means_is_told_by_the_products_own_settings(magento: MagentoSandbox):
    settings_service.save(changes={"unmanaged_quantity": 25})
    for sku, settings in {
        "FREE": {"manage_stock": False, "use_config_manage_stock": False},
        "CLOSED": {"is_in_stock": False},
        "BACK": {"backorders": 1, "use_config_backorders": False},
        "LEAST": {"min_qty": 3, "use_config_min_qty": False},
    }.items():
        ProductFactory(sku=sku)
        stocked(magento, sku, 5)
        set_rules(sku, **settings)
    sold_there(magento, "BACK", 8)
    run()

    free = Product.objects.get(sku="FREE")
    assert (free.manage_stock, free.available) == (False, 0)
    assert (offer("CLOSED"), offer("LEAST")) == (0, 2)
    back = Product.objects.get(sku="BACK")
    assert (back.quantity, back.available) == (-3, 0)


def test_parts_of_units_are_none_and_case_tells_nothing_apart(magento: MagentoSandbox):
    ProductFactory(sku="rope")
    ProductFactory(sku="ROPE")
    ProductFactory(sku="A,b")
    stocked(magento, "Rope", 5.5)
    stocked(magento, "A,B", 2)
    run()
    assert sorted((offer("rope"), offer("ROPE"))) == [0, 5]
    assert offer("A,b") == 2


def test_a_product_that_no_source_has_is_not_for_sale(magento: MagentoSandbox):
    ProductFactory(sku="MUG", quantity=9)
    run()
    assert offer("MUG") == 0


def test_a_row_at_which_the_store_falls_over_is_named_and_offers_nothing_until_it_is_read(
    magento: MagentoSandbox,
):
    for sku in ("P-1", "P-2", "P-3"):
        ProductFactory(sku=sku)
        stocked(magento, sku, 5)
    run()
    for sku, count in (("P-1", 8), ("P-2", 8), ("P-3", 8)):
        magento.do("stock", {"sku": sku, "source": "default", "quantity": count})
    magento.do("products", {"products": [{"sku": "P-2", "quantity": 8, "broken": True}]})

    read_store_stock()

    assert [offer(sku) for sku in ("P-1", "P-2", "P-3")] == [8, 0, 8]
    said = JobRun.objects.latest("pk")
    assert (said.failed, "P-2" in str(said.items)) == (1, True)
    magento.do("products", {"products": [{"sku": "P-2", "quantity": 2}]})
    run()
    assert offer("P-2") == 2


def test_a_store_that_is_closed_leaves_the_last_reading_and_says_so(
    magento: MagentoSandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    ProductFactory(sku="MUG")
    stocked(magento, "MUG", 5)
    run()
    magento.do("faults", {"path": "/rest/", "kind": "maintenance"})
    read_store_stock()
    assert "closed for maintenance" in str(JobRun.objects.latest("pk").items)
    assert offer("MUG") == 5
    now = timezone.now()
    assert store_stock.old_since(now) is None
    assert store_stock.old_since(now + timedelta(minutes=31)) == StoreLink.objects.get().stock_scanned_at


def test_two_connections_read_and_one_that_dies_midway_loses_nothing(
    magento: MagentoSandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store_readings, "CHUNK", 2)
    skus = [f"P-{number}" for number in range(9)]
    for sku in skus:
        ProductFactory(sku=sku)
        stocked(magento, sku, 5)
    take, calls = holds.take, list[int]()

    def dying(readings: list[Reading]) -> int:
        calls.append(len(readings))
        if len(calls) == 3:
            raise SystemExit
        return take(readings)

    monkeypatch.setattr(holds, "take", dying)
    with pytest.raises(SystemExit):
        read_store_stock()
    monkeypatch.setattr(holds, "take", take)
    JobRun.objects.all().delete()

    assert run().done == len(skus) - 4
    assert [offer(sku) for sku in skus] == [5] * len(skus)


# Who keeps the stock


def test_what_was_reserved_before_the_link_is_held_and_after_it_is_reserved_again():
    mug = ProductFactory(sku="MUG", quantity=10)
    stock.reserve(document=ORDER, lines=[line(mug, 3), line(mug, 1, "item-2")])
    stock.ship(document="shipment 1", lines=[line(mug, 1)])
    with linked() as magento:
        stocked(magento, "MUG", 20)
        run()
        mug.refresh_from_db()
        assert (mug.quantity, mug.reserved) == (20, 3)
        number = sold_there(magento, "MUG", 3)
        holds.reserved_in_store(order=ORDER, store_order=number)
        run()
        mug.refresh_from_db()
        assert (mug.quantity, mug.reserved) == (17, 0)

        settings_service.save(changes={"store_kind": "files"})
        read_store_stock()
        mug.refresh_from_db()
        assert (mug.quantity, mug.reserved, mug.available) == (20, 3, 17)
        stock.ship(document="shipment 2", lines=[line(mug, 2)])
        mug.refresh_from_db()
        assert (mug.quantity, mug.reserved) == (18, 1)
        assert typed_quantities.set_quantity(product=mug, quantity=30)


def test_stock_is_not_written_by_hand_while_the_store_keeps_it(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG", quantity=4)
    with pytest.raises(ownership.KeptByStore, match="The linked store keeps the stock"):
        typed_quantities.set_quantity(product=mug, quantity=9)
    assert offer("MUG") == 4


def test_pages_lists_and_commands_say_who_keeps_the_stock(magento: MagentoSandbox, admin_client: Client):
    mug = ProductFactory(sku="MUG", quantity=4)
    said = "The linked store keeps the stock. Change it there"

    form = ProductForm(instance=mug)
    assert all(form.fields[name].disabled for name in ownership.STOCK_COLUMNS)
    page = admin_client.get(reverse("admin:catalog_product_change", args=[mug.pk])).content.decode()
    assert said in page
    cell = reverse("catalog:product_cell", args=[mug.pk, "quantity"])
    assert said in admin_client.post(cell, {"value": "9", "seen": "4"}).content.decode()
    assert said in str(refusal("product", "MUG", set=["quantity=9"]))
    call_command("product", "MUG", set=["name=Cup"])
    mug.refresh_from_db()
    assert (mug.quantity, mug.name) == (4, "Cup")


def test_files_bring_no_stock_while_the_store_keeps_it(magento: MagentoSandbox, tmp_path: Path):
    ProductFactory(sku="MUG", quantity=4, name="Mug")
    products, sources = tmp_path / "products.csv", tmp_path / "sources.csv"
    products.write_text("sku,product_type,name,qty,is_in_stock\nMUG,simple,Cup,50,0\n")
    sources.write_text("source_code,sku,status,quantity\ndefault,MUG,1,50\n")

    for path in (products, sources):
        with pytest.raises(UnreadableFile, match="The linked store keeps the products"):
            import_products(path=path)

    mug = Product.objects.get(sku="MUG")
    assert (mug.name, mug.quantity, mug.is_in_stock) == ("Mug", 4, True)


def test_nothing_is_promised_that_is_not_there(magento: MagentoSandbox):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 2)
    run()
    stock.reserve(document=ORDER, lines=[line(mug, 2)])
    with pytest.raises(OutOfStock):
        stock.reserve(document="order 100000002", lines=[line(mug, 1)])
    assert store_stock.taken_off(["MUG"]) == {"MUG": Taken(2, 0)}


def test_a_person_lets_go_of_what_the_store_counts_itself(
    magento: MagentoSandbox, capsys: pytest.CaptureFixture[str]
):
    mug = ProductFactory(sku="MUG")
    stocked(magento, "MUG", 5)
    run()
    stock.reserve(document=ORDER, lines=[line(mug, 2)])
    stock.ship(document="shipment 1", lines=[line(mug, 2)])
    assert [row["held"] for row in answer(capsys, "store_holds")["holds"]] == [2]
    assert answer(capsys, "store_holds", release="100000001", dry_run=True)["released"] == 2
    assert offer("MUG") == 3

    assert answer(capsys, "store_holds", release="100000001")["released"] == 2

    assert offer("MUG") == 5
    assert Event.objects.latest("pk").action == "hold released"
    assert "No units of order" in str(refusal("store_holds", release="100000001"))
