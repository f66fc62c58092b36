"""Answers to orders beside what the outbox's kit tries: what others did meanwhile, and what a person sees."""

import pytest
from django.urls import reverse

from jetapi.types.order_messages import ItemAcknowledgement, ItemAcknowledgementStatus
from jetbridge.core.models import Configuration, Event
from jetbridge.outbox import claims
from jetbridge.outbox.models import Answer
from orders import outboxes
from orders.jet import orders as at_jet
from orders.mass_actions import steps
from orders.models import Acknowledgement, Order
from orders.services import acknowledgements, imports, order_updates
from orders.services.cancel_guard import NotPossible
from tests.outbox.kit import let_time_pass


@pytest.fixture
def ready(mug, place, import_orders):
    """A ready order that is left to a person."""
    Configuration.objects.update(auto_acknowledge=False)
    place("MUG-1", 2)
    import_orders()
    return Order.objects.get()


@pytest.fixture
def answer_at_jet(jet):
    """Acknowledge an order at Jet, outside this panel."""

    def answer(order):
        fulfillable = ItemAcknowledgementStatus.FULFILLABLE
        items = [ItemAcknowledgement(item.jet_id, fulfillable) for item in order.items.all()]
        jet.orders.acknowledge(order.jet_id, items=items)
        return at_jet.get(jet, order.jet_id)

    return answer


def calls(sandbox):
    return [call for call in sandbox.calls(path="/acknowledge$") if call["method"] == "PUT"]


def test_an_order_that_was_answered_elsewhere_needs_no_answer_of_ours(
    ready, answer_at_jet, account, jet, sandbox
):
    acknowledgements.queue_acknowledgement(order=ready)
    order_updates.refresh(order=ready, document=answer_at_jet(ready))
    before = len(calls(sandbox))

    report = acknowledgements.acknowledge_orders(client=jet, account=account)

    ready.refresh_from_db()
    assert (report.done, report.failed, len(calls(sandbox))) == (0, 0, before)
    assert (ready.status, ready.acknowledgement.is_pending) == (Order.Status.ACKNOWLEDGED, False)
    assert Event.objects.filter(action="acknowledged").count() == 1


def test_an_answer_that_comes_after_the_order_went_on_changes_it_no_more(ready, answer_at_jet, account, jet):
    acknowledgements.queue_acknowledgement(order=ready)
    box = acknowledgements.AcknowledgementSender(jet, account)
    (row,) = claims.Holding(box, started=ready.acknowledgement.next_try_at).claim(1).rows
    order_updates.refresh(order=ready, document=answer_at_jet(ready))
    Order.objects.update(status=Order.Status.IN_PROGRESS)
    Acknowledgement.objects.update(answer=Answer.UNKNOWN)
    let_time_pass()

    acknowledgements.acknowledge_orders(client=jet, account=account)

    row.refresh_from_db()
    assert (row.answer, Order.objects.get().status) == (Answer.ACCEPTED, Order.Status.IN_PROGRESS)


def test_a_rejection_in_doubt_gives_way_to_what_somebody_else_answered(
    ready, answer_at_jet, account, jet, mug
):
    acknowledgements.reject_by_rule(order=ready, reason="Broken")
    Acknowledgement.objects.update(answer=Answer.UNKNOWN)
    answer_at_jet(ready)

    report = acknowledgements.acknowledge_orders(client=jet, account=account)

    ready.refresh_from_db()
    mug.refresh_from_db()
    assert (ready.status, mug.reserved) == (Order.Status.ACKNOWLEDGED, 2)
    assert ready.acknowledgement.errors == ["The order is acknowledged by now."]
    assert "acknowledged by now" in report.items[0].reason


def test_an_order_is_asked_for_one_answer_at_a_time(ready):
    acknowledgements.queue_acknowledgement(order=ready)

    with pytest.raises(NotPossible, match="already being answered: accepted"):
        acknowledgements.reject_by_rule(order=ready, reason="Broken")

    assert (ready.acknowledgement.status, ready.acknowledgement.number) == ("accepted", 1)


def test_a_refused_answer_may_be_followed_by_another(ready, account, jet, sandbox):
    sandbox.add_fault("status", status=400, path="/acknowledge$", method="PUT", times=1)
    acknowledgements.queue_acknowledgement(order=ready)
    acknowledgements.acknowledge_orders(client=jet, account=account)
    refused = Acknowledgement.objects.get()

    acknowledgements.reject_by_rule(order=ready, reason="Broken")
    acknowledgements.acknowledge_orders(client=jet, account=account)

    row = Acknowledgement.objects.select_related("order").get()
    assert (refused.answer, refused.status) == (Answer.REJECTED, "accepted")
    assert (row.answer, row.number, row.errors) == (Answer.ACCEPTED, 2, [])
    assert row.order.status == Order.Status.REJECTED


def test_the_order_page_follows_the_answer_that_is_on_its_way(ready, browser):
    acknowledgements.reject_by_rule(order=ready, reason="Broken")

    page = browser.get(reverse("admin:orders_order_change", args=[ready.pk])).content.decode()

    assert "The rejection is being sent to Jet" in page
    assert reverse("outbox:sending", args=[outboxes.Rejections.name, ready.pk]) in page


@pytest.mark.django_db(transaction=True)
def test_a_mass_action_is_settled_with_the_answer_itself(ready, account, jet):
    run = steps.draft(action="acknowledge", ids=[ready.pk])
    steps.start(run)
    steps.RUNS.take_up()

    acknowledgements.send_acknowledgements(client=jet, account=account)

    run.refresh_from_db()
    assert [(item.state, item.reason) for item in run.items.all()] == [("done", "Sent to Jet: accepted.")]
    assert (run.state, run.done) == (run.State.DONE, 1)


def test_no_answer_is_left_behind_by_a_withdrawn_mass_action(ready, account, jet, sandbox):
    run = steps.draft(action="acknowledge", ids=[ready.pk])
    steps.start(run)
    steps.RUNS.take_up()

    steps.cancel(run)
    acknowledgements.acknowledge_orders(client=jet, account=account)

    assert not calls(sandbox)
    assert not Acknowledgement.objects.exists()
    Configuration.objects.update(auto_acknowledge=True)
    for _ in imports.import_orders(client=jet, account=account):
        pass
    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED
