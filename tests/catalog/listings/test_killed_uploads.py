"""A worker dies at each commit and call of an upload in turn; afterwards nothing is lost, by Jet's own journal."""

import json
from collections import Counter
from itertools import count

import pytest

from catalog.listings import tasks
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet
from jetbridge.mass_actions.models import MassAction
from tests.children import end_of, spread
from tests.factories import JetCategoryFactory, ProductFactory
from tests.outbox import kit

pytestmark = pytest.mark.django_db(transaction=True)
CHILD = """
from catalog.listings import tasks
from tests.orders import killed
killed.JOBS.update(
    bulk_upload=tasks.mass_actions.advance_bulk_runs, poll=tasks.files.poll_files, upload=tasks.sync.sync_products
)
"""
SAMPLE = 23
SPREAD = spread(SAMPLE)


@pytest.fixture
def started(account, sandbox):
    """Start a mass action over two fresh products."""
    sandbox.set_clock(transitions="at_once")
    category = JetCategoryFactory()

    def start(action, point):
        skus = [f"SKU-{point}-{letter}" for letter in "AB"]
        ids = [ProductFactory(sku=sku, mapped=category).pk for sku in skus]
        run = steps.draft(action=action, ids=ids)
        steps.start(run)
        return run, skus

    return start


def dies(job, point):
    """Run a job in a child that dies at the point; return whether it lived long enough to get there."""
    end = end_of(CHILD, f"killed.run({job!r}, {point})")
    assert end in (0, -9)
    return end == -9


def let_time_pass():
    """The dead worker's lease and claims run out, and every file is due."""
    kit.let_time_pass()


def go_on(run, *jobs):
    """Let the panel's jobs run until the mass action is over."""
    for _ in range(8):
        let_time_pass()
        for job in jobs:
            job()
        run.refresh_from_db()
        if run.state == MassAction.State.DONE:
            return


def announced(sandbox):
    """Count how often Jet was told of each file."""
    calls = sandbox.calls(path="files/uploaded$")
    return Counter(_url(call["body"]) for call in calls if call["applied"])


def _url(body):
    return (json.loads(body) if isinstance(body, str) else body)["url"]


def is_whole(run, skus):
    """Return whether every product of a run is at Jet and in the panel's books, once."""
    assert (run.state, run.done, run.failed, run.skipped) == (MassAction.State.DONE, 2, 0, 0)
    assert list(run.items.order_by("object_id").values_list("reference", "state")) == [
        (sku, "done") for sku in skus
    ]
    listings = Listing.objects.filter(sku__in=skus)
    assert {each.status for each in listings} == {Listing.Status.UNDER_REVIEW}
    facets = ListingFacet.objects.filter(listing__in=listings)
    assert set(facets.values_list("answer", "next_try_at", "file", "claimed_by")) == {
        ("accepted", None, None, "")
    }
    return True


@pytest.mark.parametrize("step", SPREAD)
def test_a_bulk_upload_is_whole_after_a_death_at_any_point(started, sandbox, jet, step):
    for point in count(1, step):
        run, skus = started("bulk_upload", point)

        died = dies("bulk_upload", point)
        go_on(run, tasks.mass_actions.advance_bulk_runs, tasks.files.poll_files)

        assert is_whole(run, skus), f"dead at point {point}"
        assert [jet.products.get(sku).price is not None for sku in skus] == [True, True]
        assert set(announced(sandbox).values()) == {1}, f"dead at point {point}"
        if not died:
            break

    assert point > SAMPLE, "nobody died"


@pytest.mark.parametrize("step", SPREAD)
def test_polling_files_is_whole_after_a_death_at_any_point(started, sandbox, step):
    for point in count(1, step):
        run, skus = started("bulk_upload", point)
        tasks.mass_actions.advance_bulk_runs()
        let_time_pass()

        died = dies("poll", point)
        go_on(run, tasks.files.poll_files)

        assert is_whole(run, skus), f"dead at point {point}"
        assert set(announced(sandbox).values()) == {1}, f"dead at point {point}"
        if not died:
            break

    assert point > SAMPLE, "nobody died"


@pytest.mark.parametrize("step", SPREAD)
def test_a_direct_upload_is_whole_after_a_death_at_any_point(started, sandbox, step):
    for point in count(1, step):
        run, skus = started("upload", point)
        steps.expand()

        died = dies("upload", point)
        # As in the panel: a run whose last answer was stored by a dead one is closed by the runs' own job.
        go_on(run, tasks.sync.sync_products, tasks.mass_actions.advance_bulk_runs)

        assert is_whole(run, skus), f"dead at point {point}"
        for sku in skus:
            puts = [call for call in sandbox.calls(path=f"merchant-skus/{sku}$") if call["method"] == "PUT"]
            # Whoever died between Jet's answer and our books leaves one more PUT, which says the same.
            assert 1 <= len(puts) <= 2, f"dead at point {point}"
            assert len({str(call["body"]) for call in puts}) == 1
        if not died:
            break

    assert point > SAMPLE, "nobody died"
