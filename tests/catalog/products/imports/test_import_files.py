"""Uploaded files on their way through preview and confirmation."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.products.models import ImportFile, Product
from catalog.products.services import import_files
from jetbridge.core.models import Event
from jetbridge.inbox.models import Notification

pytestmark = pytest.mark.django_db

GOOD = "sku,name,price\nA,Mug,1\nB,Cup,2\n"


def upload(content=GOOD, name="products.csv"):
    data = content.encode() if isinstance(content, str) else content
    return import_files.start(upload=SimpleUploadedFile(name, data))


def test_a_file_is_previewed_first_and_changes_nothing():
    file = upload()

    report = import_files.advance()

    file.refresh_from_db()
    assert report.done == 1
    assert (file.state, file.rows, file.created) == ("previewed", 2, 2)
    assert not Product.objects.exists()


def test_a_confirmed_file_is_imported_and_told():
    file = upload()
    import_files.advance()
    import_files.accept(file=file)

    import_files.advance()

    file.refresh_from_db()
    assert (file.state, file.created, file.progress) == ("done", 2, 100)
    assert Product.objects.count() == 2
    assert Event.objects.get().message.startswith("2 created")
    assert Notification.objects.get().title == "products.csv is imported"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sku,name,price\nB,Cup,dear\n", "Nothing imported"),
        ("sku,name,price\nA,Mug,1\nB,C,dear\n", "Imported in part"),
    ],
)
def test_a_file_is_called_imported_as_far_as_it_is(admin_client, text, sentence):
    file = upload(text)
    import_files.advance()
    import_files.accept(file=file)

    import_files.advance()

    page = admin_client.get(file.get_absolute_url()).text
    grid = admin_client.get(reverse("admin:catalog_importfile_changelist")).text
    assert Notification.objects.get().title == f"products.csv: {sentence.lower()}"
    assert (sentence in page, sentence in grid) == (True, True)


def test_bad_rows_are_kept_as_a_file():
    file = upload("sku,name,price\nA,Mug,1\nB,Cup,dear\n")

    import_files.advance()

    file.refresh_from_db()
    assert file.failed == 1
    assert file.errors[0]["column"] == "price"
    with file.bad_rows.open("rb") as bad_rows:
        assert b"B,Cup,dear" in bad_rows.read()


def test_a_file_that_is_no_csv_fails_with_its_reason():
    file = upload(b"PK\x03\x04", "book.xlsx")

    report = import_files.advance()

    file.refresh_from_db()
    assert report.failed == 1
    assert (file.state, "Excel" in file.message) == ("failed", True)


def test_a_run_that_died_is_repeated_by_the_next(monkeypatch):
    file = upload()
    import_files.advance()
    import_files.accept(file=file)

    class Killed(BaseException):
        pass

    def die():
        raise Killed

    with pytest.raises(Killed):
        import_files.advance(heartbeat=die)
    file.refresh_from_db()
    assert file.state == "confirmed"

    import_files.advance()

    file.refresh_from_db()
    assert file.state == "done"
    assert Product.objects.count() == 2


def test_a_file_discarded_while_it_is_read_is_left_alone():
    file = upload()

    report = import_files.advance(heartbeat=lambda: None)
    assert report.done == 1
    import_files.discard(file=file)

    file.refresh_from_db()
    assert file.state == "discarded"
    with pytest.raises(import_files.NotNow, match="discarded"):
        import_files.accept(file=file)


def test_a_fault_of_the_panel_is_told_and_not_tried_forever(monkeypatch):
    file = upload()

    def broken(**_):
        raise RuntimeError("boom")
        yield

    monkeypatch.setattr(import_files, "steps", broken)
    with pytest.raises(RuntimeError):
        import_files.advance()

    file.refresh_from_db()
    assert (file.state, "boom" in file.message) == ("failed", True)
    assert not ImportFile.objects.filter(state__in=("uploaded", "confirmed")).exists()
