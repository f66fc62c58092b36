"""A linked store's catalogue on its way in: the first reading, what changed, prices, names, deletions."""

import contextlib
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from catalog.products.intake.file_kinds import FileKind
from catalog.products.models import (
    Attribute,
    ImportFile,
    Product,
    ProductLink,
    ProductText,
    StoreCategory,
    StoreMark,
    Variation,
)
from catalog.products.services import import_files, store_links, store_pulls
from catalog.products.tasks import pull_store_products, read_store_prices, reconcile_store
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JobRun
from jetbridge.store.magento.sandbox import stores
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.ports import Store
from tests.store.magento.caller import Caller

pytestmark = pytest.mark.django_db
TEE = "DEMO-TEE"


@pytest.fixture
def pulled(store: Store) -> Store:
    """A store whose catalogue is here."""
    row = store_pulls.start(confirmed=True)
    store_pulls.read_whole(row=row, store=store)
    return store


def latest(job: str) -> JobRun:
    return JobRun.objects.filter(job=job).latest("started_at")


def test_the_first_reading_shows_what_would_change_and_writes_nothing(magento: MagentoSandbox):
    Product.objects.create(sku="demo-lamp", name="Old lamp", price=Decimal(30))
    Product.objects.create(sku="OWN-1", name="Nowhere else")

    pull_store_products()

    row = ImportFile.objects.get(kind=FileKind.STORE)
    assert (row.state, row.rows, row.created, row.updated) == ("previewed", 15, 14, 1)
    assert row.notices == ["1 product of the panel the store does not have; they stay as they are."]
    changed = {each["field"] for each in row.samples["updated"][0]["changes"]}
    assert {"name", "price", "categories"} <= changed
    assert Product.objects.count() == 2
    assert not ProductLink.objects.exists()

    pull_store_products()
    assert latest(store_pulls.JOB).message.startswith("The first reading of the store waits")


def test_a_confirmed_reading_brings_everything_but_quantities(magento: MagentoSandbox):
    kept = Product.objects.create(sku="demo-lamp", name="Old lamp", quantity=7, jet_fields={"brand": "Acme"})
    pull_store_products()
    import_files.accept(file=ImportFile.objects.get())

    pull_store_products()

    row = ImportFile.objects.get()
    assert (row.state, row.created, row.updated, row.failed) == ("done", 14, 1, 0)
    kept.refresh_from_db()
    assert (kept.sku, kept.name, kept.quantity) == ("demo-lamp", "Reading lamp with clamp", 7)
    assert kept.jet_fields == {"brand": "Acme"}
    tee = Product.objects.get(sku=TEE)
    assert (tee.kind, tee.price, tee.variation_codes) == ("configurable", None, ["color", "size"])
    assert [each.sku for each in tee.children()] == [
        "DEMO-TEE-BLACK-S", "DEMO-TEE-BLACK-M", "DEMO-TEE-BLACK-L",
        "DEMO-TEE-WHITE-S", "DEMO-TEE-WHITE-M", "DEMO-TEE-WHITE-L",
    ]  # fmt: skip
    child = Product.objects.get(sku="DEMO-TEE-WHITE-L")
    assert child.attributes["color"] == "White"
    assert (child.quantity, child.visibility, child.weight) == (0, "Not Visible Individually", Decimal("0.4"))
    assert [each.full_path for each in child.categories.all()] == ["Default Category/Clothing"]
    color = Attribute.objects.get(code="color")
    assert (color.kind, [each.value for each in color.options.all()]) == ("select", ["Black", "White"])
    assert configuration.current().image_base_url.endswith("/media/catalog/product")
    assert ProductLink.objects.count() == 15

    pull_store_products()
    assert latest(store_pulls.JOB).outcome == JobRun.Outcome.NOTHING


def test_a_second_whole_reading_changes_nothing(pulled: Store):
    before = list(Product.objects.values_list("pk", "sku", "updated_at"))

    row = store_pulls.start(confirmed=True)
    store_pulls.read_whole(row=row, store=pulled)

    row.refresh_from_db()
    assert (row.unchanged, row.updated, row.created) == (15, 0, 0)
    assert list(Product.objects.values_list("pk", "sku", "updated_at")) == before


