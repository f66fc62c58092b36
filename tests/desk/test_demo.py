"""The demo: believable data, carried through the real services, removed without a trace."""

import io
import json

import pytest
from stdnum import ean

from catalog.listings.models import Listing, UploadFile
from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.products.models import Attribute, Product, StoreCategory
from catalog.rules.models import CatalogChange
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.desk.demo import last_week, pictures, removal, steps, store, store_csv, taxonomy
from jetbridge.desk.demo.goods import FAMILIES
from orders.models import Order
from returns import settlement_comparisons
from returns.models import Refund, ReturnRequest, Settlement
from tests.factories import CategoryMappingFactory, ProductFactory


def eans():
    cells = [row["additional_attributes"] for row in store_csv.rows()]
    pairs = [pair.split("=", 1) for cell in cells for pair in cell.split(",")]
    return [value for code, value in pairs if code == "ean"]


@pytest.fixture
def told():
    return []


@pytest.fixture
def run_file(settings, served_sandbox):
    """The file in which a running panel says where it and its sandbox are."""
    path = settings.JETBRIDGE_HOME / "run.json"
    path.write_text(json.dumps({"panel": "http://127.0.0.1:8000/", "sandbox": served_sandbox.url}))
    yield path
    path.unlink()


def test_the_store_has_over_two_hundred_products_and_each_sku_once():
    skus = store_csv.skus()

    assert len(skus) > 200
    assert len(set(skus)) == len(skus)


def test_barcodes_are_in_the_demonstration_range_and_sound_but_for_the_misprint():
    codes = eans()

    assert all(code.startswith("9521") and len(code) == 13 for code in codes)
    assert [code for code in codes if not ean.is_valid(code)] == ["9521000090046"]
    assert len(set(codes)) == len(codes)


def test_the_store_is_written_the_same_each_time():
    first, second = io.StringIO(), io.StringIO()

    store_csv.write(first)
    store_csv.write(second)

    assert first.getvalue() == second.getvalue()


def test_every_family_has_its_jet_category_and_its_picture():
    known = taxonomy.category_ids()

    assert {family.jet_category for family in FAMILIES} <= set(known)
    assert all("<svg" in pictures.picture(family.code.lower(), "red") for family in FAMILIES)


def test_a_picture_is_drawn_in_the_products_color():
    assert 'color="#b8322e"' in pictures.picture("mug", "red")
    assert 'color="#b8322e"' not in pictures.picture("mug", "no-such-color")


def test_pictures_are_served_without_a_login_and_strange_ones_are_not_found(client, db):
    found = client.get("/admin/demo/pictures/mug/oat.svg")

    assert (found.status_code, found["Content-Type"]) == (200, "image/svg+xml")
    assert client.get("/admin/demo/pictures/secrets/oat.svg").status_code == 404


def test_without_a_sandbox_the_store_is_seeded_and_the_rest_is_named(db, told):
    steps.seed(say=told.append)

    assert Product.objects.filter(is_demo=True).count() == len(store_csv.skus())
    assert CategoryMapping.objects.filter(is_demo=True).count() == 28
    assert told[-1].startswith("Trade: left out. No sandbox of this installation is running")


def test_a_panel_that_speaks_to_another_jet_gets_no_demo_trade(db, run_file, told):
    Configuration.objects.update_or_create(
        pk=1, defaults={"api_url": "https://merchant-api.example.test/api"}
    )

    steps.seed(say=told.append)

    assert "not to its sandbox" in told[-1]
    assert not Listing.objects.exists()


def test_products_of_the_merchants_keep_their_skus(db):
    ProductFactory(sku="MUG-OAT", name="My own mug")

    store.stock_store()

    mug = Product.objects.get(sku="MUG-OAT")
    assert (mug.name, mug.is_demo) == ("My own mug", False)


def test_the_image_base_url_of_the_merchants_stays(db):
    Configuration.objects.update_or_create(pk=1, defaults={"image_base_url": "https://img.example.test"})

    store.show_pictures(panel_url="http://127.0.0.1:8000")

    assert configuration.current().image_base_url == "https://img.example.test"


def test_products_are_judged_anew_once_their_pictures_have_an_address(db):
    for _ in range(2):
        store.show_pictures(panel_url="http://127.0.0.1:8000")

    assert CatalogChange.objects.get().scope == CatalogChange.Scope.IMAGES


def test_the_whole_demo_is_listed_sold_and_removed_again(sandbox, account, run_file, told):
    steps.seed(say=told.append)
    states = set(Order.objects.values_list("status", flat=True))
    statuses = set(Listing.objects.values_list("status", flat=True))
    orders = Order.objects.count()
    returned = set(ReturnRequest.objects.values_list("status", flat=True))
    refunded = set(Refund.objects.values_list("status", flat=True))
    again = steps.seed(say=told.append)
    settled = Settlement.objects.get()
    sold = settlement_comparisons.sold_in(settled).count()

    gone = removal.remove()

    assert {"complete", "inprogress", "acknowledged", "held"} <= states
    assert returned == {ReturnRequest.Status.CREATED, ReturnRequest.Status.IN_PROGRESS}
    assert refunded == {Refund.Status.CREATED}
    assert {"Available for Purchase", "Missing Listing Data", "Not Uploaded"} <= statuses
    assert again["Products"] == "They are all there already."
    assert (sold, settled.differing) == (len(last_week.ORDERS), 0)
    assert settled.order_balance > 0
    assert gone["orders"] == orders == len(steps.trade.ORDERS) + len(last_week.ORDERS)
    assert not any(
        model.objects.exists()
        for model in (
            Product,
            Listing,
            UploadFile,
            Order,
            StoreCategory,
            Attribute,
            JetCategory,
            CategoryMapping,
            ReturnRequest,
            Refund,
            Settlement,
        )
    )


def test_what_the_merchant_built_on_the_demo_stays(db):
    store.stock_store()
    store.load_taxonomy()
    store.map_store()
    mine = ProductFactory(sku="MINE", attributes={"brand": "My brand"})
    category = StoreCategory.objects.get(full_path="Demo Catalog/Kitchen/Tea")
    mine.category_links.create(category=category)
    jet = JetCategory.objects.get(name="Tea")
    CategoryMappingFactory(jet_category=jet)

    removal.remove()

    assert list(Product.objects.values_list("sku", flat=True)) == ["MINE"]
    assert list(mine.categories.values_list("name", flat=True)) == ["Tea"]
    assert JetCategory.objects.get(name="Tea").parent.name == "Dining"
    assert set(Attribute.objects.values_list("code", flat=True)) == {"brand"}


def test_removing_says_first_what_would_go(admin_client):
    store.stock_store()

    page = admin_client.get("/admin/demo/remove/").content.decode()
    kept = Product.objects.count()
    admin_client.post("/admin/demo/remove/")

    assert f"This removes {len(store_csv.skus())} products" in page
    assert (kept, Product.objects.count()) == (len(store_csv.skus()), 0)
