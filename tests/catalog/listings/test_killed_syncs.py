"""A worker dies at each commit and call of a sync in turn; afterwards nothing is lost, by Jet's own journal."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone

from catalog.listings import tasks
from catalog.listings.facets import updates
from catalog.listings.facets.inventory import OLD
from catalog.listings.models import Drift, Listing, ListingFacet, UploadFile
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from catalog.products.services import products as product_saving
from catalog.rules.models import ReturnException
from jetbridge.core.models import Event
from jetbridge.inbox.models import Notification
from tests.children import end_of, spread
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ProductFactory
from tests.outbox.kit import let_time_pass

pytestmark = pytest.mark.django_db(transaction=True)
CHILD = """
from catalog.listings import tasks
from catalog.listings.facets import updates
from tests.orders import killed
killed.JOBS.update(
    products=tasks.sync.sync_products, inventory=tasks.sync.sync_inventory, statuses=tasks.sync.sync_statuses
)
"""
SAMPLE = 23
SPREAD = spread(SAMPLE)


@pytest.fixture
def on_jet(account, jet, sandbox):
    """Make products that Jet has as the store has them, a pair for each death."""
    sandbox.set_clock(transitions="at_once")
    category = JetCategoryFactory()

    def make(point):
        products = [ProductFactory(sku=f"SKU-{point}-{letter}", mapped=category) for letter in "AB"]
        upload_requests.queue_upload(products=products, account=account)
        assert direct_updates.send_pending(client=jet, account=account).failed == 0
        return products

    return make


def dies(job, point, by_file_from=updates.BY_FILE_FROM):
    """Run a job in a child that dies at the point; return whether it lived long enough to get there."""
    end = end_of(CHILD, f"updates.BY_FILE_FROM = {by_file_from}; killed.run({job!r}, {point})")
    assert end in (0, -9)
    return end == -9


def wanted():
    return ListingFacet.objects.filter(next_try_at__isnull=False)


def go_on(*jobs):
    """Let the panel's jobs run, once the dead worker's lease and claims have run out, until nothing is wanted."""
    for _ in range(8):
        let_time_pass()
        past = timezone.now() - timedelta(seconds=1)
        UploadFile.objects.filter(claimed_until__isnull=False).update(claimed_until=past)
        UploadFile.objects.filter(next_try_at__isnull=False).update(next_try_at=past)
        for job in jobs:
            job()
        if not wanted().exists():
            return
    raise AssertionError(f"still wanted: {list(wanted().values_list('listing__sku', 'facet', 'answer'))}")


def told(sandbox, sku, after):
    """Count what Jet took for a SKU, by call and body."""
    calls = [call for call in sandbox.calls()[after:] if call["applied"] and call["method"] != "GET"]
    return Counter((call["path"], str(call["body"])) for call in calls if f"/{sku}" in call["path"])


@pytest.mark.parametrize("step", SPREAD)
def test_edits_and_a_deletion_reach_jet_after_a_death_at_any_point(on_jet, jet, sandbox, step):
    for point in count(1, step):
        kept, gone = on_jet(point)
        Product.objects.filter(pk=kept.pk).update(price=Decimal("15.50"), quantity=3)
        ReturnException.objects.create(product=kept, time_to_return=14)
        product_saving.finish(product=kept, changed={"price", "quantity", "return_exceptions"})
        product_saving.delete(product=gone)
        before = len(sandbox.calls())

        died = dies("products", point)
        go_on(tasks.sync.sync_products)

        held = jet.products.get(kept.sku)
        assert (held.price, held.inventory_by_fulfillment_node[0].quantity) == (Decimal("15.5"), 3), point
        assert jet.products.get_return_exception(kept.sku).time_to_return == 14, point
        assert jet.products.get(gone.sku).is_archived, point
        # Whoever died between Jet's answer and our books leaves one more call, which says the same.
        sent = told(sandbox, kept.sku, before) + told(sandbox, gone.sku, before)
        assert len(sent) == 4, (point, sent)
        assert set(sent.values()) <= {1, 2}, (point, sent)
        if not died:
            break

    assert point > SAMPLE, "nobody died"


@pytest.mark.parametrize("step", SPREAD)
def test_quantities_that_near_24_hours_go_by_file_after_a_death_at_any_point(
    on_jet, sandbox, monkeypatch, step
):
    monkeypatch.setattr(updates, "BY_FILE_FROM", 1)
    for point in count(1, step):
        skus = [product.sku for product in on_jet(point)]
        began = timezone.now()
        quantities = ListingFacet.objects.filter(facet=Facet.INVENTORY)
        quantities.filter(listing__sku__in=skus).update(accepted_at=began - OLD - timedelta(hours=1))

        died = dies("inventory", point, by_file_from=1)
        go_on(tasks.sync.sync_inventory, tasks.mass_actions.advance_bulk_runs, tasks.files.poll_files)

        assert not quantities.filter(accepted_at__lt=began - OLD).exists(), point
        files = UploadFile.objects.filter(items__sku__in=skus, kind="Inventory").distinct()
        assert [file.status for file in files] == [UploadFile.Status.PROCESSED], point
        if not died:
            break

    assert point > SAMPLE, "nobody died"


@pytest.mark.parametrize("step", SPREAD)
def test_what_jet_tells_is_kept_and_said_once_after_a_death_at_any_point(on_jet, jet, sandbox, step):
    seen, changed = on_jet(0)
    for point in count(1, step):
        for model in (Notification, Event, Drift):
            model.objects.all().delete()
        status = ("Excluded", "Available for Purchase")[point % 2]
        sandbox.review(seen.sku, status=status)
        jet.products.put_price(changed.sku, Decimal("9.00") + Decimal(point) / 100)

        died = dies("statuses", point)
        go_on(tasks.sync.sync_statuses)

        assert Listing.objects.get(sku=seen.sku).status == status, point
        assert Drift.objects.get(listing__sku=changed.sku).cause == Drift.Cause.FOREIGN, point
        told_by_jet = Counter(Event.objects.values_list("action", "label"))
        assert told_by_jet["changed on Jet", changed.sku] == 1, (point, told_by_jet)
        assert told_by_jet["status reported by Jet", seen.sku] == 1, (point, told_by_jet)
        assert Notification.objects.filter(kind="catalog.foreign_change").exists(), point
        if not died:
            break

    assert point > SAMPLE, "nobody died"
