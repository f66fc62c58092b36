"""Products, categories, brand rules and attributes from a shell, checked as their pages check them."""

from decimal import Decimal

import pytest

from catalog.listings.models import ListingFacet
from catalog.products.models import Attribute, Product, StockMovement, StoreCategory
from catalog.rules.management import product_rows
from catalog.rules.models import BrandRule, CatalogChange, ShippingException
from jetbridge.core.models import Event, StoreView
from tests.commands.answers import answer, refusal
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


def wanted(sku):
    rows = ListingFacet.objects.filter(listing__sku=sku, next_try_at__isnull=False)
    return set(rows.values_list("facet", flat=True))


@pytest.fixture
def mug(account):
    """A product that Jet has."""
    product = ProductFactory(sku="MUG-1", price=Decimal("12.50"), quantity=4)
    ListingFactory(product=product, account=account, first_sent_at="2026-01-01T00:00:00Z")
    return product


def test_changed_fields_are_stored_and_go_to_jet_part_by_part(capsys, mug):
    Attribute.objects.create(code="color", label="Color")

    reported = answer(
        capsys, "product", "MUG-1", set=["price=9.75", "quantity=7", "attribute.color=Red", "jet.brand=Acme"]
    )

    mug.refresh_from_db()
    assert (mug.price, mug.quantity) == (Decimal("9.75"), 7)
    assert (mug.attributes["color"], mug.jet_fields["brand"]) == ("Red", "Acme")
    assert StockMovement.objects.get(product=mug).quantity_change == 3
    assert {"Price", "Inventory"} <= set(reported["to_be_sent"])
    assert {Facet.PRICE, Facet.INVENTORY} <= wanted("MUG-1")


def test_a_dry_run_of_a_product_says_what_would_go_and_keeps_everything(capsys, mug):
    reported = answer(capsys, "product", "MUG-1", set=["price=9.75"], dry_run=True)

    mug.refresh_from_db()
    assert (reported["price"], reported["to_be_sent"], reported["dry_run"]) == ("9.75", ["Price"], True)
    assert mug.price == Decimal("12.50")
    assert wanted("MUG-1") == set()


def test_what_was_not_named_is_not_touched(capsys, mug):
    before = Product.objects.filter(pk=mug.pk).values().get()

    answer(capsys, "product", "MUG-1", set=["name=Mug"])

    after = Product.objects.filter(pk=mug.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"name", "updated_at", "changed_at"}


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["--set", "price=cheap"], 1, "Enter a number"),
        (["--set", "quantity=-1"], 1, "cannot be negative"),
        (["--set", "jet.UPC=123"], 1, "UPC"),
        (["--set", "shape=round"], 2, "attribute."),
        (["--set", "seen_quantity=4"], 2, "FIELD=VALUE"),
        (["--set", "enabled=perhaps"], 2, "yes or no"),
        (["--category", "Nowhere"], 1, "no category"),
        (["--no-category", "Nowhere"], 1, "does not stand in"),
        (["--add", "wheels", "x=1"], 2, "Tables"),
        (["--add", "image", "x=1"], 2, "path"),
        (["--add", "image", "path=ftp://host/x.jpg"], 1, "http"),
        (["--add", "shipping-exception", "kind=restricted"], 1, "service level"),
        (["--remove", "image", "none.jpg"], 1, "no image"),
    ],
)
def test_what_the_page_would_refuse_the_command_refuses(mug, words, code, text):
    refused = refusal("product", "MUG-1", *words)

    assert (refused.returncode, text in str(refused)) == (code, True), str(refused)


@pytest.mark.parametrize(
    "words",
    [
        ["--set", "price=1", "--send", "offer"], ["--set", "price=1", "--delete"], ["--look", "--category", "Mugs"],
        ["--clear", "image", "--send", "whole"], ["--set", "price=1", "--send-anyway"],
    ],
)  # fmt: skip
def test_a_product_is_not_changed_and_sent_or_deleted_in_one_line(mug, words):
    refused = refusal("product", "MUG-1", *words)

    mug.refresh_from_db()
    assert (refused.returncode, mug.price, wanted("MUG-1")) == (2, Decimal("12.50"), set())


