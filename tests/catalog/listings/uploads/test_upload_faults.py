"""Faults during direct upload: nothing wanted is lost, nothing harmful is sent twice, the rows tell the truth."""

import threading

import pytest
from django.db import connection

from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import Facets
from catalog.listings.services import answers, direct_updates, upload_requests
from jetbridge.core.jet import client as core_jet
from jetbridge.core.jet.client import open_client
from tests.facets import Facet
from tests.factories import ProductFactory
from tests.outbox.kit import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def make(account, count):
    products = [ProductFactory(sku=f"SKU-{n:02}", mapped=True) for n in range(count)]
    upload_requests.queue_upload(products=products, account=account)
    return products


def put_calls(sandbox, sku):
    calls = sandbox.calls(path=f"merchant-skus/{sku}")
    return [call for call in calls if call["applied"] and call["method"] in ("PUT", "PATCH")]


def test_a_lost_answer_keeps_the_delivery_and_the_repetition_settles_it(account, jet, sandbox):
    make(account, 1)
    sandbox.add_fault("drop_after", path="merchant-skus/SKU-00$", times=20)

    direct_updates.send_pending(client=jet, account=account)

    row = ListingFacet.objects.get(facet=Facet.DETAILS)
    assert (row.answer, row.next_try_at is not None) == ("unknown", True)
    sandbox.clear_faults()
    let_time_pass()
    assert direct_updates.send_pending(client=jet, account=account).failed == 0
    row.refresh_from_db()
    assert (row.answer, row.next_try_at) == ("accepted", None)


def test_after_a_storm_of_503_everything_arrives(account, jet, sandbox):
    make(account, 10)
    sandbox.add_fault("status", path="merchant-skus", status=503, times=60)

    for _ in range(12):
        with open_client(account) as client:
            direct_updates.send_pending(client=client, account=account)
        let_time_pass()
        sandbox.clear_faults()
        _close_circuit()

    assert Listing.objects.filter(first_sent_at__isnull=False).count() == 10
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def _close_circuit():
    core_jet._circuit.cache_clear()


def test_a_revoked_token_is_renewed_on_the_way(account, jet, sandbox):
    make(account, 5)
    sandbox.add_fault("revoke_token", path="merchant-skus", times=1)

    report = direct_updates.send_pending(client=jet, account=account)

    assert (report.done, report.failed) == (15, 0)


def test_two_workers_at_once_send_each_facet_once(account, sandbox):
    make(account, 40)
    reports = []

    def work():
        try:
            with open_client(account) as client:
                reports.append(direct_updates.send_pending(client=client, account=account))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    # A price may wait for the other worker's details; one more round takes what is left.
    with open_client(account) as client:
        reports.append(direct_updates.send_pending(client=client, account=account))
    assert sum(report.done for report in reports) == 120
    assert all(len(put_calls(sandbox, f"SKU-{n:02}")) == 3 for n in range(40))


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_worker_that_dies_while_storing_loses_nothing(account, jet, sandbox, monkeypatch, batch):
    make(account, 4)
    monkeypatch.setattr(Facets, "batch", 2)
    stored = answers.AnsweredFacets.apply
    calls = []

    def dies(box, settled, now):
        calls.append(1)
        if len(calls) == batch:
            raise SystemExit("killed")
        stored(box, settled, now)

    monkeypatch.setattr(answers.AnsweredFacets, "apply", dies)
    with pytest.raises(SystemExit):
        direct_updates.send_pending(client=jet, account=account)
    monkeypatch.setattr(answers.AnsweredFacets, "apply", stored)

    let_time_pass()
    direct_updates.send_pending(client=jet, account=account)

    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()
    assert Listing.objects.filter(first_sent_at__isnull=False).count() == 4
