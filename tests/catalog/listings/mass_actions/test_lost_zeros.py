"""Zeros that identifiers lost in front: recognised where it is certain, restored by one mass action, taken back."""

import pytest
from django.urls import reverse

from catalog.listings.mass_actions import steps
from catalog.products.values import BadValue, code, with_lost_zeros
from catalog.rules.models import Problem
from catalog.rules.services import validations
from jetbridge.core import configuration
from jetbridge.mass_actions import lifecycle
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "found", "restored"),
    [
        ("UPC", "12345678905", "012345678905"),
        ("EAN", "12345678905", "0012345678905"),
        ("EAN", "96385074", "0000096385074"),
        ("GTIN-14", "96385074", "00000096385074"),
        ("ISBN-10", "306406152", "0306406152"),
        ("ISBN-10", "80442957X", "080442957X"),
        ("ISBN-10", "306406153", ""),
        ("EAN", "96385075", ""),
        ("UPC", "96385074", ""),
        ("EAN", "306406152", ""),
        ("EAN", "0306406152", ""),
        ("ISBN-13", "306406152", ""),
        ("UPC", "012345678905", ""),
        ("UPC", "12345", ""),
        ("UPC", "1234567890X", ""),
        ("UPC", "", ""),
    ],
)
def test_zeros_are_given_back_only_where_one_reading_is_right(kind, found, restored):
    assert with_lost_zeros(kind, found) == restored
    if restored:
        assert code(kind)(restored) == restored
        with pytest.raises(BadValue, match=f"{restored} would be valid: a zero was lost"):
            code(kind)(found)


@pytest.fixture
def damaged(account):
    """Two products whose UPC lost its zero, one that is sound and one whose number is merely wrong."""
    shop = configuration.current()
    shop.field_mapping = {**shop.field_mapping, "UPC": "barcode_upc"}
    shop.save()
    codes = {"A": "12345678905", "B": "36000291452", "GOOD": "012345678905", "BAD": "12345678904"}
    found = [ProductFactory(sku=sku, attributes={"barcode_upc": upc}) for sku, upc in codes.items()]
    validations.validate([product.pk for product in found])
    return found


def run_of(run):
    """Carry a run out, and return it as it ended."""
    lifecycle.start(run)
    steps.expand()
    run.refresh_from_db()
    return run


def own(products):
    """Return what stands on the products themselves."""
    for product in products:
        product.refresh_from_db()
    return [product.jet_fields.get("UPC") for product in products]


def test_the_cause_leads_to_a_plan_with_a_preview_and_the_run_can_be_undone(damaged, admin_client):
    page = admin_client.get(reverse("catalog:cause", args=["UPC.lost_zeros"])).content.decode()
    assert "012345678905 would be valid: a zero was lost" in page
    assert "action=restore_zeros&amp;problems=UPC.lost_zeros" in page

    run = steps.draft(action="restore_zeros", filters={})

    assert (run.chosen, run.plan["will_go"]) == (4, 2)
    assert [(row["sku"], row["then"]) for row in run.plan["zeros"]] == [
        ("A", "012345678905"),
        ("B", "036000291452"),
    ]
    plan = admin_client.get(reverse("catalog:run", args=[run.pk])).content.decode()
    assert "036000291452" in plan
    assert own(damaged) == [None] * 4

    run = run_of(run)

    assert (run.done, run.failed) == (2, 0)
    assert own(damaged) == ["012345678905", "036000291452", None, None]
    validations.validate([product.pk for product in damaged])
    assert not Problem.objects.filter(code="UPC.lost_zeros").exists()

    undo = run_of(steps.again(run, action="take_zeros_back", states=["done"]))

    assert undo.done == 2
    assert own(damaged) == [None] * 4


def test_undo_leaves_what_was_changed_since(damaged):
    run = run_of(steps.draft(action="restore_zeros", filters={}))
    first = damaged[0]
    first.refresh_from_db()
    first.jet_fields = {"UPC": "614141000036"}
    first.save()

    undo = run_of(steps.again(run, action="take_zeros_back", states=["done"]))

    assert (undo.done, undo.failed) == (1, 1)
    assert own(damaged)[:2] == ["614141000036", None]
    assert "changed since" in undo.items.get(object_id=first.pk).reason
