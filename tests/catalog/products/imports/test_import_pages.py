"""The import pages as a person meets them."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.products.models import ImportFile, Product
from catalog.products.services import import_files

pytestmark = pytest.mark.django_db

CONTENT = b"sku,name,price,description\nA,<b>Mug</b>,1,x\nB,Cup,dear,x\n"


@pytest.fixture
def uploaded(admin_client):
    file = SimpleUploadedFile("products.csv", CONTENT, content_type="text/csv")
    answer = admin_client.post(reverse("catalog:imports"), {"file": file, "separator": ","})
    row = ImportFile.objects.get()
    assert answer.url == reverse("catalog:import_file", args=[row.pk])
    return row


def page(client, row):
    return client.get(reverse("catalog:import_file", args=[row.pk])).content.decode()


def test_an_upload_leads_to_its_page_which_follows_the_reading(admin_client, uploaded):
    html = page(admin_client, uploaded)

    assert "Being read" in html
    assert reverse("catalog:import_progress", args=[uploaded.pk]) in html


def test_the_preview_shows_counts_samples_and_bad_rows_escaped(admin_client, uploaded):
    import_files.advance()

    html = page(admin_client, uploaded)

    assert "Nothing has been changed yet" in html
    assert "&lt;b&gt;Mug&lt;/b&gt;" in html
    assert "<b>Mug</b>" not in html
    assert "is not a number" in html
    assert not Product.objects.exists()


def test_progress_reloads_the_page_once_it_is_over(admin_client, uploaded):
    url = reverse("catalog:import_progress", args=[uploaded.pk])
    assert "HX-Refresh" not in admin_client.get(url).headers

    import_files.advance()

    assert admin_client.get(url).headers["HX-Refresh"] == "true"


def test_confirming_imports_and_the_bad_rows_can_be_downloaded(admin_client, uploaded):
    import_files.advance()
    admin_client.post(reverse("catalog:import_decide", args=[uploaded.pk, "confirm"]))
    import_files.advance()

    assert "Imported in part" in page(admin_client, uploaded)
    answer = admin_client.get(reverse("catalog:import_bad_rows", args=[uploaded.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="bad-rows-of-products.csv"'
    assert b"B,Cup,dear" in b"".join(answer.streaming_content)


def test_discarding_deletes_the_file(admin_client, uploaded):
    import_files.advance()

    admin_client.post(reverse("catalog:import_decide", args=[uploaded.pk, "discard"]))

    uploaded.refresh_from_db()
    assert uploaded.state == "discarded"
    assert not uploaded.file.storage.exists(uploaded.file.name)
    assert "Discarded" in page(admin_client, uploaded)


@pytest.mark.parametrize("data", [{}, {"file": SimpleUploadedFile("a.csv", b""), "separator": ","}])
def test_an_upload_without_a_file_says_so(admin_client, data):
    answer = admin_client.post(reverse("catalog:imports"), data)

    assert answer.status_code == 422
    assert not ImportFile.objects.exists()


def test_only_those_who_may_import_see_the_pages(client, django_user_model):
    person = django_user_model.objects.create_user("bob", password="bob", is_staff=True)
    client.force_login(person)
    assert client.get(reverse("catalog:imports")).status_code == 403

    person.user_permissions.add(Permission.objects.get(codename="import_products"))

    assert client.get(reverse("catalog:imports")).status_code == 200
