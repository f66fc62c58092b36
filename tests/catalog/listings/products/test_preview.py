"""The send preview: the exact messages beside what Jet took last and what it holds now."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.listings.models import ListingFacet
from catalog.listings.services import direct_updates, upload_requests
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core.jet import client as jet_door
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_circuit():
    """What an earlier test learned of a dead Jet is forgotten."""
    jet_door._circuit.cache_clear()


@pytest.fixture
def mug(account):
    return ProductFactory(sku="MUG-1", name="Blue mug", price=Decimal("12.10"), quantity=7, mapped=True)


@pytest.fixture
def send(account, jet):
    """Upload a product, as the task does."""

    def run(product):
        upload_requests.queue_upload(products=[product], account=account)
        assert direct_updates.send_pending(client=jet, account=account).failed == 0

    return run


def ask(client, product):
    answer = client.get(reverse("catalog:product_sync", args=[product.pk]))
    return answer.content.decode(), {part.facet: part for part in answer.context["preview"].parts}


def sides(part):
    return {line.label: (line.will, line.accepted, line.live) for line in part.lines}


def test_what_is_shown_is_exactly_what_is_sent(admin_client, mug, sandbox, account, send):
    ShippingException.objects.create(product=mug, kind="restricted", service_level="Standard")
    ReturnException.objects.create(product=mug, time_to_return=14)
    _, parts = ask(admin_client, mug)

    send(mug)

    sent = {
        f"{call['method']} {call['path'].removeprefix('/api')}": call["body"]
        for call in sandbox.calls(path="MUG-1")
        if call["method"] != "GET"
    }
    assert {part.call: json.loads(part.message) for part in parts.values()} == sent
    assert set(parts) == {"details", "price", "inventory", "shipping", "returns"}


def test_each_field_stands_on_its_three_sides_with_what_changed_marked(admin_client, mug, jet, send):
    send(mug)
    mug.name, mug.price = "Green mug", Decimal("13.00")
    mug.save()
    jet.products.put_price("MUG-1", Decimal("9.99"))

    page, parts = ask(admin_client, mug)

    assert sides(parts[Facet.PRICE])["Price"] == ("$13.00", "$12.10", "$9.99")
    assert sides(parts[Facet.DETAILS])["Title"] == ("Green mug", "Blue mug", "Blue mug")
    assert [line.label for line in parts[Facet.DETAILS].changes] == ["Title"]
    assert not parts[Facet.INVENTORY].changes
    assert page.count("jb-differs") == 6


def test_a_live_product_is_warned_about_by_the_fields_that_would_change(admin_client, mug, sandbox, send):
    send(mug)
    sandbox.review("MUG-1", status="Available for Purchase")

    same, _ = ask(admin_client, mug)
    mug.name = "Green mug"
    mug.save()
    changed, _ = ask(admin_client, mug)

    assert "The product is live." in same
    assert "None of its content would change." in same
    assert "Jet would see a change of: Title." in changed
    assert "Send price and quantity only" in changed


def test_a_product_that_is_not_on_jet_is_previewed_while_prices_are_reviewed(admin_client, mug):
    Configuration.objects.update(price_review=True)

    assert ask(admin_client, mug)[1][Facet.PRICE].message


def test_what_cannot_be_worded_says_why_and_the_rest_is_shown(admin_client, account):
    product = ProductFactory(sku="MUG-1", price=None, mapped=True)

    page, parts = ask(admin_client, product)

    assert parts[Facet.PRICE].obstacle == "The product has no price."
    assert parts[Facet.INVENTORY].message
    assert "Cannot be sent" in page


def test_jet_being_down_leaves_what_would_be_sent(admin_client, mug, sandbox, send):
    send(mug)
    sandbox.add_fault("drop_before", path="/merchant-skus/MUG-1$", method="GET", times=20)

    page, parts = ask(admin_client, mug)

    assert "Jet could not be asked what it holds." in page
    assert sides(parts[Facet.PRICE])["Price"] == ("$12.10", "$12.10", "")
    assert "not known" in page


def test_exceptions_are_shown_as_jet_holds_them_on_both_pages(admin_client, mug, jet, send, account):
    send(mug)
    rule = {
        "shipping_method": "Freight",
        "shipping_exception_type": "exclusive",
        "override_type": "Additional charge",
        "shipping_charge_amount": 3.25,
    }
    node = {"fulfillment_node_id": account.fulfillment_node_id, "shipping_exceptions": [rule]}
    jet.products.put_shipping_exceptions("MUG-1", {"fulfillment_nodes": [node]})
    jet.products.put_return_exception(
        "MUG-1", {"time_to_return": 14, "return_shipping_methods": ["UPS Ground"]}
    )

    live = admin_client.get(reverse("catalog:product_view", args=[mug.pk])).context["live"]

    different = {line.label: (line.ours, line.jets) for line in live.different}
    assert different == {
        "Shipping exceptions at our node": ("", "exclusive: Freight, Additional charge $3.25"),
        "Days to return": ("", "14"),
        "Return methods": ("", "UPS Ground"),
    }


def test_a_removed_shipping_exception_is_previewed_and_leaves_jet(admin_client, mug, jet, send, account):
    row = ShippingException.objects.create(product=mug, kind="restricted", service_level="Standard")
    send(mug)
    row.delete()
    ListingFacet.objects.filter(facet=Facet.SHIPPING_EXCEPTION).update(
        next_try_at="2026-01-01T00:00Z", number=2
    )

    _, parts = ask(admin_client, mug)
    direct_updates.send_pending(client=jet, account=account)

    shown = sides(parts[Facet.SHIPPING_EXCEPTION])["Shipping exceptions at our node"]
    assert shown == ("", "restricted: Standard", "restricted: Standard")
    assert jet.products.get_shipping_exceptions("MUG-1").fulfillment_nodes[0].shipping_exceptions == ()
