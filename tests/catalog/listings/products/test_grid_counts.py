"""The grid's own count: products in words, their groups apart, as everywhere else."""

import pytest

from catalog.products.models import Product
from jetbridge.panel import paginator
from tests import fashion
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
GRID = "/admin/catalog/product/"


def words(client, **query):
    """Return what the grid says it found."""
    page = client.get(GRID, query)
    assert page.context["cl"].count_words in page.content.decode()
    return page.context["cl"].count_words


def test_groups_are_counted_apart_whatever_is_searched_or_filtered(admin_client, account):
    fashion.shop(groups=1, colors=1)
    children = Product.objects.exclude(kind="configurable").count()
    ProductFactory(sku="MUG-1", name="Mug")

    assert words(admin_client) == f"{children + 1} products and 5 groups"
    assert words(admin_client, kind="configurable") == f"0 of {children + 1} products and 5 of 5 groups"
    assert words(admin_client, q="HATS-0") == f"5 of {children + 1} products and 1 of 5 groups"
    assert words(admin_client, q="MUG-1") == f"1 of {children + 1} products and 0 of 5 groups"
    assert words(admin_client, stage="mapped").endswith(" of 5 groups")


def test_without_groups_none_are_spoken_of(admin_client, account):
    ProductFactory(sku="MUG-1")
    assert words(admin_client) == "1 product"
    assert words(admin_client, q="nothing") == "0 of 1 products"


def test_beyond_the_cap_no_number_of_groups_is_said(admin_client, account, monkeypatch):
    fashion.shop(groups=1, colors=1)
    monkeypatch.setattr("jetbridge.panel.changelist.CAP", 5)
    monkeypatch.setattr(paginator, "CAP", 5)

    assert words(admin_client) == "5+ products"
    assert words(admin_client, q="HATS-0-XS") == "1 of 5+ products"
