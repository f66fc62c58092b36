"""Statuses come home from Jet, by its report or one by one."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from catalog.listings.jet import statuses as reports
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, statuses, upload_requests
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def uploaded(account, jet):
    def run(*products):
        upload_requests.queue_upload(products=products, account=account)
        direct_updates.send_pending(client=jet, account=account)

    return run


def test_a_reviewed_product_is_shown_as_available(uploaded, account, jet, sandbox):
    product = ProductFactory(mapped=True)
    uploaded(product)
    sandbox.review()

    report = statuses.sync_statuses(client=jet, account=account)

    row = Listing.objects.get(product=product)
    assert report.done == 1
    assert (row.status, row.status_due_at) == (Listing.Status.AVAILABLE, None)
    assert (row.live_price, row.live_quantity) == (product.price, 10)


def test_what_jet_misses_is_shown_as_sub_status(uploaded, account, jet, sandbox):
    product = ProductFactory(mapped=True, image="")
    uploaded(product)
    sandbox.review()

    statuses.sync_statuses(client=jet, account=account)

    row = Listing.objects.get(product=product)
    assert (row.status, row.sub_statuses) == (Listing.Status.MISSING_DATA, ["Missing image"])


def test_many_listings_are_read_by_one_report(uploaded, account, jet, sandbox, monkeypatch):
    monkeypatch.setattr(statuses, "FEW", 1)
    monkeypatch.setattr(reports, "REPORT_PAUSE", 0.05)
    sandbox.set_clock(transitions="at_once")
    uploaded(*ProductFactory.create_batch(3, mapped=True))
    before = len(sandbox.calls(path="merchant-skus/"))

    statuses.sync_statuses(client=jet, account=account)

    assert set(Listing.objects.values_list("status", flat=True)) == {"Available for Purchase"}
    assert len(sandbox.calls(path="merchant-skus/")) == before


def test_a_sku_that_jet_does_not_have_counts_as_not_uploaded(account, jet):
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z", status="Available for Purchase")

    statuses.sync_statuses(client=jet, account=account)

    listing.refresh_from_db()
    assert (listing.status, listing.first_sent_at) == (Listing.Status.NOT_UPLOADED, None)


def test_a_quantity_confirmed_long_ago_is_sent_again(uploaded, account, jet, time_machine):
    product = ProductFactory(mapped=True)
    uploaded(product)
    assert Facet.INVENTORY.queue_aging(account) == 0

    product.listings.get().facets.filter(facet="inventory").update(accepted_at="2026-01-01T00:00:00Z")

    assert Facet.INVENTORY.queue_aging(account) == 1
    assert direct_updates.send_pending(client=jet, account=account).done == 1


@pytest.fixture
def mug(uploaded):
    """A product on Jet whose special price ran until some days ago, and whose price was sent then."""

    def make(*, ended, sent):
        now = timezone.now()
        product = ProductFactory(
            mapped=True, special_price=15, special_price_to=timezone.localdate() - timedelta(days=ended)
        )
        uploaded(product)
        prices = ListingFacet.objects.filter(listing__product=product, facet="price")
        prices.update(accepted_at=now - timedelta(days=sent))
        return product

    return make


def test_a_special_price_that_begins_today_is_sent_without_an_edit(uploaded, account, jet):
    product = ProductFactory(mapped=True)
    uploaded(product)
    product.listings.get().facets.filter(facet="price").update(accepted_at=timezone.now() - timedelta(days=1))
    product.special_price, product.special_price_from = 15, timezone.localdate()
    product.save()

    wanted = Facet.PRICE.queue_dated(account)
    direct_updates.send_pending(client=jet, account=account)

    assert wanted == 1
    assert jet.products.get(product.sku).price == 15
    assert Facet.PRICE.queue_dated(account) == 0


def test_a_special_price_that_ended_while_the_panel_stood_still_is_taken_back(mug, account):
    mug(ended=20, sent=25)

    assert Facet.PRICE.queue_dated(account) == 1


def test_a_special_price_that_ended_is_taken_back_once_and_not_each_day(mug, account):
    mug(ended=3, sent=1)

    assert Facet.PRICE.queue_dated(account) == 0


@pytest.mark.parametrize(
    ("run_at", "wanted"), [("2026-12-01T00:20Z", 0), ("2026-12-01T02:30Z", 1), ("2026-12-02T00:20Z", 1)]
)
def test_a_price_worded_before_midnight_and_taken_after_it_goes_again_with_the_special_price(
    uploaded, account, time_machine, run_at, wanted
):
    uploaded(ProductFactory(mapped=True, special_price=15, special_price_from=date(2026, 12, 1)))
    prices = ListingFacet.objects.filter(facet="price")
    prices.update(accepted_at="2026-12-01T00:10Z")
    time_machine.move_to(run_at, tick=False)

    assert Facet.PRICE.queue_dated(account) == wanted
    assert prices.filter(next_try_at__isnull=False).count() == wanted

    prices.update(next_try_at=None, accepted_at=timezone.now())
    assert Facet.PRICE.queue_dated(account) == 0


def test_a_sku_that_only_jet_knows_is_found_as_vanished(account, jet, sandbox):
    body = {"product_title": "Lost lamp", "multipack_quantity": 1, "ASIN": "B00LAMP001", "brand": "Acme"}
    jet.products.put("LOST", body)

    statuses.sync_statuses(client=jet, account=account)

    row = Listing.objects.get()
    assert (row.sku, row.product, row.live_title, row.live_brand) == ("LOST", None, "Lost lamp", "Acme")
    assert row.status == Listing.Status.UNDER_REVIEW


def test_a_sku_on_jet_that_the_store_has_belongs_to_its_product(account, jet):
    product = ProductFactory(sku="LAMP")
    jet.products.put("LAMP", {"product_title": "A lamp", "multipack_quantity": 1, "ASIN": "B00LAMP001"})

    statuses.sync_statuses(client=jet, account=account)

    assert Listing.objects.get().product == product
