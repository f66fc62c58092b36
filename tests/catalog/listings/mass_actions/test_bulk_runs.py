"""Mass actions: a plan counted over everything chosen, then a run that survives, pauses and tells the truth."""

import pytest

from catalog.listings.facets import closings
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.changes import Changed
from catalog.products.models import Variation
from catalog.rules.models import ValidationResult
from jetbridge.core.actors import acting
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import ApiCall, Event
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


def advance(run, jet, account):
    steps.expand()
    steps.expand(client=jet)
    report = direct_updates.send_pending(client=jet, account=account)
    run.refresh_from_db()
    return report


def states(run):
    return dict(run.items.values_list("reference", "state"))


def test_the_plan_counts_over_the_filter_what_goes_and_what_does_not_by_cause(account):
    ProductFactory.create_batch(3, kind="simple")
    ProductFactory(enabled=False)
    ProductFactory(kind="bundle")
    invalid = ProductFactory()
    ValidationResult.objects.create(product=invalid, worst="blocks", blocks=1)

    run = steps.draft(action="upload", filters={"kind": ["simple"]})

    assert run.chosen == 5
    assert run.plan["will_go"] == 3
    assert {row["code"]: row["count"] for row in run.plan["left_out"]} == {"disabled": 1, "invalid": 1}


def test_drafting_sends_nothing(account, sandbox):
    ProductFactory(mapped=True)

    steps.draft(action="upload", filters={})
    steps.expand()

    assert not ListingFacet.objects.exists()


def test_a_run_takes_all_that_match_not_one_page(account, jet):
    ProductFactory.create_batch(120, mapped=JetCategoryFactory())
    run = steps.draft(action="upload", filters={"kind": ["simple"]})
    lifecycle.start(run)

    steps.expand()

    assert run.items.count() == 120
    assert Listing.objects.count() == 120


def test_each_product_of_a_run_ends_with_its_own_outcome(account, jet):
    good, bad, off = (
        ProductFactory(sku="GOOD", mapped=True),
        ProductFactory(sku="BAD", name="X", mapped=True),
        ProductFactory(sku="OFF", enabled=False),
    )
    ids = [good.pk, bad.pk, off.pk]
    run = steps.draft(action="upload", ids=ids, options={"send_anyway": True})
    lifecycle.start(run)

    advance(run, jet, account)

    assert states(run) == {"GOOD": "done", "BAD": "failed", "OFF": "skipped"}
    assert (run.state, run.done, run.failed, run.skipped) == ("done", 1, 1, 1)
    assert "product_title" in run.items.get(reference="BAD").reason


def test_a_product_that_was_never_checked_is_checked_before_it_goes(account):
    bad = ProductFactory(name="X", mapped=True)
    run = steps.draft(action="upload", ids=[bad.pk])
    lifecycle.start(run)

    steps.expand()

    item = run.items.get()
    assert (item.state, item.code) == ("skipped", "invalid")
    assert not ListingFacet.objects.exists()


def test_validate_settles_each_product_with_its_verdict(account):
    bad, good = ProductFactory(name="X", mapped=True), ProductFactory(mapped=True)
    run = steps.draft(action="validate", ids=[bad.pk, good.pk])
    lifecycle.start(run)

    steps.expand()

    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 2)
    assert run.items.get(object_id=bad.pk).code == "blocks"


def test_expanding_twice_after_a_crash_counts_nothing_twice(account):
    ProductFactory.create_batch(3, enabled=False)
    run = steps.draft(action="upload", filters={})
    lifecycle.start(run)
    steps.expand()
    MassAction.objects.filter(pk=run.pk).update(
        cursor=0, listed=False, expanded=False, state="running", finished_at=None
    )

    steps.expand()

    run.refresh_from_db()
    assert (run.items.count(), run.skipped) == (3, 3)


