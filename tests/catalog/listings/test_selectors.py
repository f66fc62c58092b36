"""What the sweep is told about unsent work."""

import pytest

from catalog.listings import selectors
from catalog.listings.facets import updates
from catalog.listings.services import upload_files, upload_requests
from jetbridge.outbox import claims
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_a_quiet_catalogue_names_no_job(account):
    ListingFactory(first_sent_at="2026-01-01T00:00:00Z")

    assert selectors.unsent_jobs() == []


@pytest.mark.parametrize(
    ("facet", "job"),
    [
        (Facet.DETAILS, "catalog.sync_products"),
        (Facet.ARCHIVE, "catalog.sync_products"),
        (Facet.PRICE, "catalog.sync_prices"),
        (Facet.INVENTORY, "catalog.sync_inventory"),
    ],
)
def test_each_delivery_names_the_job_that_sends_it(account, facet, job):
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z")
    updates.queue_update([listing], facet)

    assert selectors.unsent_jobs() == [job]


def test_files_to_be_built_and_built_files_name_their_jobs(account):
    upload_requests.queue_upload(products=[ProductFactory(mapped=True)], account=account, via_file=True)
    waiting = claims.due_jobs()

    upload_files.build_files(account=account)

    assert waiting == ["catalog.advance_bulk_runs"]
    assert claims.due_jobs() == ["catalog.poll_files"]
