"""The exceptions' tabs show what Jet holds now, beside the store's, and bring Jet in line."""

import pytest
from django.urls import reverse

from catalog.listings.models import ListingFacet
from catalog.listings.services import direct_updates, upload_requests
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core.jet import client as jet_door
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
RETURNS = {"time_to_return": 14, "return_shipping_methods": ["UPS Ground"]}


@pytest.fixture(autouse=True)
def fresh_circuit():
    """What an earlier test learned of a dead Jet is forgotten."""
    jet_door._circuit.cache_clear()


@pytest.fixture
def mug(account, jet):
    """A product that Jet has, without exceptions."""
    product = ProductFactory(sku="MUG-1", mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    direct_updates.send_pending(client=jet, account=account)
    return product


def ask(client, product, facet):
    answer = client.get(reverse("catalog:product_exceptions", args=[product.pk, facet]))
    lines = answer.context["part"].lines if "part" in answer.context else ()
    return answer.content.decode(), {line.label: (line.will, line.live) for line in lines}


def restricted(account):
    rule = {"service_level": "Standard", "shipping_exception_type": "restricted"}
    node = {"fulfillment_node_id": account.fulfillment_node_id, "shipping_exceptions": [rule]}
    return {"fulfillment_nodes": [node]}


def test_what_another_tool_set_stands_beside_the_stores_nothing(admin_client, mug, account, jet):
    jet.products.put_shipping_exceptions("MUG-1", restricted(account))
    jet.products.put_return_exception("MUG-1", RETURNS)

    page, shipped = ask(admin_client, mug, "shipping")
    _, returned = ask(admin_client, mug, "returns")

    assert shipped == {"Shipping exceptions at our node": ("", "restricted: Standard")}
    assert returned == {"Days to return": ("", "14"), "Return methods": ("", "UPS Ground")}
    assert "Differs from the store" in page


def test_what_the_store_sent_is_shown_as_the_same(admin_client, mug, account, jet):
    ReturnException.objects.create(product=mug, **RETURNS)
    upload_requests.queue_upload(products=[mug], account=account)
    direct_updates.send_pending(client=jet, account=account)

    page, lines = ask(admin_client, mug, "returns")

    assert lines == {"Days to return": ("14", "14"), "Return methods": ("UPS Ground", "UPS Ground")}
    assert "As in the store" in page


def test_none_on_either_side_is_said(admin_client, mug):
    page, lines = ask(admin_client, mug, "shipping")

    assert lines == {}
    assert "Jet holds no exception for this product." in page


def test_one_that_is_on_its_way_says_so_and_is_looked_at_again(admin_client, mug, account):
    ShippingException.objects.create(product=mug, kind="restricted", service_level="Standard")
    admin_client.post(reverse("catalog:send_exceptions", args=[mug.pk, "shipping"]))

    page, _ = ask(admin_client, mug, "shipping")

    assert "Being sent" in page
    assert "?n=1" in page


def test_a_refusal_stands_there_with_jets_words(admin_client, mug, account, jet):
    ShippingException.objects.create(product=mug, kind="restricted", service_level="By pigeon")
    upload_requests.queue_upload(products=[mug], account=account)
    direct_updates.send_pending(client=jet, account=account)

    page, _ = ask(admin_client, mug, "shipping")

    assert "Jet did not take the last change:" in page
    assert "service_level" in page


def test_sending_what_the_store_has_takes_away_what_another_tool_set(admin_client, mug, account, jet):
    jet.products.put_return_exception("MUG-1", RETURNS)

    answer = admin_client.post(reverse("catalog:send_exceptions", args=[mug.pk, "returns"]))
    direct_updates.send_pending(client=jet, account=account)

    assert answer.url.endswith("#return_exceptions")
    assert jet.products.get_return_exception("MUG-1").time_to_return is None
    assert ListingFacet.objects.get(facet=Facet.RETURN_EXCEPTION).answer == "accepted"


def test_jet_being_down_is_said_in_the_tab(admin_client, mug, sandbox):
    sandbox.add_fault("drop_before", path="shippingexception", method="GET", times=20)

    page, _ = ask(admin_client, mug, "shipping")

    assert "Jet could not be asked." in page


def test_the_product_page_asks_jet_only_for_what_jet_has(admin_client, mug):
    url = reverse("admin:catalog_product_change", args=[mug.pk])
    known = admin_client.get(url).content.decode()
    new = admin_client.get(reverse("admin:catalog_product_change", args=[ProductFactory().pk]))

    assert reverse("catalog:product_exceptions", args=[mug.pk, "shipping"]) in known
    assert "exceptions go along with its upload" in new.content.decode()


def test_nothing_else_has_such_a_tab_and_a_viewer_may_not_ask(admin_client, viewer_client, mug):
    url = reverse("catalog:product_exceptions", args=[mug.pk, "price"])
    unsent = ListingFactory().product

    assert admin_client.get(url).status_code == 404
    assert admin_client.post(reverse("catalog:send_exceptions", args=[mug.pk, "price"])).status_code == 404
    assert (
        admin_client.post(reverse("catalog:send_exceptions", args=[unsent.pk, "returns"])).status_code == 404
    )
    assert (
        viewer_client.get(reverse("catalog:product_exceptions", args=[mug.pk, "returns"])).status_code == 403
    )
