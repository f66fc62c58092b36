"""Groups in plans and runs: what is ticked, counted, listed and sent agree; a group is none of its products."""

import re

import pytest
from django.core.management import call_command

from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing
from catalog.products.models import Product
from jetbridge.inbox.models import Notification
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from tests import fashion
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
RUNS = "/admin/catalog/runs/"


@pytest.fixture
def dress(account):
    """A group with ten products, ready to be sent; the shop has four more groups."""
    groups = fashion.shop()
    for code, jet_id in (("fashion_size", 84), ("fashion_color", fashion.COLOR)):
        fashion.mapped(code, jet_id, XS="X-Small", S="Small", M="Medium", L="Large", XL="X-Large")
    return groups[0]


def choose(client, products):
    data = {"action": "upload", "_selected_action": [each.pk for each in products], "index": "0"}
    return client.post("/admin/catalog/product/", data, follow=True)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_ticked_group_says_how_many_products_come_along_and_lists_them(admin_client, dress):
    page = choose(admin_client, [dress])

    said = words(page)
    assert "1 group with 10 products chosen" in said
    assert "Upload 1 group with 10 products" in said
    assert "DRESSES-0-XS-Blue" in said
    assert "SHIRTS-0-S-Blue" not in said


def test_the_switch_leaves_them_out_and_what_is_counted_is_what_is_sent(admin_client, dress):
    run = MassAction.objects.get(pk=choose(admin_client, [dress]).context["run"].pk)

    page = admin_client.post(f"{RUNS}{run.pk}/alone/", follow=True)

    said = words(page)
    assert "1 group chosen" in said
    assert "Upload 1 group" in said
    assert "--alone" in page.content.decode()
    run.refresh_from_db()
    lifecycle.start(run)
    steps.expand()
    assert list(run.items.values_list("reference", flat=True)) == [dress.sku]

    again = steps.draft(action="upload", ids=[dress.pk], options={"alone": True})
    admin_client.post(f"{RUNS}{again.pk}/whole/")
    again.refresh_from_db()
    assert (again.chosen, again.options) == (11, {})


def test_a_plan_over_filters_has_the_switch_before_anything_is_written(admin_client, dress):
    url = f"{RUNS}new/?action=upload&q=DRESSES-0&kind=configurable"

    whole, alone = admin_client.get(url), admin_client.get(f"{url}&alone=1")

    assert "1 group with 10 products chosen" in words(whole)
    assert 'name="alone" value="1"' in whole.content.decode()
    assert "1 group chosen" in words(alone)
    admin_client.post(f"{url}&alone=1")
    run = MassAction.objects.get()
    assert (run.chosen, run.options) == (1, {"alone": True})


def test_products_without_a_group_have_no_switch(admin_client, account):
    page = choose(admin_client, [ProductFactory(mapped=True)])

    assert page.context["switch"] is None
    assert "1 product chosen" in words(page)


def test_the_runs_figures_count_groups_apart_until_the_end(admin_client, dress):
    Product.objects.filter(sku="DRESSES-0-XS-Blue").update(enabled=False)
    run = steps.draft(action="upload", ids=[dress.pk])
    lifecycle.start(run)
    steps.expand()
    run.refresh_from_db()

    page = admin_client.get(f"{RUNS}{run.pk}/")

    progress = page.context["progress"]
    assert (progress.skipped, progress.waiting, progress.groups) == (1, 9, {"waiting": 1})
    assert "1 of 10, and 0 of 1 group" in words(page)
    assert "1 product , left out: Disabled in the store" in words(page)

    lifecycle.settle(run.pk, run.items.values_list("object_id", flat=True), "done")
    lifecycle.finish_if_done(run.pk)

    page = admin_client.get(f"{RUNS}{run.pk}/")
    assert (page.context["progress"].done, page.context["progress"].groups) == (9, {"done": 1})
    assert "9 and 1 group" in words(admin_client.get(RUNS))
    assert "9 done (and 1 group), 0 failed, 1 left out" in Notification.objects.get(key=str(run.pk)).text


def test_what_failed_is_repeated_alone(dress):
    run = steps.draft(action="upload", ids=[dress.pk])
    lifecycle.start(run)
    steps.expand()
    lifecycle.settle(run.pk, [dress.pk], "failed", reason="Jet: no")

    again = steps.again(run, states=["failed"])

    assert (again.chosen, again.plan["chosen_groups"]) == (1, 1)


def test_the_command_counts_alike_and_leaves_them_out(dress, capsys):
    call_command("bulk_products", "upload", dress.sku, dry_run=True)
    assert "1 group with 10 products chosen." in capsys.readouterr().out

    call_command("bulk_products", "upload", dress.sku, dry_run=True, alone=True)
    assert "1 group chosen." in capsys.readouterr().out
    assert not Listing.objects.exists()
