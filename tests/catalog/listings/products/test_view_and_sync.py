"""View and Sync with Jet: one product asked for and sent live, and what is said when Jet is not to be had."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, upload_requests
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.products.models import Attribute
from catalog.rules.models import ShippingException, ValidationResult
from jetbridge.core.jet import client as jet_door
from jetbridge.core.models import Event, JetAccount
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
SKU_PATH = "/merchant-skus/MUG-1"


@pytest.fixture(autouse=True)
def fresh_circuit():
    """What an earlier test learned of a dead Jet is forgotten."""
    jet_door._circuit.cache_clear()


@pytest.fixture
def mug(account):
    return ProductFactory(sku="MUG-1", name="Blue mug", price=Decimal("12.10"), quantity=7, mapped=True)


@pytest.fixture
def sent_mug(mug, account, jet):
    upload_requests.queue_upload(products=[mug], account=account)
    direct_updates.send_pending(client=jet, account=account)
    return mug


def view(client, product):
    return client.get(reverse("catalog:product_view", args=[product.pk]))


def sync(client, product, **data):
    answer = client.post(reverse("catalog:product_sync", args=[product.pk]), data)
    return answer, [str(each) for each in get_messages(answer.wsgi_request)]


def test_view_shows_both_sides_and_marks_what_differs(admin_client, sent_mug):
    sent_mug.name, sent_mug.price = "Green mug", Decimal("13.00")
    sent_mug.save()

    live = view(admin_client, sent_mug).context["live"]

    different = {line.label: (line.ours, line.jets) for line in live.different}
    assert different == {"Title": ("Green mug", "Blue mug"), "Price": ("$13.00", "$12.10")}
    assert "Quantity at our node" in {line.label for line in live.same}


def test_view_shows_every_field_that_a_merchant_looks_for_and_names_jets_numbers(admin_client, account, jet):
    category = JetCategoryFactory(jet_id=4000188, path="Kitchen > Mugs")
    color = JetAttribute.objects.create(jet_id=119, name="Color")
    category.attribute_links.create(attribute=color)
    mapped = Attribute.objects.create(code="color", label="Color")
    AttributeMapping.objects.create(attribute=mapped, jet_attribute=color)
    product = ProductFactory(
        sku="MUG-1", mapped=category, attributes={"brand": "Acme", "mpn": "M", "color": "Blue"}
    )
    upload_requests.queue_upload(products=[product], account=account)
    direct_updates.send_pending(client=jet, account=account)

    answer = view(admin_client, product)
    shown = {line.label: line.jets for line in answer.context["live"].lines}

    assert shown["Jet category"] == "Kitchen > Mugs (4000188)"
    assert shown["Attributes of the category"] == "Color (119): Blue"
    assert shown.keys() >= {
        "Title", "Description", "Identifiers", "Multipack quantity", "Price", "Quantity at our node",
        "Main image", "Manufacturer", "Safety warning", "Brand",
    }  # fmt: skip
    page = answer.content.decode()
    for word in (
        "Status",
        "Sub-status",
        "Content updated",
        "Quantity updated",
        "Price at node",
        "Quantity at node",
    ):
        assert word in page


def test_view_escapes_what_jet_says(admin_client, sent_mug, jet):
    held = jet.products.get("MUG-1").raw
    jet.products.put("MUG-1", {**held, "product_title": "<script>alert(1)</script>"})

    page = view(admin_client, sent_mug).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_view_keeps_the_status_that_jet_told(admin_client, sent_mug, sandbox):
    sandbox.review("MUG-1", status="Excluded")

    view(admin_client, sent_mug)

    assert Listing.objects.get(product=sent_mug).status == Listing.Status.EXCLUDED


def test_view_says_plainly_that_jet_does_not_have_the_sku(admin_client, mug):
    page = view(admin_client, mug).content.decode()

    assert "Jet does not have MUG-1" in page
    assert "What we would send" in page
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "status", "status": 503}, "Jet failed to answer"),
        ({"kind": "html"}, "Jet failed to answer"),
        ({"kind": "drop_before"}, "Jet did not answer in time"),
    ],
)
def test_view_stays_usable_when_jet_is_down(admin_client, sent_mug, sandbox, fault, words):
    sandbox.add_fault(path=SKU_PATH, method="GET", **fault)

    answer = view(admin_client, sent_mug)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "Blue mug" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_view_and_sync_say_that_the_keys_are_wrong(admin_client, sent_mug):
    JetAccount.objects.update(api_secret="wrong", token="", token_expires_at=None)

    page = view(admin_client, sent_mug).content.decode()
    asked, _ = sync(admin_client, sent_mug)
    _, reported = sync(admin_client, sent_mug, what="all")

    assert "Jet could not be asked what it holds." in asked.content.decode()
    assert "Jet does not take our keys" in page
    assert "MUG-1 was not sent. Jet does not take our keys" in reported[0]
    assert ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_view_without_an_address_says_how_to_get_one(admin_client, mug):
    jet_door.configuration.current().__class__.objects.update(api_url="")

    assert "No API URL is configured" in view(admin_client, mug).content.decode()


def test_sync_sends_the_whole_product_and_says_what_jet_took(admin_client, mug, jet):
    ShippingException.objects.create(product=mug, kind="restricted", service_level="Standard")

    answer, reported = sync(admin_client, mug)

    assert answer.url == reverse("admin:catalog_product_change", args=[mug.pk])
    assert reported == ["Jet took of MUG-1: Details, Price, Inventory, Shipping exceptions."]
    assert jet.products.get("MUG-1").price == Decimal("12.1")
    assert jet.products.get_shipping_exceptions("MUG-1").fulfillment_nodes
    assert Event.objects.get(action="sent to Jet").message.startswith("Jet took: Details, Price")


def test_sync_tells_what_jet_refused_and_never_calls_it_sent(admin_client, account, jet):
    short = ProductFactory(sku="MUG-1", name="Mug", mapped=True)

    _, reported = sync(admin_client, short)

    assert reported[0].startswith("Not taken of MUG-1: Details: ")
    assert "product_title" in reported[0]
    assert reported[1] == "Not sent of MUG-1: Price, Inventory. Jet must have the SKU first."
    assert not any(line.startswith("Jet took") for line in reported)


def test_sync_keeps_what_was_not_answered_for_the_next_try(admin_client, sent_mug, sandbox):
    sandbox.add_fault(path=f"{SKU_PATH}/price", method="PUT", kind="status", status=503)

    _, reported = sync(admin_client, sent_mug)
    page = admin_client.get(reverse("admin:catalog_product_change", args=[sent_mug.pk])).content.decode()

    assert reported[0] == "Jet took of MUG-1: Details, Inventory."
    assert reported[1].startswith("Still to be sent of MUG-1: Price: ")
    assert ListingFacet.objects.get(facet=Facet.PRICE).next_try_at is not None
    assert "Not confirmed, goes again" in page
    assert "Jet failed to answer for a moment (503)." in page


def test_a_live_product_is_asked_about_before_its_content_goes_again(admin_client, sent_mug, sandbox, jet):
    # Nobody asked for its status since.
    sandbox.review("MUG-1", status="Available for Purchase")
    calls = len(sandbox.calls(path=SKU_PATH))

    question, _ = sync(admin_client, sent_mug)
    _, reported = sync(admin_client, sent_mug, what="offer")

    changes = [call for call in sandbox.calls(path=SKU_PATH)[calls:] if call["method"] != "GET"]
    assert "can put it back under review" in question.content.decode()
    assert reported == ["Jet took of MUG-1: Price, Inventory."]
    assert [call["method"] for call in changes] == ["PUT", "PATCH"]
    assert jet.products.get("MUG-1").status == "Available for Purchase"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "bundle"}, "Only simple and configurable products"),
        ({"enabled": False}, "Disabled in the store"),
        ({"excluded": True}, "Kept off Jet"),
    ],
)
def test_sync_refuses_what_may_not_be_on_jet(admin_client, account, sandbox, change, words):
    product = ProductFactory(sku="MUG-1", mapped=True, **change)

    answer, _ = sync(admin_client, product)

    assert words in answer.content.decode()
    assert not sandbox.calls(path=SKU_PATH)


def test_what_validation_blocks_goes_only_when_somebody_who_may_says_so(admin_client, mug, sandbox):
    ValidationResult.objects.create(product=mug, worst="blocks", blocks=1)

    refused, _ = sync(admin_client, mug, what="all")
    _, reported = sync(admin_client, mug, what="all", send_anyway="1")

    assert "Jet would refuse it" in refused.content.decode()
    assert reported[0].startswith("Jet took of MUG-1: Details")


def test_asking_for_the_sync_page_sends_nothing(admin_client, mug, sandbox):
    page = admin_client.get(reverse("catalog:product_sync", args=[mug.pk]))

    assert "Send everything" in page.content.decode()
    assert not sandbox.calls(path=SKU_PATH)


def test_a_stopped_part_is_tried_again_when_a_person_asks(admin_client, sent_mug):
    ListingFacet.objects.filter(facet=Facet.PRICE).update(blocked_at="2026-01-01T00:00Z", failures=3)

    _, reported = sync(admin_client, sent_mug)

    assert reported == ["Jet took of MUG-1: Details, Price, Inventory."]


def test_a_product_whose_details_were_stopped_says_so_and_is_tried_again_by_sync(admin_client, sent_mug):
    ListingFacet.objects.filter(facet=Facet.DETAILS).update(blocked_at="2026-01-01T00:00Z", failures=3)

    page = admin_client.get(reverse("admin:catalog_product_change", args=[sent_mug.pk])).content.decode()
    _, reported = sync(admin_client, sent_mug)

    assert "not sent by itself any more: Details. Fix it, then press Sync with Jet" in page
    assert reported == ["Jet took of MUG-1: Details, Price, Inventory."]
    assert not ListingFacet.objects.filter(blocked_at__isnull=False).exists()


def test_a_viewer_may_neither_ask_jet_nor_send(viewer_client):
    product = ListingFactory().product

    assert view(viewer_client, product).status_code == 403
    assert viewer_client.post(reverse("catalog:product_sync", args=[product.pk])).status_code == 403
