"""SKUs that the store takes up: renamed to one that Jet has, renamed back, deleted and made anew."""

import pytest

from catalog.listings.facets import updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, statuses
from catalog.products.services import products
from catalog.rules.models import BrandRule, ReturnException
from catalog.rules.services import brand_rules
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
LAMP = {"product_title": "Lost lamp", "multipack_quantity": 1, "ASIN": "B00LAMP001", "brand": "Acme"}


@pytest.fixture
def lost(account, jet):
    """A SKU that Jet has and the store does not."""
    jet.products.put("LOST", LAMP)
    statuses.sync_statuses(client=jet, account=account)
    return Listing.objects.get(sku="LOST")


@pytest.fixture
def lamp(upload):
    """A product that Jet has."""
    product = ProductFactory(sku="LAMP-1", mapped=True)
    upload(product)
    return product


@pytest.fixture
def send(account, jet):
    return lambda: direct_updates.send_pending(client=jet, account=account)


def rename(product, sku):
    former, product.sku = product.sku, sku
    products.store(product=product, changed={"sku"})
    products.finish(product=product, changed={"sku"}, former_sku=former)


def edit(product, **changed):
    product.save()
    products.finish(product=product, changed=changed)


def make_anew(sku, **values):
    product = ProductFactory(sku=sku, mapped=True, **values)
    products.finish(product=product, is_new=True)
    return product


def test_a_product_that_was_never_sent_takes_over_the_sku_it_is_renamed_to(lost):
    product = ProductFactory(sku="LAMP-2")
    ListingFactory(product=product, sku="LAMP-2")

    rename(product, "LOST")

    lost.refresh_from_db()
    assert lost.product == product
    assert Listing.objects.count() == 1


def test_a_sent_product_closes_its_former_sku_and_takes_over_the_new_one(lost, lamp):
    rename(lamp, "LOST")

    lost.refresh_from_db()
    assert lost.product == lamp
    assert Listing.objects.get(sku="LAMP-1").archive_requested


def test_a_product_renamed_back_is_opened_on_jet_again(lamp, send, jet):
    rename(lamp, "LAMP-2")
    send()
    closed = jet.products.get("LAMP-1").is_archived

    rename(lamp, "LAMP-1")
    send()

    assert (closed, jet.products.get("LAMP-1").is_archived) == (True, False)
    assert Listing.objects.get(sku="LAMP-1").product == lamp


def test_a_deleted_product_that_is_made_anew_is_opened_on_jet_again(lamp, send, jet):
    products.delete(product=lamp)
    send()

    made = make_anew("LAMP-1", quantity=3)
    send()

    held = jet.products.get("LAMP-1")
    assert (held.is_archived, held.inventory_by_fulfillment_node[0].quantity) == (False, 3)
    assert Listing.objects.get(sku="LAMP-1").product == made


@pytest.mark.parametrize(("name", "told"), [("Green lamp", 1), ("Blue lamp", 0)])
def test_what_was_edited_while_it_was_closed_goes_when_it_is_opened(lamp, send, jet, sandbox, name, told):
    Configuration.objects.update(sync_details_on_edit=True)
    lamp.name = "Blue lamp"
    edit(lamp, name=True)
    send()
    lamp.enabled = False
    edit(lamp, enabled=True)
    send()
    before = len(sandbox.calls(path="merchant-skus/LAMP-1$"))

    lamp.name = name
    edit(lamp, name=True)
    ReturnException.objects.create(product=lamp, time_to_return=14)
    products.finish(product=lamp, changed={"return_exceptions"})
    lamp.enabled = True
    edit(lamp, enabled=True)
    send()

    held = jet.products.get("LAMP-1")
    assert (held.is_archived, held.product_title, held.time_to_return) == (False, name, 14)
    puts = [call for call in sandbox.calls(path="merchant-skus/LAMP-1$")[before:] if call["method"] == "PUT"]
    assert len(puts) == told
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_what_a_person_archived_stays_archived_when_the_product_is_made_anew(lamp, send, jet):
    Listing.objects.update(archive_requested=True)
    updates.queue_update(list(Listing.objects.all()), Facet.ARCHIVE, by="alice")
    products.delete(product=lamp)

    make_anew("LAMP-1")
    send()

    assert jet.products.get("LAMP-1").is_archived


def test_a_product_made_anew_that_a_rule_keeps_off_jet_stays_closed(lamp, send, jet):
    products.delete(product=lamp)
    send()
    brand_rules.save_brand_rule(rule=BrandRule(brand="Northwind", key="northwind"))

    make_anew("LAMP-1")
    send()

    assert jet.products.get("LAMP-1").is_archived


def test_what_was_wanted_of_a_deleted_product_is_no_failure_and_its_last_units_are_taken_off(lamp, send, jet):
    updates.product_changed([lamp.pk], [Facet.DETAILS, Facet.PRICE, Facet.INVENTORY])

    products.delete(product=lamp)
    report = send()

    held = jet.products.get("LAMP-1")
    assert (report.done, report.failed, report.skipped) == (2, 0, 2)
    assert (held.is_archived, held.inventory_by_fulfillment_node[0].quantity) == (True, 0)
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_a_product_made_anew_before_its_closing_was_sent_brings_its_own_price_and_quantity(lamp, send, jet):
    products.delete(product=lamp)
    make_anew("LAMP-1", price=33, quantity=3)
    send()

    held = jet.products.get("LAMP-1")
    assert (held.is_archived, held.price, held.inventory_by_fulfillment_node[0].quantity) == (False, 33, 3)
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_a_price_saved_with_the_closing_goes_when_the_closing_is_taken_back_unsent(lamp, send, jet, sandbox):
    lamp.enabled, lamp.price = False, 33
    edit(lamp, enabled=True, price=True)
    lamp.enabled = True
    edit(lamp, enabled=True)
    send()

    held = jet.products.get("LAMP-1")
    assert (held.is_archived, held.price) == (False, 33)
    assert not sandbox.calls(path="LAMP-1/status/archive")
