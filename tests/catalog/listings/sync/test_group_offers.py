"""A group is the name of its children: Jet gets its details, never a price, a quantity or a demand for a barcode."""

import pytest
from django.urls import reverse

from catalog.listings.facets import updates
from catalog.listings.facets.registry import named
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from catalog.products.services import typed_quantities
from catalog.rules.models import Problem
from tests import fashion
from tests.catalog.checks import check_all

pytestmark = pytest.mark.django_db
OFFERS = ("price", "inventory")


@pytest.fixture
def group(account):
    made = fashion.shop(colors=1)[0]
    fashion.mapped("fashion_color", fashion.COLOR)
    fashion.mapped("fashion_size", 84, **dict(zip(fashion.LETTERS, fashion.ALPHA, strict=True)))
    return made


def family(group):
    return list(Product.objects.filter(sku__startswith=group.sku).order_by("pk"))


def pending(product):
    rows = ListingFacet.objects.filter(listing__product=product, next_try_at__isnull=False)
    return set(rows.values_list("facet", flat=True))


@pytest.fixture
def sent(group, account, jet):
    upload_requests.queue_upload(products=family(group), account=account)
    assert direct_updates.send_pending(client=jet, account=account).failed == 0
    return group


def test_a_group_is_asked_for_no_barcode_no_price_and_no_stock(group):
    Product.objects.filter(pk=group.pk).update(price=None)

    check_all()

    assert not Problem.objects.filter(product=group).exclude(code="attributes.missing").exists()


def test_jet_gets_details_and_variation_of_a_group_and_no_offer(sent, sandbox):
    calls = [call for call in sandbox.calls(path=f"{sent.sku}($|/)") if call["method"] in ("PUT", "PATCH")]

    paths = {
        call["path"].rpartition(sent.sku)[2] for call in calls if call["path"].count(sent.sku + "-") == 0
    }
    assert "/variation" in paths
    assert not {"/price", "/inventory"} & paths
    (details,) = [call["body"] for call in calls if call["path"].endswith(sent.sku)]
    assert details["mfr_part_number"] == sent.sku
    assert "standard_product_codes" not in details


def test_a_group_with_a_code_of_its_own_sends_it(group, account, jet, sandbox):
    group.attributes["ean"] = "9525000000016"
    group.save()
    upload_requests.queue_upload(products=family(group), account=account)
    direct_updates.send_pending(client=jet, account=account)

    bodies = [call["body"] for call in sandbox.calls(path=f"{group.sku}$") if call["method"] == "PUT"]

    assert bodies[0]["standard_product_codes"][0]["standard_product_code"] == "9525000000016"
    assert "mfr_part_number" not in bodies[0]


@pytest.mark.parametrize("offer", OFFERS)
def test_nothing_queues_an_offer_of_a_group(sent, offer):
    listing, child = Listing.objects.get(product=sent), Product.objects.get(sku=f"{sent.sku}-M-Blue")
    ListingFacet.objects.filter(next_try_at__isnull=False).update(next_try_at=None)

    both = [listing, Listing.objects.get(product=child)]
    assert updates.queue_update(both, named(offer)) == 1
    assert updates.product_changed([sent.pk, child.pk], [named(offer)]) == 1

    assert (offer in pending(sent), offer in pending(child)) == (False, True)


def test_an_edit_of_a_groups_stock_sends_nothing(sent):
    typed_quantities.set_quantity(product=sent, quantity=7)

    assert "inventory" not in pending(sent)


@pytest.mark.parametrize("offer", OFFERS)
def test_what_was_queued_before_is_settled_without_a_call(sent, account, jet, sandbox, offer):
    listing = Listing.objects.get(product=sent)
    child = Listing.objects.get(sku=f"{sent.sku}-M-Blue")
    updates.queue_update([child], named(offer))
    row = ListingFacet.objects.get(listing=child, facet=offer)
    row.pk, row.listing = None, listing
    row.save()
    before = len(sandbox.calls(path=f"{sent.sku}/"))

    report = direct_updates.send_pending(client=jet, account=account)

    assert report.failed == 0
    assert len(sandbox.calls(path=f"{sent.sku}/")) == before
    assert offer not in pending(sent)


def test_the_grid_says_how_a_group_stands_by_its_children(sent, admin_client):
    url = reverse("admin:catalog_product_changelist")
    few = Listing.objects.filter(sku__in=[f"{sent.sku}-M-Blue", f"{sent.sku}-S-Blue"])
    few.update(status=Listing.Status.AVAILABLE)

    page = admin_client.get(url, {"q": sent.sku}).content.decode()

    assert "2 of 5 live" in page
    assert "No stock: not reviewed" not in page
