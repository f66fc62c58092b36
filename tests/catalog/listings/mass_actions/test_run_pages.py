"""The pages of mass actions: plan, run, moves, and who may."""

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django.utils.html import strip_tags

from catalog.listings.mass_actions import steps
from catalog.listings.models import ListingFacet
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core.models import ApiCall
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
GRID = "/admin/catalog/product/"


def choose(client, action, products, query="", across=False):
    data = {
        "action": action,
        "_selected_action": [product.pk for product in products],
        "select_across": "1" if across else "0",
        "index": "0",
    }
    return client.post(f"{GRID}{query}", data, follow=True)


def test_a_grid_action_leads_to_a_plan_and_sends_nothing(admin_client, account):
    product = ProductFactory(mapped=True)

    page = choose(admin_client, "upload", [product])

    run = MassAction.objects.get()
    assert page.redirect_chain[-1][0] == f"/admin/catalog/runs/{run.pk}/"
    assert (run.state, run.ids, run.started_by.username) == ("draft", [product.pk], "admin")
    assert "1 product chosen" in page.content.decode()
    assert not ListingFacet.objects.exists()


def test_select_all_means_all_that_match_the_filter_not_the_page(admin_client, account):
    simple = ProductFactory.create_batch(120)
    ProductFactory.create_batch(3, kind="configurable")

    choose(admin_client, "archive", simple[:50], query="?kind=simple", across=True)

    run = MassAction.objects.get()
    assert (run.ids, run.filters) == (None, {"kind": ["simple"]})
    assert run.chosen == 120


def test_select_all_keeps_the_search(admin_client, account):
    lamps = [ProductFactory(sku=f"LAMP-{number}") for number in range(3)]
    ProductFactory(sku="MUG-1")

    choose(admin_client, "upload", lamps[:1], query="?q=lamp", across=True)

    assert steps.chosen(MassAction.objects.get()).count() == 3


def test_the_button_above_the_grid_plans_over_the_filters_without_writing(admin_client, account):
    ProductFactory(enabled=False)
    ProductFactory.create_batch(2, mapped=JetCategoryFactory())

    page = admin_client.get("/admin/catalog/runs/new/?action=upload&enabled=no")

    assert "1 product chosen" in page.content.decode()
    assert not MassAction.objects.exists()


def test_posting_the_plan_starts_the_run(admin_client, account):
    ProductFactory(mapped=True)

    page = admin_client.post("/admin/catalog/runs/new/?action=bulk_upload", follow=True)

    run = MassAction.objects.get()
    assert (run.state, run.action) == ("running", "bulk_upload")
    assert page.status_code == 200


def test_starting_twice_starts_once_and_says_so(admin_client, account):
    run = steps.draft(action="upload", ids=[ProductFactory(mapped=True).pk])
    admin_client.post(f"/admin/catalog/runs/{run.pk}/start/")

    page = admin_client.post(f"/admin/catalog/runs/{run.pk}/start/", follow=True)

    assert "came too late" in page.content.decode()


def test_a_run_can_be_paused_resumed_and_cancelled_from_its_page(admin_client, account):
    run = steps.draft(action="upload", ids=[ProductFactory(mapped=True).pk])
    lifecycle.start(run)
    states = []

    for step in ("pause", "resume", "cancel"):
        admin_client.post(f"/admin/catalog/runs/{run.pk}/{step}/")
        run.refresh_from_db()
        states.append(run.state)

    assert states == ["paused", "running", "cancelled"]


def test_the_live_part_has_the_whole_page_read_again_when_the_run_is_over(admin_client, account):
    run = steps.draft(action="validate", ids=[ProductFactory().pk])
    lifecycle.start(run)
    under_way = admin_client.get(f"/admin/catalog/runs/{run.pk}/live/")
    steps.expand()

    over = admin_client.get(f"/admin/catalog/runs/{run.pk}/live/")

    assert "HX-Refresh" not in under_way
    assert over["HX-Refresh"] == "true"


