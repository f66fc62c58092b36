"""Many rejected files at once, what a file lets be taken home, and what it says to do next."""

import json

import pytest

from catalog.listings.models import UploadFile
from catalog.listings.services import file_uploads, upload_files, upload_requests
from catalog.products.models import Product
from jetbridge.inbox.models import Notification
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/uploadfile/"


@pytest.fixture
def two_rejected(bulk_upload):
    """Two SKU files, each with one product that Jet refused."""
    bulk_upload(ProductFactory(sku="BAD-1", name="X", mapped=True))
    bulk_upload(ProductFactory(sku="BAD-2", name="Y", mapped=True), ProductFactory(sku="GOOD", mapped=True))
    return list(UploadFile.objects.filter(kind="MerchantSKUs").order_by("pk"))


def choose(client, action, chosen, **more):
    data = {"action": action, "_selected_action": [file.pk for file in chosen], "select_across": "0", **more}
    return client.post(LIST, data, follow=True)


def page_of(client, file):
    return client.get(f"/admin/catalog/files/{file.pk}/").content.decode()


def test_the_corrected_products_of_several_files_are_sent_again_in_one_go(admin_client, two_rejected):
    Product.objects.filter(sku="BAD-1").update(name="A proper name")

    shown = choose(admin_client, "resubmit_chosen", UploadFile.objects.all()).content.decode()

    assert "1 product being sent again" in shown
    assert "BAD-2: Nothing has changed since" in shown
    assert [UploadFile.objects.get(pk=file.pk).status for file in two_rejected] == [
        "N/A",
        "Processed with errors",
    ]


def test_many_chosen_files_are_gone_through_part_by_part_and_those_left_are_counted(
    admin_client, bulk_upload, monkeypatch
):
    monkeypatch.setattr("catalog.listings.admin.upload_files.AT_ONCE", 2)
    for number in range(5):
        bulk_upload(ProductFactory(sku=f"BAD-{number}", name="X", mapped=True))
    Product.objects.exclude(sku__in=("BAD-0", "BAD-1")).update(name="A proper name")

    def go():
        shown = choose(admin_client, "resubmit_chosen", UploadFile.objects.all()).content.decode()
        states = UploadFile.objects.filter(kind="MerchantSKUs").order_by("pk")
        return shown, [status == "N/A" for status in states.values_list("status", flat=True)]

    first, second, third = go(), go(), go()

    assert "2 files gone through, 3 still to go" in first[0]
    assert "2 files gone through, 1 still to go" in second[0]
    assert "still to go" not in third[0]
    assert [first[1], second[1], third[1]] == [
        [False] * 5,
        [False, False, True, True, False],
        [False, False, True, True, True],
    ]


def test_deleting_files_with_open_refusals_asks_first_and_keeps_the_choice(admin_client, two_rejected):
    asked = choose(admin_client, "delete_chosen", two_rejected[:1])
    kept = UploadFile.objects.filter(cleared_at=None).count()

    choose(admin_client, "delete_chosen", two_rejected[:1], confirmed="1")

    page = asked.content.decode()
    assert "1 file, 1 of them with refused products that nobody has resubmitted" in page
    assert f'name="_selected_action" value="{two_rejected[0].pk}"' in page
    assert kept == UploadFile.objects.count()
    assert UploadFile.objects.filter(cleared_at=None).count() == kept - 1


def test_files_without_open_refusals_are_deleted_at_once(admin_client, two_rejected):
    taken = UploadFile.objects.filter(kind="Price", status="Processed successfully")

    shown = choose(admin_client, "delete_chosen", taken).content.decode()

    assert "1 file deleted" in shown
    assert not taken.filter(cleared_at=None).exists()


def test_what_was_sent_and_what_jet_said_can_be_taken_home_whole(admin_client, two_rejected):
    file = two_rejected[1]

    content = admin_client.get(f"/admin/catalog/files/{file.pk}/content/")
    said = admin_client.get(f"/admin/catalog/files/{file.pk}/said/")
    errors = admin_client.get(f"/admin/catalog/files/{file.pk}/report/")

    assert json.loads(content.content) == file.content
    assert json.loads(said.content) == file.body.said
    assert json.loads(said.content)["error_report"] is not None
    assert errors.content.decode().splitlines() == file.errors
    assert all("attachment" in answer["Content-Disposition"] for answer in (content, said, errors))


