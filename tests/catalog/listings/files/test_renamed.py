"""A SKU that is renamed while its first upload is on its way."""

import pytest

from catalog.listings.facets import closings
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.services import direct_updates, upload_files, upload_requests
from catalog.products.changes import Changed
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_files(account):
    """A product and another one, both in files for the first time."""
    Configuration.objects.update(batch_size=30)
    products = [ProductFactory(sku=sku, mapped=True) for sku in ("OLD", "OTHER")]
    upload_requests.queue_upload(products=products, account=account, via_file=True)
    upload_files.build_files(account=account)
    return products


def rename(product):
    product.sku = "NEW"
    product.save()
    return closings.follow_sku_change(Changed(product.pk, "NEW", former_sku="OLD"))


def test_a_sku_renamed_while_its_first_upload_is_in_a_file_is_closed_once_jet_took_it(
    in_files, account, jet, steps
):
    closed = rename(in_files[0])
    steps(8)
    direct_updates.send_pending(client=jet, account=account)

    assert closed == 1
    assert jet.products.get("OLD").is_archived
    assert not Listing.objects.filter(sku="NEW").exists()
    assert set(UploadFile.objects.values_list("status", flat=True)) == {"Processed successfully"}


def test_a_sku_renamed_on_its_way_that_jet_refuses_leaves_nothing_to_close(account, steps):
    product = ProductFactory(sku="OLD", name="X", mapped=True)
    upload_requests.queue_upload(products=[product], account=account, via_file=True)
    upload_files.build_files(account=account)

    rename(product)
    steps(8)

    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_the_parts_of_a_sku_renamed_on_its_way_wait_for_an_upload_of_the_new_one(account, jet):
    product = ProductFactory(sku="OLD", mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    ListingFacet.objects.filter(facet=Facet.DETAILS).update(answer="unknown")

    closed = rename(product)
    direct_updates.send_pending(client=jet, account=account)

    assert closed == 1
    assert Listing.objects.get().sku == "OLD"


def test_what_jet_says_of_a_former_sku_is_not_taken_for_the_new_ones(in_files, account, jet, steps):
    Listing.objects.filter(sku="OLD").update(sku="NEW")

    steps(8)
    listing = Listing.objects.get(sku="NEW")
    before = (listing.first_sent_at, Listing.objects.get(sku="OTHER").first_sent_at is not None)
    upload_files.build_files(account=account)
    steps(8)

    assert before == (None, True)
    assert jet.products.get("NEW").price is not None
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()
