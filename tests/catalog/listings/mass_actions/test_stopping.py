"""Pause and cancel act at a product's boundary: what is begun goes whole, the rest not at all, and both are told."""

import pytest

from catalog.listings.facets import updates
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.services import direct_updates, file_uploads, upload_files
from catalog.products.models import Product
from jetbridge.core.models import Configuration
from jetbridge.inbox.models import Notification
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
WHOLE = (Facet.DETAILS, Facet.PRICE, Facet.INVENTORY)


@pytest.fixture
def started(account):
    """Start an upload of three products, and take them up."""

    def start(action="upload", *, size=1):
        Configuration.objects.update(batch_size=size)
        products = [ProductFactory(sku=sku, mapped=True) for sku in ("ONE", "TWO", "THREE")]
        run = steps.draft(action=action, ids=[product.pk for product in products])
        lifecycle.start(run)
        steps.expand()
        run.refresh_from_db()
        return run

    return start


@pytest.fixture
def rounds(account, jet, sandbox):
    """Bring files on, each round with a Jet that processes at once."""
    sandbox.set_clock(transitions="at_once")

    def run(rounds=8):
        for _ in range(rounds):
            UploadFile.objects.exclude(next_try_at=None).update(next_try_at="2020-01-01T00:00:00Z")
            file_uploads.advance_files(client=jet, account=account)

    return run


def send(account, jet, **only):
    return direct_updates.send_pending(client=jet, account=account, **only)


def outcome(run):
    run.refresh_from_db()
    return (run.state, run.done, run.skipped, run.finished_at is not None)


def at_jet(sandbox):
    skus = sandbox.held("skus")
    return {
        each["merchant_sku"]: bool(each.get("price") and each.get("inventory_by_fulfillment_node"))
        for each in skus
    }


def test_a_cancelled_direct_upload_sends_what_it_began_whole_and_nothing_else(started, account, jet, sandbox):
    run = started()
    first = ListingFacet.objects.filter(listing__sku="ONE").values_list("listing_id", flat=True)[:1]
    send(account, jet, facets=[Facet.DETAILS], listing_ids=list(first))

    steps.cancel(run)
    waits = outcome(run)
    send(account, jet)

    assert waits == ("cancelled", 0, 2, False)
    assert outcome(run) == ("cancelled", 1, 2, True)
    assert at_jet(sandbox) == {"ONE": True}
    assert dict(run.items.values_list("reference", "code")) == {
        "ONE": "",
        "TWO": "cancelled",
        "THREE": "cancelled",
    }


def test_the_bell_says_how_a_cancelled_run_ended(started):
    run = started()

    steps.cancel(run)

    line = Notification.objects.get(kind="bulk_run", key=str(run.pk))
    assert (line.title, line.text) == (
        "Selected Product Upload: cancelled",
        "0 done, 0 failed, 3 left out",
    )


def test_a_run_cancelled_before_it_was_written_down_counts_all_as_left_out(account):
    products = ProductFactory.create_batch(2, mapped=True)
    run = steps.draft(action="upload", ids=[product.pk for product in products])
    lifecycle.start(run)

    steps.cancel(run)

    assert outcome(run) == ("cancelled", 0, 2, True)


def test_direct_uploads_go_some_products_at_a_time_each_with_all_its_parts(
    started, account, jet, sandbox, monkeypatch
):
    monkeypatch.setattr(direct_updates, "TOGETHER", 2)
    started()

    send(account, jet)

    last = [call["path"].rsplit("/", 1)[-1] for call in sandbox.calls(path=r"/merchant-skus/")]
    kinds = [path if path in ("price", "inventory") else "sku" for path in last]
    assert kinds == ["sku"] * 2 + ["price"] * 2 + ["inventory"] * 2 + ["sku", "price", "inventory"]


def test_a_run_paused_between_two_parts_still_finishes_the_products_it_began(
    started, account, jet, sandbox, monkeypatch
):
    monkeypatch.setattr(direct_updates, "TOGETHER", 2)
    run = started()

    def pause_once():
        lifecycle.pause(run)

    send(account, jet, heartbeat=pause_once)

    assert at_jet(sandbox) == {"ONE": True, "TWO": True}
    assert outcome(run) == ("paused", 2, 0, False)


def test_an_edit_sends_its_content_and_nothing_of_a_paused_run(started, account, jet, sandbox):
    run = started()
    send(account, jet, facets=[Facet.DETAILS])
    lifecycle.pause(run)
    product = Product.objects.get(sku="ONE")
    updates.product_changed([product.pk], [Facet.DETAILS], by="edit")
    ListingFacet.objects.filter(facet=Facet.DETAILS).update(only_if_new=False)
    before = len(sandbox.calls(path="merchant-skus/ONE$"))

    send(account, jet)

    assert len(sandbox.calls(path="merchant-skus/ONE$")) == before + 1
    assert not any(at_jet(sandbox).values())
    assert run.items.filter(state="waiting").count() == 3


def test_a_paused_run_keeps_its_built_files_and_sends_them_once_it_is_resumed(
    started, account, rounds, sandbox
):
    run = started("bulk_upload")
    upload_files.build_files(account=account)
    steps.pause(run)

    rounds()
    paused = (at_jet(sandbox), set(UploadFile.objects.values_list("status", flat=True)))
    steps.resume(run)
    rounds()

    assert paused == ({}, {"Built"})
    assert at_jet(sandbox) == {"ONE": True, "TWO": True, "THREE": True}
    assert outcome(run) == ("done", 3, 0, True)


