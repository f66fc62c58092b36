"""What the store no longer sells is closed on Jet, children by setting, also when Jet is down at that moment."""

import pytest

from catalog.listings.facets import closings
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates
from catalog.products.models import Product, Variation
from catalog.products.services import products
from jetbridge.core.jet import client as core_jet
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ProductFactory
from tests.outbox.kit import let_time_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(upload):
    """A configurable product with two children, all of them on Jet."""
    parent = ProductFactory(
        sku="TEE", kind="configurable", mapped=True, attributes={"brand": "N", "mpn": "T"}
    )
    children = [ProductFactory(sku=f"TEE-{size}", mapped=True) for size in ("S", "M")]
    for place, child in enumerate(children):
        Variation.objects.create(parent=parent, child=child, child_sku=child.sku, position=place)
    upload(*children)
    Listing.objects.create(
        account=children[0].listings.get().account,
        product=parent,
        sku="TEE",
        first_sent_at="2026-01-01T00:00Z",
    )
    return parent


def archived(jet, sku):
    return jet.products.get(sku).is_archived


def disable(product, **change):
    Product.objects.filter(pk=product.pk).update(**(change or {"enabled": False}))
    product.refresh_from_db()
    products.finish(product=product, changed=change or ["enabled"])


def test_a_deleted_product_is_closed_on_jet(upload, account, jet):
    mug = ProductFactory(sku="MUG-1", mapped=True)
    upload(mug)

    products.delete(product=mug)
    direct_updates.send_pending(client=jet, account=account)

    assert archived(jet, "MUG-1")
    assert Listing.objects.get().status == Listing.Status.ARCHIVED


@pytest.mark.parametrize("change", [{"enabled": False}, {"excluded": True}])
def test_a_disabled_or_kept_off_product_is_closed_and_opened_again_with_it(upload, account, jet, change):
    mug = ProductFactory(sku="MUG-1", mapped=True)
    upload(mug)

    disable(mug, **change)
    direct_updates.send_pending(client=jet, account=account)
    closed = archived(jet, "MUG-1")
    disable(mug, **{name: not value for name, value in change.items()})
    direct_updates.send_pending(client=jet, account=account)

    assert (closed, archived(jet, "MUG-1")) == (True, False)


def test_a_changed_sku_closes_the_former_one_and_the_new_one_is_another(upload, account, jet):
    mug = ProductFactory(sku="MUG-1", mapped=True)
    upload(mug)
    Product.objects.update(sku="MUG-2", sku_key="MUG-2")
    mug.refresh_from_db()

    sent = products.finish(product=mug, changed={"sku"}, former_sku="MUG-1")
    direct_updates.send_pending(client=jet, account=account)

    assert (sent, archived(jet, "MUG-1")) == ({Facet.ARCHIVE}, True)
    assert Listing.objects.get(sku="MUG-1").product is None


@pytest.mark.parametrize(("setting", "closed"), [(True, {"TEE", "TEE-S", "TEE-M"}), (False, {"TEE"})])
def test_children_are_closed_with_their_parent_where_the_setting_says_so(family, setting, closed):
    Configuration.objects.update(archive_children=setting)

    disable(family)

    assert set(Listing.objects.filter(archive_requested=True).values_list("sku", flat=True)) == closed


def test_children_of_a_deleted_parent_are_closed_too(family):
    products.delete(product=family)

    assert Listing.objects.filter(archive_requested=True).count() == 3


def test_children_that_were_closed_with_their_parent_are_opened_with_it(family):
    disable(family)
    Product.objects.filter(sku="TEE-M").update(enabled=False)

    Product.objects.filter(pk=family.pk).update(enabled=True)
    family.refresh_from_db()
    products.finish(product=family, changed={"enabled"})

    # TEE-M was switched off itself meanwhile.
    assert list(Listing.objects.filter(archive_requested=True).values_list("sku", flat=True)) == ["TEE-M"]


def test_what_a_person_archived_stays_archived_when_the_product_is_enabled_again(upload, account):
    mug = ProductFactory(sku="MUG-1", mapped=True)
    upload(mug)
    closings.queue_archive(list(Listing.objects.all()), archived=True, by="alice")

    disable(mug)
    Product.objects.update(enabled=True)
    mug.refresh_from_db()
    products.finish(product=mug, changed={"enabled"})

    assert Listing.objects.get().archive_requested is True


@pytest.mark.django_db(transaction=True)
def test_deleted_while_jet_is_down_it_is_closed_when_jet_is_back(upload, account, jet, sandbox):
    mug = ProductFactory(sku="MUG-1", mapped=True)
    upload(mug)
    sandbox.add_fault("drop_before", path="status/archive", times=50)

    products.delete(product=mug)
    with open_client(account) as client:
        direct_updates.send_pending(client=client, account=account)
    waiting = ListingFacet.objects.get(facet=Facet.ARCHIVE)
    sandbox.clear_faults()
    core_jet._circuit.cache_clear()
    let_time_pass()
    with open_client(account) as client:
        direct_updates.send_pending(client=client, account=account)

    assert waiting.next_try_at is not None
    assert archived(jet, "MUG-1")
    assert ListingFacet.objects.get(facet=Facet.ARCHIVE).next_try_at is None


def test_many_are_closed_in_short_transactions(upload, account, monkeypatch):
    monkeypatch.setattr(closings, "CHUNK", 2)
    mugs = [ProductFactory(sku=f"MUG-{n}", mapped=True) for n in range(5)]
    upload(*mugs)

    assert closings.close_products([mug.pk for mug in mugs], by="import") == 5
    assert ListingFacet.objects.filter(facet=Facet.ARCHIVE, next_try_at__isnull=False).count() == 5
