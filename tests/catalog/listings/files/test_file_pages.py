"""Rejected Files in the browser: list, one file, Resubmit, Fetch, delete, Clear All Logs."""

import pytest

from catalog.listings.badges import rejected_files
from catalog.listings.models import UploadFile
from catalog.listings.services import file_uploads, upload_files, upload_requests
from catalog.products.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rejected(bulk_upload):
    bulk_upload(ProductFactory(sku="GOOD", mapped=True), ProductFactory(sku="BAD", name="X", mapped=True))
    return UploadFile.objects.get(kind="MerchantSKUs")


def test_the_list_names_the_error_and_leads_to_the_file(admin_client, rejected):
    page = admin_client.get("/admin/catalog/uploadfile/").content.decode()

    assert "BAD: Title (product_title)" in page
    assert f"/admin/catalog/files/{rejected.pk}/" in page
    assert "View errors &amp; resubmit" in page


def test_the_file_shows_the_error_whom_it_concerns_and_what_changed(admin_client, rejected):
    Product.objects.filter(sku="BAD").update(name="A proper <name>")

    page = admin_client.get(f"/admin/catalog/files/{rejected.pk}/").content.decode()

    assert "Resubmit 1 corrected product" in page
    assert "A proper &lt;name&gt;" in page
    assert "GOOD" not in page.split("File content")[0]


def test_resubmit_from_the_page_says_how_many_go(admin_client, rejected):
    Product.objects.filter(sku="BAD").update(name="A proper name")

    page = admin_client.post(f"/admin/catalog/files/{rejected.pk}/resubmit/", follow=True)

    rejected.refresh_from_db()
    assert "1 product being sent again" in page.content.decode()
    assert (rejected.status, rejected.resubmitted_by.username) == (UploadFile.Status.NA, "admin")


def test_the_file_shows_jets_own_words_and_after_a_partial_resubmission_what_is_left(
    admin_client, bulk_upload
):
    bulk_upload(*[ProductFactory(sku=sku, name="X", mapped=True) for sku in ("BAD", "WORSE")])
    file = UploadFile.objects.get(kind="MerchantSKUs")
    Product.objects.filter(sku="BAD").update(name="A proper name")

    shown = admin_client.post(f"/admin/catalog/files/{file.pk}/resubmit/", follow=True).content.decode()
    page = admin_client.get(f"/admin/catalog/files/{file.pk}/").content.decode()

    assert "1 of its products is still refused" in shown
    assert "As Jet sent it" in page
    assert "1 product was not sent again" in page
    assert "Being sent again" in page


def test_fetch_asks_jet_after_open_files_at_once(admin_client, account, jet, sandbox):
    sandbox.set_clock(transitions="at_once")
    upload_requests.queue_upload(products=[ProductFactory(mapped=True)], account=account, via_file=True)
    upload_files.build_files(account=account)
    file_uploads.advance_files(client=jet, account=account)

    page = admin_client.post("/admin/catalog/files/fetch/", follow=True)

    assert UploadFile.objects.get(kind="MerchantSKUs").status == UploadFile.Status.PROCESSED
    assert "processed by Jet" in page.content.decode()


def test_fetch_says_plainly_that_jet_cannot_be_reached(admin_client, account, sandbox):
    account.api_secret = ""
    account.save()

    page = admin_client.post("/admin/catalog/files/fetch/", follow=True)

    assert "no API user or secret" in page.content.decode()


def test_clear_all_asks_first_and_then_clears(admin_client, rejected):
    question = admin_client.get("/admin/catalog/files/clear/").content.decode()
    assert UploadFile.objects.exists()

    admin_client.post("/admin/catalog/files/clear/", {"refused": "1"})

    assert "cannot be undone" in question
    assert "Also the 1 with refused products" in question
    listed = admin_client.get("/admin/catalog/uploadfile/").content.decode()
    assert "No upload files" in listed


def test_the_badge_counts_what_waits_for_a_person(rf, rejected):
    assert rejected_files(rf.get("/")) == "1"

    UploadFile.objects.update(status=UploadFile.Status.NA)

    assert rejected_files(rf.get("/")) == ""


def test_the_list_needs_few_queries(admin_client, rejected, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        admin_client.get("/admin/catalog/uploadfile/")
