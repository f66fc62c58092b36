"""A drain takes each row at most once and ends on a halt, with more rows than it claims or sends at a time."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.listings.facets import updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import Facets
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from jetbridge.core.jet.client import open_client
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory
from tests.halting import WAYS, call_few_at_once, stopped_serving
from tests.outbox.kit import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
COUNT, CLAIMED = 14, 3
OFFER = (Facet.PRICE, Facet.INVENTORY)


@pytest.fixture
def products(account, monkeypatch):
    """More products than a drain claims at once, and than it has calls under way."""
    call_few_at_once()
    monkeypatch.setattr(Facets, "chunk", CLAIMED)
    monkeypatch.setattr(direct_updates, "TOGETHER", CLAIMED)
    category = JetCategoryFactory()
    return [ProductFactory(sku=f"MUG-{n:02}", mapped=category) for n in range(COUNT)]


@pytest.fixture
def changed(products, upload):
    """The same on Jet, all prices and quantities changed since."""
    upload(*products)
    Product.objects.update(price=Decimal("15.50"), quantity=3)
    updates.product_changed([product.pk for product in products], OFFER)
    return products


def send(account, **options):
    """Drain once, with a client that knows nothing of former calls."""
    with open_client(account) as client:
        return direct_updates.send_pending(client=client, account=account, **options)


def send_when_pauses_are_over(account):
    let_time_pass()
    return send(account)


def wanted():
    return ListingFacet.objects.filter(next_try_at__isnull=False)


@pytest.mark.parametrize("way", WAYS)
def test_changed_offers_wait_for_a_jet_that_serves_again(changed, account, jet, sandbox, way):
    with stopped_serving(way, sandbox):
        send(account)
    assert wanted().count() == 2 * COUNT
    assert not wanted().exclude(claimed_by="").exists()

    send_when_pauses_are_over(account)

    held = [jet.products.get(product.sku) for product in changed]
    assert {(each.price, each.inventory_by_fulfillment_node[0].quantity) for each in held} == {
        (Decimal("15.5"), 3)
    }
    assert not wanted().exists()


@pytest.mark.parametrize("way", WAYS)
def test_new_products_wait_for_a_jet_that_serves_again(products, account, jet, sandbox, way):
    upload_requests.queue_upload(products=products, account=account)
    with stopped_serving(way, sandbox):
        send(account)
    assert not wanted().exclude(claimed_by="").exists()

    send_when_pauses_are_over(account)

    assert all(jet.products.get(product.sku).price for product in products)
    assert not wanted().exists()


def test_what_fails_is_tried_once_a_drain_though_its_pause_is_over(changed, account, sandbox, monkeypatch):
    monkeypatch.setattr(Facets, "longest_pause", timedelta(0))
    sandbox.add_fault("status", path="/price$", status=500, retry_after=0, times=1000)

    report = send(account, facets=[Facet.PRICE])

    assert (report.done, report.failed) == (0, COUNT)


def test_what_changes_while_a_drain_runs_waits_for_the_next(changed, account, monkeypatch):
    monkeypatch.setattr(Facets, "batch", 1)
    first = changed[0].pk

    report = send(
        account, facets=[Facet.PRICE], heartbeat=lambda: updates.product_changed([first], [Facet.PRICE])
    )

    assert report.done == COUNT
    assert wanted().get(facet=Facet.PRICE).listing.product_id == first


def test_what_need_not_go_is_stored_as_it_is_found(changed, account, sandbox, monkeypatch):
    send(account)
    updates.product_changed([product.pk for product in changed], [Facet.PRICE])
    stored = []
    monkeypatch.setattr(Facets, "batch", CLAIMED)
    before = len(sandbox.calls(path="/price$"))

    report = send(account, facets=[Facet.PRICE], heartbeat=lambda: stored.append(wanted().count()))

    assert (report.done, len(sandbox.calls(path="/price$"))) == (0, before)
    assert stored == sorted(stored, reverse=True)
    assert len(stored) > COUNT // CLAIMED


@pytest.mark.parametrize("way", ["overloaded", "circuit open"])
def test_a_stopped_jet_hears_of_few_among_more_rows_than_any_window(account, jet, sandbox, way):
    category, rows = JetCategoryFactory(), Facets.chunk + 20
    listings = [ListingFactory(account=account, product=ProductFactory(mapped=category)) for _ in range(rows)]
    updates.queue_update(listings, Facet.DETAILS)
    before = len(sandbox.calls(path="/merchant-skus/"))
    with stopped_serving(way, sandbox):
        send(account)
        send(account)
    heard = len(sandbox.calls(path="/merchant-skus/")) - before

    assert wanted().count() == rows > heard
    assert not wanted().exclude(claimed_by="").exists()
    report = send_when_pauses_are_over(account)

    assert (report.done, wanted().count()) == (rows, 0)
    assert Listing.objects.filter(first_sent_at=None).count() == 0
