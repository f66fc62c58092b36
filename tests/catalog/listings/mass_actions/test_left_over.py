"""A run does not wait for ever: what was answered without it, or a newer change took over, is settled later."""

import pytest
from django.db import connection
from django.utils import timezone

from catalog.listings import tasks
from catalog.listings.facets import updates
from catalog.listings.mass_actions import steps
from catalog.listings.models import ListingFacet
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(account):
    """A mass action whose products are all taken up and wanted."""
    category = JetCategoryFactory()
    ids = [ProductFactory(sku=sku, mapped=category).pk for sku in ("ONE", "TWO")]
    started = steps.draft(action="upload", ids=ids)
    lifecycle.start(started)
    steps.expand()
    return started


def outcome(run):
    tasks.mass_actions.advance_bulk_runs()
    run.refresh_from_db()
    return run.state, run.done, run.failed, run.skipped


def test_answers_that_were_stored_without_their_items_settle_them_later(run):
    deliveries = ListingFacet.objects.filter(run=run)
    deliveries.update(next_try_at=None, answer="accepted", answer_at=timezone.now())
    deliveries.filter(listing__sku="TWO", facet=Facet.DETAILS).update(answer="rejected", errors=["Too short"])

    assert outcome(run) == (MassAction.State.DONE, 1, 1, 0)
    assert run.items.get(reference="TWO").reason == "Details: Too short"


def test_what_a_newer_change_took_over_is_left_out_and_said(run):
    ListingFacet.objects.filter(run=run).update(run=None)

    assert outcome(run) == (MassAction.State.DONE, 0, 0, 2)
    assert "newer change" in run.items.first().reason


def test_what_is_still_to_be_sent_is_waited_for(run):
    ListingFacet.objects.filter(run=run, listing__sku="ONE").update(next_try_at=None, answer="accepted")

    assert outcome(run) == (MassAction.State.RUNNING, 0, 0, 0)
    updates.queue_update(run.account.listings.filter(sku="TWO"), Facet.PRICE, run=run)
    assert outcome(run) == (MassAction.State.RUNNING, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_an_item_and_the_count_of_its_run_are_written_both_or_neither(run):
    ids = list(run.items.values_list("object_id", flat=True))

    def dies_at_the_count(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and '"core_bulkrun"' in sql:
            raise InterruptedError
        return execute(sql, params, many, context)

    with pytest.raises(InterruptedError), connection.execute_wrapper(dies_at_the_count):
        lifecycle.settle(run.pk, ids, MassActionItem.State.DONE)

    assert set(run.items.values_list("state", flat=True)) == {"waiting"}
    assert lifecycle.settle(run.pk, ids, MassActionItem.State.DONE) == 2