def test_what_changed_in_the_store_is_here_after_the_next_run(pulled: Store, rest: Caller):
    values = [
        {"attribute_code": "special_price", "value": "9.5"},
        {"attribute_code": "special_from_date", "value": "2026-12-01 00:00:00"},
        {"attribute_code": "meta_keyword", "value": "warm, woolen"},
    ]
    rest("PUT", "all/V1/products/DEMO-THROW", {
        "product": {"price": 70.25, "status": 2, "name": "Wool throw, blue", "custom_attributes": values},
    })  # fmt: skip

    pull_store_products()

    throw = Product.objects.get(sku="DEMO-THROW")
    assert (throw.name, throw.price, throw.enabled) == ("Wool throw, blue", Decimal("70.25"), False)
    assert (throw.special_price, throw.special_price_from) == (Decimal("9.5"), date(2026, 12, 1))
    assert throw.attributes["meta_keywords"] == "warm, woolen"

    cleared = [
        {"attribute_code": "special_price", "value": None},
        {"attribute_code": "meta_keyword", "value": None},
    ]
    rest("PUT", "all/V1/products/DEMO-THROW", {"product": {"status": 1, "custom_attributes": cleared}})
    pull_store_products()
    throw.refresh_from_db()
    assert (throw.special_price, throw.special_price_from, throw.enabled) == (None, None, True)
    assert "meta_keywords" not in throw.attributes


def test_the_watermark_is_the_stores_time_whatever_ours_is(pulled: Store, magento: MagentoSandbox):
    magento.do("clock", {"advance_seconds": 7200})
    pull_store_products()
    ahead = StoreMark.objects.get().pulled_to
    magento.do("products", {"products": [{"sku": "DEMO-BULB", "name": "Brighter bulb"}]})
    magento.do("calls")
    last = max(call["seq"] for call in magento.do("calls")["calls"])

    pull_store_products()

    assert ahead is not None
    assert abs((ahead - magento.world.now()).total_seconds()) < 60
    assert Product.objects.get(sku="DEMO-BULB").name == "Brighter bulb"
    paths = [call["path"] for call in magento.do("calls", {"after": last})["calls"]]
    assert sum(path.endswith("/products") for path in paths) == 2


def test_nothing_changed_costs_two_calls(pulled: Store, magento: MagentoSandbox):
    magento.do("clock", {"advance_seconds": 7200})
    pull_store_products()
    last = max(call["seq"] for call in magento.do("calls")["calls"])

    pull_store_products()

    assert len(magento.do("calls", {"after": last})["calls"]) <= 3


def test_prices_that_move_no_date_come_by_the_price_calls(pulled: Store, rest: Caller):
    rest(
        "POST",
        "all/V1/products/base-prices",
        {"prices": [{"sku": "DEMO-MUG-BLUE", "price": 13.75, "store_id": 0}]},
    )
    rest("POST", "all/V1/products/special-price", {"prices": [
        {"sku": "DEMO-KETTLE", "price": 29.5, "store_id": 0, "price_from": "2026-11-20 00:00:00",
         "price_to": "2026-12-24 00:00:00"},
    ]})  # fmt: skip
    StoreMark.objects.update(pulled_to=None)  # so that no reading of products could bring them

    read_store_prices()

    assert Product.objects.get(sku="DEMO-MUG-BLUE").price == Decimal("13.75")
    kettle = Product.objects.get(sku="DEMO-KETTLE")
    assert (kettle.special_price, kettle.special_price_to) == (Decimal("29.5"), date(2026, 12, 24))
    assert latest("catalog.read_store_prices").done == 2