def test_what_is_sent_meanwhile_does_not_change_what_was_chosen(account, jet):
    parent = ProductFactory(kind="configurable", mapped=True)
    ProductFactory.create_batch(100, mapped=JetCategoryFactory())
    child = ProductFactory(mapped=JetCategoryFactory())
    Variation.objects.create(parent=parent, child=child, child_sku=child.sku)
    run = steps.draft(
        action="upload",
        filters={"status": ["Not Uploaded"], "kind": ["configurable"]},
        options={"send_anyway": True},
    )
    lifecycle.start(run)
    while lifecycle.list_chosen(run, steps.chosen(run), name="sku"):
        pass
    ListingFactory(product=parent, sku=parent.sku, account=account, status="Under Jet Review")

    steps.expand()

    assert states(run) == {parent.sku: "waiting", child.sku: "waiting"}


def test_two_workers_take_a_chunk_up_once(account):
    ProductFactory(mapped=True)
    run = steps.draft(action="upload", filters={}, options={"send_anyway": True})
    lifecycle.start(run)
    other = MassAction.objects.get(pk=run.pk)
    other.listed = True

    steps.expand()
    taken = lifecycle.hold(other, cursor=0)

    assert not taken
    assert set(ListingFacet.objects.values_list("number", flat=True)) == {1}


def test_what_was_deleted_after_start_is_left_out_and_named(account):
    product = ProductFactory(sku="GONE-1")
    run = steps.draft(action="upload", ids=[product.pk])
    lifecycle.start(run)
    lifecycle.list_chosen(run, steps.chosen(run), name="sku")
    product.delete()

    steps.expand()

    item = run.items.get()
    assert (item.reference, item.state, item.code) == ("GONE-1", "skipped", "gone")


def test_a_retry_takes_the_failed_ones_of_a_large_run_by_reference(account):
    products = ProductFactory.create_batch(3)
    run = steps.draft(action="upload", filters={})
    for product, state in zip(products, ("failed", "done", "failed"), strict=True):
        run.items.create(object_id=product.pk, reference=product.sku, state=state)

    retry = steps.again(run, states=[MassActionItem.State.FAILED])

    assert (retry.ids, retry.chosen) == (None, 2)
    assert set(steps.chosen(retry)) == {products[0], products[2]}


def test_a_paused_run_sends_nothing_until_it_is_resumed(account, jet):
    product = ProductFactory(mapped=True)
    run = steps.draft(action="upload", ids=[product.pk])
    lifecycle.start(run)
    steps.expand()
    lifecycle.pause(run)

    assert direct_updates.send_pending(client=jet, account=account).done == 0
    steps.resume(run)

    assert direct_updates.send_pending(client=jet, account=account).done == 3


def test_a_cancelled_run_leaves_the_rest_unsent(account, jet):
    product = ProductFactory(mapped=True)
    run = steps.draft(action="upload", ids=[product.pk])
    lifecycle.start(run)
    steps.expand()

    steps.cancel(run)

    assert direct_updates.send_pending(client=jet, account=account).done == 0
    run.refresh_from_db()
    assert (run.state, run.skipped) == ("cancelled", 1)


def test_a_configurable_product_brings_its_children(account):
    parent, child = ProductFactory(kind="configurable"), ProductFactory()
    Variation.objects.create(parent=parent, child=child, child_sku=child.sku)

    run = steps.draft(action="upload", ids=[parent.pk])

    assert run.chosen == 2


