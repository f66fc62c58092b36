"""Vanished products: on Jet, not in the store; linked to a product of another SKU, or archived."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from catalog.listings import selectors
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, statuses, upload_requests, vanished
from catalog.products.models import Product
from catalog.products.services import products
from jetbridge.core.models import Event
from tests.catalog.products.imports.files import imported
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
LAMP = {"product_title": "Lost lamp", "multipack_quantity": 1, "ASIN": "B00LAMP001", "brand": "Acme"}
URL = reverse("catalog:link_vanished")


@pytest.fixture
def lost(account, jet):
    """A SKU that Jet has and the store does not."""
    jet.products.put("LOST", LAMP)
    statuses.sync_statuses(client=jet, account=account)
    return Listing.objects.get(sku="LOST")


def test_a_linked_sku_gets_the_products_price_and_quantity_and_keeps_its_content(lost, account, jet):
    product = ProductFactory(sku="LAMP-1", name="Lamp", price=15, quantity=4)

    vanished.link(listing=lost, product=product)
    direct_updates.send_pending(client=jet, account=account)

    held = jet.products.get("LOST")
    assert (held.price, held.inventory_by_fulfillment_node[0].quantity) == (15, 4)
    assert held.product_title == "Lost lamp"
    assert not vanished.vanished().exists()
    assert Event.objects.get(action="linked to Jet's SKU").label == "LAMP-1"


def test_orders_for_a_linked_sku_take_its_product(lost, account):
    product = ProductFactory(sku="LAMP-1")
    other = ProductFactory(sku="MUG-1")
    vanished.link(listing=lost, product=product)

    found = selectors.products_by_jet_sku({"LOST", "MUG-1", "NOBODY"}, account)

    assert [found.get(sku) for sku in ("LOST", "MUG-1", "NOBODY")] == [product, other, None]


def test_a_linked_child_stands_in_its_group_under_jets_sku(lost, account, jet):
    child = ProductFactory(sku="LAMP-1")
    vanished.link(listing=lost, product=child)
    parent = ProductFactory(sku="LAMPS", kind="configurable", variation_codes=["color"])
    parent.variations.create(child=child, child_sku="LAMP-1")
    listing = ListingFactory(product=parent)

    _, on_jet = Facet.VARIATION.gather([listing]).own

    assert on_jet == {child.pk: "LOST"}


def test_a_delivery_to_archive_it_is_taken_back_by_the_link(lost, account, admin_client, jet):
    admin_client.post(f"{reverse('catalog:archive_vanished')}?sku=LOST")
    vanished.link(listing=lost, product=ProductFactory(sku="LAMP-1"))

    direct_updates.send_pending(client=jet, account=account)

    assert not jet.products.get("LOST").is_archived


def test_a_product_with_a_sku_of_its_own_on_jet_is_refused(lost, admin_client):
    ListingFactory(product=ProductFactory(sku="MUG-1"), first_sent_at="2026-01-01T00:00Z")

    page = admin_client.post(f"{URL}?sku=LOST", {"product_sku": "MUG-1"}).content.decode()

    assert "MUG-1 is on Jet already, as MUG-1. Archive one of the two first." in page
    lost.refresh_from_db()
    assert lost.product is None


@pytest.mark.parametrize(
    ("sku", "words"), [("NOPE", "No product has this SKU."), ("KIT", "KIT is bundle: Jet cannot list it.")]
)
def test_what_cannot_be_linked_is_an_error_of_the_field(lost, admin_client, sku, words):
    ProductFactory(sku="KIT", kind="bundle")

    assert words in admin_client.post(f"{URL}?sku=LOST", {"product_sku": sku}).content.decode()


def test_the_page_offers_what_may_be_meant_and_links_by_one_click(lost, admin_client):
    ProductFactory(sku="LAMP-1", name="A lost lamp, found")

    page = admin_client.get(f"{URL}?sku=LOST")
    answer = admin_client.post(f"{URL}?sku=LOST", {"product_sku": "lamp-1"})

    assert [product.sku for product in page.context["candidates"]] == ["LAMP-1"]
    assert "LOST on Jet is LAMP-1 from now on" in str(next(iter(get_messages(answer.wsgi_request))))
    assert admin_client.get(f"{URL}?sku=LOST").status_code == 404


def test_two_people_who_link_it_at_once_are_told_apart(lost):
    vanished.link(listing=lost, product=ProductFactory(sku="LAMP-1"))

    with pytest.raises(vanished.CannotLink, match="by somebody else meanwhile"):
        vanished.link(listing=lost, product=ProductFactory(sku="LAMP-2"))


def test_a_product_that_comes_into_the_store_under_the_sku_owns_it(lost):
    product = ProductFactory(sku="LOST")

    products.finish(product=product, is_new=True)

    lost.refresh_from_db()
    assert lost.product == product


def test_changing_the_store_sku_of_a_linked_product_leaves_jets_sku_open(lost, account):
    product = ProductFactory(sku="LAMP-1")
    vanished.link(listing=lost, product=product)
    ListingFacet.objects.update(next_try_at=None)
    product.sku = "LAMP-2"
    product.save()

    sent = products.finish(product=product, changed={"sku"}, former_sku="LAMP-1")

    lost.refresh_from_db()
    assert (lost.product, lost.archive_requested, Facet.ARCHIVE in sent) == (product, False, False)


def test_an_upload_of_a_linked_product_replaces_the_content_under_jets_sku(lost, account, jet):
    product = ProductFactory(sku="LAMP-1", name="Our lamp", mapped=True)
    vanished.link(listing=lost, product=product)

    upload_requests.queue_upload(products=[product], account=account)
    report = direct_updates.send_pending(client=jet, account=account)

    assert report.failed == 0
    assert jet.products.get("LOST").product_title == "Our lamp"
    assert Listing.objects.count() == 1


def test_a_product_of_a_linked_sku_is_left_out_with_the_reason(lost, account, admin_client):
    vanished.link(listing=lost, product=ProductFactory(sku="LAMP-1"))
    product = ProductFactory(sku="LOST", mapped=True)

    page = admin_client.post(reverse("catalog:product_sync", args=[product.pk])).content.decode()
    run = steps.draft(action="bulk_upload", ids=[product.pk])
    steps.plan(run)

    assert "Its SKU on Jet is linked to another product" in page
    assert (run.plan["will_go"], run.plan["left_out"][0]["code"]) == (0, "taken")


def test_an_import_that_brings_the_sku_owns_it(lost, tmp_path):
    imported(tmp_path, "sku,name\nLOST,A lamp\n")

    lost.refresh_from_db()
    assert lost.product == Product.objects.get(sku="LOST")


def test_a_sku_that_differs_in_case_alone_belongs_to_the_only_such_product(account, jet):
    product = ProductFactory(sku="lost", price=15, quantity=4)
    jet.products.put("LOST", LAMP)

    statuses.sync_statuses(client=jet, account=account)

    assert Listing.objects.get(sku="LOST").product == product
    assert Event.objects.get(action="linked to Jet's SKU").message == (
        "LOST on Jet was taken for lost: the two differ in case alone."
    )


def test_a_sku_that_two_products_may_be_is_left_to_a_person(account, jet):
    ProductFactory(sku="lost")
    ProductFactory(sku="Lost")
    jet.products.put("LOST", LAMP)

    statuses.sync_statuses(client=jet, account=account)

    assert Listing.objects.get(sku="LOST").product is None
    assert [each.sku for each in vanished.candidates(Listing.objects.get())] == ["lost", "Lost"]


def test_a_product_that_comes_later_in_another_case_takes_the_open_sku(lost, tmp_path):
    imported(tmp_path, "sku,name,product_type\nlost,Lost lamp,simple\n")

    lost.refresh_from_db()
    assert lost.product.sku == "lost"


def test_two_skus_on_jet_are_not_given_to_one_product(account, jet, tmp_path):
    for sku in ("LOST", "Lost"):
        jet.products.put(sku, LAMP)
    statuses.sync_statuses(client=jet, account=account)

    imported(tmp_path, "sku,name,product_type\nlost,Lost lamp,simple\n")

    assert not Listing.objects.exclude(product=None).exclude(first_sent_at=None).exists()


def test_a_sku_whose_case_a_person_changed_stays_closed_under_the_former(account, jet):
    product = ProductFactory(sku="lamp-2")
    ListingFactory(product=product, sku="lamp-2", first_sent_at="2026-01-01T00:00Z")
    product.sku = "LAMP-2"
    products.store(product=product, changed={"sku"})
    products.finish(product=product, changed={"sku"}, former_sku="lamp-2")

    vanished.adopt()

    assert Listing.objects.get(sku="lamp-2").product is None
