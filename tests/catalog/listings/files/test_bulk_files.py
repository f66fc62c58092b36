"""Bulk upload by files: built, sent, followed, and every verdict pinned to its SKU."""

import gzip
import json

import pytest
from django.utils import timezone

from catalog.listings.facets import registry, updates
from catalog.listings.models import FileContent, Listing, ListingFacet, UploadFile, UploadFileItem
from catalog.listings.models.uploads import joined, parts
from catalog.listings.services import file_uploads, upload_files, upload_requests
from jetbridge.core.models import Configuration
from jetbridge.outbox import drains
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Status, Verdict = UploadFile.Status, UploadFileItem.Verdict
# Where Jet says how far a file is.
STATE = "files/(?!uploadToken)[^/]+$"


def make(count, **fields):
    return [ProductFactory(sku=f"SKU-{n:02}", mapped=True, **fields) for n in range(count)]


def verdicts(kind="MerchantSKUs"):
    rows = UploadFileItem.objects.filter(file__kind=kind).order_by("file_id")
    return {row.sku: row.verdict for row in rows}


def test_files_that_a_job_makes_by_itself_have_a_size_of_their_own(account):
    upload_requests.queue_upload(products=make(3), account=account, via_file=True)
    Configuration.objects.update(batch_size=2, cron_batch_size=3)

    built = upload_files.build_files(account=account)

    assert [file.product_count for file in built] == [3, 3, 3]


