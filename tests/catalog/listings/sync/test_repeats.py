"""What Jet took last is not sent again, unless somebody asks for it or Jet may hold something else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.listings.facets import closings, updates
from catalog.listings.facets.inventory import OLD
from catalog.listings.facets.offers import MOST
from catalog.listings.models import Drift, ListingFacet, UploadFile
from catalog.listings.services import (
    direct_updates,
    product_sync,
    statuses,
    upload_files,
)
from catalog.products.models import Product
from catalog.products.services import products, stock
from catalog.products.services.stock import StockLine
from catalog.rules.models import ShippingException
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(upload):
    """A product that Jet has as the store has it."""
    product = ProductFactory(sku="MUG-1", name="Blue mug", mapped=True)
    upload(product)
    return product


@pytest.fixture
def send(account, jet):
    """Do what the jobs do."""
    return lambda: direct_updates.send_pending(client=jet, account=account)


@pytest.fixture
def told(sandbox, mug):
    """Return the last part of the address of each change that Jet has since."""
    before = len(sandbox.calls())

    def calls():
        made = [call for call in sandbox.calls()[before:] if call["method"] != "GET"]
        return [call["path"].rsplit("/", 1)[1] for call in made if "merchant-skus" in call["path"]]

    return calls


def wanted():
    return ListingFacet.objects.filter(next_try_at__isnull=False)


def test_units_that_are_reserved_and_then_shipped_are_told_once(mug, send, told):
    line = [StockLine("1", mug.pk, "MUG-1", 2)]

    stock.reserve(document="order-1", lines=line)
    send()
    stock.ship(document="order-1", lines=line)
    send()

    assert told() == ["inventory"]
    assert not wanted().exists()


def test_a_stock_movement_below_the_buffer_is_not_told(mug, send, told):
    Product.objects.update(quantity=0)
    updates.product_changed([mug.pk], [Facet.INVENTORY])
    send()

    Product.objects.update(quantity=-1)
    updates.product_changed([mug.pk], [Facet.INVENTORY])
    send()

    assert told() == ["inventory"]


def test_an_edit_that_changes_nothing_for_jet_sends_no_content(mug, send, told):
    Configuration.objects.update(sync_details_on_edit=True)
    Product.objects.update(attributes={**mug.attributes, "shelf": "B12"})

    products.finish(product=mug, changed={"attributes"})
    send()

    assert told() == []
    assert not wanted().exists()


def test_content_that_others_changed_on_jet_goes_again(mug, send, told, account, jet):
    Configuration.objects.update(sync_details_on_edit=True)
    jet.products.put("MUG-1", {**jet.products.get("MUG-1").raw, "product_title": "Red mug"})
    statuses.sync_statuses(client=jet, account=account)

    products.finish(product=mug, changed={"name"})
    send()

    assert Drift.objects.count() == 0
    assert jet.products.get("MUG-1").product_title == "Blue mug"


def test_content_goes_again_after_images_went_by_themselves(mug, send, jet):
    Configuration.objects.update(sync_details_on_edit=True)
    updates.product_changed([mug.pk], [Facet.IMAGES])
    mug.images.update(path="https://images.example.test/new.jpg")
    send()
    mug.images.update(path="https://images.example.test/main.jpg")

    products.finish(product=mug, changed={"name"})
    send()

    assert jet.products.get("MUG-1").main_image_url == "https://images.example.test/main.jpg"


@pytest.mark.parametrize(
    ("facet", "call"), [(Facet.PRICE, "put_price"), (Facet.INVENTORY, "patch_inventory")]
)
def test_an_offer_that_others_changed_on_jet_goes_again(mug, send, told, account, jet, facet, call):
    values = {"put_price": Decimal("9.99"), "patch_inventory": {account.fulfillment_node_id: 2}}
    getattr(jet.products, call)("MUG-1", values[call])
    statuses.sync_statuses(client=jet, account=account)

    updates.product_changed([mug.pk], [facet])
    send()

    held = jet.products.get("MUG-1")
    assert (held.price, held.inventory_by_fulfillment_node[0].quantity) == (Decimal("19.99"), 10)


def test_exceptions_saved_as_they_were_are_not_told_again(mug, send, told):
    ShippingException.objects.create(product=mug, kind="restricted", service_level="Standard")

    for _ in range(2):
        products.finish(product=mug, changed={"shipping_exceptions"})
        send()

    assert told() == ["shippingexception"]


def test_what_a_person_asks_for_goes_although_it_is_the_same(mug, jet, account, told):
    listing = product_sync.queue_update(product=mug, account=account, offer_only=True)
    # A change of the store in between takes nothing away from it.
    updates.product_changed([mug.pk], [Facet.PRICE, Facet.INVENTORY])

    product_sync.send(client=jet, listing=listing)

    assert told() == ["price", "inventory"]


def test_a_quantity_that_nears_24_hours_goes_although_it_is_the_same(mug, send, told, account):
    ListingFacet.objects.filter(facet=Facet.INVENTORY).update(
        accepted_at=timezone.now() - OLD - timedelta(minutes=1)
    )

    Facet.INVENTORY.queue_aging(account)
    send()

    assert told() == ["inventory"]


def test_a_run_every_ten_minutes_renews_a_million_quantities_in_time():
    runs = (timedelta(hours=24) - OLD) // timedelta(minutes=10)

    assert runs * MOST >= 1_000_000


@pytest.mark.parametrize("answer", ["unknown", "rejected", "held"])
def test_what_jet_may_hold_otherwise_goes_again(mug, send, told, answer):
    ListingFacet.objects.filter(facet=Facet.PRICE).update(answer=answer)

    updates.product_changed([mug.pk], [Facet.PRICE])
    send()

    assert told() == ["price"]


def test_what_a_dead_worker_may_have_sent_goes_again_even_back_at_the_former_price(mug, send, told, jet):
    # It told Jet the new price, died before the answer was stored, and then the store took the price back.
    updates.product_changed([mug.pk], [Facet.PRICE])
    jet.products.put_price("MUG-1", Decimal("15.50"))
    ListingFacet.objects.filter(facet=Facet.PRICE).update(
        claimed_by="dead", claimed_until="2026-01-01T00:00Z"
    )

    send()

    assert jet.products.get("MUG-1").price == Decimal("19.99")


def test_a_difference_that_the_store_took_back_leaves_the_report_without_a_call(
    mug, send, told, account, jet
):
    Product.objects.update(price=Decimal("21.00"))
    statuses.sync_statuses(client=jet, account=account)
    found = Drift.objects.get().cause

    Product.objects.update(price=Decimal("19.99"))
    products.finish(product=mug, changed={"price"})
    send()

    assert (found, told(), Drift.objects.count()) == (Drift.Cause.UNSENT, [], 0)


def test_a_file_leaves_out_what_jet_took_last(mug, account):
    updates.product_changed([mug.pk], [Facet.PRICE])
    ListingFacet.objects.update(via_file=True)

    upload_files.build_files(account=account)

    assert not UploadFile.objects.exists()
    assert not wanted().exists()


def test_a_product_switched_off_and_on_before_jet_was_told_stays_live(mug, send, told, sandbox, jet):
    sandbox.review("MUG-1", status="Available for Purchase")
    for enabled in (False, True):
        Product.objects.update(enabled=enabled)
        mug.refresh_from_db()
        products.finish(product=mug, changed={"enabled"})

    send()

    assert "archive" not in told()
    assert jet.products.get("MUG-1").status == "Available for Purchase"


def test_a_sku_that_others_closed_is_opened_all_the_same(mug, send, account, jet):
    jet.products.archive("MUG-1")
    statuses.sync_statuses(client=jet, account=account)

    closings.queue_archive(list(mug.listings.all()), archived=False)
    send()

    assert not jet.products.get("MUG-1").is_archived
