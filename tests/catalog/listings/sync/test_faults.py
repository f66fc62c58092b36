"""Faults while staying in step: nothing wanted is lost, nothing harmful is sent twice, the rows tell the truth."""

import sqlite3
import threading
import time
from decimal import Decimal

import pytest
from django.db import connection

from catalog.listings.facets import closings, updates
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.listings.services import direct_updates, statuses
from catalog.listings.services import drift_reports as drift_report
from catalog.products.models import Product
from jetbridge.core.jet import client as core_jet
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration
from tests.children import start_child
from tests.facets import Facet
from tests.factories import ProductFactory
from tests.outbox.kit import let_time_pass
from tests.waiting import PATIENCE, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
COUNT = 6
WORKER = "import sys; from tests.catalog.listings.sync.worker import main; main(*sys.argv[1:])"
OFFER = (Facet.PRICE, Facet.INVENTORY)


@pytest.fixture(autouse=True)
def fresh_circuit():
    """What is learned of a dead Jet here is forgotten before and after."""
    core_jet._circuit.cache_clear()
    yield
    core_jet._circuit.cache_clear()


@pytest.fixture
def mugs(upload):
    """Products that Jet has, with new prices and quantities that are wanted."""
    products = [ProductFactory(sku=f"MUG-{n}", mapped=True) for n in range(COUNT)]
    upload(*products)
    return products


def edit_all(mugs):
    """Change price and quantity of all, as an import does."""
    Product.objects.update(price=Decimal("15.50"), quantity=3)
    updates.product_changed([mug.pk for mug in mugs], OFFER)


def send(account):
    """Do what the jobs do next time, once leases and pauses are over."""
    core_jet._circuit.cache_clear()
    let_time_pass()
    with open_client(account) as client:
        return direct_updates.send_pending(client=client, account=account)


def held_by_jet(account, sku):
    """Ask with a client of its own: that of the test may hold calls back still."""
    with open_client(account) as client:
        return client.products.get(sku)


def assert_in_step(account, mugs):
    """Jet holds what the store has, and nothing is wanted any more."""
    for mug in mugs:
        held = held_by_jet(account, mug.sku)
        assert (held.price, held.inventory_by_fulfillment_node[0].quantity) == (Decimal("15.5"), 3)
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def applied(sandbox, path):
    return [call for call in sandbox.calls(path=path) if call["applied"] and call["method"] != "GET"]


@pytest.fixture
def worker(tmp_path):
    """Start a worker on a service, and let go once it waits at its gate."""
    started = []

    def start(service):
        gate = tmp_path / f"gate-{len(started)}"
        process = start_child(WORKER, service, str(gate), stderr=None)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        gate.touch()
        return process

    yield start
    for process in started:
        process.clear_away()


def kill_after(process, sandbox, path, calls):
    """Kill the worker once the sandbox has seen so many more calls, whatever it was doing then."""
    before = len(sandbox.calls(path=path))
    wait_for(lambda: len(sandbox.calls(path=path)) >= before + calls or process.poll() is not None)
    process.kill()
    process.wait()
    time.sleep(0.3)  # the sandbox finishes what it was told


def killed_while_sending(mugs, account, sandbox, worker, calls):
    Configuration.objects.update(concurrency=2)
    edit_all(mugs)
    sandbox.add_fault("slow", seconds=0.05, path="merchant-skus")
    kill_after(worker("send"), sandbox, "merchant-skus", calls)
    sandbox.clear_faults()

    send(account)

    assert_in_step(account, mugs)


@pytest.mark.parametrize("calls", [1, 7])
def test_a_worker_killed_while_sending_loses_no_change(mugs, account, jet, sandbox, worker, calls):
    killed_while_sending(mugs, account, sandbox, worker, calls)


@pytest.mark.kill
@pytest.mark.parametrize("calls", range(1, 2 * COUNT + 1))
def test_a_worker_killed_at_any_call_loses_no_change(mugs, account, jet, sandbox, worker, calls):
    killed_while_sending(mugs, account, sandbox, worker, calls)


