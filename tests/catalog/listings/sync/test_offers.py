"""Prices and quantities: only what changed, direct for few and by file for many, sold out at once."""

from decimal import Decimal

import pytest

from catalog.listings.facets import updates
from catalog.listings.models import ListingFacet, UploadFile
from catalog.listings.services import direct_updates, upload_files
from catalog.products.models import Product
from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mugs(upload):
    """Four products that Jet has."""
    products = [ProductFactory(sku=f"MUG-{n}", mapped=True) for n in range(4)]
    upload(*products)
    return products


def changes(sandbox, after):
    """Return which SKUs were changed on Jet since a call."""
    calls = sandbox.calls(path="merchant-skus/")[after:]
    return sorted(call["path"].split("merchant-skus/")[1] for call in calls if call["method"] != "GET")


def test_only_what_changed_is_sent(mugs, account, jet, sandbox):
    before = len(sandbox.calls(path="merchant-skus/"))
    Product.objects.filter(sku="MUG-1").update(price=Decimal("13.00"))
    updates.product_changed([mugs[1].pk], [Facet.PRICE])

    direct_updates.send_pending(client=jet, account=account)
    direct_updates.send_pending(client=jet, account=account)

    assert changes(sandbox, before) == ["MUG-1/price"]


def test_with_nothing_changed_no_call_is_made(mugs, account, jet, sandbox):
    before = len(sandbox.calls())

    Facet.INVENTORY.queue_aging(account)
    Facet.PRICE.queue_dated(account)
    updates.prefer_files(account, [Facet.PRICE, Facet.INVENTORY])
    direct_updates.send_pending(client=jet, account=account)

    assert len(sandbox.calls()) == before


@pytest.mark.parametrize(("threshold", "handed"), [(4, 4), (5, 0)])
def test_files_carry_prices_from_the_threshold_on(mugs, account, monkeypatch, threshold, handed):
    monkeypatch.setattr(updates, "BY_FILE_FROM", threshold)
    monkeypatch.setattr(updates, "HANDED_OVER", 3)
    Product.objects.update(price=Decimal("15.50"))
    updates.product_changed([mug.pk for mug in mugs], [Facet.PRICE])

    assert updates.prefer_files(account, [Facet.PRICE, Facet.INVENTORY]) == handed

    upload_files.build_files(account=account)
    assert UploadFile.objects.filter(kind="Price").count() == (1 if handed else 0)


def test_what_waits_for_its_details_does_not_count_for_the_threshold(account, monkeypatch, mugs):
    monkeypatch.setattr(updates, "BY_FILE_FROM", 4)
    updates.product_changed([mug.pk for mug in mugs[:3]], [Facet.PRICE])
    mugs[3].listings.update(first_sent_at=None)
    updates.queue_update(list(mugs[3].listings.all()), Facet.PRICE)

    assert updates.prefer_files(account, [Facet.PRICE]) == 0


@pytest.mark.django_db(transaction=True)
def test_a_sale_of_the_last_units_is_on_its_way_to_jet_at_once(mugs, account, jet, monkeypatch):
    nudged = []
    monkeypatch.setattr("jetbridge.jobs.queue._send", lambda name, *rest: nudged.append(name))

    stock.reserve(document="order-1", lines=[StockLine("1", mugs[0].pk, "MUG-0", 10)])
    direct_updates.send_pending(client=jet, account=account, facets=[Facet.INVENTORY])

    assert "catalog.sync_inventory" in nudged
    assert jet.products.get("MUG-0").inventory_by_fulfillment_node[0].quantity == 0


def test_jet_gets_the_price_and_quantity_of_the_moment_of_sending(mugs, account, jet):
    updates.product_changed([mugs[0].pk], [Facet.PRICE, Facet.INVENTORY])
    Product.objects.filter(sku="MUG-0").update(price=Decimal("15.50"), quantity=3)

    direct_updates.send_pending(client=jet, account=account)

    row = ListingFacet.objects.get(listing__sku="MUG-0", facet=Facet.PRICE)
    node = account.fulfillment_node_id
    nodes = [{"fulfillment_node_id": node, "fulfillment_node_price": 15.5}]
    assert row.accepted == {"price": 15.5, "fulfillment_nodes": nodes}
    row = ListingFacet.objects.get(listing__sku="MUG-0", facet=Facet.INVENTORY)
    assert row.accepted == {"fulfillment_nodes": [{"fulfillment_node_id": node, "quantity": 3}]}
