"""After an outage what waited goes at once: a probe each 10 s notices Jet's return, also in a worker that is new."""

from contextlib import suppress
from decimal import Decimal
from types import SimpleNamespace

import pytest
from celery import current_app
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import ListingFacet
from catalog.listings.tasks import sync
from catalog.products.models import Product
from jetapi.http import circuit
from jetbridge.core.jet import client as core_jet
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import JobRun
from jetbridge.desk import tasks as desk
from jetbridge.desk.supervision import jet_watch
from tests.children import end_of
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ProductFactory
from tests.outbox.kit import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
COUNT = 14
PRICES = "catalog.sync_prices"
CHILD = """
from catalog.listings import tasks
from tests.orders import killed
killed.JOBS.update(prices=tasks.sync.sync_prices)
"""


@pytest.fixture
def clock(monkeypatch):
    """The circuit's clock, which stands still until a test moves it."""
    time = SimpleNamespace(now=1000.0)
    time.monotonic = lambda: time.now
    monkeypatch.setattr(circuit, "time", time)
    core_jet._circuit.cache_clear()
    yield time
    core_jet._circuit.cache_clear()


@pytest.fixture
def mailbox(monkeypatch):
    """The names of the jobs that were sent to the broker, in its place."""
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    return sent


@pytest.fixture
def changed(account, upload, sandbox, mailbox):
    """Products whose new prices wait, while Jet answers nothing but 503."""
    category = JetCategoryFactory()
    products = [ProductFactory(sku=f"MUG-{n:02}", mapped=category) for n in range(COUNT)]
    upload(*products)
    Product.objects.update(price=Decimal("15.50"))
    sandbox.add_fault("status", path="api/", status=503)
    updates.product_changed([product.pk for product in products], [Facet.PRICE])
    mailbox.clear()
    return products


def second(clock, seen):
    """Let a worker look once, a second later."""
    clock.now += 1
    with suppress(JetFailure):
        return jet_watch.look(seen)
    return seen


def waiting():
    return ListingFacet.objects.filter(facet=Facet.PRICE, next_try_at__isnull=False)


@pytest.mark.parametrize("dies", [False, True])
def test_all_goes_within_eleven_looks_after_jets_return(changed, account, sandbox, clock, mailbox, dies):
    if dies:
        assert end_of(CHILD, "killed.run('prices', 31)") == -9
        let_time_pass()
    seen = jet_watch.look(-1)  # a worker that begins
    begun = list(mailbox)
    sync.sync_prices()
    calls = len(sandbox.calls())
    for _ in range(35):
        seen = second(clock, seen)
    probes = [call["path"] for call in sandbox.calls()[calls:]]

    mailbox.clear()
    sandbox.clear_faults()
    looks = 0
    while not mailbox:
        looks, seen = looks + 1, second(clock, seen)
    due = waiting().filter(next_try_at__lte=timezone.now()).count()
    sync.sync_prices()

    assert begun == ["desk.sweep"]
    assert [path for path in probes if "authcheck" not in path] == []
    assert 3 <= len(probes) <= 4
    assert looks <= 11
    assert set(mailbox) == {PRICES, "desk.sweep"}
    assert due == COUNT
    assert not waiting().exists()


def test_the_run_that_failed_says_why_and_the_sweep_starts_what_waited(changed, sandbox, clock, mailbox):
    sync.sync_prices()
    sandbox.clear_faults()
    jet_watch.go_on(has_waited=True)
    desk.sweep_unsent()

    run = JobRun.objects.get(job=PRICES)
    assert run.outcome == "failed"
    assert "Jet has not answered" in run.message
    assert mailbox.count(PRICES) >= 2


def test_while_nothing_is_held_back_a_look_asks_neither_jet_nor_the_database(
    account, sandbox, django_assert_num_queries
):
    core_jet._circuits.clear()
    seen, calls = core_jet.returns(), len(sandbox.calls())

    with django_assert_num_queries(0):
        assert jet_watch.look(seen) == seen

    assert len(sandbox.calls()) == calls