@pytest.mark.parametrize("service", ["statuses", "drift"])
def test_a_worker_killed_while_reading_leaves_the_rest_for_the_next(
    mugs, account, jet, sandbox, worker, service
):
    Configuration.objects.update(concurrency=1)
    jet.products.put_price("MUG-0", Decimal("9.99"))
    sandbox.review("MUG-5", status="Excluded")
    sandbox.add_fault("slow", seconds=0.05, path="merchant-skus", method="GET")

    kill_after(worker(service), sandbox, "merchant-skus/", 3)
    sandbox.clear_faults()
    with open_client(account) as client:
        statuses.sync_statuses(client=client, account=account)
        drift_report.compare_share(client=client, account=account)

    assert Listing.objects.get(sku="MUG-5").status == Listing.Status.EXCLUDED
    assert [row.listing.sku for row in Drift.objects.all()] == ["MUG-0"]


@pytest.mark.parametrize("path", ["/price$", "/inventory$", "status/archive$"])
def test_a_lost_answer_is_unknown_until_the_repetition_settles_it(mugs, account, jet, sandbox, path):
    edit_all(mugs)
    closings.queue_archive(list(Listing.objects.filter(sku="MUG-0")), archived=True)
    sandbox.add_fault("drop_after", path=path, times=60)

    with open_client(account) as client:
        direct_updates.send_pending(client=client, account=account)
    unknown = ListingFacet.objects.filter(answer="unknown", next_try_at__isnull=False).count()
    sandbox.clear_faults()
    send(account)

    assert unknown
    assert_in_step(account, mugs)
    assert held_by_jet(account, "MUG-0").is_archived


def test_a_storm_of_503_delays_and_loses_nothing(mugs, account, jet, sandbox):
    edit_all(mugs)
    sandbox.add_fault("status", path="merchant-skus", status=503, times=30)

    for _ in range(12):
        send(account)
        sandbox.clear_faults()

    assert_in_step(account, mugs)


def test_a_token_revoked_on_the_way_is_renewed(mugs, account, jet, sandbox):
    edit_all(mugs)
    sandbox.add_fault("revoke_token", path="/price$", times=1)

    assert send(account).failed == 0
    assert_in_step(account, mugs)


def test_two_workers_send_each_change_once(mugs, account, jet, sandbox, worker):
    edit_all(mugs)
    before = len(applied(sandbox, "/price$|/inventory$"))
    sandbox.add_fault("slow", seconds=0.1, path="/price$|/inventory$")

    codes = [process.wait(timeout=PATIENCE) for process in [worker("send"), worker("send")]]
    sandbox.clear_faults()

    assert codes == [0, 0]
    assert_in_step(account, mugs)
    assert len(applied(sandbox, "/price$|/inventory$")) == before + 2 * COUNT


@pytest.mark.skipif("sqlite" not in connection.vendor, reason="SQLite has one writer at a time")
def test_a_database_that_is_locked_for_a_while_only_delays(mugs, account, jet):
    edit_all(mugs)
    name, held, free = str(connection.settings_dict["NAME"]), threading.Event(), threading.Event()

    def hold():
        other = sqlite3.connect(name, uri=name.startswith("file:"), timeout=20, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        held.set()
        free.wait(1.5)
        other.execute("COMMIT")
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    report = send(account)
    free.set()
    holder.join()

    assert report.failed == 0
    assert_in_step(account, mugs)


def test_meanwhile_the_rows_say_that_it_waits_and_not_that_it_was_sent(mugs, account, sandbox):
    edit_all(mugs)
    sandbox.add_fault("drop_before", path="merchant-skus", times=500)

    with open_client(account) as client:
        report = direct_updates.send_pending(client=client, account=account)

    assert report.done == 0
    rows = ListingFacet.objects.filter(facet__in=OFFER)
    assert rows.filter(next_try_at__isnull=False).count() == 2 * COUNT
    assert set(Listing.objects.values_list("live_quantity", flat=True)) == {10}
