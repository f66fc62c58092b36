"""A refund: limits with their reasons, sent once whatever happens, followed to its end at Jet."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from jetbridge.core.models import Event, JobRun
from jetbridge.inbox.models import Notification
from jetbridge.outbox import claims, leftovers
from returns import outboxes, selectors, tasks
from returns.jet import messages
from returns.jet import refunds as at_jet
from returns.models import CreditMemo, LedgerBalance, LedgerEntry, Refund
from returns.models.amounts import Amounts
from returns.refund_reasons import FEEDBACK, REASONS
from returns.services import completions, ledger, refunds
from returns.services.refunds import AlreadyQueued, AlreadySent, RefundDraft, RefundRefused
from tests.outbox.kit import let_time_pass
from tests.returns.answers import answer
from tests.returns.refund_drafts import amounts, refund_draft


def want(order, **changes):
    """Want a refund of the first line."""
    return refunds.queue_refund(order=order, draft=refund_draft(order, **changes))


def refused(order, **changes):
    """Return the problems of a draft, as field -> message."""
    with pytest.raises(RefundRefused) as caught:
        want(order, **changes)
    return {problem.field: problem.message for problem in caught.value.problems}


def taken(sandbox):
    """Return the refunds that Jet took."""
    return [call for call in sandbox.calls(path="/refunds/") if call["applied"] and call["method"] == "POST"]


def test_refund_is_sent_as_wanted_and_reserved_before(shipped, send_refunds, sandbox, merchant):
    refund = refunds.queue_refund(
        order=shipped,
        draft=refund_draft(
            shipped,
            units_returned=2,
            amounts=amounts("8.50", "0.60"),
            feedback="Restocking fee",
            notes="Box open",
        ),
        user=merchant,
    )
    before = LedgerEntry.objects.get().state

    report = send_refunds()

    refund.refresh_from_db()
    held = sandbox.held("refunds", refund.jet_id)
    (item,) = held["items"]
    assert (before, report.done, refund.state, refund.status) == ("reserved", 1, "accepted", "created")
    assert (held["alt_refund_id"], held["merchant_order_id"]) == (refund.alt_refund_id, shipped.jet_id)
    assert (item["total_quantity_returned"], item["order_return_refund_qty"]) == (2, 1)
    assert (item["refund_reason"], item["refund_feedback"], item["notes"]) == (
        "No longer want this item",
        "Restocking fee",
        "Box open",
    )
    assert item["refund_amount"] == {"principal": 8.5, "tax": 0.6, "shipping_cost": 0, "shipping_tax": 0}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units_returned": 4}, "units_returned"),
        ({"units_returned": 0, "units_refunded": 0}, "units_returned"),
        ({"units_refunded": 2}, "units_refunded"),
        ({"amounts": amounts("30.01")}, "principal"),
        ({"amounts": amounts("-1.00")}, "principal"),
        ({"amounts": amounts("10.00", "2.11")}, "tax"),
        ({"amounts": Amounts(shipping=Decimal("0.01"))}, "shipping"),
        ({"amounts": Amounts()}, "principal"),
        ({"amounts": amounts("9.99", "0.70")}, "feedback"),
        ({"units_returned": 2}, "feedback"),
        ({"feedback": "because"}, "feedback"),
        ({"reason": ""}, "reason"),
        ({"reason": "I felt like it"}, "reason"),
        ({"notes": "x" * 501}, "notes"),
    ],
)
def test_refund_limits_are_named_beside_their_field(shipped, changes, field):
    found = refused(shipped, **changes)

    assert f"{field}_{shipped.items.get().pk}" in found
    assert not Refund.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_refund_without_items_or_of_strange_items_is_refused(shipped):
    for lines, words in (({}, "at least one item"), ({999_999: object()}, "not of this order")):
        with pytest.raises(RefundRefused, match=words):
            refunds.queue_refund(order=shipped, draft=RefundDraft("RF-test-1", lines))


@pytest.mark.parametrize("alt_id", ["a/b", "x", "RF 1", "R" * 65])
def test_refund_id_that_jet_could_misread_is_refused(shipped, alt_id):
    assert "not usable" in refused(shipped, alt_id=alt_id)[""]


def test_second_refund_of_the_same_money_names_the_first(shipped):
    full = {"units_returned": 3, "units_refunded": 3, "amounts": amounts("30.00", "2.10")}
    first = want(shipped, **full)

    found = refused(shipped, **full)

    line = shipped.items.get()
    assert f"promised by refund {first}" in found[f"units_refunded_{line.pk}"]
    assert LedgerBalance.objects.get().given_principal == Decimal("30.00")


def test_refund_of_what_a_return_gave_back_names_the_return(shipped, open_return, send_returns):
    row = open_return(3)
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()

    found = refused(shipped)

    assert f"refunded by return {row}" in " ".join(found.values())


def test_return_after_a_refund_is_completed_with_nothing(
    shipped, open_return, send_refunds, sync_refunds, decide_refund, send_returns
):
    refund = want(shipped, units_returned=3, units_refunded=3, amounts=amounts("30.00", "2.10"))
    send_refunds()
    decide_refund(refund, "accepted")
    sync_refunds()
    row = open_return(3)

    completions.queue_completion(return_request=row, answer=answer(row, feedback="Item damaged"))
    send_returns()

    row.refresh_from_db()
    assert row.state == "accepted"
    assert CreditMemo.objects.get().refund == refund
    assert LedgerBalance.objects.get().given_principal == Decimal("30.00")


def test_jobs_send_and_follow_a_refund_and_say_when_idle(shipped, decide_refund):
    refund = want(shipped)
    tasks.send_refunds()
    decide_refund(refund, "accepted")

    tasks.sync_refund_statuses()
    tasks.send_refunds()

    runs = list(JobRun.objects.order_by("pk").values_list("job", "done"))
    assert runs == [
        ("returns.send_refunds", 1),
        ("returns.sync_refund_statuses", 1),
        ("returns.send_refunds", 0),
    ]
    assert CreditMemo.objects.count() == 1


def test_same_page_submitted_twice_is_one_refund(shipped, merchant):
    draft = refund_draft(shipped)
    first = refunds.queue_refund(order=shipped, draft=draft, user=merchant)

    with pytest.raises(AlreadyQueued, match=r"asked for already at .* by alice") as caught:
        refunds.queue_refund(order=shipped, draft=draft, user=merchant)

    assert caught.value.refund == first
    assert LedgerEntry.objects.count() == 1


def test_page_that_somebody_else_overtook_is_refused_with_the_earlier_refund(shipped):
    seen = ledger.left_of(selectors.order_lines(shipped).get())
    first = want(shipped, seen=seen)

    found = refused(shipped, seen=seen)

    assert "changed since this page was opened" in found[""]
    assert str(first) in found[""]
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "status", "html"])
def test_lost_refund_answer_is_one_refund_at_jet(shipped, send_refunds, sandbox, kind):
    refund = want(shipped)
    sandbox.add_fault(kind, path="^/api/refunds/|/refunds/", times=1)

    send_refunds()
    let_time_pass()
    send_refunds()

    refund.refresh_from_db()
    assert refund.state == "accepted"
    assert len(taken(sandbox)) == 1
    assert sandbox.held("refunds", refund.jet_id)["alt_refund_id"] == refund.alt_refund_id


def test_refund_of_a_worker_that_died_after_the_call_is_found_again(shipped, send_refunds, sandbox, jet):
    refund = want(shipped)
    items = messages.refund(refund.items.select_related("order_item"))
    receipt = at_jet.create(jet, shipped.jet_id, refund.alt_refund_id, items)
    past = timezone.now() - timedelta(minutes=5)
    Refund.objects.update(claimed_by="dead", claimed_until=past)

    waiting = claims.due_jobs()
    send_refunds()

    refund.refresh_from_db()
    assert waiting == [tasks.SEND_REFUNDS]
    assert len(taken(sandbox)) == 1
    assert refund.jet_id == receipt.jet_id
    assert claims.due_jobs() == []


def test_refund_with_a_living_worker_is_left_alone(shipped, send_refunds, sandbox):
    want(shipped)
    soon = timezone.now() + timedelta(minutes=1)
    Refund.objects.update(claimed_by="alive", claimed_until=soon)

    report = send_refunds()

    assert report.done == 0
    assert taken(sandbox) == []


def test_refund_that_jet_refuses_frees_the_ledger(shipped, send_refunds, sandbox):
    refund = want(shipped)
    sandbox.add_fault("status", status=400, path="/refunds/", times=1)

    report = send_refunds()

    refund.refresh_from_db()
    assert (report.failed, refund.state, refund.errors) == (1, "rejected", ["Bad Request"])
    assert LedgerBalance.objects.get().given_principal == 0
    assert Notification.objects.filter(kind="returns.refund").exists()
    want(shipped, units_returned=3, units_refunded=3, amounts=amounts("30.00", "2.10"))


def test_accepted_refund_is_booked_once_with_one_memo(shipped, send_refunds, sync_refunds, decide_refund):
    refund = want(shipped)
    send_refunds()
    decide_refund(refund, "accepted")

    first, second = sync_refunds(), sync_refunds()

    refund.refresh_from_db()
    memo = CreditMemo.objects.get()
    assert (first.done, second.done, refund.status) == (1, 0, "accepted")
    assert (memo.refund, memo.order, memo.total) == (refund, shipped, Decimal("10.70"))
    assert LedgerEntry.objects.get().state == LedgerEntry.State.BOOKED


def test_processing_refund_waits_without_a_memo(shipped, send_refunds, sync_refunds, sandbox):
    refund = want(shipped)
    send_refunds()
    sandbox.advance(61)

    sync_refunds()

    refund.refresh_from_db()
    assert refund.status == "processing"
    assert not CreditMemo.objects.exists()
    sandbox.set_clock()


@pytest.mark.parametrize(
    "reason", ["rejected - customer card not valid", "rejected - refund conflicts with returns policy"]
)
def test_rejected_refund_says_why_and_frees_the_ledger(
    shipped, send_refunds, sync_refunds, decide_refund, reason
):
    refund = want(shipped)
    send_refunds()
    decide_refund(refund, reason)

    sync_refunds()
    sync_refunds()

    refund.refresh_from_db()
    assert (refund.status, refund.jet_status) == ("rejected", reason)
    assert LedgerBalance.objects.get().units_refunded == 0
    assert Notification.objects.get(kind="returns.refund").text == reason
    assert not CreditMemo.objects.exists()


def test_only_an_unsent_refund_can_be_deleted(shipped, send_refunds):
    first = want(shipped)
    refunds.delete_unsent(refund=first)
    second = want(shipped)
    send_refunds()

    with pytest.raises(AlreadySent):
        refunds.delete_unsent(refund=second)

    assert list(Refund.objects.all()) == [second]
    assert LedgerBalance.objects.get().units_refunded == 1


def test_every_offered_reason_and_feedback_is_taken_by_jet(
    shipped, send_refunds, sync_refunds, decide_refund
):
    pairs = zip(REASONS, (*FEEDBACK, *FEEDBACK, *FEEDBACK), strict=False)
    for reason, feedback in pairs:
        draft = {"reason": reason, "feedback": feedback, "amounts": amounts("1.00")}
        refund = want(shipped, **draft)

        report = send_refunds()

        refund.refresh_from_db()
        assert (report.done, refund.errors) == (1, [])
        # Rejected, so that Jet and we count its units as free again before the next.
        decide_refund(refund, "rejected - customer card not valid")
        sync_refunds()


def test_a_refused_refund_waits_for_a_person_until_somebody_closes_it(shipped, send_refunds, sandbox):
    refund = want(shipped)
    sandbox.add_fault("status", path="/refunds/", status=400, times=1)
    send_refunds()
    sandbox.clear_faults()
    Refund.objects.update(answer_at=timezone.now() - timedelta(days=400))
    box = outboxes.Refunds()
    assert list(leftovers.refused(box)) == [refund]

    refunds.close(refund=refund)

    assert list(leftovers.refused(box)) == []
    with pytest.raises(refunds.NotRefused):
        refunds.close(refund=refund)
    assert Event.objects.filter(action="refund closed").count() == 2


def test_a_refund_that_jet_took_cannot_be_closed(shipped, send_refunds):
    refund = want(shipped)
    send_refunds()

    with pytest.raises(refunds.NotRefused):
        refunds.close(refund=refund)