def test_a_renamed_product_keeps_all_that_hangs_on_it(pulled: Store, rest: Caller):
    mug = Product.objects.get(sku="DEMO-MUG-BLUE")
    Product.objects.filter(pk=mug.pk).update(jet_fields={"brand": "Acme"}, stock_buffer=3)
    number = mug.store_link.number

    rest("POST", "all/V1/products", {"product": {"id": number, "sku": "MUG-2026", "name": mug.name}})
    pull_store_products()

    mug.refresh_from_db()
    assert (mug.sku, mug.jet_fields, mug.stock_buffer) == ("MUG-2026", {"brand": "Acme"}, 3)
    assert Product.objects.count() == 15


def test_two_products_may_change_their_skus(pulled: Store, rest: Caller):
    numbers = dict(ProductLink.objects.values_list("product__sku", "number"))
    blue, white = numbers["DEMO-MUG-BLUE"], numbers["DEMO-MUG-WHITE"]
    for number, sku in ((blue, "BETWEEN"), (white, "DEMO-MUG-BLUE"), (blue, "DEMO-MUG-WHITE")):
        rest("POST", "all/V1/products", {"product": {"id": number, "sku": sku, "name": "Mug"}})

    pull_store_products()

    after = dict(ProductLink.objects.values_list("number", "product__sku"))
    assert (after[blue], after[white]) == ("DEMO-MUG-WHITE", "DEMO-MUG-BLUE")
    assert Product.objects.count() == 15


def test_at_night_deleted_products_go_and_families_lose_their_children(pulled: Store, rest: Caller):
    rest("DELETE", "all/V1/products/DEMO-TEE-WHITE-L")
    rest("DELETE", "all/V1/products/DEMO-CLOCK")
    Variation.objects.filter(child__sku="DEMO-TEE-BLACK-S").delete()
    pull_store_products()
    assert Product.objects.filter(sku="DEMO-CLOCK").exists()

    reconcile_store()

    assert not Product.objects.filter(sku__in=("DEMO-CLOCK", "DEMO-TEE-WHITE-L")).exists()
    tee = Product.objects.get(sku=TEE)
    assert len(tee.children()) == 5
    assert {each.sku for each in tee.children()} >= {"DEMO-TEE-BLACK-S", "DEMO-TEE-WHITE-M"}
    assert "2 products the store has no more" in ImportFile.objects.first().notices[0]  # type: ignore[union-attr]


def test_a_store_that_lost_most_of_its_products_takes_none_out(pulled: Store, rest: Caller):
    for sku in Product.objects.exclude(sku__startswith="DEMO-K").values_list("sku", flat=True):
        rest("DELETE", f"all/V1/products/{sku}")

    reconcile_store()

    assert Product.objects.count() == 15
    assert "Nothing was taken out" in ImportFile.objects.first().notices[0]  # type: ignore[union-attr]


def test_categories_are_followed_by_number(pulled: Store, rest: Caller):
    kitchen = StoreCategory.objects.get(name="Kitchen")
    number = kitchen.store_number
    rest("PUT", f"all/V1/categories/{number}", {"category": {"name": "Kitchen & Table"}})
    made = rest(
        "POST", "all/V1/categories", {"category": {"name": "Clocks", "parent_id": number, "is_active": True}}
    )
    links = [{"position": 0, "category_id": str(made["id"])}]
    rest(
        "PUT", "all/V1/products/DEMO-CLOCK", {"product": {"extension_attributes": {"category_links": links}}}
    )

    reconcile_store()

    kitchen.refresh_from_db()
    assert kitchen.full_path == "Default Category/Kitchen & Table"
    clock = Product.objects.get(sku="DEMO-CLOCK")
    assert [each.full_path for each in clock.categories.all()] == ["Default Category/Kitchen & Table/Clocks"]
    rest("DELETE", f"all/V1/categories/{made['id']}")
    reconcile_store()
    assert not StoreCategory.objects.filter(name="Clocks").exists()


