"""Products and listings for programs: read, change, set prices and quantities row by row, check, upload."""

import pytest

from catalog.listings.models import Listing
from catalog.products.models import Product
from jetbridge.mass_actions.models import MassAction
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_a_product_says_price_stock_and_how_it_stands_on_jet(looker, mug, account):
    Listing.objects.create(
        account=account, product=mug, sku=mug.sku, status="Under Jet Review", live_quantity=3
    )

    shown = looker.get("products/MUG-1").json()

    assert (shown["sku"], shown["price"], shown["quantity"], shown["jet_status"]) == (
        "MUG-1",
        "19.99",
        10,
        "Under Jet Review",
    )
    assert looker.get("listings/MUG-1").json()["live_quantity"] == 3
    assert [row["sku"] for row in looker.get("listings?status=Under+Jet+Review").json()["items"]] == ["MUG-1"]
    assert looker.get("listings?status=Archived").json()["items"] == []
    assert looker.get("products/NONE").status_code == 404
    assert looker.get("listings/NONE").status_code == 404


def test_a_sku_with_a_slash_has_an_address(warehouse):
    ProductFactory(sku="A/B C")

    assert warehouse.get("products/A%2FB%20C").json()["sku"] == "A/B C"
    assert warehouse.post("products/A%2FB%20C/validate").json()["sku"] == "A/B C"


def test_prices_and_quantities_are_answered_row_by_row(warehouse, mug, client):
    ProductFactory(sku="CUP-1")
    rows = [
        {"sku": "MUG-1", "price": "12.50"},
        {"sku": "NONE", "price": "1.00"},
        {"sku": "CUP-1", "price": "0.00"},
        {"sku": "CUP-1", "price": "7"},
    ]

    said = warehouse.patch("products/prices", rows).json()

    assert [(row["sku"], row["ok"]) for row in said] == [
        ("MUG-1", True), ("NONE", False), ("CUP-1", False), ("CUP-1", True),
    ]  # fmt: skip
    assert (said[1]["code"], said[2]["code"]) == ("unknown_sku", "min_value")
    assert {str(each.price) for each in Product.objects.all()} == {"12.5000", "7.0000"}
    said = warehouse.patch("products/quantities", [{"sku": "MUG-1", "quantity": 4}]).json()
    assert said[0]["ok"]
    mug.refresh_from_db()
    assert mug.quantity == 4


@pytest.mark.parametrize(
    "row",
    [
        {"sku": "MUG-1", "price": 12.5},
        {"sku": "MUG-1", "price": "1e3"},
        {"sku": "", "price": "1"},
        {"sku": "MUG-1"},
    ],
)
def test_a_list_that_is_no_list_of_prices_changes_nothing(warehouse, mug, row):
    answer = warehouse.patch("products/prices", [{"sku": "MUG-1", "price": "1.00"}, row])

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("1.")
    mug.refresh_from_db()
    assert str(mug.price) == "19.9900"


def test_fields_change_as_the_page_changes_them(warehouse, mug):
    body = {
        "name": "Big mug", "price": "25.00", "quantity": 7, "enabled": False, "jet": {"brand": "Acme"},
    }  # fmt: skip
    answer = warehouse.patch("products/MUG-1", body)

    assert answer.status_code == 200, answer.content
    mug.refresh_from_db()
    assert (mug.name, str(mug.price), mug.quantity, mug.enabled) == ("Big mug", "25.0000", 7, False)
    assert mug.jet_fields == {"brand": "Acme"}
    assert answer.json()["price"] == "25.00"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"jet": {"nothing": "1"}}, "jet.nothing"),
        ({"attributes": {"nothing": "1"}}, "attributes.nothing"),
        ({"quantity": -1}, "quantity"),
        ({"price": "-1"}, "price"),
        ({"sku": "OTHER"}, "sku"),
    ],
)
def test_a_field_that_cannot_be_that_is_named(warehouse, mug, body, field):
    answer = warehouse.patch("products/MUG-1", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_check_names_problems_with_codes_of_the_error_book(warehouse, account):
    ProductFactory(sku="BARE", attributes={})

    said = warehouse.post("products/BARE/validate").json()

    assert said["ready"] is False
    assert {"severity", "code", "field", "message"} == said["problems"][0].keys()


def test_an_upload_is_the_action_upload_and_says_what_stands_against_it(warehouse, account):
    ProductFactory(sku="BARE", attributes={})
    ProductFactory(sku="GOOD", mapped=True)
    warehouse.post("products/BARE/validate")
    warehouse.post("products/GOOD/validate")

    answer = warehouse.post("products/BARE/upload")
    assert (answer.status_code, answer.json()["code"]) == (409, "run.invalid")
    answer = warehouse.post("products/GOOD/upload")
    assert answer.status_code == 202, answer.content
    run = MassAction.objects.get()
    assert (answer.json()["id"], run.state, run.started_by.username) == (str(run.pk), "running", "olga")


def test_whoever_only_looks_changes_no_product(looker, mug):
    for method, path, body in (
        ("PATCH", "products/MUG-1", {"name": "X"}),
        ("PATCH", "products/prices", []),
        ("PATCH", "products/quantities", []),
        ("POST", "products/MUG-1/upload", None),
    ):
        assert looker.ask(method, path, body).status_code == 403, path