def test_products_go_in_three_files_of_at_most_the_configured_size(account):
    upload_requests.queue_upload(products=make(5), account=account, via_file=True)
    Configuration.objects.update(batch_size=2)

    built = upload_files.build_files(account=account)

    assert sorted(file.product_count for file in built) == [1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert {file.kind for file in built} == {"MerchantSKUs", "Price", "Inventory"}


def test_a_file_travels_as_it_is_stored(account):
    upload_requests.queue_upload(
        products=make(2, name="Tasse für Ölkännchen"), account=account, via_file=True
    )
    file = upload_files.build_files(account=account)[0]

    sent = gzip.decompress(file_uploads.packed(FileContent.texts([file.pk])[file.pk]))

    assert json.loads(sent) == file.content
    assert file.content["SKU-01"]["product_title"] == "Tasse für Ölkännchen"
    assert "für".encode() in sent


CONTENT = {'A "1", {': {"name": 'a "}",\n"b": {', "in": {"b": [{}]}}, "B:2": {}, "Ü": {"price": 1.5}}


@pytest.mark.parametrize("apart", [(",", ":"), (", ", ": "), (",\n", " : ")])
def test_a_file_is_cut_into_the_very_texts_of_its_products(apart):
    text = json.dumps(CONTENT, separators=apart, ensure_ascii=False)

    found = dict(parts(text))

    assert {sku: json.loads(body) for sku, body in found.items()} == CONTENT
    assert all(body in text for body in found.values())
    assert dict(parts("{}")) == {}


@pytest.mark.parametrize("some", [1, 3])
def test_a_file_that_was_joined_is_cut_where_it_was_joined(some):
    texts = [(json.dumps(sku), json.dumps(body)) for sku, body in list(CONTENT.items())[:some]]

    text = joined(texts)

    assert json.loads(text) == dict(list(CONTENT.items())[:some])
    assert [(json.dumps(sku), body) for sku, body in parts(text)] == texts


def test_what_jet_took_is_kept_once_and_as_it_was_sent(bulk_upload):
    bulk_upload(*make(2, name="Tasse für Ölkännchen"))

    for row in ListingFacet.objects.select_related("listing"):
        file = UploadFile.objects.get(kind=registry.named(row.facet).file_kind.name)
        assert (row.sent, row.accepted) == (None, file.content[row.listing.sku])
        assert row.sent_at <= row.answer_at <= row.accepted_at


def test_a_price_wished_anew_while_its_file_was_judged_stays_and_the_quantity_is_settled(
    account, bulk_upload, steps
):
    products = make(2)
    bulk_upload(*products, rounds=1)
    listings = Listing.objects.filter(product=products[0])
    updates.queue_update(listings, Facet.PRICE, via_file=True)

    steps(4)

    rows = ListingFacet.objects.filter(next_try_at__isnull=False).values_list("listing__product", "facet")
    assert list(rows) == [(products[0].pk, Facet.PRICE)]
    assert upload_files.build_files(account=account)[0].product_count == 1


def test_good_products_reach_jet_with_price_and_quantity(bulk_upload, jet):
    bulk_upload(*make(3))

    held = jet.products.get("SKU-01")
    assert (float(held.price), held.inventory_by_fulfillment_node[0].quantity) == (19.99, 10)
    assert set(UploadFile.objects.values_list("status", flat=True)) == {Status.PROCESSED}
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()
    assert Listing.objects.filter(status=Listing.Status.UNDER_REVIEW).count() == 3


def test_prices_wait_until_jet_has_judged_the_skus(account, jet, sandbox):
    upload_requests.queue_upload(products=make(2), account=account, via_file=True)
    upload_files.build_files(account=account)

    file_uploads.advance_files(client=jet, account=account)

    assert UploadFile.objects.get(kind="MerchantSKUs").status == Status.ACKNOWLEDGED
    assert UploadFile.objects.get(kind="Price").status == Status.BUILT


def test_an_error_that_names_its_sku_is_pinned_there_and_the_others_go_through(bulk_upload, jet):
    good = make(2)
    bad = ProductFactory(sku="BAD: 1", name="X", mapped=True)

    bulk_upload(*good, bad)

    row = ListingFacet.objects.get(listing__sku="BAD: 1", facet=Facet.DETAILS)
    assert row.answer == ListingFacet.Answer.REJECTED
    assert "product_title" in row.errors[0]
    assert verdicts() == {"SKU-00": "accepted", "SKU-01": "accepted", "BAD: 1": "refused"}
    assert verdicts("Price") == {"SKU-00": "accepted", "SKU-01": "accepted", "BAD: 1": "refused"}
    assert jet.products.get("SKU-00").price is not None


def test_a_vague_error_is_narrowed_down_by_halves_until_the_bad_skus_are_known(bulk_upload, sandbox, jet):
    sandbox.file_policy(vague_errors=True, refuse=["SKU-03", "SKU-05"])

    bulk_upload(*make(8), rounds=10)

    refused = {sku for sku, verdict in verdicts().items() if verdict == Verdict.REFUSED}
    assert refused == {"SKU-03", "SKU-05"}
    assert UploadFile.objects.filter(kind="MerchantSKUs", parent=None).count() == 1
    assert jet.products.get("SKU-04").price is not None
    assert ListingFacet.objects.get(listing__sku="SKU-03", facet="details").errors == ["Invalid UPC Code"]
    assert not UploadFile.objects.filter(status__in=UploadFile.OPEN).exists()


def test_a_file_whose_answer_was_lost_is_not_announced_twice(account, jet, sandbox, steps):
    upload_requests.queue_upload(products=make(1), account=account, via_file=True)
    upload_files.build_files(account=account)
    sandbox.add_fault("drop_after", path="files/uploaded", times=1)

    steps(4)

    announced = [call for call in sandbox.calls(path="files/uploaded") if call["applied"]]
    assert len(announced) == UploadFile.objects.count() == 3
    assert set(UploadFile.objects.values_list("status", flat=True)) == {Status.PROCESSED}


@pytest.mark.parametrize("step", file_uploads.STEPS)
def test_a_run_that_died_after_any_step_is_taken_up_by_the_next(account, jet, sandbox, steps, step):
    upload_requests.queue_upload(products=make(2), account=account, via_file=True)
    upload_files.build_files(account=account)
    drains.drain(step(jet, account), connections=1)
    # It died holding what it had claimed.
    UploadFile.objects.update(claimed_by="dead", claimed_until="2020-01-01T00:00:00Z")

    steps(4)

    assert set(UploadFile.objects.values_list("status", flat=True)) == {Status.PROCESSED}
    assert Listing.objects.filter(first_sent_at__isnull=False).count() == 2


def test_an_upload_address_that_ended_is_asked_for_anew(account, jet, steps):
    upload_requests.queue_upload(products=make(1), account=account, via_file=True)
    upload_files.build_files(account=account)
    drains.drain(file_uploads.Addresses(jet, account), connections=1)
    UploadFile.objects.exclude(url="").update(url_expires_at="2020-01-01T00:00:00Z")

    steps(4)

    assert set(UploadFile.objects.values_list("status", flat=True)) == {Status.PROCESSED}


def test_a_file_that_jet_loses_after_many_polls_begins_anew_and_gives_nothing_up(account, sandbox, steps):
    upload_requests.queue_upload(products=make(2), account=account, via_file=True)
    upload_files.build_files(account=account)
    steps(1)
    UploadFile.objects.update(polls=50)
    sandbox.add_fault("status", path=STATE, method="GET", status=404, times=1)

    steps(6)

    assert set(UploadFile.objects.values_list("status", flat=True)) == {Status.PROCESSED}
    assert sorted(UploadFile.objects.values_list("restarts", flat=True)) == [0, 0, 1]
    assert set(ListingFacet.objects.values_list("answer", flat=True)) == {"accepted"}


def test_a_file_that_jet_loses_time_and_again_is_given_up_though_it_was_taken_each_time(
    account, sandbox, steps
):
    upload_requests.queue_upload(products=make(1), account=account, via_file=True)
    upload_files.build_files(account=account)
    sandbox.add_fault("status", path=STATE, method="GET", status=404, times=1000)

    steps(2 * file_uploads.RESTARTS)

    file = UploadFile.objects.get(kind="MerchantSKUs")
    assert (file.status, file.restarts) == (Status.ERRORS, file_uploads.RESTARTS)
    assert ListingFacet.objects.get(facet=Facet.DETAILS).answer == "rejected"


def test_polls_double_from_fifteen_seconds_to_ten_minutes(time_machine):
    time_machine.move_to("2026-11-23T00:00:00Z", tick=False)

    waits = [(file_uploads.next_poll(polls) - timezone.now()).total_seconds() for polls in range(8)]

    assert waits == [15, 30, 60, 120, 240, 480, 600, 600]