def test_archive_and_undo_go_there_and_back(account, jet):
    product = ProductFactory(sku="MUG-1", mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    direct_updates.send_pending(client=jet, account=account)
    run = steps.draft(action="archive", ids=[product.pk])
    lifecycle.start(run)
    advance(run, jet, account)
    assert jet.products.get("MUG-1").is_archived
    assert Listing.objects.get().status == Listing.Status.ARCHIVED

    undo = lifecycle.again(run, action="unarchive", states=[MassActionItem.State.DONE])
    steps.plan(undo)
    lifecycle.start(undo)
    advance(undo, jet, account)

    assert not jet.products.get("MUG-1").is_archived
    assert Listing.objects.get().status == Listing.Status.UNDER_REVIEW
    assert undo.state == "done"


def test_archived_products_are_left_out_of_an_archive_run_as_already_so(account):
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z", status="Archived")

    run = steps.draft(action="archive", ids=[listing.product_id])

    assert run.plan["left_out"] == [
        {"code": "archived", "text": "Already archived", "count": 1, "already": True}
    ]


def test_update_status_asks_jet_for_each_product(account, jet, sandbox):
    product = ProductFactory(mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    direct_updates.send_pending(client=jet, account=account)
    sandbox.review()
    run = steps.draft(action="status", ids=[product.pk])
    lifecycle.start(run)

    advance(run, jet, account)

    assert Listing.objects.get().status == Listing.Status.AVAILABLE
    assert (run.state, run.done) == ("done", 1)


def test_a_deleted_product_is_closed_on_jet_also_when_jet_was_down(account, jet, sandbox):
    product = ProductFactory(sku="MUG-1", mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    direct_updates.send_pending(client=jet, account=account)

    closings.close_products([product.pk], by="product deleted")
    product.delete()
    direct_updates.send_pending(client=jet, account=account)

    assert jet.products.get("MUG-1").is_archived


def test_a_changed_sku_closes_the_former_one(account, jet):
    product = ProductFactory(sku="OLD", mapped=True)
    upload_requests.queue_upload(products=[product], account=account)
    direct_updates.send_pending(client=jet, account=account)
    product.sku = "NEW"
    product.save()

    closings.follow_sku_change(Changed(product.pk, "NEW", former_sku="OLD"))
    direct_updates.send_pending(client=jet, account=account)

    assert jet.products.get("OLD").is_archived
    assert not Listing.objects.filter(product=product).exists()


def test_one_request_id_ties_a_run_to_its_items_calls_and_history(account, jet, merchant):
    good, bad = (
        ProductFactory(sku="GOOD", mapped=True),
        ProductFactory(sku="BAD", name="X", mapped=True),
    )
    run = steps.draft(action="upload", ids=[good.pk, bad.pk], options={"send_anyway": True}, by=merchant)
    lifecycle.start(run)

    with acting(job="catalog.sync_products"), open_client(account) as client:
        advance(run, client, account)

    tied = Event.objects.filter(request_id=run.request_id)
    calls = ApiCall.objects.filter(request_id=run.request_id)
    assert {facet.request_id for facet in ListingFacet.objects.all()} == {run.request_id}
    assert set(calls.values_list("reference", flat=True)) == {"GOOD", "BAD"}
    shown = tied.filter(kind="catalog.product").values_list("label", "action", "user__username", "job")
    assert set(shown) == {
        ("GOOD", "selected product upload done", "alice", "catalog.sync_products"),
        ("BAD", "selected product upload failed", "alice", "catalog.sync_products"),
    }


def test_three_identical_refusals_stop_a_product_until_somebody_resets_it(account, jet):
    bad, other = ProductFactory(sku="BAD", name="X", mapped=True), ProductFactory(mapped=True)
    for _ in range(3):
        upload_requests.queue_upload(products=[bad], account=account)
        direct_updates.send_pending(client=jet, account=account)
    again = steps.sketch(action="upload", ids=[bad.pk])
    assert [row["code"] for row in again.plan["left_out"]] == ["blocked"]
    bad.name = "A proper name"
    bad.save()

    run = steps.draft(action="reset", ids=[bad.pk, other.pk])
    lifecycle.start(run)
    advance(run, jet, account)

    assert states(run) == {"BAD": "done", other.sku: "skipped"}
    held = jet.products.get("BAD")
    assert (held.product_title, held.price) == ("A proper name", bad.price)
    assert not ListingFacet.objects.filter(blocked_at__isnull=False).exists()


def test_a_file_that_jet_refuses_for_good_fails_its_products_and_ends_the_run(account, jet, sandbox):
    ProductFactory(sku="MUG-1", mapped=JetCategoryFactory())
    run = steps.draft(action="bulk_upload", filters={})
    lifecycle.start(run)
    sandbox.add_fault("status", path="files/uploaded$", status=400, times=50)

    for _ in range(12):
        UploadFile.objects.exclude(next_try_at=None).update(next_try_at="2020-01-01T00:00:00Z")
        steps.advance(client=jet, account=account)

    run.refresh_from_db()
    assert (run.state, run.done, run.failed) == (MassAction.State.DONE, 0, 1)
    assert states(run) == {"MUG-1": "failed"}