def test_an_option_that_no_table_takes_is_refused_in_one_line(capsys):
    answer(capsys, "attribute", "color", add=True, kind="select")

    refused = refusal("attribute", "color", option=["x" * 5000])

    assert "at most" in str(refused)
    assert refusal("attribute", "color", "--delete", "--label", "Colour").returncode == 2
    assert answer(capsys, "attribute", "color")["options"] == []


def test_rows_are_added_removed_and_cleared_and_jet_learns_of_them(capsys, mug):
    level = "kind=restricted;service_level=Second Day"
    added = answer(
        capsys, "product", "MUG-1",
        add=[
            ("shipping-exception", level),
            ("image", "path=/m/2.jpg;position=2"),
            ("return-exception", "time_to_return=14"),
        ],
    )  # fmt: skip
    removed = answer(capsys, "product", "MUG-1", remove=[("image", "/m/2.jpg")], clear=["return-exception"])

    assert {"Shipping exceptions", "Return exception"} <= set(added["to_be_sent"])
    assert "/m/2.jpg" in added["rows"]["image"]
    assert "/m/2.jpg" not in removed["rows"]["image"]
    assert (removed["rows"]["return-exception"], ShippingException.objects.count()) == ([], 1)


ROWS = {
    "image": "path=/m/2.jpg", "child": "child_sku=MUG-9", "text": "store_view=1;name=Becher",
    "shipping-exception": "kind=restricted;service_level=Second Day", "return-exception": "time_to_return=14",
}  # fmt: skip


@pytest.mark.parametrize("table", product_rows.TABLES)
def test_each_table_of_a_product_takes_a_row_and_lets_go_of_it(capsys, mug, table):
    StoreView.objects.create(pk=1, code="de", name="Deutsch")
    before = answer(capsys, "product", "MUG-1")["rows"][table]
    added = answer(capsys, "product", "MUG-1", add=[(table, ROWS[table])])
    cleared = answer(capsys, "product", "MUG-1", clear=[table])

    assert len(added["rows"][table]) == len(before) + 1
    assert cleared["rows"][table] == []


def test_two_main_images_are_refused_and_none_of_the_rest_is_kept(mug):
    refused = refusal("product", "MUG-1", set=["name=Other"], add=[("image", "path=/m/2.jpg;is_main=yes")])

    mug.refresh_from_db()
    assert "one image" in str(refused)
    assert (mug.name, mug.images.count()) == ("Product MUG-1", 1)


def test_a_product_is_created_in_a_category_and_deleted(capsys):
    StoreCategoryFactory(name="Mugs", full_path="Mugs")

    made = answer(
        capsys,
        "product",
        "NEW-1",
        create=True,
        set=["name=New mug", "price=5", "quantity=3"],
        category="Mugs",
    )
    left = answer(capsys, "product", "NEW-1", no_category=["Mugs"])
    answer(capsys, "product", "NEW-1", delete=True, dry_run=True)
    kept = Product.objects.filter(sku="NEW-1").exists()
    answer(capsys, "product", "NEW-1", delete=True)

    assert (made["quantity"], made["categories"], left["categories"]) == (3, ["Mugs"], [])
    assert kept
    assert not Product.objects.filter(sku="NEW-1").exists()


def test_a_product_that_jet_has_is_closed_there_when_it_is_disabled_or_deleted(capsys, mug):
    answer(capsys, "product", "MUG-1", set=["enabled=no"])

    assert Facet.ARCHIVE in wanted("MUG-1")


@pytest.mark.parametrize(
    "words", [["NONE"], ["MUG-1", "--create"], ["MUG-2", "--create"], ["MUG-2", "--delete"]]
)
def test_a_product_that_is_not_there_or_is_there_already_is_refused(mug, words):
    assert refusal("product", *words).returncode == 1


def test_a_product_is_looked_at_and_sent_to_jet(capsys, account, sandbox, monkeypatch):
    ProductFactory(sku="MUG-9", mapped=True)

    before = answer(capsys, "product", "MUG-9", look=True)
    tried = answer(capsys, "product", "MUG-9", send="whole", send_anyway=True, dry_run=True)
    refused = refusal("product", "MUG-9", send="offer")
    sent = answer(capsys, "product", "MUG-9", send="whole", send_anyway=True)
    after = answer(capsys, "product", "MUG-9", look=True)
    answer(capsys, "product", "MUG-9", add=[("return-exception", "time_to_return=9")])
    part = answer(capsys, "product", "MUG-9", send="returns")["parts"]

    assert (before["on_jet"], tried["dry_run"], after["on_jet"]) == (False, True, True)
    assert "does not have MUG-9" in str(refused)
    assert {row["part"] for row in sent["parts"] if row["taken"]} >= {"Details", "Price", "Inventory"}
    assert [row for row in part if row["part"] == "Return exception" and row["taken"]]


