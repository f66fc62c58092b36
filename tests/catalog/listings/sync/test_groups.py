"""Configurable products become variation groups: in order, complete, and sent again only when they changed."""

import json

import pytest

from catalog.listings.facets import closings, updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import (
    direct_updates,
    product_sync,
    statuses,
    upload_files,
    upload_requests,
)
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.products.models import Attribute, Product, Variation
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tee(account):
    """A configurable product with three sizes, mapped; nothing is on Jet yet."""
    category = JetCategoryFactory()
    size = JetAttribute.objects.create(jet_id=50, name="Size")
    category.attribute_links.create(attribute=size)
    AttributeMapping.objects.create(
        attribute=Attribute.objects.create(code="size", label="Size"), jet_attribute=size
    )
    parent = ProductFactory(
        sku="TEE", name="Heavy tee", kind="configurable", mapped=category, variation_codes=["size"],
        attributes={"brand": "Northwind", "mpn": "TEE"},
    )  # fmt: skip
    for place, letter in enumerate("SML"):
        child = ProductFactory(
            sku=f"TEE-{letter}",
            mapped=category,
            attributes={"brand": "Northwind", "mpn": letter, "size": letter},
        )
        Variation.objects.create(parent=parent, child=child, child_sku=child.sku, position=place)
    return parent


def family(parent):
    return list(Product.objects.filter(sku__startswith=parent.sku).order_by("pk"))


@pytest.fixture
def sent_tee(tee, account, jet):
    """The same on Jet, as a group."""
    upload_requests.queue_upload(products=family(tee), account=account)
    assert direct_updates.send_pending(client=jet, account=account).failed == 0
    return tee


def groups(sandbox):
    """Return the bodies of all variation calls that Jet took."""
    calls = sandbox.calls(path="TEE/variation")
    return [call["body"] for call in calls if call["applied"] and call["method"] == "PUT"]


def test_the_group_goes_once_after_parent_and_children_and_says_exactly_this(sent_tee, sandbox):
    order = [call["path"].rsplit("/", 1)[1] for call in sandbox.calls() if call["method"] == "PUT"]

    assert groups(sandbox) == [
        {
            "relationship": "Variation",
            "variation_refinements": [50],
            "children_skus": ["TEE-S", "TEE-M", "TEE-L"],
            "group_title": "Heavy tee",
        }
    ]
    assert order.index("variation") > max(order.index(sku) for sku in ("TEE", "TEE-S", "TEE-M", "TEE-L"))


def test_an_upload_of_a_group_that_did_not_change_sends_the_group_no_more(sent_tee, account, jet, sandbox):
    upload_requests.queue_upload(products=family(sent_tee), account=account)
    report = direct_updates.send_pending(client=jet, account=account)

    row = ListingFacet.objects.get(facet=Facet.VARIATION)
    assert (len(groups(sandbox)), report.failed, row.next_try_at, row.answer) == (1, 0, None, "accepted")


def test_nor_does_a_file(sent_tee, account):
    updates.queue_update(list(Listing.objects.filter(sku="TEE")), Facet.VARIATION, via_file=True)

    assert upload_files.build_files(account=account) == []
    assert ListingFacet.objects.get(facet=Facet.VARIATION).next_try_at is None


@pytest.mark.parametrize("lost", ["TEE", "TEE-L"])
def test_the_group_goes_again_when_jet_lost_its_parent_or_a_child(sent_tee, account, jet, sandbox, lost):
    Listing.objects.filter(sku=lost).update(sku="GONE")
    statuses.ask_each(client=jet, listings=list(Listing.objects.filter(sku="GONE")), account=account)
    Listing.objects.filter(sku="GONE").update(sku=lost)

    upload_requests.queue_upload(products=list(Product.objects.filter(sku=lost)), account=account)
    direct_updates.send_pending(client=jet, account=account)

    assert groups(sandbox)[1:] == groups(sandbox)[:1]


def test_sync_by_hand_sends_the_group_all_the_same(sent_tee, account, jet, sandbox):
    listing = product_sync.queue_update(product=sent_tee, account=account)
    product_sync.send(client=jet, listing=listing)

    assert len(groups(sandbox)) == 2


def test_a_changed_group_goes_again(sent_tee, account, jet, sandbox):
    sent_tee.variations.filter(child_sku="TEE-L").delete()
    updates.product_changed([sent_tee.pk], [Facet.VARIATION])

    direct_updates.send_pending(client=jet, account=account)

    assert groups(sandbox)[-1]["children_skus"] == ["TEE-S", "TEE-M"]


def test_a_child_that_comes_later_joins_its_group(tee, account, jet, sandbox):
    upload_requests.queue_upload(products=family(tee)[:-1], account=account)
    direct_updates.send_pending(client=jet, account=account)

    upload_requests.queue_upload(products=family(tee)[-1:], account=account)
    direct_updates.send_pending(client=jet, account=account)

    assert [body["children_skus"] for body in groups(sandbox)] == [
        ["TEE-S", "TEE-M"],
        ["TEE-S", "TEE-M", "TEE-L"],
    ]


def test_a_child_that_is_opened_again_returns_to_a_group_sent_without_it(sent_tee, account, jet, sandbox):
    child = list(Listing.objects.filter(sku="TEE-L"))
    closings.queue_archive(child, archived=True)
    Product.objects.filter(sku="TEE").update(name="Tee shirt")
    direct_updates.send_pending(client=jet, account=account)
    updates.product_changed([sent_tee.pk], [Facet.VARIATION])
    direct_updates.send_pending(client=jet, account=account)

    closings.queue_archive(child, archived=False)
    direct_updates.send_pending(client=jet, account=account)

    assert [len(body["children_skus"]) for body in groups(sandbox)] == [3, 2, 3]


def test_a_refused_group_is_on_its_row_with_jets_words(tee, account, jet):
    Product.objects.filter(sku="TEE-S").update(attributes={"brand": "Other", "mpn": "S", "size": "S"})

    upload_requests.queue_upload(products=family(tee), account=account)
    direct_updates.send_pending(client=jet, account=account)

    row = ListingFacet.objects.get(facet=Facet.VARIATION)
    assert row.answer == "rejected"
    assert "same brand" in json.dumps(row.errors)
