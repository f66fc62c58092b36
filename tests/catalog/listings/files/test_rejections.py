"""Rejected files: what concerns whom, and sending the corrected products again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.listings.models import ListingFacet, UploadFile
from catalog.listings.services import rejected_files, upload_files
from catalog.products.models import Product
from catalog.rules.models import ReturnException
from jetbridge.core.models import JetAccount
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rejected(bulk_upload):
    """A file in which Jet refused BAD and took GOOD."""
    good = ProductFactory(sku="GOOD", mapped=True)
    bad = ProductFactory(sku="BAD", name="X", mapped=True)
    bulk_upload(good, bad)
    return UploadFile.objects.get(kind="MerchantSKUs")


def fix(sku):
    Product.objects.filter(sku=sku).update(name="A proper name")


def test_only_the_refused_product_is_named_with_what_changed_since(rejected):
    fix("BAD")

    rows = rejected_files.affected(rejected)

    assert [row.item.sku for row in rows] == ["BAD"]
    assert rows[0].changed == ["product_title"]
    assert (rows[0].sent["product_title"], rows[0].now["product_title"]) == ("X", "A proper name")


def test_resubmitting_sends_the_corrected_product_and_leaves_the_file_as_na(rejected, account, steps, jet):
    fix("BAD")

    report = rejected_files.resubmit(rejected)
    upload_files.build_files(account=account)
    steps(6)

    rejected.refresh_from_db()
    assert (report.done, rejected.status) == (1, UploadFile.Status.NA)
    held = jet.products.get("BAD")
    assert (held.product_title, held.price is not None) == ("A proper name", True)
    row = ListingFacet.objects.get(listing__sku="BAD", facet=Facet.DETAILS)
    assert row.answer == ListingFacet.Answer.ACCEPTED


def test_resubmitting_twice_sends_once(rejected):
    fix("BAD")
    rejected_files.resubmit(rejected)

    report = rejected_files.resubmit(UploadFile.objects.get(pk=rejected.pk))

    assert report.done == 0
    assert report.note == "The file was resubmitted before."


def test_what_jet_has_taken_since_is_not_sent_again(rejected, jet, account):
    ListingFacet.objects.filter(listing__sku="BAD").update(answer="accepted")

    report = rejected_files.resubmit(rejected)

    assert (report.done, report.skipped) == (0, 1)
    assert report.items[0].reference == "BAD"


def test_only_as_many_products_of_a_file_are_worded_as_are_shown(twice_rejected):
    Product.objects.update(name="A proper name")

    rows = rejected_files.affected(twice_rejected, built=1)

    assert [row.item.sku for row in rows] == ["BAD", "WORSE"]
    assert [row.now.get("product_title") for row in rows] == ["A proper name", None]
    assert all(row.still_refused and not row.obstacle for row in rows)


def test_the_secrets_of_the_account_are_not_read_with_each_product(
    twice_rejected, django_assert_max_num_queries
):
    file = UploadFile.objects.select_related("account", "body").get(pk=twice_rejected.pk)

    with django_assert_max_num_queries(30) as asked:
        rejected_files.affected(file)

    of_products = [each["sql"] for each in asked.captured_queries if "catalog_listingfacet" in each["sql"]]
    assert of_products
    assert not any("api_secret" in sql for sql in of_products)


def test_the_halves_of_a_vague_file_show_each_products_last_verdict(bulk_upload, sandbox):
    sandbox.file_policy(vague_errors=True, refuse=["B"])
    bulk_upload(*[ProductFactory(sku=sku, mapped=True) for sku in "ABCD"], rounds=8)

    rows = rejected_files.affected(UploadFile.objects.get(kind="MerchantSKUs", parent=None))

    assert [(row.item.sku, row.item.verdict) for row in rows] == [("B", "refused")]


def test_what_was_not_corrected_is_not_sent_again_unless_asked_for(rejected):
    left = rejected_files.resubmit(rejected)
    rejected.refresh_from_db()
    assert (left.done, left.skipped, rejected.status) == (0, 1, UploadFile.Status.ERRORS)

    sent = rejected_files.resubmit(rejected, unchanged=True)

    rejected.refresh_from_db()
    assert (sent.done, rejected.status) == (1, UploadFile.Status.NA)


@pytest.fixture
def twice_rejected(bulk_upload):
    """A file in which Jet refused BAD and WORSE."""
    bulk_upload(
        ProductFactory(sku="BAD", name="X", mapped=True), ProductFactory(sku="WORSE", name="Y", mapped=True)
    )
    return UploadFile.objects.get(kind="MerchantSKUs")


def test_the_file_stays_with_what_is_left_until_that_is_sent_again_too(twice_rejected):
    fix("BAD")
    first = rejected_files.resubmit(twice_rejected)
    twice_rejected.refresh_from_db()
    states = {
        row.item.sku: (row.is_going, row.still_refused) for row in rejected_files.affected(twice_rejected)
    }

    assert (first.done, twice_rejected.status) == (1, UploadFile.Status.ERRORS)
    assert "1 of its products is still refused" in first.note
    assert states == {"BAD": (True, False), "WORSE": (False, True)}

    fix("WORSE")
    second = rejected_files.resubmit(twice_rejected)

    twice_rejected.refresh_from_db()
    assert (second.done, twice_rejected.status) == (1, UploadFile.Status.NA)
    assert ListingFacet.objects.get(listing__sku="BAD", facet=Facet.DETAILS).number == 2


@pytest.mark.parametrize("change", [{"enabled": False}, {"excluded": True}])
def test_what_nobody_wants_listed_any_more_does_not_keep_the_file(twice_rejected, change):
    fix("BAD")
    Product.objects.filter(sku="WORSE").update(**change)

    report = rejected_files.resubmit(twice_rejected, unchanged=True)

    twice_rejected.refresh_from_db()
    assert (report.done, report.skipped, twice_rejected.status) == (1, 1, UploadFile.Status.NA)


def test_a_file_whose_products_jet_has_taken_since_can_be_set_to_na(rejected):
    ListingFacet.objects.filter(listing__sku="BAD").update(answer="accepted")

    report = rejected_files.resubmit(rejected)

    rejected.refresh_from_db()
    assert (report.done, rejected.status) == (0, UploadFile.Status.NA)
    assert "refused any more" in report.note


def test_a_resubmitted_sku_brings_its_exceptions_along(bulk_upload):
    product = ProductFactory(sku="BAD", name="X", mapped=True)
    ReturnException.objects.create(product=product, time_to_return=14)
    bulk_upload(product)
    fix("BAD")

    rejected_files.resubmit(UploadFile.objects.get(kind="MerchantSKUs"))

    pending = ListingFacet.objects.filter(listing__sku="BAD", next_try_at__isnull=False)
    assert set(pending.values_list("facet", flat=True)) == {"details", "price", "inventory", "returns"}


def test_what_jet_said_is_kept_as_jet_sent_it(rejected):
    said = rejected.body.said

    assert said["status"] == "Processed with errors"
    assert said["error_count"] == 1
    assert "BAD" in str(said["error_report"] or said["error_excerpt"])


def test_clearing_takes_finished_files_away_and_keeps_open_and_refused_ones(rejected, account):
    UploadFile.objects.filter(kind="Price").update(status="Processing")

    report = rejected_files.clear_all(account)

    left = UploadFile.objects.filter(cleared_at=None).values_list("kind", flat=True)
    assert (report.done, set(left)) == (1, {"Price", "MerchantSKUs"})


def test_clearing_takes_refused_files_too_where_that_is_asked_for(rejected, account):
    UploadFile.objects.filter(kind="Price").update(status="Processing")

    report = rejected_files.clear_all(account, refused=True)

    left = UploadFile.objects.filter(cleared_at=None).values_list("kind", flat=True)
    assert (report.done, set(left)) == (2, {"Price"})


def test_clearing_leaves_the_files_of_the_other_keys_alone(rejected):
    live = JetAccount.objects.create(mode="live")

    assert rejected_files.clear_all(live, refused=True).done == 0


def test_the_night_deletes_cleared_and_old_files_and_keeps_refusals_three_times_as_long(rejected):
    now = timezone.now()
    UploadFile.objects.filter(kind="Inventory").update(cleared_at=now)

    def left(days):
        rejected_files.delete_old_files(now=now + timedelta(days=days), days=30)
        return set(UploadFile.objects.values_list("kind", flat=True))

    assert left(1) == {"MerchantSKUs", "Price"}
    assert left(31) == {"MerchantSKUs"}
    assert left(91) == set()
