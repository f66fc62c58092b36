"""One decision for all products of a cause: a value, an attribute, a pattern; previewed, carried out, taken back."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from catalog.listings.mass_actions import steps
from catalog.mapping.fields.table import FIELDS
from catalog.products.models import Attribute, Product
from catalog.rules.forms.fills import ways
from catalog.rules.models import Problem
from jetbridge.core.models import Event
from jetbridge.mass_actions.models import MassAction
from tests import fashion
from tests.catalog.checks import check_all
from tests.factories import ProductFactory, ean13

pytestmark = pytest.mark.django_db
BRAND, NO_CODE = "brand.missing", "identifier.missing"


def url(code=BRAND, query=""):
    return reverse("catalog:cause", args=[code]) + query


@pytest.fixture
def nameless(account):
    """Five groups with ten products each (six of pants and sandals), and no brand."""
    groups = fashion.shop(brand="")
    check_all()
    return groups


@pytest.fixture
def carry_out(django_capture_on_commit_callbacks):
    """Carry out what waits, with what follows each transaction."""

    def run():
        with django_capture_on_commit_callbacks(execute=True):
            steps.expand()
        made = MassAction.objects.order_by("-pk").first()
        made.refresh_from_db()
        return made

    return run


def post(client, code=BRAND, query="", **data):
    return client.post(url(code, query), {"fill": "1", **data}, follow=True)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_one_value_is_one_decision_for_all_products_and_their_groups_follow(
    admin_client, nameless, carry_out
):
    everything = Product.objects.count()
    assert f"Set brand for 5 groups with {everything - 5} products" in words(admin_client.get(url()))

    post(admin_client, way="value", value="Venia", scope="all")
    run = carry_out()

    assert (run.state, run.done, run.failed, run.skipped) == ("done", everything, 0, 0)
    assert set(Product.objects.values_list("jet_fields__brand", flat=True)) == {"Venia"}
    assert not Problem.objects.filter(code=BRAND).exists()
    page = admin_client.get(run.get_absolute_url())
    assert page.context["following"][0].startswith("Next: ")
    assert page.context["can_undo"]


def test_the_filtered_ones_alone_and_the_groups_that_they_belong_to(admin_client, nameless, carry_out):
    query = "?q=DRESSES-0-XS"
    page = admin_client.get(url(query=query))
    assert {line.product.sku for line in page.context["lines"]} == {
        "DRESSES-0", "DRESSES-0-XS-Blue", "DRESSES-0-XS-Red",
    }  # fmt: skip
    assert page.context["decision"].filtered == "1 group with 2 products"

    post(admin_client, query=query, way="value", value="Venia", scope="some")
    carry_out()

    branded = Product.objects.filter(jet_fields__brand="Venia").values_list("sku", flat=True)
    assert sorted(branded) == ["DRESSES-0", "DRESSES-0-XS-Blue", "DRESSES-0-XS-Red"]


def test_the_preview_shows_the_first_ten_before_anything_is_stored(admin_client, nameless):
    page = admin_client.get(url(), {"way": "value", "value": "Venia", "scope": "all"})

    assert [(each.now, each.then) for each in page.context["decision"].preview] == [("", "Venia")] * 10
    assert not MassAction.objects.exists()
    assert not Product.objects.exclude(jet_fields={}).exists()


def test_undo_takes_this_value_back_and_leaves_what_came_after(admin_client, nameless, carry_out):
    post(admin_client, way="value", value="Venia", scope="all")
    run = carry_out()
    changed = Product.objects.get(sku="HATS-0-M-Blue")
    changed.jet_fields = {"brand": "Luma"}
    changed.save()

    admin_client.post(reverse("catalog:run_again", args=[run.pk, "undo"]))
    undo = MassAction.objects.latest("pk")
    assert (undo.action, undo.state) == ("unfill", "draft")
    steps.start(undo)
    undo = carry_out()

    assert (undo.done, undo.failed) == (run.done - 1, 1)
    assert list(Product.objects.exclude(jet_fields__brand=None).values_list("sku", flat=True)) == [
        changed.sku
    ]
    assert Event.objects.filter(action="value set for many taken back").count() == undo.done


def test_a_value_that_jet_would_refuse_is_refused_beside_its_field(admin_client, nameless):
    page = post(admin_client, way="value", value="B" * 200, scope="all")

    assert page.status_code == 422
    assert "characters" in str(page.context["decision"].form.errors["value"])
    assert not MassAction.objects.exists()


def test_nothing_typed_is_no_decision(admin_client, nameless):
    page = post(admin_client, way="value", value="")

    assert "Enter it first." in str(page.context["decision"].form.errors)


def test_an_attribute_is_copied_and_what_lacks_it_is_left_out(admin_client, nameless, carry_out):
    Attribute.objects.create(code="maker", label="Maker")
    some = Product.objects.filter(sku__startswith="HATS")
    for product in some:
        product.attributes = {**product.attributes, "maker": f"Maker of {product.sku}"}
        product.save()

    post(admin_client, way="copy", attribute="maker", scope="all")
    run = carry_out()

    assert run.done == len(some)
    assert Product.objects.get(sku="HATS-0-M-Red").jet_fields == {"brand": "Maker of HATS-0-M-Red"}
    assert "nothing to take the value from" in run.items.filter(state="skipped").first().reason


CODES = {
    "UPC": ("012345678905", "UPC", "012345678905"),
    "EAN": (ean13(41), "EAN", ean13(41)),
    "LOST": ("12345678905", "UPC", "012345678905"),
    "BOOK": ("0306406152", "ISBN-10", "0306406152"),
    "ODD": ("12345", "", "the length of no"),
    "SHEET": ("1.23457E+11", "", "spreadsheet"),
    "WRONG": ("012345678904", "", "check digit"),
}


def test_identifiers_go_where_their_length_says_with_their_lost_zeros(admin_client, account, carry_out):
    Attribute.objects.create(code="gtin_raw", label="Code")
    for sku, (code, _, _) in CODES.items():
        ProductFactory(sku=sku, attributes={"brand": "Northwind", "gtin_raw": code}, mapped=True)
    check_all()

    post(admin_client, NO_CODE, way="copy", attribute="gtin_raw")
    run = carry_out()

    reasons = dict(run.items.values_list("reference", "reason"))
    for sku, (_, name, then) in CODES.items():
        own = Product.objects.get(sku=sku).jet_fields
        assert own == ({name: then} if name else {}), sku
        assert name or then in reasons[sku], reasons[sku]
    assert set(Problem.objects.filter(code=NO_CODE).values_list("product__sku", flat=True)) == {
        "ODD",
        "SHEET",
        "WRONG",
    }


def test_without_barcodes_the_part_number_is_the_sku_by_one_decision(admin_client, account, carry_out):
    ProductFactory(sku="BARE", attributes={"brand": "Northwind"}, mapped=True)
    check_all()
    assert "never go live until a barcode is added" in words(admin_client.get(url(NO_CODE)))

    post(admin_client, NO_CODE, way="pattern", pattern="{sku}")
    carry_out()

    assert Product.objects.get().jet_fields == {"mfr_part_number": "BARE"}
    assert list(Problem.objects.values_list("code", flat=True).filter(code__startswith="identifier")) == [
        "identifier.only_part_number"
    ]


def test_a_pattern_names_attributes_that_the_store_has(admin_client, nameless):
    page = post(admin_client, way="pattern", pattern="{sku}-{flavour}")

    assert "no attribute flavour" in str(page.context["decision"].form.errors["pattern"])


def test_no_single_value_is_offered_for_what_distinguishes_products():
    assert set(ways("UPC.check_digit", "UPC")) == {"copy"}
    assert ways("category.unmapped", "category") == {}
    assert all(ways(f"{name}.missing", name) for name in FIELDS)


def test_each_of_jets_fields_has_a_form_and_takes_an_attribute(admin_client, account):
    product = ProductFactory()
    for name in FIELDS:
        Problem.objects.create(
            product=product, code=f"{name}.x", severity="blocks", field=name, message="wrong"
        )
        page = admin_client.get(url(f"{name}.x"))
        assert page.status_code == 200, name
        assert page.context["decision"] is not None, name


def test_a_viewer_decides_nothing(viewer_client, nameless):
    assert viewer_client.get(url()).context["decision"] is None
    viewer_client.post(url(), {"fill": "1", "way": "value", "value": "Venia"})
    assert not MassAction.objects.exists()


def test_the_action_is_begun_from_its_cause_alone(admin_client, account):
    assert admin_client.get("/admin/catalog/runs/new/?action=fill").status_code == 404
    with pytest.raises(CommandError):
        call_command("bulk_products", "fill", all=True)


def test_the_command_previews_and_sets(nameless, capsys, django_capture_on_commit_callbacks):
    call_command("fix_cause", BRAND, value="Venia", where="q=DRESSES-0-XS-Red", dry_run=True)
    assert "Venia" in capsys.readouterr().out
    assert not MassAction.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        call_command("fix_cause", BRAND, value="Venia", where="q=DRESSES-0-XS-Red")
    assert "2 set, 0 failed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="--value"):
        call_command("fix_cause", BRAND, value="B" * 200)
