"""A SKU from outside is looked up in one way: as it is spelled, then as the only one that differs in case alone."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from catalog.listings.jet import statuses as reports
from catalog.listings.jet.files import FileDocument
from catalog.listings.models import Listing
from catalog.listings.services import file_results, statuses
from catalog.listings.services.file_results import Outcome
from catalog.products.models import Variation
from jetbridge.core.models import Event
from tests.factories import ListingFactory, ProductFactory

# Where a SKU is compared as it is: it is ours, or a person searches a list, or it was looked up before.
OURS = {
    "catalog/listings/facets/closings.py": 2,
    "catalog/listings/management/commands/drifts.py": 1,
    "catalog/listings/management/commands/price_reviews.py": 1,
    "catalog/listings/management/commands/product.py": 1,
    "catalog/listings/management/commands/vanished.py": 1,
    "catalog/listings/mass_actions/actions.py": 1,
    "catalog/listings/selectors.py": 2,
    "catalog/listings/services/file_results.py": 2,
    "catalog/listings/services/statuses.py": 3,
    "catalog/listings/services/upload_requests.py": 1,
    "catalog/listings/services/vanished.py": 2,
    "catalog/listings/views/vanished.py": 2,
    "catalog/products/intake/writes.py": 1,
    "catalog/products/management/lookups.py": 1,
    "catalog/products/models/products.py": 1,
    "catalog/products/services/products.py": 1,
    "catalog/products/skus.py": 1,
    "jetbridge/api/resources/listings.py": 1,
    "orders/admin/oversells.py": 1,
    "orders/management/commands/choose_product.py": 1,
    "orders/selectors.py": 1,
    "returns/admin/returns.py": 1,
}
ASKING = {"filter", "get", "exclude", "Q", "existing", "get_or_create", "get_object_or_404", "finish"}
NAMES = ("sku", "child_sku", "merchant_sku")


def compared(source):
    """Count the places of a module that ask the database for a SKU as it is written."""
    found = 0
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            asked = [(each.arg or "").removesuffix("__in").split("__")[-1] for each in node.keywords]
            found += name in ASKING and any(each in NAMES for each in asked)
    return found


def test_no_other_place_looks_a_sku_up_by_itself():
    root = Path(settings.BASE_DIR)
    modules = [
        path
        for room in ("catalog", "orders", "returns", "jetbridge")
        for path in sorted((root / room).rglob("*.py"))
        if "migrations" not in path.parts and "demo" not in path.parts
    ]
    found = Counter({str(path.relative_to(root)): compared(path.read_text()) for path in modules})

    assert +found == OURS, "Ask catalog.products.skus for a SKU of others; one of ours may be named here."


@pytest.fixture
def read(account, jet, sandbox, monkeypatch):
    """Have Jet hold these SKUs, and read its report of all statuses."""
    monkeypatch.setattr(statuses, "FEW", 0)
    monkeypatch.setattr(reports, "REPORT_PAUSE", 0.05)
    sandbox.set_clock(transitions="at_once")

    def run(*skus):
        for sku in skus:
            jet.products.put(sku, {"product_title": "A book", "multipack_quantity": 1, "ASIN": "B00LAMP001"})
        statuses.sync_statuses(client=jet, account=account)
        statuses.sync_statuses(client=jet, account=account)
        return sorted(Listing.objects.values_list("sku", "product__sku", "status"))

    return run


def sent(sku):
    return ListingFactory(product=ProductFactory(sku=sku), sku=sku, first_sent_at="2026-01-01T00:00:00Z")


def test_a_status_of_another_spelling_is_the_listings_and_jets_spelling_stays(read):
    sent("BOOK-9")

    assert [row[:2] for row in read("book-9")] == [("book-9", "BOOK-9")]
    assert Event.objects.filter(message__contains="differ in case alone").count() == 1


def test_a_listing_that_was_never_sent_takes_the_spelling_that_jet_has(read):
    ListingFactory(product=ProductFactory(sku="BOOK-9"), sku="BOOK-9", first_sent_at=None)

    assert [row[:2] for row in read("book-9")] == [("book-9", "BOOK-9")]


def test_where_jet_has_both_spellings_each_keeps_its_own(read):
    sent("BOOK-9")

    assert [row[:2] for row in read("book-9", "BOOK-9")] == [("BOOK-9", "BOOK-9"), ("book-9", None)]


def test_where_two_products_differ_in_case_alone_a_third_spelling_waits_for_a_person(read):
    sent("BOOK-9")
    sent("Book-9")

    assert ("book-9", None) in [row[:2] for row in read("book-9", "BOOK-9", "Book-9")]


@pytest.mark.parametrize("shape", [dict, list])
def test_an_error_of_a_file_is_its_skus_in_whatever_case_and_nobodys_where_two_fit(shape):
    said = {"book-9": "No image", "MUG": "No title", "%50OT": "No brand"}
    state = FileDocument("1", "Processed with errors", True, True, 3, "", ())
    report = said if shape is dict else [f"{sku}: {text}" for sku, text in said.items() if "%" not in sku]

    found = file_results.read_errors({"BOOK-9": {}, "Mug": {}, "mug": {}, "POT": {}}, Outcome(state, report))

    assert found.by_sku == {"BOOK-9": ["No image"]} | ({"POT": ["No brand"]} if shape is dict else {})
    assert found.vague == (["No title"] if shape is dict else ["MUG: No title"])


def test_people_name_a_sku_in_whatever_case(db):
    ProductFactory(sku="BOOK-9", kind="configurable")
    ProductFactory(sku="BOOK-9-s")

    call_command("product", "book-9", "--add", "child", "child_sku=Book-9-S")
    call_command("validate", "book-9")

    assert Variation.objects.get().child.sku == "BOOK-9-s"
