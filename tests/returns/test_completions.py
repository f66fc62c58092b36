"""Completing a return: limits with their reasons, the answer sent once, the credit memo equal to it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from jetbridge.inbox.models import Notification
from returns.forms.completions import CompletionForm
from returns.jet import messages
from returns.jet import returns as at_jet
from returns.models import CreditMemo, LedgerBalance, LedgerEntry, ReturnRequest
from returns.models.amounts import Amounts
from returns.services import completions, ledger, refunds, returns
from returns.services.completions import AlreadyAnswered, AnswerRefused
from tests.outbox.kit import let_time_pass
from tests.returns.answers import answer
from tests.returns.refund_drafts import refund_draft


def refused(row, **changes):
    """Return the problems of an answer, as field -> message."""
    with pytest.raises(AnswerRefused) as caught:
        completions.queue_completion(return_request=row, answer=answer(row, **changes))
    return {problem.field: problem.message for problem in caught.value.problems}


def taken(sandbox):
    """Return the completions that Jet took."""
    return [call for call in sandbox.calls(path="/complete$") if call["applied"] and call["method"] == "PUT"]


def test_new_return_is_stored_once_with_its_deadline_and_a_notification(open_return, fetch_returns):
    row = open_return(2)

    again = fetch_returns()

    item = row.items.get()
    assert again.done == 0
    assert (item.units_requested, item.asked_principal, item.asked_tax) == (
        2,
        Decimal("20.00"),
        Decimal("1.40"),
    )
    assert item.order_item == row.order.items.get()
    assert row.complete_by > row.opened_at + timedelta(days=1)
    assert Notification.objects.filter(kind="returns.new").exists()


def test_answer_as_offered_gives_back_all_and_makes_the_memo(open_return, send_returns, merchant, sandbox):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row), user=merchant)

    report = send_returns()

    row.refresh_from_db()
    memo = CreditMemo.objects.get()
    held = sandbox.held("returns", row.jet_id)
    assert (report.done, row.state, row.status) == (1, "accepted", ReturnRequest.Status.IN_PROGRESS)
    assert (memo.total, memo.principal, memo.tax) == (Decimal("21.40"), Decimal("20.00"), Decimal("1.40"))
    assert held["items"][0]["refund_amount"]["principal"] == 20.0
    assert LedgerEntry.objects.get().state == LedgerEntry.State.BOOKED


def test_answer_given_is_the_answer_sent(open_return, send_returns, sandbox):
    row = open_return(2)
    completions.queue_completion(
        return_request=row,
        answer=answer(
            row,
            agree=False,
            charge_feedback="fraud",
            units_returned=2,
            units_refunded=1,
            amounts=Amounts(Decimal("8.50"), Decimal("0.60"), Decimal(0), Decimal(0)),
            feedback="Restocking fee",
            notes="Box open",
        ),
    )

    send_returns()

    held = sandbox.held("returns", row.jet_id)
    item = held["items"][0]
    assert (held["agree_to_return_charge"], held["return_charge_feedback"]) == (False, "fraud")
    assert (item["total_quantity_returned"], item["order_return_refund_qty"]) == (2, 1)
    assert (item["return_refund_feedback"], item["notes"]) == ("Restocking fee", "Box open")
    assert item["refund_amount"] == {"principal": 8.5, "tax": 0.6, "shipping_cost": 0, "shipping_tax": 0}
    assert CreditMemo.objects.get().total == Decimal("9.10")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units_returned": 3}, "units_returned"),
        ({"units_returned": 1, "units_refunded": 2}, "units_refunded"),
        ({"amounts": Amounts(Decimal("20.01"))}, "principal"),
        ({"amounts": Amounts(Decimal("-1"))}, "principal"),
        ({"units_refunded": 1}, "feedback"),
        ({"amounts": Amounts(Decimal("19.99"), Decimal("1.40"))}, "feedback"),
        ({"units_restocked": 3}, "units_restocked"),
    ],
)
def test_limits_are_named_beside_their_field(open_return, changes, field):
    row = open_return(2)

    found = refused(row, **changes)

    assert f"{field}_{row.items.get().pk}" in found
    assert not LedgerEntry.objects.exists()


def test_disagreeing_with_the_charge_needs_a_reason(open_return):
    assert "return_charge_feedback" in refused(open_return(1), agree=False)


def test_answer_without_any_item_is_refused(open_return):
    assert "at least one item" in refused(open_return(1), is_included=False)[""]


def test_second_tab_is_told_when_and_by_whom(open_return, send_returns, merchant):
    row = open_return(1)
    completions.queue_completion(return_request=row, answer=answer(row), user=merchant)

    with pytest.raises(AlreadyAnswered, match=r"already being sent .* by alice"):
        completions.queue_completion(return_request=row, answer=answer(row), user=merchant)
    send_returns()
    with pytest.raises(AlreadyAnswered, match="already completed"):
        completions.queue_completion(return_request=row, answer=answer(row), user=merchant)

    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "status", "html"])
def test_lost_answer_is_one_completion_and_one_memo(open_return, send_returns, sandbox, kind):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row))
    sandbox.add_fault(kind, path="/complete$", times=1)

    send_returns()
    let_time_pass()
    send_returns()

    row.refresh_from_db()
    assert row.state == "accepted"
    assert len(taken(sandbox)) == 1
    assert CreditMemo.objects.count() == 1
    assert LedgerBalance.objects.get().given_principal == Decimal("20.00")


def test_worker_that_died_after_the_call_leaves_one_memo(open_return, send_returns, sandbox, jet):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row))
    row.refresh_from_db()
    at_jet.complete(jet, row.jet_id, messages.completion(row, row.items.all()))
    past = timezone.now() - timedelta(minutes=5)
    ReturnRequest.objects.update(claimed_by="dead", claimed_until=past)

    send_returns()

    assert len(taken(sandbox)) == 1
    assert CreditMemo.objects.get().total == Decimal("21.40")


def test_refusal_frees_the_ledger_for_another_answer(open_return, send_returns, sandbox):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row))
    sandbox.add_fault("status", status=400, path="/complete$", times=1)

    send_returns()

    row.refresh_from_db()
    assert (row.state, row.errors) == ("rejected", ["Bad Request"])
    assert LedgerBalance.objects.get().given_principal == 0
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()
    assert CreditMemo.objects.count() == 1


@pytest.mark.django_db(transaction=True)  # a token ends within six days and is renewed by a thread
def test_jet_completing_it_first_is_booked_as_jet_did_it(open_return, send_returns, sync_returns, sandbox):
    row = open_return(2)
    completions.queue_completion(
        return_request=row,
        answer=answer(row, amounts=Amounts(Decimal("5.00")), feedback="Item damaged"),
    )
    sandbox.advance(6 * 86_400)

    send_returns()
    sync_returns()

    row.refresh_from_db()
    assert row.completed_by_jet
    assert CreditMemo.objects.get().total == Decimal("21.40")
    assert LedgerBalance.objects.get().given_principal == Decimal("20.00")
    sandbox.set_clock()


@pytest.mark.django_db(transaction=True)  # a token ends within six days and is renewed by a thread
def test_completion_by_jet_that_is_read_before_our_answer_went_out_is_booked(
    open_return, send_returns, sync_returns, sandbox
):
    row = open_return(2)
    completions.queue_completion(
        return_request=row,
        answer=answer(row, amounts=Amounts(Decimal("5.00")), feedback="Item damaged"),
    )
    sandbox.advance(6 * 86_400)

    sync_returns()
    send_returns()

    row.refresh_from_db()
    assert (row.completed_by_jet, row.agree_to_return_charge) == (True, True)
    assert CreditMemo.objects.get().total == Decimal("21.40")
    sandbox.set_clock()


@pytest.mark.django_db(transaction=True)  # a token ends within six days and is renewed by a thread
def test_return_that_jet_pays_after_a_refund_is_in_the_books_and_told(
    shipped, open_return, send_refunds, sync_refunds, decide_refund, sync_returns, sandbox
):
    open_return(1)
    whole = refund_draft(
        shipped, units_returned=3, units_refunded=3, amounts=Amounts(Decimal("30.00"), Decimal("2.10"))
    )
    refund = refunds.queue_refund(order=shipped, draft=whole)
    send_refunds()
    decide_refund(refund, "accepted")
    sync_refunds()
    sandbox.advance(6 * 86_400)

    sync_returns()

    balance, shown = LedgerBalance.objects.get(), Notification.objects.get(kind="returns.by_jet")
    assert sorted(memo.total for memo in CreditMemo.objects.all()) == [Decimal("10.70"), Decimal("32.10")]
    assert (balance.beyond_principal, balance.beyond_tax) == (Decimal("10.00"), Decimal("0.70"))
    assert (shown.severity, str(refund) in shown.text) == ("error", True)
    sandbox.set_clock()


@pytest.mark.django_db(transaction=True)  # a token ends within six days and is renewed by a thread
def test_unanswered_return_that_jet_completes_is_noticed_and_booked_once(open_return, sync_returns, sandbox):
    row = open_return(1)
    sandbox.advance(6 * 86_400)

    sync_returns()
    sync_returns()

    row.refresh_from_db()
    assert (row.status, row.completed_by_jet) == (ReturnRequest.Status.COMPLETED, True)
    assert CreditMemo.objects.get().total == Decimal("10.70")
    said = Notification.objects.get(kind="returns.by_jet")
    assert (said.title, said.text) == (
        f"Return {row} was completed at Jet",
        "$10.70 went back to the buyer; this panel has no record of an answer.",
    )
    sandbox.set_clock()


def test_answer_given_while_an_older_row_is_followed_is_left_to_end_first(open_return, jet):
    older = open_return(1)
    completions.queue_completion(return_request=older, answer=answer(older))
    document = at_jet.get(jet, older.jet_id)

    completions.book_elsewhere(return_request=older, document=document)

    row = ReturnRequest.objects.get()
    assert (row.state, row.completed_by_jet) == ("pending", False)
    assert LedgerEntry.objects.get().state == LedgerEntry.State.RESERVED


def test_completed_status_follows_once_jet_has_paid(open_return, send_returns, sync_returns, sandbox):
    row = open_return(1)
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()
    sandbox.advance(3600)

    sync_returns()

    row.refresh_from_db()
    assert (row.status, row.completed_by_jet) == (ReturnRequest.Status.COMPLETED, False)
    assert CreditMemo.objects.count() == 1
    sandbox.set_clock()


def test_returned_units_go_back_to_stock_by_choice(open_return, send_returns, mug):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=1))

    send_returns()

    mug.refresh_from_db()
    assert mug.quantity == 8


def test_completing_with_nothing_makes_no_memo(open_return, send_returns, sandbox):
    row = open_return(1)
    nothing = {"units_refunded": 0, "amounts": Amounts(), "feedback": "Item damaged"}
    completions.queue_completion(return_request=row, answer=answer(row, **nothing))

    send_returns()

    assert not CreditMemo.objects.exists()
    assert sandbox.held("returns", row.jet_id)["return_status"] == "inprogress"


def test_return_of_an_order_that_the_panel_never_saw_brings_the_order(
    mug, sandbox, fetch_returns, send_returns
):
    (jet_id,) = sandbox.place_orders(
        items=[{"sku": "MUG-1", "quantity": 2, "price": 10.0}], status="complete"
    )
    sandbox.open_returns(order_id=jet_id)

    fetch_returns()
    row = ReturnRequest.objects.get()
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()

    mug.refresh_from_db()
    assert (row.order.jet_id, mug.quantity) == (jet_id, 10)
    assert CreditMemo.objects.get().total == Decimal("21.40")


@pytest.mark.django_db(transaction=True)  # a token ends within six days and is renewed by a thread
def test_an_answer_given_while_the_sync_holds_the_older_row_is_settled_by_jet(
    open_return, send_returns, sandbox, jet, account
):
    late, other = open_return(1), open_return(1)
    sandbox.advance(6 * 86_400)

    nothing = {"units_refunded": 0, "amounts": Amounts(), "feedback": "Item damaged"}

    def answers_meanwhile():
        if not LedgerEntry.objects.filter(return_item__return_request=late).exists():
            completions.queue_completion(return_request=late, answer=answer(late, **nothing))

    report = returns.sync_return_statuses(client=jet, account=account, heartbeat=answers_meanwhile)
    during = [(each.return_item.return_request_id, each.state) for each in LedgerEntry.objects.order_by("pk")]
    send_returns()

    entries = LedgerEntry.objects.filter(return_item__return_request=late).order_by("pk")
    assert report.failed == 0
    assert sorted(during) == [(late.pk, "reserved"), (other.pk, "booked")]
    assert [entry.state for entry in entries] == ["released", "booked"]
    assert sorted(memo.total for memo in CreditMemo.objects.all()) == [Decimal("10.70"), Decimal("10.70")]
    assert LedgerBalance.objects.get().given_principal == Decimal("20.00")
    sandbox.set_clock()


def test_what_jet_completed_cannot_be_answered_before_its_status_has_followed(open_return):
    row = open_return(1)
    ReturnRequest.objects.filter(pk=row.pk).update(completed_by_jet=True)

    with pytest.raises(AlreadyAnswered, match="no record of an answer"):
        completions.queue_completion(return_request=row, answer=answer(row))


@pytest.mark.django_db(transaction=True)  # a token ends within six days and is renewed by a thread
def test_one_return_that_cannot_be_booked_does_not_stop_the_others(open_return, sync_returns, sandbox):
    bad, good = open_return(1), open_return(1)
    item = bad.items.get()
    ledger.reserve(item=item.order_item, units=0, amounts=Amounts(), return_item=item)
    sandbox.advance(6 * 86_400)

    report = sync_returns()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (report.done, report.failed, report.items[0].reference) == (1, 1, bad.jet_id)
    assert (bad.completed_by_jet, good.completed_by_jet) == (False, True)
    sandbox.set_clock()


def filled(row, **changes):
    """Return the form of a return as it is sent with changes to its first line."""
    items = list(row.items.select_related("order_item"))
    blank = CompletionForm(items=items)
    data = {bound.name: "" if bound.value() is None else bound.value() for bound in blank}
    pk = items[0].pk
    return CompletionForm(data | {f"{name}_{pk}": value for name, value in changes.items()}, items=items)


def test_money_for_units_that_are_not_given_back_is_asked_about(open_return, send_returns):
    row = open_return(2)
    item = row.items.get()
    assert completions.share_of(item, 1) == Amounts(Decimal("10.00"), Decimal("0.70"), Decimal(0), Decimal(0))
    less = {"units_refunded": 1, "feedback": "Item damaged"}

    form = filled(row, **less)
    assert form.is_valid(), form.errors
    with pytest.raises(AnswerRefused) as caught:
        completions.queue_completion(return_request=row, answer=form.answer())
    (problem,) = caught.value.problems
    assert problem.field == f"principal_{item.pk}"
    assert "1 of 2 units carry $10.70, and $21.40 is given back" in problem.message

    half = filled(row, **less, principal="10.00", tax="0.70")
    assert half.is_valid(), half.errors
    completions.queue_completion(return_request=row, answer=half.answer())
    send_returns()
    assert CreditMemo.objects.get().total == Decimal("10.70")


def test_more_than_the_units_carry_goes_where_it_is_meant(open_return, send_returns):
    row = open_return(2)
    form = filled(row, units_refunded=1, feedback="Item damaged", more="on")
    assert form.is_valid(), form.errors
    completions.queue_completion(return_request=row, answer=form.answer())
    send_returns()
    assert CreditMemo.objects.get().total == Decimal("21.40")


def test_shares_of_single_units_add_up_to_what_is_asked(open_return):
    item = open_return(3).items.get()
    item.asked_principal = Decimal("0.82")
    item.save()
    assert completions.share_of(item, 3).principal == Decimal("0.82")
    assert completions.share_of(item, 1).principal == Decimal("0.27")
    assert completions.share_of(item, 0).principal == 0
