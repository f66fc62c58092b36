"""Direct upload: each facet goes by its own call and is settled by its own answer."""

from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import Facets, Selection, is_pending
from catalog.listings.services import answers, direct_updates, upload_requests
from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategoryAttribute
from catalog.products.models import Attribute, Variation
from jetapi.errors import JetNotFound
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.outbox import claims, settlements
from jetbridge.outbox.results import Settlement
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ProductFactory
from tests.outbox.kit import let_time_pass

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ACCEPTED, REFUSED = ListingFacet.Answer.ACCEPTED, ListingFacet.Answer.REJECTED


def claim(account, *, limit=200, token=""):
    box = Facets(Selection(account, (Facet.DETAILS,)))
    return claims.claim(box, started=timezone.now(), limit=limit, token=token)


def facets(product):
    rows = ListingFacet.objects.filter(listing__product=product)
    return {row.facet: row for row in rows}


def test_a_product_reaches_jet_with_details_price_and_quantity(upload, jet):
    product = ProductFactory(sku="MUG-1", name="Blue mug", price=Decimal("12.10"), quantity=7, mapped=True)

    report = upload(product)

    held = jet.products.get("MUG-1")
    assert (report.done, report.failed) == (3, 0)
    assert (held.product_title, held.price) == ("Blue mug", Decimal("12.1"))
    assert held.inventory_by_fulfillment_node[0].quantity == 7
    assert held.jet_browse_node_id is not None


def test_a_sent_product_is_under_review_and_nothing_stays_wanted(upload, listing):
    product = ProductFactory(mapped=True)

    upload(product)

    row = listing(product)
    assert row.status == Listing.Status.UNDER_REVIEW
    assert row.first_sent_at is not None
    assert (row.live_price, row.live_quantity) == (product.price, 10)
    assert {each.answer for each in facets(product).values()} == {ACCEPTED}
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_a_refused_product_carries_jets_words_and_its_price_is_not_sent(upload, jet, listing, sandbox):
    product = ProductFactory(sku="MUG-1", name="Mug", mapped=True)

    report = upload(product)

    rows = facets(product)
    assert report.failed == 1
    assert rows[Facet.DETAILS].answer == REFUSED
    assert "product_title" in rows[Facet.DETAILS].errors[0]
    assert "product_title" in listing(product).last_error
    assert rows[Facet.PRICE].next_try_at is None
    with pytest.raises(JetNotFound):
        jet.products.get("MUG-1")


def test_one_bad_product_does_not_hold_up_the_others(upload, jet):
    bad, good = ProductFactory(sku="BAD", name="X", mapped=True), ProductFactory(sku="GOOD", mapped=True)

    report = upload(bad, good)

    assert jet.products.get("GOOD").status == "Under Jet Review"
    assert [item.reference for item in report.items] == ["BAD"]


def test_a_price_that_cannot_be_worded_is_refused_by_us_and_named(upload, listing):
    product = ProductFactory(price=None, mapped=True)

    upload(product)

    row = facets(product)[Facet.PRICE]
    assert row.answer == REFUSED
    assert row.sent_at is None
    assert listing(product).last_error == "Price: Not sent: The product has no price."


def test_three_identical_refusals_block_a_facet_until_it_is_reset(upload, listing):
    product = ProductFactory(name="X", mapped=True)
    for _ in range(3):
        upload(product)
    assert facets(product)[Facet.DETAILS].blocked_at is not None

    report = upload(product)
    updates.reset_blocks([listing(product).pk])

    assert report.failed == 0
    assert facets(product)[Facet.DETAILS].blocked_at is None


def test_a_delivery_made_while_a_call_was_under_way_stays(account, jet):
    product = ProductFactory(mapped=True)
    listings = upload_requests.queue_upload(products=[product], account=account)
    rows = claim(account, token="worker")
    updates.queue_update(listings, Facet.DETAILS)

    answer = Settlement(rows[0], ACCEPTED, {"product_title": "old"})
    assert settlements.settle(answers.AnsweredFacets(), answer, token="worker")

    row = facets(product)[Facet.DETAILS]
    assert row.next_try_at is not None
    assert row.accepted == {"product_title": "old"}


def test_two_workers_never_claim_the_same_delivery(account):
    upload_requests.queue_upload(products=ProductFactory.create_batch(3), account=account)

    first, second = claim(account, limit=2), claim(account, limit=2)

    assert (len(first), len(second)) == (2, 1)
    assert not {row.pk for row in first} & {row.pk for row in second}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by what is in the tables")
def test_deliveries_are_read_in_the_order_of_their_index_and_no_more_than_are_taken(account):
    now = timezone.now()
    box = Facets(Selection(account, (Facet.DETAILS,), via_file=True))
    plan = claims.due(box, started=now, now=now)[:10].explain()

    assert "facet_due (facet=? AND via_file=? AND next_try_at>? AND next_try_at<?)" in plan
    assert "ORDER BY" not in plan


def test_only_a_facet_that_is_unsent_that_way_is_wanted_at_all(account):
    upload_requests.queue_upload(products=[ProductFactory()], account=account, via_file=True)

    assert is_pending(Facet.PRICE, via_file=True)
    assert not is_pending(Facet.PRICE, via_file=False)
    ListingFacet.objects.update(next_try_at=None)
    assert not is_pending(Facet.PRICE, via_file=True)


def test_the_deliveries_of_a_dead_worker_are_sent_by_the_next(account, jet, time_machine):
    product = ProductFactory(mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    claim(account)
    assert direct_updates.send_pending(client=jet, account=account).done == 0

    let_time_pass()
    report = direct_updates.send_pending(client=jet, account=account)

    assert report.done == 3


@pytest.mark.django_db(transaction=True)
def test_wrong_keys_send_nothing_and_everything_stays_wanted(account, sandbox):
    product = ProductFactory(mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    account.api_secret, account.token = "wrong", ""
    account.save()

    with pytest.raises(JetKeysRefused), open_client(account) as client:
        direct_updates.send_pending(client=client, account=account)

    assert all(row.next_try_at for row in facets(product).values())
    assert claim(account)


def test_a_configurable_product_and_its_children_become_a_group(upload, jet, account):
    category = JetCategoryFactory()
    color = JetAttribute.objects.create(jet_id=119, name="Color", kind=1, variant=True)
    JetCategoryAttribute.objects.create(category=category, attribute=color)
    AttributeMapping.objects.create(
        attribute=Attribute.objects.create(code="color", label="Color"), jet_attribute=color
    )
    parent = ProductFactory(sku="SHIRT", kind="configurable", variation_codes=["color"], mapped=category)
    children = []
    for shade in ("red", "blue"):
        child = ProductFactory(sku=f"SHIRT-{shade}", mapped=category)
        child.attributes["color"] = shade
        child.save()
        Variation.objects.create(parent=parent, child=child, child_sku=child.sku)
        children.append(child)

    report = upload(parent, *children)

    group = jet.products.get_variation("SHIRT")
    assert report.failed == 0
    assert set(group.children_skus) == {"SHIRT-red", "SHIRT-blue"}
    assert group.variation_refinements == (119,)
