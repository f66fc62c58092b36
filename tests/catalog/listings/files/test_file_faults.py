"""Faults on the way of bulk files: nothing is lost, and no file is announced twice, by Jet's own journal."""

import json
import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from catalog.listings.models import ListingFacet, UploadFile
from catalog.listings.services import file_uploads, upload_files, upload_requests
from jetbridge.core.jet import client as core_jet
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import Configuration
from tests.factories import JetCategoryFactory, ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
PRODUCTS, SIZE = 9, 3


@pytest.fixture
def wanted(account, sandbox):
    """Nine products wanted by file, three to a file."""
    sandbox.set_clock(transitions="at_once")
    Configuration.objects.update(batch_size=SIZE)
    category = JetCategoryFactory()
    products = [ProductFactory(sku=f"SKU-{n}", mapped=category) for n in range(PRODUCTS)]
    upload_requests.queue_upload(products=products, account=account, via_file=True)
    return products


def work(account, rounds=1):
    """Do what the job does, some times over, every poll being due."""
    for _ in range(rounds):
        UploadFile.objects.exclude(next_try_at=None).update(next_try_at="2020-01-01T00:00:00Z")
        try:
            with open_client(account) as client:
                upload_files.build_files(account=account)
                file_uploads.advance_files(client=client, account=account)
        except JetFailure:
            pass
        core_jet._circuit.cache_clear()


def announced(sandbox):
    """Count how often Jet was told of each file."""
    calls = sandbox.calls(path="files/uploaded$")
    return Counter(
        (json.loads(call["body"]) if isinstance(call["body"], str) else call["body"])["url"]
        for call in calls
        if call["applied"]
    )


def assert_whole(sandbox):
    assert set(ListingFacet.objects.values_list("answer", "next_try_at", "file")) == {
        ("accepted", None, None)
    }
    assert set(announced(sandbox).values()) == {1}
    assert len(announced(sandbox)) == UploadFile.objects.count() == 3 * PRODUCTS // SIZE


def test_after_a_storm_of_503_every_file_is_judged_and_was_announced_once(wanted, account, sandbox):
    sandbox.add_fault("status", path="files", status=503, times=60)

    work(account, rounds=3)
    assert not ListingFacet.objects.filter(answer="rejected").exists()
    sandbox.clear_faults()
    work(account, rounds=6)

    assert_whole(sandbox)


def test_an_announcement_whose_answer_is_lost_is_settled_by_asking(wanted, account, sandbox):
    sandbox.add_fault("drop_after", path="files/uploaded$", times=4)

    work(account, rounds=8)

    assert_whole(sandbox)


def test_a_token_revoked_on_the_way_is_renewed(wanted, account, sandbox):
    sandbox.add_fault("revoke_token", path="files", times=2)

    work(account, rounds=6)

    assert_whole(sandbox)


def test_two_workers_at_once_put_each_product_into_one_file_of_a_kind(wanted, account, sandbox):
    def run():
        try:
            work(account, rounds=2)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    work(account, rounds=6)

    held = [(file.kind, sku) for file in UploadFile.objects.select_related("body") for sku in file.content]
    assert sorted(held) == sorted(set(held))
    assert len(held) == 3 * PRODUCTS
    assert set(announced(sandbox).values()) == {1}
    assert set(ListingFacet.objects.values_list("answer", "next_try_at")) == {("accepted", None)}


def test_a_database_that_is_locked_for_a_while_holds_the_files_up_and_no_more(wanted, account, sandbox):
    locked, free = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                Configuration.objects.update(batch_size=SIZE)
                locked.set()
                free.wait(30)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(30)
    threading.Timer(0.5, free.set).start()
    work(account, rounds=6)
    holder.join()

    assert_whole(sandbox)