def test_a_view_of_several_has_its_texts_and_prices(magento: MagentoSandbox, store: Store, rest: Caller):
    stores.add_view(magento.world.memory, "polish")
    values = [{"attribute_code": "description", "value": "<p>Seen by buyers.</p>"}]
    rest(
        "PUT",
        "default/V1/products/DEMO-LAMP",
        {"product": {"name": "Lamp of the view", "custom_attributes": values}},
    )

    store_pulls.read_whole(row=store_pulls.start(confirmed=True), store=store)

    lamp = Product.objects.get(sku="DEMO-LAMP")
    text = ProductText.objects.get(product=lamp)
    assert (lamp.name, text.name) == ("Reading lamp with clamp", "Lamp of the view")
    assert (text.description, text.short_description) == ("<p>Seen by buyers.</p>", "")
    assert ProductText.objects.count() == 1


def test_another_store_begins_anew(pulled: Store):
    other = MagentoSandbox(seed="none")
    with other.serve() as url:
        Configuration.objects.filter(pk=1).update(store_url=url)
        known = store_links.mark()

    assert known.pulled_to is None
    assert not ProductLink.objects.exists()
    assert Product.objects.count() == 15
    other.close()


def test_a_store_kept_by_files_is_left_alone(db: None):
    for job in (pull_store_products, read_store_prices, reconcile_store):
        job()

    assert {run.message for run in JobRun.objects.all()} == {"The store is kept by files."}


def test_a_store_that_is_down_is_one_clear_line(pulled: Store, magento: MagentoSandbox):
    magento.do("faults", {"path": ".*", "kind": "maintenance"})

    pull_store_products()

    run = latest(store_pulls.JOB)
    assert run.outcome == JobRun.Outcome.FAILED
    assert "closed for maintenance" in run.message


def test_the_command_reads_some_all_or_what_changed(magento: MagentoSandbox, rest: Caller):
    first = run("--full", "--dry-run")
    assert (first["rows"], first["created"], Product.objects.count()) == (15, 15, 0)

    assert run("DEMO-LAMP", "demo-bulb", "NO-SUCH")["created"] == 2
    whole = run("--full")
    assert (whole["created"], whole["unchanged"], whole["failed"]) == (13, 2, 0)
    rest("PUT", "all/V1/products/DEMO-LAMP", {"product": {"price": 36}})
    assert run("--dry-run")["updated"] == 1
    assert run()["updated"] == 1
    assert run()["updated"] == 0

    magento.do("products", {"products": [{"sku": "DEMO-LAMP", "broken": True}]})
    broken = run()
    assert broken["failed"] == 1
    assert broken["errors"][0]["row"] is None
    assert "cannot be read" in broken["errors"][0]["message"]


def test_the_command_says_what_is_wrong(magento: MagentoSandbox):
    magento.do("acl", {"deny": ["Magento_Catalog::products"]})
    with pytest.raises(CommandError, match="no longer accepts the keys"):
        call_command("pull_store", "--full")
    Configuration.objects.update(store_kind="files")
    with pytest.raises(CommandError, match="kept by files"):
        call_command("pull_store")


def test_a_person_reads_the_store_looks_and_confirms(admin_client: Client, magento: MagentoSandbox):
    page = admin_client.get(reverse("catalog:imports")).content.decode()
    assert "Read the store" in page

    begun = admin_client.post(reverse("catalog:import_store"))
    row = ImportFile.objects.get()
    assert begun.headers["Location"] == reverse("catalog:import_file", args=[row.pk])
    pull_store_products()
    shown = admin_client.get(begun.headers["Location"]).content.decode()
    assert "Nothing has been changed yet" in shown
    assert "makes 15 new products" in shown
    admin_client.post(reverse("catalog:import_decide", args=[row.pk, "confirm"]))
    pull_store_products()

    assert Product.objects.count() == 15
    assert "Imported" in admin_client.get(begun.headers["Location"]).content.decode()


def test_a_discarded_first_reading_is_not_begun_again_by_itself(magento: MagentoSandbox):
    pull_store_products()
    import_files.discard(file=ImportFile.objects.get())

    pull_store_products()

    assert ImportFile.objects.count() == 1
    assert "was discarded" in latest(store_pulls.JOB).message


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("pull_store", *arguments, "--json", stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return said
