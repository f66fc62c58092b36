"""The product page: what it shows, what it stores, what it refuses, and what an edit sends to Jet."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from catalog.listings.models import Listing
from catalog.products.models import (
    Attribute,
    AttributeOption,
    Product,
    ProductImage,
    StockMovement,
    Variation,
)
from catalog.rules.models import Problem, ReturnException, ShippingException, ValidationResult
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from tests.catalog.listings.products.pages import ADD, add, errors, filled, row, save, url_of, wanted
from tests.facets import Facet
from tests.factories import ProductFactory, StoreCategoryFactory, ean13

pytestmark = pytest.mark.django_db


def told(answer):
    return [str(each) for each in get_messages(answer.wsgi_request)]


def test_an_unchanged_page_changes_nothing(admin_client, sent_mug):
    ShippingException.objects.create(product=sent_mug, kind="restricted", service_level="Standard")
    ReturnException.objects.create(product=sent_mug, time_to_return=14, return_location_ids=["a", "b"])
    before = Product.objects.filter(pk=sent_mug.pk).values().get()

    answer = save(admin_client, sent_mug)

    after = Product.objects.filter(pk=sent_mug.pk).values().get()
    assert answer.status_code == 302
    assert before == after
    assert wanted(sent_mug) == set()
    assert not StockMovement.objects.exists()


def test_the_page_shows_standing_problems_and_the_way_to_fix_them(admin_client, sent_mug):
    ValidationResult.objects.create(
        product=sent_mug, worst="blocks", blocks=1, advice=1, checked_at=timezone.now()
    )
    Problem.objects.create(
        product=sent_mug, code="a", severity="advice", field="bullets", message="Bullets help"
    )
    Problem.objects.create(product=sent_mug, code="b", severity="blocks", field="EAN", message="EAN is wrong")
    Listing.objects.update(sub_statuses=["Missing image"], last_error="Details: Jet: product_title is short")

    page = admin_client.get(url_of(sent_mug))

    assert [wrong.message for wrong in page.context["wrongs"]] == ["EAN is wrong", "Bullets help"]
    assert (page.context["wrongs"][0].tab, page.context["wrongs"][0].element) == ("jet", "id_jet__EAN")
    text = page.content.decode()
    assert "Available for Purchase" in text
    assert "Missing image: Give it a main image" in text
    assert "Title (product_title) is short" in text


def test_each_jet_field_tells_where_its_value_comes_from(admin_client, mug):
    mug.attributes["upc"] = "12345"
    mug.jet_fields = {"brand": "Acme"}
    mug.save()

    groups = admin_client.get(url_of(mug)).context["jet_groups"]

    rows = {each.field.name.removeprefix("jet__"): each for group in groups for each in group.rows}
    assert "Own value" in rows["brand"].source
    assert rows["brand"].receives == "Acme"
    assert rows["brand"].without == "Without it: Northwind (From brand)"
    assert "From name" in rows["product_title"].source
    assert "Default" in rows["multipack_quantity"].source
    assert "must have 12 digits" in rows["UPC"].refused
    assert "No value" in rows["ASIN"].source


def test_what_a_field_shows_faintly_is_not_said_twice(admin_client, mug):
    page = admin_client.get(url_of(mug))

    rows = {
        row.field.name.removeprefix("jet__"): row
        for group in page.context["jet_groups"]
        for row in group.rows
    }
    assert (rows["brand"].receives, rows["brand"].field.field.widget.attrs["placeholder"]) == (
        "",
        "Northwind",
    )
    assert rows["multipack_quantity"].receives == ""


def test_other_identifiers_wait_folded_once_jet_gets_one(admin_client, mug):
    def folds():
        groups = admin_client.get(url_of(mug)).context["jet_groups"]
        return {
            group.title: (group.open, [row.field.name.removeprefix("jet__") for row in group.rows])
            for group in groups
        }

    mug.attributes.pop("ean", None)
    mug.save()
    without = folds()
    mug.jet_fields = {"EAN": ean13(7)}
    mug.save()
    with_one = folds()

    assert "Other identifiers" not in without
    assert {"UPC", "EAN", "ASIN"} <= set(without["Brand and identifiers"][1])
    assert with_one["Other identifiers"] == (False, ["UPC", "GTIN-14", "ISBN-10", "ISBN-13", "ASIN"])
    assert "EAN" in with_one["Brand and identifiers"][1]


def test_a_wrong_code_opens_the_fold_that_holds_it(admin_client, mug):
    mug.jet_fields = {"EAN": ean13(7)}
    mug.save()

    groups = save(admin_client, mug, jet__UPC="12").context["jet_groups"]

    assert {group.title: group.open for group in groups}["Other identifiers"]


def test_at_most_seven_tabs_stand_in_view_and_each_keeps_its_name(admin_client, mug):
    page = admin_client.get(url_of(mug))

    seen = [tab.label for tab in page.context["tabs"] if not tab.folded]
    assert seen == ["Product", "jet.com", "Variations", "Images"]
    text = page.content.decode()
    for tab in page.context["tabs"]:
        assert text.count(f'<a href="#{tab.key}" class="jb-tab"') == 1
    assert "Jet Shipping Exception" in text


def test_every_jet_field_stands_in_one_group(admin_client, mug):
    from catalog.mapping.fields.table import FIELDS

    groups = admin_client.get(url_of(mug)).context["jet_groups"]

    names = [each.field.name.removeprefix("jet__") for group in groups for each in group.rows]
    assert sorted(names) == sorted(FIELDS)


def test_own_values_for_jet_are_stored_typed_and_emptied_ones_fall_back(admin_client, mug):
    mug.jet_fields = {"brand": "Acme", "unknown": 1}
    mug.save()

    save(
        admin_client, mug,
        jet__brand="", jet__EAN=f" {ean13(7)[:6]}-{ean13(7)[6:]} ", jet__bullets="One\n\nTwo", jet__prop_65="no",
        jet__cpsia_cautionary_statements=["choking hazard balloon"], jet__start_selling_date="2026-12-01",
        jet__msrp="25.00",
    )  # fmt: skip

    mug.refresh_from_db()
    assert mug.jet_fields == {
        "unknown": 1, "EAN": ean13(7), "bullets": ["One", "Two"], "prop_65": False,
        "cpsia_cautionary_statements": ["choking hazard balloon"], "start_selling_date": "2026-12-01",
        "msrp": "25.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "x" * 256, "at most 255 characters"),
        ("name", "", "required"),
        ("price", "-1", "greater than or equal to 0"),
        ("price", "abc", "Enter a number"),
        ("weight", "-3", "cannot be negative"),
        ("quantity", "-1", "cannot be negative"),
        ("quantity", "1.5", "whole number"),
        ("sku", "PEN", "already exists"),
        ("jet__EAN", "9520000000001", "wrong check digit"),
        ("jet__EAN", "123", "must have 13 digits"),
        ("jet__ASIN", "B00", "10 letters and digits"),
        ("jet__product_title", "Mug", "at least 5 characters"),
        ("jet__multipack_quantity", "200", "1 to 128"),
        ("jet__msrp", "9.999", "at most two decimals"),
        ("jet__bullets", "1\n2\n3\n4\n5\n6", "at most 5 entries"),
        ("jet__start_selling_date", "tomorrow", "valid date"),
        ("jet__product_tax_code", "Nonsense", "not one of the available choices"),
        ("attr__watts", "many", "is not a number"),
        ("add_category", "No/Such", "no category"),
    ],
)
def test_bad_input_is_refused_beside_its_field(admin_client, mug, field, value, words):
    ProductFactory(sku="PEN")
    Attribute.objects.create(code="watts", label="Watts", kind="number")

    answer = save(admin_client, mug, **{field: value})

    assert words in " ".join(errors(answer)[field])
    assert "Nothing was saved" in answer.content.decode()
    assert Product.objects.filter(pk=mug.pk, name="Blue mug", quantity=7, jet_fields={}).exists()


def test_a_special_price_cannot_end_before_it_begins(admin_client, mug):
    answer = save(admin_client, mug, special_price_from="2026-12-02", special_price_to="2026-12-01")

    assert "ends before it begins" in errors(answer)["special_price_to"][0]


def test_attributes_are_edited_by_kind_and_stored_as_imports_write_them(admin_client, mug):
    color = Attribute.objects.create(code="color", label="Color", kind="select")
    AttributeOption.objects.create(attribute=color, value="Black")
    parts = Attribute.objects.create(code="parts", label="Parts", kind="multiselect")
    for value in ("Lid", "Cup", "Spoon"):
        AttributeOption.objects.create(attribute=parts, value=value)
    Attribute.objects.create(code="gift", label="Gift", kind="boolean")
    mug.attributes |= {"color": "Crimson", "gift": "1", "undescribed": "x"}
    mug.save()

    save(admin_client, mug, attr__parts=["Lid", "Cup"], attr__undescribed="", attr__gift="1")

    mug.refresh_from_db()
    assert mug.attributes["parts"] == ["Lid", "Cup"]
    assert mug.attributes["color"] == "Crimson"
    assert mug.attributes["gift"] == "1"
    assert "undescribed" not in mug.attributes
    save(admin_client, mug, attr__parts=["Spoon"], attr__color="Black")
    mug.refresh_from_db()
    assert (mug.attributes["parts"], mug.attributes["color"]) == ("Spoon", "Black")


def test_before_a_live_product_is_switched_off_the_page_says_what_that_costs(
    admin_client, viewer_client, sent_mug
):
    words = "back again it is under review for one to two weeks"
    page = admin_client.get(url_of(sent_mug)).content.decode()
    assert words in page
    assert words not in viewer_client.get(url_of(sent_mug)).content.decode()

    Listing.objects.update(status=Listing.Status.UNDER_REVIEW)

    assert words not in admin_client.get(url_of(sent_mug)).content.decode()


def test_a_quantity_typed_by_hand_is_a_stock_movement_and_goes_to_jet(admin_client, sent_mug):
    answer = save(admin_client, sent_mug, quantity="12")

    movement = StockMovement.objects.get()
    assert (movement.kind, movement.quantity_change, movement.user.username) == ("manual", 5, "admin")
    assert wanted(sent_mug) == {Facet.INVENTORY}
    assert told(answer)[0] == "MUG-1: to be sent to Jet: Inventory."
    assert ValidationResult.objects.get(product=sent_mug).stale_since is not None


def test_stock_that_moved_meanwhile_is_not_overwritten(admin_client, mug):
    page = filled(admin_client, mug)
    Product.objects.filter(pk=mug.pk).update(quantity=4, reserved=2)

    late = admin_client.post(url_of(mug), page | {"quantity": "9"})
    renamed = admin_client.post(url_of(mug), page | {"name": "Green mug"})

    assert "moved from 7 to 4" in errors(late)["quantity"][0]
    assert renamed.status_code == 302
    mug.refresh_from_db()
    assert (mug.name, mug.quantity, mug.reserved) == ("Green mug", 4, 2)


@pytest.mark.parametrize(
    ("settings", "changes", "facets"),
    [
        ({}, {"price": "13.00"}, {Facet.PRICE}),
        ({"sync_price_on_edit": False}, {"price": "13.00"}, set()),
        ({"sync_inventory_on_edit": False}, {"quantity": "1"}, set()),
        ({"auto_sync": False}, {"price": "13.00", "quantity": "1"}, set()),
        ({}, {"name": "Green mug"}, set()),
        ({"sync_details_on_edit": True}, {"name": "Green mug", "jet__brand": "Acme"}, {Facet.DETAILS}),
    ],
)
def test_an_edit_sends_what_the_configuration_lets_through(admin_client, sent_mug, settings, changes, facets):
    configuration.current()
    Configuration.objects.update(**settings)

    answer = save(admin_client, sent_mug, **changes)

    assert wanted(sent_mug) == facets
    assert any("to be sent to Jet" in line for line in told(answer)) == bool(facets)


@pytest.mark.parametrize(
    ("status", "warned"), [("Available for Purchase", True), ("Under Jet Review", False)]
)
def test_an_edit_that_sends_content_of_a_live_product_says_what_that_may_do(
    admin_client, sent_mug, status, warned
):
    Configuration.objects.update(sync_details_on_edit=True)
    sent_mug.listings.update(status=status)

    answer = save(admin_client, sent_mug, name="Green mug")

    assert any("is live: changed content can put it back" in line for line in told(answer)) is warned


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"enabled": ""}, "it is being closed on Jet"),
        ({"sku": "MUG-9"}, "its former SKU is being closed on Jet"),
    ],
)
def test_an_edit_that_closes_a_sku_says_so(admin_client, sent_mug, change, words):
    answer = save(admin_client, sent_mug, **change)

    assert words in told(answer)[0]


def test_an_edit_of_what_jet_never_had_sends_nothing(admin_client, mug):
    save(admin_client, mug, price="13.00", quantity="1")

    assert wanted(mug) == set()


def test_disabling_a_product_closes_it_on_jet(admin_client, sent_mug):
    save(admin_client, sent_mug, enabled=None)

    assert wanted(sent_mug) == {Facet.ARCHIVE}


def test_a_changed_sku_closes_the_former_one_and_adopts_waiting_variations(admin_client, sent_mug):
    parent = ProductFactory(sku="SET", kind="configurable")
    link = Variation.objects.create(parent=parent, child_sku="MUG-2")

    save(admin_client, sent_mug, sku="MUG-2")

    former = Listing.objects.get(sku="MUG-1")
    link.refresh_from_db()
    assert (former.product, former.archive_requested) == (None, True)
    assert link.child == sent_mug


def test_categories_are_ticked_off_and_added_by_path(admin_client, mug):
    StoreCategoryFactory(name="Kitchen", full_path="Default Category/Kitchen")
    held = mug.categories.get()

    save(admin_client, mug, add_category="default category/kitchen", category_links=[held.pk])
    both = set(mug.categories.values_list("full_path", flat=True))
    save(admin_client, mug, category_links=[mug.categories.get(name="Kitchen").pk], listed_in="")

    assert both == {held.full_path, "Default Category/Kitchen"}
    assert mug.categories.get().name == "Kitchen"


def test_a_category_that_the_product_left_no_longer_counts_for_jet(admin_client, mug):
    mug.listed_in = mug.categories.get()
    mug.save()

    save(admin_client, mug, category_links=None)

    mug.refresh_from_db()
    assert (mug.listed_in, mug.categories.count()) == (None, 0)


def test_a_product_is_added_by_hand_with_its_first_stock_as_a_movement(admin_client):
    StoreCategoryFactory(name="Kitchen", full_path="Default Category/Kitchen")

    answer = add(
        admin_client, sku=" MUG-9 ", name="New mug", price="9.90", quantity="4", jet__brand="Acme",
        add_category="Default Category/Kitchen", **row("images", 0, 1, path="/m/u/new.jpg", position=0),
    )  # fmt: skip

    product = Product.objects.get(sku="MUG-9")
    assert answer.status_code == 302
    assert (product.quantity, product.jet_fields, product.sku_key) == (4, {"brand": "Acme"}, "MUG-9")
    assert product.categories.get().name == "Kitchen"
    assert product.images.get().path == "/m/u/new.jpg"
    assert StockMovement.objects.get().quantity_change == 4
    assert ValidationResult.objects.get(product=product).stale_since is not None


def test_adding_a_product_twice_is_refused(admin_client, mug):
    answer = add(admin_client, sku="MUG-1", name="Again")

    assert "already exists" in errors(answer)["sku"][0]


def test_deleting_a_product_closes_its_sku(admin_client, sent_mug):
    page = f"/admin/catalog/product/{sent_mug.pk}/delete/"
    question = admin_client.get(page).content.decode()
    admin_client.post(page, {"post": "yes"})

    listing = Listing.objects.get()
    assert "it is archived there" in question
    assert not Product.objects.exists()
    assert (listing.product, listing.archive_requested) == (None, True)


def test_history_shows_edits_and_stock_movements(admin_client, mug):
    save(admin_client, mug, name="Green mug", quantity="8")

    page = admin_client.get(url_of(mug))

    fields = {change.field for entry in page.context["entries"] for change in entry.changes}
    assert "Name" in fields
    assert [movement.quantity_change for movement in page.context["movements"]] == [1]


@pytest.mark.parametrize(
    ("kind", "document", "words"),
    [
        ("reserve", "order 100000009", "Reserved for order 100000009"),
        ("ship", "shipment 100000004-1-5bd852df6b", "Shipped, shipment 100000004"),
        ("import", "import 7", "Catalogue import 7"),
        ("manual", "", "Changed by hand"),
    ],
)
def test_a_stock_movement_is_read_in_words(kind, document, words):
    assert StockMovement(kind=kind, document=document).in_words == words


def test_what_a_product_holds_is_escaped(admin_client):
    product = ProductFactory(sku="MUG-1", name="<script>alert(1)</script>")
    product.attributes["brand"] = '"><img src=x onerror=alert(2)>'
    product.save()

    page = admin_client.get(url_of(product)).content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_a_viewer_sees_everything_and_can_change_nothing(viewer_client, sent_mug):
    ProductImage.objects.create(product=sent_mug, path="/back.jpg")

    page = viewer_client.get(url_of(sent_mug))
    answer = viewer_client.post(url_of(sent_mug), {"name": "Mine"})

    text = page.content.decode()
    assert "Blue mug" in text
    assert 'name="_save"' not in text
    assert "Sync with Jet" not in text
    assert all(field.disabled for field in page.context["adminform"].form.fields.values())
    assert answer.status_code == 403
    assert viewer_client.get(ADD).status_code == 403
    assert Product.objects.get().name == "Blue mug"


def test_the_page_takes_a_bounded_number_of_queries(admin_client, django_assert_max_num_queries):
    parent = ProductFactory(sku="TEE", kind="configurable", variation_codes=["color"])
    for number in range(12):
        Variation.objects.create(
            parent=parent, child=ProductFactory(), child_sku=f"S-{number}", position=number
        )
        ProductImage.objects.create(product=parent, path=f"/{number}.jpg", position=number)
    admin_client.get(url_of(parent))

    with django_assert_max_num_queries(50):
        admin_client.get(url_of(parent))


def test_validate_says_what_is_wrong_with_one_product(admin_client, mug):
    mug.attributes.pop("ean")
    mug.save()

    answer = admin_client.post(f"/admin/catalog/product/{mug.pk}/validate/")

    assert any("identifier" in line.lower() for line in told(answer))
    assert ValidationResult.objects.get(product=mug).checked_at is not None


def test_archive_leads_to_a_plan_and_sends_nothing_yet(admin_client, sent_mug):
    answer = admin_client.post(f"/admin/catalog/product/{sent_mug.pk}/archive/")

    assert "Archive on Jet" in admin_client.get(answer.url).content.decode()
    assert wanted(sent_mug) == set()
