"""A mass action that cannot go on is held with its reason; the others go on, and so does the job."""

import pytest

from jetbridge.mass_actions.models import MassAction
from orders.mass_actions import steps


def test_a_run_over_nothing_ends_at_once(jet, account):
    nothing = {"parcels": {}, "problems": [], "bad_rows": [], "rows": 1}
    run = steps.draft(action="ship", ids=[], options=nothing)
    steps.start(run)

    report = steps.advance(client=jet)

    run.refresh_from_db()
    assert (run.state, run.done, report.failed) == (MassAction.State.DONE, 0, 0)
    assert run.finished_at


@pytest.fixture
def poisoned(three):
    """A run over the first order whose options nobody can read, and a good one after it."""
    bad = steps.draft(action="ship", ids=[three[0].pk], options={"parcels": {str(three[0].pk): {}}})
    MassAction.objects.filter(pk=bad.pk).update(filters={"stage": 7}, ids=None)
    good = steps.draft(action="cancel", ids=[three[1].pk], options={"reason": "x", "above_limit": True})
    for run in (bad, good):
        steps.start(run)
    return bad, good


def test_a_poisoned_run_is_held_with_its_reason_and_the_next_goes_on(poisoned, jet, client, merchant):
    bad, good = poisoned

    first, second = steps.advance(client=jet), steps.advance(client=jet)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.finished_at
    assert (bad.state, first.failed, second.failed) == (MassAction.State.FAILED, 1, 0)
    assert first.items[0].reason == bad.message
    client.force_login(merchant)
    assert "Stopped by an error" in client.get(f"/admin/orders/runs/{bad.pk}/").text


def test_a_held_run_tries_again_when_it_is_resumed(poisoned, jet, three):
    bad, _ = poisoned
    steps.advance(client=jet)
    MassAction.objects.filter(pk=bad.pk).update(filters={}, ids=[])
    bad.refresh_from_db()

    assert steps.resume(bad)
    steps.advance(client=jet)

    bad.refresh_from_db()
    assert bad.state == MassAction.State.DONE
    assert bad.message == ""
