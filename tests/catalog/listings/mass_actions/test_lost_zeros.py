"""Zeros that identifiers lost in front: recognised where it is certain, restored by one mass action, taken back."""

import pytest
from django.urls import reverse

from catalog.listings.mass_actions import steps
from catalog.products.intake.importer import import_products
from catalog.products.models import Product
from catalog.products.values import BadValue, code, with_lost_zeros
from catalog.rules.models import Problem
from catalog.rules.services import lost_zeros, validations
from jetbridge.core import configuration
from jetbridge.mass_actions import lifecycle
from tests.catalog.products.imports.files import sample
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
        ("EAN", "20000011", ""),
        ("EAN", "02000015", ""),
        ("EAN", "40002101", ""),
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


def isbn_10(number):
    """Append the digit by which ten, nine, eight ... times the digits add up to a multiple of eleven."""
    digits = f"{number:09d}"
    rest = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
    return digits + ("X" if rest == 10 else str(rest))


def ean(digits):
    """Append the digit by which the digits, every second one threefold from the right, add up to a ten."""
    return digits + str(
        -sum(int(each) * (3, 1)[place % 2] for place, each in enumerate(reversed(digits))) % 10
    )


def test_ten_thousand_books_and_a_thousand_shoes_get_their_zeros_back_and_nothing_else():
    books = [isbn_10(number) for number in range(1, 1_000_000_000, 99_989)]
    shoes = [ean(f"{number:011d}") for number in range(88_984_000_000, 1_000_000_000, -87_983_000)]
    # A spreadsheet makes numbers of them; what ends with an X stays a text.
    kept = {book: book if book.endswith("X") else str(int(book)) for book in books}
    kept |= {shoe: str(int(shoe)) for shoe in shoes}

    found = {
        each: with_lost_zeros("ISBN-10" if len(each) == 10 else "UPC", left) for each, left in kept.items()
    }

    lost = {each for each, left in kept.items() if len(left) < len(each)}
    too_short = {each for each in lost if len(each) == 10 and len(kept[each]) < 7}
    # Eleven digits of which the last nine are a book as well, or an in-store number, are left to a person.
    assert len(books) > 10_000
    assert len(shoes) > 1_000
    assert {each for each, restored in found.items() if restored} <= lost
    assert all(restored == each for each, restored in found.items() if restored)
    unsure = {each for each in lost - too_short if not found[each]}
    assert all(len(each) == 12 and (len(kept[each]) in (9, 10) or each[0] in "2") for each in unsure), unsure


def test_the_cases_by_name(account):
    import_products(path=sample("cases", "c33_lost_zeros.csv"))
    shop = configuration.current()
    shop.field_mapping = {"UPC": "upc", "ISBN-10": "isbn", "EAN": "gtin"}
    shop.save()

    found = {product.sku: lost_zeros.changes(product) for product in Product.objects.all()}

    assert found == {
        "DT33-A": {"UPC": ("44208187873", "044208187873")}, "DT33-B": {"ISBN-10": ("439023483", "0439023483")},
        "DT33-C": {"EAN": ("96385074", "0000096385074")},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "value", "kind", "restored"),
    [
        ("GTIN", "44208187873", "UPC", "044208187873"),
        ("", "44208187873", "UPC", "044208187873"),
        ("GTIN", "96385074", "EAN", "0000096385074"),
        ("EAN-8", "96385074", "EAN", "0000096385074"),
        ("ISBN", "439023483", "ISBN-10", "0439023483"),
        ("GTIN", "96385075", "", ""),
        ("ISBN", "43902348", "", ""),
    ],
)
def test_a_barcode_beside_its_type_gets_its_zeros_back_as_well(account, word, value, kind, restored):
    """A bare GTIN goes by its length, and has another one without its zeros."""
    product = ProductFactory(attributes={"barcode": word, "barcode_value": value})

    assert lost_zeros.changes(product) == ({kind: (value, restored)} if kind else {})
    if kind:
        assert lost_zeros.restore(product.pk)
        product.refresh_from_db()
        assert (product.jet_fields[kind], lost_zeros.changes(product)) == (restored, {})


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
    assert "Will be done" in plan
    assert "Will be sent" not in plan
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