def test_a_brand_is_kept_off_offered_and_let_alone(capsys):
    off = answer(capsys, "brand_rule", "Acme", keep_off=True)
    tried = answer(capsys, "brand_rule", "ACME", offer=True, dry_run=True)
    stored = BrandRule.objects.get().listing_rule
    dropped = answer(capsys, "brand_rule", "acme", drop=True)

    assert (off["rules"], tried["rules"]) == ({"Acme": "keep_off"}, {"ACME": "offer"})
    assert (stored, dropped["rules"]) == ("keep_off", {})
    assert CatalogChange.objects.filter(scope=CatalogChange.Scope.BRAND_RULE).exists()
    assert "no rule" in str(refusal("brand_rule", "acme", drop=True))
    assert refusal("brand_rule", drop=True).returncode == 2


def test_a_category_is_added_ruled_renamed_moved_and_deleted(capsys):
    answer(capsys, "store_category", "Home", add=True)
    added = answer(capsys, "store_category", "Home/Mugs", add=True, offer="keep-off", hold_back="2")
    answer(capsys, "store_category", "Home/Mugs/Big", add=True)
    moved = answer(capsys, "store_category", "Home/Mugs", name="Cups", below="")
    tried = answer(capsys, "store_category", "Cups", delete=True, dry_run=True)
    paths = list(StoreCategory.objects.order_by("path").values_list("full_path", flat=True))
    gone = answer(capsys, "store_category", "Cups", delete=True)

    assert added["categories"] == [{"path": "Home/Mugs", "offer": "keep_off", "hold_back": 2}]
    assert [row["path"] for row in moved["categories"]] == ["Cups", "Cups/Big"]
    assert (tried["below"], paths) == (1, ["Home", "Cups", "Cups/Big"])
    assert gone["below"] == 1
    assert StoreCategory.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["Nowhere"], 1), (["Home/Mugs/Deep", "--add"], 1), (["Home", "--add"], 1),
        (["Home", "--below", "Home"], 1), (["Home", "--hold-back", "many"], 1), (["--add"], 2),
    ],
)  # fmt: skip
def test_a_category_that_the_tree_cannot_hold_is_refused(words, code):
    StoreCategoryFactory(name="Home", full_path="Home")

    assert refusal("store_category", *words).returncode == code
    assert StoreCategory.objects.count() == 1


def test_an_attribute_is_added_changed_and_deleted_with_its_options(capsys):
    added = answer(
        capsys, "attribute", "finish", add=True, label="Finish", kind="select", option=["Matte", "Gloss"]
    )
    tried = answer(capsys, "attribute", "finish", no_option=["Gloss"], dry_run=True)
    changed = answer(capsys, "attribute", "finish", option=["Satin"], no_option=["Matte"], label="Glaze")
    listed = answer(capsys, "attribute")
    answer(capsys, "attribute", "finish", delete=True)

    assert added["options"] == ["Matte", "Gloss"]
    assert (tried["options"], changed["options"]) == (["Matte"], ["Gloss", "Satin"])
    assert listed["attributes"] == [changed]
    assert not Attribute.objects.exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["none"], 1),
        (["Not a code", "--add"], 1),
        (["color", "--add"], 1),
        (["color", "--no-option", "x"], 1),
        (["--add"], 2),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(words, code):
    Attribute.objects.create(code="color", label="Color")

    assert refusal("attribute", *words).returncode == code


def test_edits_by_command_stand_in_the_history(capsys, mug):
    answer(capsys, "store_category", "Home", add=True)
    answer(capsys, "brand_rule", "Acme", keep_off=True)

    assert {"created", "listing rule set"} <= set(Event.objects.values_list("action", flat=True))


@pytest.mark.parametrize("words", [["--name", "Cups"], ["--below", ""], ["--add"], ["--offer", "above"]])
def test_a_category_is_not_changed_and_deleted_in_one_line(capsys, words):
    answer(capsys, "store_category", "Home", add=True)

    assert refusal("store_category", "Home", "--delete", *words).returncode == 2
    assert answer(capsys, "store_category", "Home")