def test_a_file_offers_to_resubmit_those_too_that_it_does_not_show(admin_client, bulk_upload, monkeypatch):
    monkeypatch.setattr("catalog.listings.views.rejected_files.SHOWN", 1)
    bulk_upload(*[ProductFactory(sku=f"BAD-{number}", name="X", mapped=True) for number in range(3)])
    Product.objects.update(name="A proper name")

    page = page_of(admin_client, UploadFile.objects.get(kind="MerchantSKUs"))

    assert "Resubmit the corrected products" in page
    assert "Resubmit all 3, unchanged ones too" in page
    assert page.count('class="jb-affected"') == 1
    assert "And 2 more" in page


def test_what_jet_took_since_shows_no_column_of_what_would_be_sent(
    admin_client, two_rejected, account, steps
):
    Product.objects.filter(sku="BAD-2").update(name="A proper name")
    bad = Product.objects.get(sku="BAD-2")
    before = page_of(admin_client, two_rejected[1])
    upload_requests.queue_upload(products=[bad], account=account, via_file=True)
    going = page_of(admin_client, two_rejected[1])
    upload_files.build_files(account=account)
    steps(6)
    Product.objects.filter(sku="BAD-2").update(name="Another name")

    after = page_of(admin_client, two_rejected[1])

    assert ("Would be sent now" in before, "Being sent now" in going) == (True, True)
    assert "Would be sent now" not in going
    assert "Taken since" in after
    assert "Would be sent now" not in after
    assert "Sent again later, and Jet took it" in after


def test_a_refused_product_that_was_not_corrected_leads_to_its_page(admin_client, two_rejected):
    bad = Product.objects.get(sku="BAD-2")

    page = page_of(admin_client, two_rejected[1])

    assert "Open a refused product below, correct what Jet names" in page
    assert f'<a class="jb-link" href="/admin/catalog/product/{bad.pk}/change/">Correct it</a>' in page
    assert "Jet took the other 1 of this file" in page
    assert f'href="{LIST}">Rejected Files</a>' in page


def test_a_file_that_waits_says_for_what_and_can_be_asked_after(admin_client, account, jet):
    upload_requests.queue_upload(products=[ProductFactory(mapped=True)], account=account, via_file=True)
    upload_files.build_files(account=account)
    waiting = page_of(admin_client, UploadFile.objects.get(kind="Price"))
    file_uploads.advance_files(client=jet, account=account)

    at_jet = page_of(admin_client, UploadFile.objects.get(kind="MerchantSKUs"))

    assert "It goes once Jet has processed" in waiting
    assert "Jet has it and has not processed it yet" in at_jet
    assert "Refresh from Jet" in at_jet
    assert "Delete</a>" not in at_jet


def test_a_file_is_called_sent_only_once_jet_said_that_it_has_it(admin_client, account, jet, sandbox):
    upload_requests.queue_upload(products=[ProductFactory(mapped=True)], account=account, via_file=True)
    upload_files.build_files(account=account)
    sandbox.add_fault("status", status=503, path="/files/uploaded", times=100)
    file_uploads.advance_files(client=jet, account=account)
    file = UploadFile.objects.get(kind="MerchantSKUs")

    page = page_of(admin_client, file)

    assert (file.status, file.sent_at is not None, file.announced_at) == ("Uploaded", True, None)
    assert ", sent " not in page
    assert "exactly what will be sent" in page


def test_the_bell_says_in_words_what_was_refused_and_what_to_do(account, jet, bulk_upload):
    bulk_upload(ProductFactory(sku="BAD", name="X", mapped=True))

    line = Notification.objects.get(kind="rejected_file")

    assert line.text == "1 error. Open the file to see which products, fix them and resubmit."


def test_the_list_offers_those_with_refused_products_and_all_again(admin_client, account, two_rejected):
    every = admin_client.get(LIST)
    refused = admin_client.get(f"{LIST}?status__exact=Processed+with+errors")

    assert "Show the 2 with refused products" in every.content.decode()
    assert refused.context["cl"].result_count == 2
    assert '<a class="jb-button" href="?">All files</a>' in refused.content.decode()
    # Newer ones that Jet took stand behind.
    UploadFile.objects.create(account=account, name="newer", kind="Price", status="Processed successfully")
    statuses = [each.status for each in admin_client.get(LIST).context["cl"].result_list]
    assert statuses[0] == statuses[1] == "Processed with errors"
    assert "Processed successfully" in statuses[2:]
    assert "No product is refused" not in every.content.decode()


def test_a_list_without_refusals_says_so(admin_client, account):
    for name in ("a", "b"):
        UploadFile.objects.create(account=account, name=name, kind="Price", status="Processed successfully")

    assert "No product is refused in the last 2 files." in admin_client.get(LIST).content.decode()
