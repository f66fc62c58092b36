"""A mass upload spares what is live: price and quantity alone, unless somebody wants the content sent too."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from catalog.listings.mass_actions import steps
from catalog.listings.models import ListingFacet
from catalog.listings.services import direct_updates
from jetbridge.mass_actions.models import MassAction
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chosen(account, jet, sandbox):
    """One product that is live and one that Jet does not have."""
    live, fresh = (ProductFactory(sku=sku, mapped=True) for sku in ("LIVE", "NEW"))
    run = steps.draft(action="upload", ids=[live.pk])
    steps.start(run)
    steps.expand()
    direct_updates.send_pending(client=jet, account=account)
    sandbox.review("LIVE", status="Available for Purchase")
    live.listings.update(status="Available for Purchase")
    return [live.pk, fresh.pk]


def wanted(sku):
    rows = ListingFacet.objects.filter(listing__sku=sku, next_try_at__isnull=False)
    return set(rows.values_list("facet", flat=True))


@pytest.mark.parametrize("action", ["upload", "bulk_upload"])
def test_the_plan_warns_and_price_and_quantity_are_what_it_offers(admin_client, chosen, action):
    run = steps.draft(action=action, ids=chosen)

    page = admin_client.get(reverse("catalog:run", args=[run.pk])).content.decode()
    admin_client.post(reverse("catalog:run_move", args=[run.pk, "start"]), {"spare_live": "on"})
    steps.expand()

    assert "1 of them is live." in page
    assert 'name="spare_live"' in page
    assert "checked" in page
    assert wanted("LIVE") == {Facet.PRICE, Facet.INVENTORY}
    assert wanted("NEW") == {Facet.DETAILS, Facet.PRICE, Facet.INVENTORY}


def test_without_the_tick_the_content_goes_too(admin_client, chosen):
    run = steps.draft(action="upload", ids=chosen)

    admin_client.post(reverse("catalog:run_move", args=[run.pk, "start"]), {})
    steps.expand()

    assert wanted("LIVE") == {Facet.DETAILS, Facet.PRICE, Facet.INVENTORY}


def test_a_spared_product_stays_live_and_its_item_is_done(admin_client, chosen, account, jet):
    run = steps.draft(action="upload", ids=chosen)
    admin_client.post(reverse("catalog:run_move", args=[run.pk, "start"]), {"spare_live": "on"})
    steps.expand()

    direct_updates.send_pending(client=jet, account=account)

    run = MassAction.objects.get(pk=run.pk)
    assert (run.done, run.failed) == (2, 0)
    assert dict(run.items.values_list("reference", "code")) == {"LIVE": "spared", "NEW": ""}
    page = admin_client.get(reverse("catalog:run", args=[run.pk])).content.decode()
    assert "1 product, done: Live on Jet: price and quantity alone were sent" in strip_tags(page)
    assert jet.products.get("LIVE").status == "Available for Purchase"


def test_a_plan_without_live_products_asks_nothing(admin_client, account):
    run = steps.draft(action="upload", ids=[ProductFactory(mapped=True).pk])

    page = admin_client.get(reverse("catalog:run", args=[run.pk])).content.decode()

    assert "spare_live" not in page