def test_nothing_is_polled_for_files_that_only_wait(started, account, rounds, monkeypatch):
    run = started("bulk_upload")
    upload_files.build_files(account=account)
    steps.pause(run)
    nudged = []
    monkeypatch.setattr(file_uploads, "nudge_later", lambda name, seconds: nudged.append(seconds))

    file_uploads.poll_again(account)
    paused = list(nudged)
    steps.resume(run)
    file_uploads.poll_again(account)

    assert (paused, len(nudged)) == ([], 1)


def test_a_run_paused_after_its_skus_went_still_sends_their_prices(started, account, rounds, sandbox):
    run = started("bulk_upload")
    upload_files.build_files(account=account)
    rounds(1)
    steps.pause(run)

    rounds()

    assert at_jet(sandbox) == {"ONE": True, "TWO": True, "THREE": True}
    assert outcome(run)[:2] == ("paused", 3)


def test_a_cancelled_bulk_upload_takes_back_the_files_that_were_not_sent(started, account, rounds, sandbox):
    run = started("bulk_upload")
    upload_files.build_files(account=account)

    steps.cancel(run)
    rounds()

    assert (at_jet(sandbox), UploadFile.objects.count()) == ({}, 0)
    assert outcome(run) == ("cancelled", 0, 3, True)
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()
    assert set(ListingFacet.objects.values_list("answer", "claimed_by")) == {("", "")}


def test_a_withdrawn_file_leaves_the_answer_that_jet_gave_before(started, account, jet):
    run = started()
    send(account, jet)
    again = steps.draft(action="bulk_upload", ids=list(run.items.values_list("object_id", flat=True)))
    lifecycle.start(again)
    steps.expand()
    upload_files.build_files(account=account)

    steps.cancel(again)

    assert set(ListingFacet.objects.values_list("answer", flat=True)) == {"accepted"}


def test_a_bulk_upload_cancelled_after_its_skus_went_ends_with_their_prices(
    started, account, rounds, sandbox
):
    run = started("bulk_upload", size=30)
    upload_files.build_files(account=account)
    rounds(1)

    steps.cancel(run)
    waits = outcome(run)
    rounds()

    assert waits == ("cancelled", 0, 0, False)
    assert at_jet(sandbox) == {"ONE": True, "TWO": True, "THREE": True}
    assert outcome(run) == ("cancelled", 3, 0, True)


def test_the_page_of_a_run_that_is_being_cancelled_says_so_until_the_last_answer(
    admin_client, started, account, rounds
):
    run = started("bulk_upload", size=30)
    upload_files.build_files(account=account)
    rounds(1)

    page = admin_client.post(f"/admin/catalog/runs/{run.pk}/cancel/", follow=True).content.decode()
    rounds()
    ended = admin_client.get(f"/admin/catalog/runs/{run.pk}/").content.decode()

    assert "Being cancelled" in page
    assert "Jet has processed" in page
    assert 'hx-trigger="every 2s"' in page
    assert f"/runs/{run.pk}/cancel/" not in page
    assert "Being cancelled" not in ended
    assert MassAction.objects.get(pk=run.pk).done == 3


def test_what_a_cancel_left_out_can_be_taken_up_again(admin_client, started, account, jet, sandbox):
    run = started()
    steps.cancel(run)
    page = admin_client.get(f"/admin/catalog/runs/{run.pk}/").content.decode()

    admin_client.post(f"/admin/catalog/runs/{run.pk}/again/rest/")
    rest = MassAction.objects.latest("pk")
    admin_client.post(f"/admin/catalog/runs/{rest.pk}/start/")
    steps.expand()
    send(account, jet)

    assert "Retry 3 skipped" in page
    assert at_jet(sandbox) == {"ONE": True, "TWO": True, "THREE": True}
    assert outcome(rest) == ("done", 3, 0, True)


@pytest.mark.parametrize(
    ("action", "status", "closed"),
    [("archive", Listing.Status.AVAILABLE, False), ("unarchive", Listing.Status.ARCHIVED, True)],
)
def test_a_cancelled_archive_run_leaves_each_listing_as_it_was(account, action, status, closed):
    listing = ListingFactory(
        product=ProductFactory(), account=account, status=status, archive_requested=closed,
        first_sent_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    run = steps.draft(action=action, ids=[listing.product_id])
    lifecycle.start(run)
    steps.expand()
    meant = Listing.objects.get().archive_requested

    steps.cancel(run)

    assert (meant, Listing.objects.get().archive_requested) == (not closed, closed)
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_a_price_whose_answer_was_lost_is_still_lost_after_its_file_was_withdrawn(started, account, jet):
    run = started()
    send(account, jet)
    ListingFacet.objects.filter(facet=Facet.PRICE, listing__sku="ONE").update(
        answer="unknown", sent={"price": 12}
    )
    again = steps.draft(action="bulk_upload", ids=list(run.items.values_list("object_id", flat=True)))
    lifecycle.start(again)
    steps.expand()
    upload_files.build_files(account=account)

    steps.cancel(again)

    unlike = ListingFacet.objects.exclude(answer="accepted").values_list("listing__sku", "facet", "answer")
    assert list(unlike) == [("ONE", "price", "unknown")]
