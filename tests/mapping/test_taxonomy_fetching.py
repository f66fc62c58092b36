"""The taxonomy from Jet's API: the same rows as from the files, and never half of it."""

import pytest

from catalog.mapping import tasks
from catalog.mapping.models import JetAttribute, JetCategory, TaxonomyImport
from catalog.mapping.services import taxonomy_fetching, taxonomy_imports
from catalog.selectors import unsent_jobs

pytestmark = pytest.mark.django_db


def test_what_jet_tells_is_shown_and_stored_like_files(jet, sandbox):
    row = taxonomy_imports.start_from_jet()

    report = taxonomy_fetching.fetch_waiting(client=jet)
    tasks.import_taxonomy()
    row.refresh_from_db()
    assert (report.done, row.state) == (1, TaxonomyImport.State.PREVIEWED)
    taxonomy_imports.accept(taxonomy_import=row)
    tasks.import_taxonomy()

    ids = jet.taxonomy.links()
    assert set(JetCategory.objects.values_list("jet_id", flat=True)) == {int(each) for each in ids}
    told = jet.taxonomy.node(ids[-1])
    assert JetCategory.objects.get(jet_id=told.jet_node_id).name == told.jet_node_name
    assert JetAttribute.objects.exists()


def test_a_node_that_jet_does_not_tell_stores_nothing(jet, sandbox):
    row = taxonomy_imports.start_from_jet()
    sandbox.add_fault("status", "/taxonomy/nodes/", status=500, times=500)

    report = taxonomy_fetching.fetch_waiting(client=jet)

    row.refresh_from_db()
    assert (report.failed, row.state) == (1, TaxonomyImport.State.FAILED)
    assert "Nothing was changed." in row.message


def test_the_sweep_takes_up_what_a_lost_nudge_left_lying(db):
    taxonomy_imports.start_from_jet()
    assert unsent_jobs() == ["catalog.fetch_taxonomy"]

    taxonomy_imports.start(uploads={"x.csv": b"a\n"})

    assert set(unsent_jobs()) == {"catalog.fetch_taxonomy", "catalog.import_taxonomy"}
