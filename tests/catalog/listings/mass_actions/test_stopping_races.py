"""A cancel in the middle of a worker's sending: whatever the moment, what the run tells is what Jet has."""

import threading
import time

import pytest
from django.db import connection

from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.services import direct_updates, file_uploads, upload_files
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from tests.factories import JetCategoryFactory, ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
PRODUCTS, SIZE = 30, 10


@pytest.fixture
def started(account, sandbox, monkeypatch):
    """Start an action over some products, and take them up; Jet processes files at once."""
    monkeypatch.setattr(direct_updates, "TOGETHER", SIZE)
    sandbox.set_clock(transitions="at_once")
    Configuration.objects.update(batch_size=SIZE)
    products = ProductFactory.create_batch(PRODUCTS, mapped=JetCategoryFactory())

    def start(action):
        run = steps.draft(action=action, ids=[product.pk for product in products])
        lifecycle.start(run)
        steps.expand()
        return run

    return start


def send(account):
    with open_client(account) as client:
        direct_updates.send_pending(client=client, account=account)


def bring_files_on(account, rounds=6):
    with open_client(account) as client:
        for _ in range(rounds):
            upload_files.build_files(account=account)
            UploadFile.objects.exclude(next_try_at=None).update(next_try_at="2020-01-01T00:00:00Z")
            file_uploads.advance_files(client=client, account=account)


def in_a_thread(work, account):
    def run():
        try:
            work(account)
        finally:
            connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    return worker


def wait_for_calls(sandbox, path, count, worker):
    while len(sandbox.calls(path=path)) < count and worker.is_alive():
        time.sleep(0.002)


def told_is_true(run, sandbox):
    """Compare a run that is over with Jet: done is whole there, left out is not there at all."""
    run.refresh_from_db()
    whole = {
        each["merchant_sku"]: bool(each.get("price") and each.get("inventory_by_fulfillment_node"))
        for each in sandbox.held("skus")
    }
    items = dict(run.items.values_list("reference", "state"))
    assert (run.state, run.finished_at is not None) == ("cancelled", True)
    assert {sku for sku, state in items.items() if state == "done"} == set(whole)
    assert all(whole.values())
    assert run.done + run.skipped == PRODUCTS
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()
    assert Listing.objects.filter(first_sent_at__isnull=False).count() == len(whole)


@pytest.mark.parametrize("calls", [1, 7, 14, 31])
def test_a_direct_upload_cancelled_in_the_middle_tells_what_jet_has(started, account, sandbox, calls):
    run = started("upload")
    worker = in_a_thread(send, account)
    wait_for_calls(sandbox, "/merchant-skus/", calls, worker)

    steps.cancel(run)
    worker.join()
    send(account)

    told_is_true(run, sandbox)


@pytest.mark.parametrize("path", ["/files/uploadToken", "/files/uploaded", "/files/[0-9a-f]+"])
def test_a_bulk_upload_cancelled_in_the_middle_tells_what_jet_has(started, account, sandbox, path):
    run = started("bulk_upload")
    worker = in_a_thread(bring_files_on, account)
    wait_for_calls(sandbox, path, 2, worker)

    steps.cancel(MassAction.objects.get(pk=run.pk))
    worker.join()
    bring_files_on(account)

    told_is_true(run, sandbox)
