"""The taxonomy from Jet's API: the same rows as from the files, and never half of it."""

import pytest
from django.conf import settings

from catalog.listings.selectors import unsent_jobs
from catalog.mapping import tasks
from catalog.mapping.jet import taxonomy_fetches, taxonomy_lines
from catalog.mapping.models import (
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
    TaxonomyImport,
)
from catalog.mapping.services import taxonomy_imports
from catalog.mapping.taxonomy.version_changes import changes_nothing
from jetapi.sandbox import Sandbox
from jetapi.types.taxonomy import TaxonomyAttribute, TaxonomyNode
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration
from tests.catalog.mapping import samples
from tests.sandboxes import ServedSandbox

pytestmark = pytest.mark.django_db


def test_what_jet_tells_is_shown_and_stored_like_files(jet, sandbox):
    row = taxonomy_imports.start_from_jet()

    report = taxonomy_fetches.fetch_waiting(client=jet)
    tasks.import_taxonomy()
    row.refresh_from_db()
    assert (report.done, row.state) == (1, TaxonomyImport.State.PREVIEWED)
    taxonomy_imports.accept(taxonomy_import=row)
    tasks.import_taxonomy()

    ids = jet.taxonomy.links()
    assert set(JetCategory.objects.values_list("jet_id", flat=True)) == {int(each) for each in ids}
    shown = jet.taxonomy.node(ids[-1])
    assert JetCategory.objects.get(jet_id=shown.jet_node_id).name == shown.jet_node_name
    assert JetAttribute.objects.exists()


def test_a_node_that_jet_does_not_tell_stores_nothing(jet, sandbox):
    row = taxonomy_imports.start_from_jet()
    sandbox.add_fault("status", "/taxonomy/nodes/", status=500, times=500)

    report = taxonomy_fetches.fetch_waiting(client=jet)

    row.refresh_from_db()
    assert (report.failed, row.state) == (1, TaxonomyImport.State.FAILED)
    assert "Nothing was changed." in row.message


def test_the_sweep_takes_up_what_a_lost_nudge_left_lying(db):
    taxonomy_imports.start_from_jet()
    assert unsent_jobs() == ["catalog.fetch_taxonomy"]

    taxonomy_imports.start(uploads={"x.csv": b"a\n"})

    assert set(unsent_jobs()) == {"catalog.fetch_taxonomy", "catalog.import_taxonomy"}


def as_tuples(model, *columns):
    return set(model.objects.values_list(*columns))


def everything():
    return (
        as_tuples(JetCategory, "jet_id", "name", "path", "level", "tax_code", "active"),
        as_tuples(JetAttribute, "jet_id", "name", "display_name", "kind", "variant", "retired"),
        as_tuples(JetAttributeValue, "attribute__jet_id", "value", "unit", "retired"),
        as_tuples(JetCategoryAttribute, "category__jet_id", "attribute__jet_id", "active"),
    )


def test_the_api_tells_the_real_taxonomy_as_the_files_do(db):
    files = samples.real_files()
    taxonomy_imports.import_files(files=files, source="files")
    stored = everything()
    box = Sandbox(state=":memory:", taxonomy=settings.JETBRIDGE_SAMPLES / "jet_taxonomy")
    with box.serve(port=0) as url:
        keys = ServedSandbox(box, url).account("test")
        Configuration.objects.update_or_create(pk=1, defaults={"api_url": f"{url}/api"})
        account = configuration.active_account()
        account.api_user = keys["user"]
        account.keep_secret(keys["secret"], address=f"{url}/api")
        account.save()
        with open_client(account) as client:
            client.authcheck()
            row = taxonomy_imports.start_from_jet()
            taxonomy_fetches.fetch_waiting(client=client)
    tasks.import_taxonomy()

    row.refresh_from_db()
    assert (row.categories, row.attributes, row.values, row.links) == (3575, 177, 5738, 10912)
    assert changes_nothing(row.difference)
    taxonomy_imports.accept(taxonomy_import=row)
    tasks.import_taxonomy()
    assert everything() == stored


def test_a_number_is_told_from_free_text_by_what_jet_checks(db):
    shown = [
        {"attribute_id": 1, "attribute_description": "Width", "free_text": True, "units": ["IN"],
         "validation": {"data_type": "decimal"}},
        {"attribute_id": 2, "attribute_description": "Zoom", "free_text": True, "units": ["X"]},
        {"attribute_id": 3, "attribute_description": "Color", "free_text": False, "values": ["Red"]},
    ]  # fmt: skip
    node = TaxonomyNode.model_validate({"jet_node_id": 9, "jet_node_name": "Lenses", "jet_level": 0})
    attributes = [TaxonomyAttribute.model_validate(each) for each in shown]

    taxonomy_imports.import_files(files=taxonomy_lines.files_of([(node, attributes)]), source="api")

    assert dict(JetAttribute.objects.values_list("name", "kind")) == {"Width": 2, "Zoom": 1, "Color": 0}