def test_a_viewer_cannot_start_an_upload(client, account):
    viewer = User.objects.create_user("vera", password="vera", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_product"))
    client.force_login(viewer)

    assert client.get("/admin/catalog/runs/new/?action=upload").status_code == 403
    run = steps.draft(action="upload", ids=[ProductFactory().pk])
    assert client.post(f"/admin/catalog/runs/{run.pk}/start/").status_code == 403
    run.refresh_from_db()
    assert run.state == "draft"


def test_sending_invalid_ones_anyway_needs_its_permission(client, account):
    operator = User.objects.create_user("olaf", password="olaf", is_staff=True)
    operator.user_permissions.add(*Permission.objects.filter(codename__in=["view_product", "upload"]))
    client.force_login(operator)
    run = steps.draft(action="upload", ids=[ProductFactory().pk])

    client.post(f"/admin/catalog/runs/{run.pk}/start/", {"send_anyway": "1"})

    run.refresh_from_db()
    assert (run.state, run.options) == ("running", {})


def test_undo_of_an_archive_run_plans_the_opposite(admin_client, account):
    product = ProductFactory()
    run = steps.draft(action="archive", ids=[product.pk])
    run.items.create(object_id=product.pk, reference=product.sku, state="done")
    MassAction.objects.filter(pk=run.pk).update(state="done", finished_at="2026-01-01T00:00:00Z", done=1)

    admin_client.post(f"/admin/catalog/runs/{run.pk}/again/undo/")

    undo = MassAction.objects.exclude(pk=run.pk).get()
    assert (undo.action, undo.state) == ("unarchive", "draft")
    assert list(steps.chosen(undo)) == [product]


def test_the_list_of_runs_shows_a_failed_run_as_failed(admin_client, account):
    run = steps.draft(action="upload", ids=[])
    MassAction.objects.filter(pk=run.pk).update(state="done", failed=2)

    page = admin_client.get("/admin/catalog/runs/").content.decode()

    assert "Selected Product Upload" in page
    assert "Failed" in page


def test_a_run_says_for_each_cause_which_products_were_left_out(admin_client, account):
    products = ProductFactory.create_batch(60, enabled=False)
    kept = ProductFactory(sku="KEPT", excluded=True, mapped=True)
    run = steps.draft(action="upload", ids=[kept.pk, *(product.pk for product in products)])
    lifecycle.start(run)
    steps.expand()

    page = admin_client.get(f"/admin/catalog/runs/{run.pk}/").content.decode()
    of_one = admin_client.get(f"/admin/catalog/runs/{run.pk}/?state=skipped&code=disabled").content.decode()

    assert "60 products, left out: Disabled in the store" in strip_tags(page)
    assert "1 product, left out: Kept off Jet" in strip_tags(page)
    assert "Page 1 of 2" in of_one
    assert "p=2&amp;state=skipped&amp;code=disabled" in of_one
    assert "KEPT" not in of_one
    assert f"/admin/catalog/product/{products[0].pk}/change/" in of_one


def test_the_run_page_reads_a_bounded_number_of_rows(admin_client, account, django_assert_max_num_queries):
    products = ProductFactory.create_batch(60, enabled=False)
    run = steps.draft(action="upload", ids=[product.pk for product in products])
    lifecycle.start(run)
    steps.expand()

    with django_assert_max_num_queries(30):
        page = admin_client.get(f"/admin/catalog/runs/{run.pk}/?state=skipped")

    assert "Page 1 of 2" in page.content.decode()


def test_each_cause_of_a_plan_over_a_filter_leads_to_exactly_its_products(admin_client, account):
    clean, bad, half = ProductFactory.create_batch(3)
    ValidationResult.objects.create(product=clean)
    ValidationResult.objects.create(product=bad, worst="blocks", blocks=1)
    Problem.objects.create(product=bad, code="EAN.check_digit", field="EAN", severity="blocks", message="m")
    ValidationResult.objects.create(product=half, worst="not_live", not_live=1)
    listing = ListingFactory()
    ListingFacet.objects.create(listing=listing, facet="details", failures=3, blocked_at=timezone.now())
    ProductFactory(kind="bundle")

    page = admin_client.get("/admin/catalog/runs/new/?action=upload&kind=simple")
    left_out = {row["text"].split(":")[0]: (row["count"], row["url"]) for row in page.context["will_not"]}
    text = page.content.decode()

    grid = "/admin/catalog/product/"
    assert left_out == {
        "Invalid": (1, f"{grid}?kind=simple&problems=blocks"),
        "Stopped": (1, f"{grid}?kind=simple&sending=blocked"),
    }
    assert 'problems=EAN.check_digit&amp;kind=simple">1: EAN: wrong check digit' in text
    assert 'problems=not_live&amp;kind=simple">1 of them</a> Jet will take' in text
    assert "choose Retry blocked products" in text
    for _, url in left_out.values():
        assert admin_client.get(url).context["cl"].result_count == 1


def test_a_run_that_jet_holds_up_says_so_in_its_live_part(admin_client, account, sandbox):
    run = steps.draft(action="upload", ids=[ProductFactory(mapped=True).pk])
    lifecycle.start(run)
    ApiCall.objects.create(account=account, at=timezone.now(), method="GET", path="/x", status=503)

    live = admin_client.get(f"/admin/catalog/runs/{run.pk}/live/").content.decode()

    assert "cannot serve us (503). What is left waits, and goes on by itself." in live


def test_a_plan_that_leaves_stopped_products_out_offers_to_try_them_again(admin_client, account):
    stopped = ListingFactory()
    ListingFacet.objects.create(listing=stopped, facet="details", failures=3, blocked_at=timezone.now())
    ticked = choose(admin_client, "upload", [stopped.product])
    draft = MassAction.objects.get()

    over_all = admin_client.get("/admin/catalog/runs/new/?action=bulk_upload&kind=simple").content.decode()
    instead = admin_client.post(f"/admin/catalog/runs/{draft.pk}/again/blocked/", follow=True)

    fresh = MassAction.objects.latest("pk")
    assert "Retry blocked products" in ticked.content.decode()
    assert "/admin/catalog/runs/new/?action=reset&amp;kind=simple" in over_all
    assert (fresh.action, fresh.ids, fresh.plan["will_go"]) == ("reset", [stopped.product_id], 1)
    assert "this sends it once more" in instead.content.decode()


def test_a_validation_says_what_it_found_and_leads_to_the_causes(admin_client, account):
    run = steps.draft(action="validate", ids=[ProductFactory(attributes={}).pk])
    lifecycle.start(run)
    steps.expand()

    page = admin_client.get(f"/admin/catalog/runs/{run.pk}/").content.decode()

    assert "What was found" in page
    assert "1 product, checked: Jet would refuse it" in strip_tags(page)
    assert 'href="/admin/catalog/causes/">Fix by Cause</a>' in page
