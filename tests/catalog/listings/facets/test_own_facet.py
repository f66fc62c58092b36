"""A facet is a class: a test's own goes every way that the others go, and no table knows of it."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.listings import selectors
from catalog.listings.facets import updates
from catalog.listings.models import Drift, Listing, ListingFacet, UploadFile
from catalog.listings.services import (
    direct_updates,
    drift_reports,
    file_uploads,
    previews,
    product_sync,
    upload_files,
    upload_requests,
)
from jetbridge.core.models import Event
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
Answer = ListingFacet.Answer


@pytest.fixture
def mug(account, jet, warranty):
    """A product that Jet has, without its warranty."""
    product = make(24)
    upload_requests.queue_upload(products=[product], account=account)
    assert direct_updates.send_pending(client=jet, account=account).failed == 0
    return product


@pytest.fixture
def listing(mug):
    return Listing.objects.get(product=mug)


def make(months, **more):
    """A product that Jet would take, with a warranty."""
    product = ProductFactory(sku="MUG-1", mapped=True, **more)
    product.attributes |= {"warranty": months}
    product.save()
    return product


def row_of(facet):
    return ListingFacet.objects.get(facet=facet)


def held(jet):
    """Return what Jet holds of it."""
    return jet.products.get("MUG-1").raw.get("warranty_months")


def test_it_is_queued_sent_by_a_call_and_accepted(listing, warranty, account, jet):
    updates.queue_update([listing], warranty, by="alice")
    assert "catalog.sync_products" in selectors.unsent_jobs()

    report = direct_updates.send_pending(client=jet, account=account)

    assert (report.done, report.failed) == (1, 0)
    assert held(jet) == 24
    row = row_of(warranty)
    assert (row.answer, row.accepted, row.next_try_at) == (Answer.ACCEPTED, {"warranty_months": 24}, None)
    assert "catalog.sync_products" not in selectors.unsent_jobs()


def test_what_cannot_be_worded_says_so_in_its_name(listing, warranty, account, jet, mug):
    del mug.attributes["warranty"]
    mug.save()
    updates.queue_update([listing], warranty)

    report = direct_updates.send_pending(client=jet, account=account)

    assert report.failed == 1
    listing.refresh_from_db()
    assert listing.last_error == "Warranty: Not sent: The product has no warranty."


def test_it_is_sent_by_file_and_accepted(listing, warranty, account, jet, sandbox, admin_client):
    sandbox.set_clock(transitions="at_once")
    updates.queue_update([listing], warranty, via_file=True)

    [file] = upload_files.build_files(account=account)
    for _ in range(4):
        UploadFile.objects.exclude(next_try_at=None).update(next_try_at="2020-01-01T00:00:00Z")
        file_uploads.advance_files(client=jet, account=account)

    assert held(jet) == 24
    assert row_of(warranty).answer == Answer.ACCEPTED
    file.refresh_from_db()
    assert (file.status, file.get_kind_display()) == (UploadFile.Status.PROCESSED, "Warranties")
    assert "Warranties" in admin_client.get(reverse("admin:catalog_uploadfile_changelist")).content.decode()


def test_it_goes_with_the_upload_of_a_new_product(warranty, account, jet):
    product = make(12)
    upload_requests.queue_upload(products=[product], account=account)
    updates.queue_update(Listing.objects.filter(product=product), warranty)

    direct_updates.send_pending(client=jet, account=account)

    assert held(jet) == 12


def test_it_is_forgotten_where_jet_refuses_the_sku_itself(warranty, account, jet):
    product = make(12, name="x")
    upload_requests.queue_upload(products=[product], account=account)
    updates.queue_update(Listing.objects.filter(product=product), warranty)

    report = direct_updates.send_pending(client=jet, account=account)

    assert report.failed == 1
    assert (row_of(warranty).next_try_at, row_of(warranty).answer) == (None, Answer.NONE)


def test_the_page_and_the_grid_show_it(listing, mug, warranty, account, jet, admin_client):
    grid, page = (
        reverse("admin:catalog_product_changelist"),
        reverse("admin:catalog_product_change", args=[mug.pk]),
    )
    updates.queue_update([listing], warranty)
    assert "MUG-1" in admin_client.get(f"{grid}?sending=waiting").content.decode()

    product_sync.send(client=jet, listing=listing)

    assert "MUG-1" not in admin_client.get(f"{grid}?sending=waiting").content.decode()
    assert 'data-label="Part">Warranty</td>' in admin_client.get(page).content.decode()


def test_the_history_names_it(listing, mug, warranty, jet):
    updates.queue_update([listing], warranty)

    product_sync.send(client=jet, listing=listing)

    event = Event.objects.filter(action="sent to Jet", object_id=str(mug.pk)).latest("pk")
    assert event.message == "Jet took: Warranty."


def test_the_preview_shows_its_message_beside_what_jet_holds(listing, mug, warranty, account, jet):
    updates.queue_update([listing], warranty)
    document = previews.ask(client=jet, product=mug, account=account)

    shown = previews.preview(product=mug, account=account, asked=True, held=document)

    [part] = [each for each in shown.parts if each.facet == warranty]
    assert part.call == "PUT /merchant-skus/MUG-1/warranty"
    [line] = part.lines
    assert (line.label, line.will, line.live, line.differs) == ("Months of warranty", "24", "", True)


def test_the_drift_report_finds_it_changed_by_others_and_sends_it_again(
    listing, mug, warranty, account, jet, admin_client
):
    updates.queue_update([listing], warranty)
    direct_updates.send_pending(client=jet, account=account)
    jet.products.put_part("MUG-1", "/warranty", {"warranty_months": 6})

    drift_reports.compare_share(client=jet, account=account)

    drift = Drift.objects.get()
    assert (drift.get_figure_display(), drift.store, drift.live) == ("Months of warranty", "24", "6")
    report = admin_client.get(reverse("admin:catalog_drift_changelist")).content.decode()
    assert "Months of warranty" in report
    grid = reverse("admin:catalog_product_changelist")
    assert "MUG-1" in admin_client.get(f"{grid}?drift={warranty.figure.name}").content.decode()

    admin_client.post(reverse("catalog:reconcile_drift", args=[drift.pk]))
    direct_updates.send_pending(client=jet, account=account)

    assert held(jet) == 24
    assert not Drift.objects.exists()


def test_a_new_facet_is_no_migration(warranty):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
