"""The drift report in the browser: what it shows, reconcile for one row, chosen rows, or all that match."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.listings import badges
from catalog.listings.mass_actions import steps
from catalog.listings.models import Drift, ListingFacet
from jetbridge.jobs.runs import job_run
from jetbridge.mass_actions.models import MassAction
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
GRID = reverse("admin:catalog_drift_changelist")


@pytest.fixture
def differs(account):
    """Make a listing of which a figure differs."""

    def make(sku, figure="price", cause="foreign", **facts):
        listing = ListingFactory(product=ProductFactory(sku=sku), first_sent_at=timezone.now())
        values = {"store": "$12.10", "sent": "$12.10", "live": "$9.99"} | facts
        now = timezone.now()
        return Drift.objects.create(
            account=account,
            listing=listing,
            figure=figure,
            cause=cause,
            found_at=now,
            compared_at=now,
            **values,
        )

    return make


def test_each_difference_shows_its_three_sides_its_cause_and_a_way_out(admin_client, differs, rf):
    row = differs("MUG-1", sent_at=timezone.now())

    page = admin_client.get(GRID).content.decode()

    for word in ("MUG-1", "$12.10", "$9.99", "Changed on Jet, no record here", "Reconcile all"):
        assert word in page
    assert reverse("catalog:reconcile_drift", args=[row.pk]) in page
    assert badges.drifts(rf.get("/")) == "1"


def test_every_cause_is_explained_with_what_to_do(admin_client, differs):
    differs("MUG-1")

    page = admin_client.get(GRID).content.decode()

    assert "What the causes mean" in page
    for cause in Drift.Cause:
        assert cause.label in page
    assert "Reconcile sends the store&#x27;s again" in page


def test_content_is_compared_first_and_never_just_reconciled(admin_client, differs):
    row = differs("MUG-1", figure="content", live="Title: Red <mug>")

    page = admin_client.get(GRID).content.decode()

    assert "Compare and send" in page
    assert "Title: Red &lt;mug&gt;" in page
    assert admin_client.post(reverse("catalog:reconcile_drift", args=[row.pk])).status_code == 404


def test_one_row_is_reconciled_by_one_click(admin_client, differs):
    row = differs("MUG-1")

    admin_client.post(reverse("catalog:reconcile_drift", args=[row.pk]))

    facet = ListingFacet.objects.get()
    assert (facet.facet, facet.queued_by) == (Facet.PRICE, "admin")


def test_chosen_rows_go_to_a_plan_that_sends_these_figures_only(admin_client, differs):
    price = differs("MUG-1")
    Drift.objects.create(
        account=price.account, listing=price.listing, figure="stock", cause="unsent",
        found_at=timezone.now(), compared_at=timezone.now(),
    )  # fmt: skip

    answer = admin_client.post(GRID, {"action": "reconcile_chosen", "_selected_action": [price.pk]})
    run = MassAction.objects.get()
    plan = admin_client.get(answer.url).content.decode()
    steps.start(run)
    steps.expand()

    assert "Will be sent" in plan
    assert run.plan["will_go"] == 1
    assert list(ListingFacet.objects.values_list("facet", flat=True)) == [Facet.PRICE]


def test_all_that_match_means_the_filtered_rows_over_all_pages(admin_client, differs):
    for number in range(60):
        differs(f"MUG-{number:02}", cause="foreign" if number < 55 else "unsent")
    query = {"cause__exact": "foreign", "figure__exact": "price", "q": "MUG-"}

    answer = admin_client.post(
        f"{GRID}?{'&'.join(f'{key}={value}' for key, value in query.items())}",
        {"action": "reconcile_chosen", "select_across": "1", "_selected_action": [Drift.objects.first().pk]},
    )
    page = admin_client.get(answer.url)
    admin_client.post(answer.url)
    steps.expand()

    assert "action=reconcile&drift=price.foreign&q=MUG-" in answer.url
    assert page.context["run"].plan["will_go"] == 55
    assert ListingFacet.objects.filter(facet=Facet.PRICE, next_try_at__isnull=False).count() == 55


def test_a_figure_that_agrees_meanwhile_is_left_out_as_already_so(differs):
    row = differs("MUG-1")
    run = steps.draft(action="reconcile", ids=[row.listing.product_id], options={"rows": [row.pk]})
    row.delete()

    steps.plan(run)

    assert run.plan["will_go"] == 0
    assert run.plan["left_out"][0]["already"] is True


def test_compare_now_asks_a_worker(admin_client, account, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "catalog.listings.views.drifts.run_now", lambda name, *, user: asked.append(name) or True
    )

    admin_client.post(reverse("catalog:compare_drift"))

    assert asked == ["catalog.report_drift"]


def test_a_viewer_sees_the_report_and_may_not_change_anything(viewer_client, differs):
    row = differs("MUG-1")

    assert "Compare now" not in viewer_client.get(GRID).content.decode()
    assert viewer_client.post(reverse("catalog:reconcile_drift", args=[row.pk])).status_code == 403
    assert viewer_client.post(reverse("catalog:compare_drift")).status_code == 403


def test_an_empty_report_says_what_that_means(admin_client, account):
    before = admin_client.get(GRID).content.decode()
    with job_run("catalog.report_drift"):
        pass
    after = admin_client.get(GRID).content.decode()

    assert "Nothing was compared yet" in before
    assert "Nothing differs" not in before
    assert "Nothing differs" in after


def test_the_report_asks_no_more_for_many_rows_than_for_one(admin_client, differs):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert admin_client.get(GRID).status_code == 200
        return len(asked)

    differs("MUG-0")
    queries()
    few = queries()
    for number in range(1, 20):
        differs(f"MUG-{number}")

    assert queries() == few


def test_the_products_grid_finds_what_differs(admin_client, differs):
    differs("MUG-1")
    differs("MUG-2", figure="stock", cause="unsent", store="7", live="2")
    ListingFactory(product=ProductFactory(sku="MUG-3"))
    url = reverse("admin:catalog_product_changelist")

    def found(value):
        rows = admin_client.get(f"{url}?drift={value}").context["cl"].result_list
        return {row.sku for row in rows}

    assert (found("any"), found("stock"), found("foreign")) == ({"MUG-1", "MUG-2"}, {"MUG-2"}, {"MUG-1"})
