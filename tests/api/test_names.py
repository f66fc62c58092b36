"""A name is anything: what people, a store or Jet call a thing has an address, whatever signs or words it holds."""

import re
from urllib.parse import quote

import pytest
from django.urls import URLPattern

from catalog.listings.models import Listing
from jetbridge.api import site
from jetbridge.api.urls import v1
from orders.models import Order
from returns.models import ReturnRequest
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def words() -> set[str]:
    """Return every word that stands beside a name, or in its place."""
    routes = [str(each.pattern) for each in v1[0] if isinstance(each, URLPattern)]
    return {word for route in routes for word in re.sub("<[^>]*>", "", route).split("/")[1:] if word}


SIGNS = "A/B|/A|A/|A//B|.|..|../me|50%|%2F|A B|A+B|A?b=1|A#b|A&b;c|{A}|Größe|🥾"
NAMES = [*SIGNS.split("|"), *sorted(words()), *(f"A/{word}" for word in sorted(words()))]


def at(name: str) -> str:
    return quote(name, safe="")


def test_the_words_of_the_addresses_are_among_the_names():
    assert {"prices", "quantities", "validate", "upload", "ship", "complete"} <= words()


def test_a_sku_may_be_anything(warehouse, account):
    for name in NAMES:
        ProductFactory(sku=name)
        Listing.objects.create(account=account, sku=name)
        address = f"products/{at(name)}"

        assert warehouse.get(address).json().get("sku") == name, name
        assert (
            warehouse.patch(address, {"name": f"This is {name}"}).json().get("name") == f"This is {name}"
        ), name
        assert warehouse.post(f"{address}/validate").json().get("sku") == name, name
        assert warehouse.post(f"{address}/upload").json()["code"].startswith("run."), name
        assert warehouse.get(f"listings/{at(name)}").json().get("sku") == name, name


def test_a_list_of_prices_is_no_product_of_that_name(warehouse):
    ProductFactory(sku="prices")

    said = warehouse.patch("products/prices", [{"sku": "prices", "price": "3.00"}])

    assert (said.status_code, said.json()[0]["ok"]) == (200, True)
    assert warehouse.get("products/prices").json()["price"] == "3.00"


def test_an_order_may_have_any_number(warehouse, acknowledged):
    for name in NAMES:
        Order.objects.update(number=name)
        assert warehouse.get(f"orders/{at(name)}").json().get("number") == name, name
        answer = warehouse.post(f"orders/{at(name)}/cancel", {"items": [{"sku": "NONE", "quantity": 1}]})
        assert answer.json()["errors"][0]["code"] == "unknown_sku", name


def test_a_return_may_have_any_reference(warehouse, open_return):
    open_return(1)
    for name in NAMES:
        ReturnRequest.objects.update(reference_number=name)
        assert warehouse.get(f"returns/{at(name)}").json().get("reference") == name, name
        answer = warehouse.post(f"returns/{at(name)}/complete", {"items": [{"item": "none"}]})
        assert answer.json()["errors"][0]["code"] == "unknown_item", name


def test_the_place_of_the_addresses_is_where_they_are(client):
    assert client.get(f"/{site.PLACE}openapi.json").status_code == 200
