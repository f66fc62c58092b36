"""Store, last sent and live are compared with the sandbox's copy; changes by others are noticed and said."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.listings.drift import differences
from catalog.listings.facets import updates
from catalog.listings.jet import products as at_jet
from catalog.listings.jet import statuses as reports
from catalog.listings.jet.products import SkuDocument
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.listings.services import direct_updates, reconciliation, statuses
from catalog.listings.services import drift_reports as drift_report
from catalog.products.models import Product
from jetbridge.core.models import Event
from jetbridge.inbox.models import Notification
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
Cause = Drift.Cause


class Figure:
    """What the report compares."""

    PRICE, STOCK, STATUS, CONTENT = "price", "stock", "status", "content"


def test_what_jet_holds_as_the_store_has_it_is_no_drift(mug, compare):
    assert compare() == {}
    assert Listing.objects.get().compared_at is not None


def test_a_price_that_another_tool_wrote_is_noticed_and_said(mug, compare, jet):
    jet.products.put_price("MUG-1", Decimal("9.99"))

    row = compare()[Figure.PRICE]

    assert (row.cause, row.store, row.sent, row.live) == (Cause.FOREIGN, "$12.10", "$12.10", "$9.99")
    assert row.live_at > row.sent_at
    notice = Notification.objects.get(kind="catalog.foreign_change")
    assert notice.title == "1 SKU changed on Jet, no record here"
    assert "MUG-1" in notice.text
    event = Event.objects.get(action="changed on Jet")
    assert (event.label, event.before, event.after) == ("MUG-1", {"price": "$12.10"}, {"price": "$9.99"})


def test_a_change_by_others_is_said_once_and_not_every_night(mug, compare, jet):
    jet.products.put_price("MUG-1", Decimal("9.99"))
    compare()
    found_at = Drift.objects.get().found_at

    compare()

    assert Drift.objects.get().found_at == found_at
    assert Event.objects.filter(action="changed on Jet").count() == 1


def test_a_quantity_that_another_tool_wrote_is_noticed(mug, compare, jet, account):
    jet.products.patch_inventory("MUG-1", {account.fulfillment_node_id: 2})

    row = compare()[Figure.STOCK]

    assert (row.cause, row.store, row.live) == (Cause.FOREIGN, "7", "2")


def test_content_that_another_tool_wrote_is_noticed_by_field(mug, compare, jet):
    held = jet.products.get("MUG-1").raw
    jet.products.put("MUG-1", {**held, "product_title": "Red mug"})

    row = compare()[Figure.CONTENT]

    assert (row.cause, row.sent, row.live) == (Cause.FOREIGN, "Title: Blue mug", "Title: Red mug")


def test_an_edit_that_was_not_sent_is_the_stores_difference_and_not_somebody_elses(mug, compare):
    Product.objects.update(price=Decimal("13.00"), quantity=9, name="Green mug")

    found = compare()

    assert {figure: row.cause for figure, row in found.items()} == {
        Figure.PRICE: Cause.UNSENT,
        Figure.STOCK: Cause.UNSENT,
    }
    assert not Notification.objects.filter(kind="catalog.foreign_change").exists()


def test_a_sku_that_others_closed_is_noticed_by_the_status_report_too(
    mug, account, jet, sandbox, monkeypatch
):
    monkeypatch.setattr(statuses, "FEW", 0)
    monkeypatch.setattr(reports, "REPORT_PAUSE", 0.05)
    sandbox.set_clock(transitions="at_once")
    jet.products.archive("MUG-1")

    statuses.sync_statuses(client=jet, account=account)

    row = Drift.objects.get()
    assert (row.figure, row.cause, row.store, row.live) == (Figure.STATUS, Cause.FOREIGN, "Open", "Archived")
    jet.products.archive("MUG-1", archived=False)
    statuses.sync_statuses(client=jet, account=account)
    assert not Drift.objects.exists()


def test_a_look_at_one_product_notices_it_too(mug, listing, jet):
    jet.products.put_price("MUG-1", Decimal("9.99"))

    statuses.read_live(client=jet, listing=listing)

    assert Drift.objects.get().cause == Cause.FOREIGN


def test_a_reading_older_than_our_last_answer_judges_nothing(mug, listing, account, jet):
    old = at_jet.get(jet, "MUG-1")
    asked_at = timezone.now()
    Product.objects.update(price=Decimal("13.00"))
    updates.queue_update([listing], Facet.PRICE)
    direct_updates.send_pending(client=jet, account=account)

    differences.compare([differences.Reading(listing, False, asked_at, old)], account)

    assert not Drift.objects.exists()


def test_what_a_dead_worker_may_have_sent_is_no_change_by_others(mug, compare, jet):
    jet.products.put_price("MUG-1", Decimal("9.99"))
    ListingFacet.objects.filter(facet=Facet.PRICE).update(next_try_at=timezone.now(), claimed_by="dead")

    assert compare() == {}


def test_what_agrees_again_leaves_the_report(mug, compare, jet):
    jet.products.put_price("MUG-1", Decimal("9.99"))
    compare()
    Product.objects.update(price=Decimal("9.99"))

    assert compare() == {}


def test_reconciling_sends_what_the_store_has_and_is_proved_by_the_next_look(mug, compare, jet, account):
    jet.products.put_price("MUG-1", Decimal("9.99"))
    jet.products.patch_inventory("MUG-1", {account.fulfillment_node_id: 2})
    compare()

    queued = reconciliation.reconcile(list(Drift.objects.select_related("listing__product")))
    report = direct_updates.send_pending(client=jet, account=account)

    assert (queued, report.done, Drift.objects.count()) == (2, 2, 0)
    held = jet.products.get("MUG-1")
    assert (held.price, held.inventory_by_fulfillment_node[0].quantity) == (Decimal("12.1"), 7)
    assert Listing.objects.get().compared_at is None
    assert compare() == {}


def test_reconciling_opens_again_what_others_closed(mug, compare, jet, account):
    jet.products.archive("MUG-1")
    compare()

    reconciliation.reconcile(list(Drift.objects.select_related("listing__product")))
    direct_updates.send_pending(client=jet, account=account)

    assert not jet.products.get("MUG-1").is_archived
    assert compare() == {}


def test_a_figure_stopped_after_refusals_is_tried_again_by_reconciling(mug, compare):
    ListingFacet.objects.filter(facet=Facet.PRICE).update(
        answer="rejected", blocked_at=timezone.now(), failures=3
    )
    Product.objects.update(price=Decimal("13.00"))
    row = compare()[Figure.PRICE]

    reconciliation.reconcile([row])

    assert row.cause == Cause.REFUSED
    facet = ListingFacet.objects.get(facet=Facet.PRICE)
    assert (facet.blocked_at, facet.next_try_at is not None) == (None, True)


def test_the_share_rolls_on_with_those_unseen_longest(upload, compare, monkeypatch, sandbox):
    upload(*(ProductFactory(sku=f"SKU-{n}", mapped=True) for n in range(6)))
    monkeypatch.setattr(drift_report, "FEWEST", 2)
    monkeypatch.setattr(drift_report, "NIGHTS", 3)
    nights = []

    for _ in range(3):
        before = set(Listing.objects.filter(compared_at=None).values_list("sku", flat=True))
        compare()
        nights.append(before - set(Listing.objects.filter(compared_at=None).values_list("sku", flat=True)))
    oldest = Listing.objects.order_by("compared_at").first()
    compare()

    assert [len(night) for night in nights] == [2, 2, 2]
    assert set().union(*nights) == {f"SKU-{n}" for n in range(6)}
    oldest.refresh_from_db()
    assert timezone.now() - oldest.compared_at < timedelta(minutes=1)


def test_a_night_in_which_jet_is_down_ends_early_and_says_so(mug, account, jet, sandbox):
    sandbox.add_fault("status", path="merchant-skus/MUG-1$", method="GET", status=503, times=50)

    report = drift_report.compare_share(client=jet, account=account)

    assert (report.done, report.failed) == (0, 1)
    assert not Drift.objects.exists()


def test_the_queries_of_a_comparison_do_not_grow_with_the_skus(upload, account, jet):
    upload(*(ProductFactory(sku=f"SKU-{n}", mapped=True) for n in range(8)))
    Product.objects.update(price=Decimal("13.00"))
    readings = [
        differences.Reading(listing, False, timezone.now() + timedelta(hours=1), at_jet.get(jet, listing.sku))
        for listing in Listing.objects.all()
    ]
    assert isinstance(readings[0].held, SkuDocument)

    def queries(some):
        with CaptureQueriesContext(connection) as asked:
            differences.compare(some, account)
        return len(asked)

    assert queries(readings[:2]) == queries(readings)
    assert Drift.objects.count() == 8
