"""Work that a person starts and a job does step by step stops before a step that this person may not do any more."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.mapping.models import TaxonomyImport
from catalog.mapping.services import taxonomy_imports
from catalog.products.models import ImportFile, Product
from catalog.products.services import import_files, store_pulls
from jetbridge.core import configuration, people
from jetbridge.core.actors import acting
from jetbridge.core.models import Configuration
from jetbridge.core.models.events import Started
from orders.models import OrderFetch
from orders.services import refreshes
from tests.catalog.mapping import samples
from tests.rights_lost import LOST, somebody

pytestmark = pytest.mark.django_db


class NoStore:
    """A store that is asked for its pages only."""

    time = None

    def look(self):
        pass

    def vocabulary(self):
        raise AssertionError("asked although nobody may")


def account():
    return configuration.active_account()


def start_file(by):
    row = import_files.start(upload=SimpleUploadedFile("a.csv", b"sku,name\nMUG-1,Mug\n"), by=by)
    import_files.advance()
    with acting(user=by):
        import_files.accept(file=ImportFile.objects.get(pk=row.pk))
    return row


def start_taxonomy(by):
    row = taxonomy_imports.start(uploads=samples.files(), by=by)
    taxonomy_imports.advance()
    with acting(user=by):
        taxonomy_imports.accept(taxonomy_import=TaxonomyImport.objects.get(pk=row.pk))
    return row


def start_store(by):
    there = {"store_url": "https://store.example.test", "store_kind": "magento2"}
    Configuration.objects.update_or_create(pk=1, defaults=there)
    return store_pulls.start(by=by)


STARTED = {
    "file": (start_file, lambda row: import_files.advance()),
    "store": (
        start_store,
        lambda row: store_pulls.read_whole(row=ImportFile.objects.get(pk=row.pk), store=NoStore()),
    ),
    "taxonomy": (start_taxonomy, lambda row: taxonomy_imports.advance()),
    "fetch": (
        lambda by: refreshes.queue_fetch(account=account(), jet_ids=["a"], user=by),
        lambda row: refreshes.run_fetches(client=None, account=account()),
    ),
}


@pytest.fixture
def kim():
    return somebody("kim", "merchant")


@pytest.mark.parametrize("lose", LOST, ids=lambda lose: lose.__name__)
@pytest.mark.parametrize("kind", STARTED)
def test_it_stops_and_says_why(kim, kind, lose, admin_client):
    start, go_on = STARTED[kind]
    row = start(kim)
    lose(kim)

    report = go_on(row)

    row = type(row).objects.get(pk=row.pk)
    assert (report.failed, row.state) == (1, row.State.FAILED)
    assert LOST[lose] in row.message
    assert LOST[lose] in admin_client.get(page_of(row)).content.decode()
    assert not Product.objects.filter(sku="MUG-1").exists()


def page_of(row):
    names = {"OrderFetch": "orders:chosen", "TaxonomyImport": "mapping:taxonomy_import"}
    return reverse(names.get(type(row).__name__, "catalog:import_file"), args=[row.pk])


def test_whoever_lets_an_import_go_is_in_charge_of_it(kim):
    row = import_files.start(upload=SimpleUploadedFile("a.csv", b"sku,name\nMUG-1,Mug\n"), by=kim)
    import_files.advance()
    ann = somebody("ann", "operations")
    with acting(user=ann):
        import_files.accept(file=ImportFile.objects.get(pk=row.pk))
    people.delete(person=kim)

    import_files.advance()

    row.refresh_from_db()
    assert (row.state, row.uploaded_by) == (ImportFile.State.DONE, ann)


def test_what_a_command_or_the_panel_itself_starts_asks_nobody():
    row = import_files.start(upload=SimpleUploadedFile("a.csv", b"sku,name\nMUG-1,Mug\n"))

    import_files.advance()

    row.refresh_from_db()
    assert row.state == ImportFile.State.PREVIEWED


def test_each_kind_of_such_work_is_tried():
    assert {*Started.__subclasses__()} == {ImportFile, TaxonomyImport, OrderFetch}
