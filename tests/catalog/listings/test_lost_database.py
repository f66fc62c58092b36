"""The database's connection is lost in the middle of a send: the next run completes it, by Jet's own journal."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from catalog.listings import tasks
from catalog.listings.facets import updates
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet, UploadFile
from catalog.listings.outboxes.facets import Facets
from catalog.products.models import Product
from jetbridge.core.models import Configuration, JobRun
from jetbridge.jobs.models import JobLease
from jetbridge.mass_actions.models import MassAction
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ProductFactory
from tests.outbox.kit import let_time_pass

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="SQLite has no connection to lose; a locked database is tested with the faults of each sending",
    ),
]
SKUS = [f"SKU-{letter}" for letter in "ABCDEF"]


@pytest.fixture
def started(account, sandbox, monkeypatch):
    """Start a mass action over fresh products; answers are stored often, so that some are and some are not."""
    monkeypatch.setattr(Facets, "batch", 2)
    sandbox.set_clock(transitions="at_once")
    Configuration.objects.update(concurrency=1, batch_size=2)
    category = JetCategoryFactory()

    def start(action):
        run = steps.draft(action=action, ids=[ProductFactory(sku=sku, mapped=category).pk for sku in SKUS])
        steps.start(run)
        steps.expand()
        return run

    return start


@contextmanager
def connection_lost_at(sandbox, path, calls):
    """Have the server end this thread's connection once Jet has seen so many calls of the block."""
    import psycopg

    connection.ensure_connection()
    pid, before = connection.connection.info.backend_pid, len(sandbox.calls(path=path))
    parameters = connection.get_connection_params()
    names = {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port")
        if name in parameters
    }
    lost, over = threading.Event(), threading.Event()

    def watch():
        with psycopg.connect(**names, autocommit=True) as other:
            while not over.is_set():
                if len(sandbox.calls(path=path)) >= before + calls:
                    other.execute("SELECT pg_terminate_backend(%s)", [pid])
                    lost.set()
                    return
                time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    sandbox.add_fault("slow", seconds=0.05, path=path)
    try:
        with pytest.raises(DatabaseError):
            yield
    finally:
        over.set()
        watcher.join()
        sandbox.clear_faults()
    assert lost.is_set(), "the connection was not lost"


def go_on(*jobs, until=lambda: False):
    """Let the jobs run as beat does, once claims and leases have run out and every file is due."""
    past = timezone.now() - timedelta(seconds=1)
    for _ in range(8):
        let_time_pass()
        UploadFile.objects.filter(claimed_until__isnull=False).update(claimed_until=past)
        UploadFile.objects.filter(next_try_at__isnull=False).update(next_try_at=past)
        for job in jobs:
            job()
        if until():
            return


def is_done(run):
    return MassAction.objects.filter(pk=run.pk, state=MassAction.State.DONE).exists()


def assert_whole(run):
    run.refresh_from_db()
    assert (run.state, run.done, run.failed, run.skipped) == (MassAction.State.DONE, len(SKUS), 0, 0)
    assert set(Listing.objects.values_list("status", flat=True)) == {Listing.Status.UNDER_REVIEW}
    facets = set(ListingFacet.objects.values_list("answer", "next_try_at", "file", "claimed_by"))
    assert facets == {("accepted", None, None, "")}


def puts(sandbox, path):
    """Count the bodies that Jet took for each address."""
    calls = [call for call in sandbox.calls(path=path) if call["applied"] and call["method"] == "PUT"]
    return Counter((call["path"], str(call["body"])) for call in calls)


@pytest.mark.parametrize("calls", [1, 5])
def test_a_direct_upload_goes_on_after_it(started, sandbox, jet, calls):
    run = started("upload")

    with connection_lost_at(sandbox, "merchant-skus", calls):
        tasks.sync.sync_products()
    go_on(tasks.sync.sync_products, until=lambda: is_done(run))

    assert_whole(run)
    sent = puts(sandbox, "merchant-skus/SKU-.$")
    # What Jet answered and we could not store goes once more, word for word.
    assert len(sent) == len(SKUS)
    assert set(sent.values()) <= {1, 2}


@pytest.mark.parametrize("calls", [4])
def test_files_go_on_after_it_and_are_announced_once(started, sandbox, jet, calls):
    run = started("bulk_upload")

    with connection_lost_at(sandbox, "files", calls):
        tasks.mass_actions.advance_bulk_runs()
    go_on(tasks.mass_actions.advance_bulk_runs, tasks.files.poll_files, until=lambda: is_done(run))

    assert_whole(run)
    reported = [call for call in sandbox.calls(path="files/uploaded$") if call["applied"]]
    bodies = [
        json.loads(call["body"]) if isinstance(call["body"], str) else call["body"] for call in reported
    ]
    assert set(Counter(body["url"] for body in bodies).values()) == {1}


@pytest.mark.parametrize("calls", [7])
def test_changed_prices_and_quantities_reach_jet_after_it(started, sandbox, jet, calls):
    started("upload")
    go_on(tasks.sync.sync_products)
    Product.objects.update(price=Decimal("15.50"), quantity=3)
    ids = list(Product.objects.values_list("pk", flat=True))
    updates.product_changed(ids, (Facet.PRICE, Facet.INVENTORY))

    with connection_lost_at(sandbox, "merchant-skus", calls):
        tasks.sync.sync_products()
    pending = ListingFacet.objects.filter(next_try_at__isnull=False)
    still = pending.count()
    go_on(tasks.sync.sync_products, until=lambda: not pending.exists())

    assert still
    held = [jet.products.get(sku) for sku in SKUS]
    assert {(each.price, each.inventory_by_fulfillment_node[0].quantity) for each in held} == {
        (Decimal("15.5"), 3)
    }


def test_the_run_says_that_it_failed_and_leaves_its_job_free(started, sandbox):
    started("upload")

    with connection_lost_at(sandbox, "merchant-skus", 1):
        tasks.sync.sync_products()

    record = JobRun.objects.get(job="catalog.sync_products")
    assert record.outcome == JobRun.Outcome.FAILED
    assert "database server does not answer" in record.message
    assert JobLease.objects.get(name="catalog.sync_products").expires_at is None
