"""Two drains overtake each other: only who holds a delivery settles it, and in the end Jet holds the newest."""

import threading
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, file_uploads, upload_files
from catalog.products.models import Product
from jetbridge.core.jet import client as core_jet
from jetbridge.core.jet.client import open_client
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
OLD, NEW, NEWEST = Decimal("1.11"), Decimal("2.22"), Decimal("3.33")
PRICE = [Facet.PRICE]


@pytest.fixture(autouse=True)
def fresh_circuit():
    """What is learned of a dead Jet here is forgotten before and after."""
    core_jet._circuit.cache_clear()
    yield
    core_jet._circuit.cache_clear()


@pytest.fixture
def mugs(upload):
    """Two products that Jet has."""
    products = [ProductFactory(sku=f"MUG-{n}", mapped=True) for n in range(2)]
    upload(*products)
    return products


class Gate:
    """Holds calls back, and knows how many wait before it."""

    def __init__(self):
        self.opened, self.waiting = threading.Event(), []

    def wait(self):
        self.waiting.append(1)
        assert self.opened.wait(60)


@pytest.fixture
def gates(monkeypatch):
    """Hold back calls with a price that has a gate, for as long as that is closed."""
    gates = {}
    kind = type(Facet.PRICE)
    really = kind.send

    def call(facet, client, sku, body):
        price = Decimal(str(body["price"]))
        if price in gates:
            gates[price].wait()
        really(facet, client, sku, body)

    monkeypatch.setattr(kind, "send", call)
    return gates


def change(price):
    """Change all prices, as an import does."""
    Product.objects.update(price=price)
    updates.product_changed(list(Product.objects.values_list("pk", flat=True)), PRICE)


def drain(account):
    with open_client(account) as client:
        direct_updates.send_pending(client=client, account=account, facets=PRICE)


@contextmanager
def stalled(account, gates, price):
    """Let a drain send this price, held back until the block ends, its lease over meanwhile."""
    gate = gates[price] = Gate()
    change(price)

    def run():
        try:
            drain(account)
        finally:
            connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    try:
        while len(gate.waiting) < 2:
            assert worker.is_alive()
            worker.join(0.01)
        # Over for whoever begins from now on; the drain itself, which began before, takes nothing up again.
        prices().update(claimed_until=timezone.now())
        yield
    finally:
        gate.opened.set()
        worker.join()


def prices():
    return ListingFacet.objects.filter(facet=Facet.PRICE)


def states():
    return {(row.answer, row.next_try_at is None) for row in prices()}


def held_by(jet):
    return {jet.products.get(sku).price for sku in ("MUG-0", "MUG-1")}


def assert_goes_again(account, jet, price):
    """What may have been overwritten is pending and in doubt; the next drain brings the newest to Jet."""
    assert states() == {("unknown", False)}
    drain(account)
    assert held_by(jet) == {price}
    assert states() == {("accepted", True)}
    assert set(Listing.objects.values_list("live_price", flat=True)) == {price}


def test_a_late_answer_after_a_newer_price_was_accepted_sends_the_newer_again(mugs, account, jet, gates):
    with stalled(account, gates, OLD):
        change(NEW)
        drain(account)
        assert states() == {("accepted", True)}

    assert held_by(jet) == {OLD}
    assert {row["price"] for row in prices().values_list("accepted", flat=True)} == {float(NEW)}
    assert_goes_again(account, jet, NEW)


def test_a_late_answer_while_a_newer_price_is_under_way_keeps_the_newer_in_doubt(mugs, account, jet, gates):
    first = stalled(account, gates, OLD)
    with first:
        second = stalled(account, gates, NEW)
        second.__enter__()
    assert states() == {("unknown", False)}
    second.__exit__(None, None, None)

    assert_goes_again(account, jet, NEW)


def test_three_drains_that_overtake_each_other_end_with_the_newest(mugs, account, jet, gates):
    with stalled(account, gates, NEW), stalled(account, gates, OLD):
        change(NEWEST)
        drain(account)

    assert_goes_again(account, jet, NEWEST)


def test_a_late_answer_while_a_newer_price_is_in_a_file_goes_again_after_the_file(
    mugs, account, jet, gates, sandbox
):
    sandbox.set_clock(transitions="at_once")
    with stalled(account, gates, OLD):
        change(NEW)
        prices().update(via_file=True)
        upload_files.build_files(account=account)
    for _ in range(3):
        file_uploads.advance_files(client=jet, account=account, at_once=True)

    assert_goes_again(account, jet, NEW)


def test_a_late_answer_that_says_what_jet_took_since_is_confirmed_once_more(mugs, account, jet, gates):
    with stalled(account, gates, NEW):
        gates.pop(NEW)
        drain(account)
        assert states() == {("accepted", True)}

    assert_goes_again(account, jet, NEW)


def test_a_late_refusal_settles_nothing(mugs, account, jet, gates, sandbox):
    with stalled(account, gates, OLD):
        change(NEW)
        drain(account)
        sandbox.add_fault("status", path="/price$", status=400, times=2)

    assert states() == {("accepted", True)}
    assert set(Listing.objects.values_list("last_error", flat=True)) == {""}


def test_a_late_answer_that_was_lost_sends_the_newer_again(mugs, account, jet, gates, sandbox):
    with stalled(account, gates, OLD):
        change(NEW)
        drain(account)
        sandbox.add_fault("drop_after", path="/price$", times=100)
    sandbox.clear_faults()

    assert_goes_again(account, jet, NEW)


def test_of_a_batch_only_what_was_taken_away_is_left_out(mugs, account, jet, gates):
    with stalled(account, gates, OLD):
        prices().filter(listing__sku="MUG-0").update(claimed_by="another")

    by_sku = dict(prices().values_list("listing__sku", "answer"))
    assert by_sku == {"MUG-0": "unknown", "MUG-1": "accepted"}
    assert prices().get(listing__sku="MUG-0").claimed_by == "another"


def test_an_answer_about_a_product_that_is_gone_hinders_no_other(mugs, account, jet, gates):
    with stalled(account, gates, OLD):
        Listing.objects.filter(sku="MUG-0").delete()

    assert prices().get().answer == "accepted"
