"""The commands behind the buttons of returns, refunds and settlements."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from jetbridge.core.models import JobRun
from returns.management import waits
from returns.models import CreditMemo, Refund, ReturnRequest, Settlement
from returns.services import refunds
from tests.commands.forms import options_of, said
from tests.returns.refund_drafts import refund_draft


def run(*arguments):
    """Run a command with --json and return its last line."""
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_fetch_returns_stores_and_reports(shipped, sandbox):
    sandbox.open_returns(order_id=shipped.jet_id)

    summary = run("fetch_returns")

    assert (summary["fetched"], summary["failed"]) == (1, 0)
    assert JobRun.objects.get().trigger == JobRun.Trigger.COMMAND


def test_complete_return_gives_back_what_is_asked(open_return):
    row = open_return(2)

    summary = run("complete_return", row.jet_id, "--restock")

    assert (summary["answer"], summary["total"]) == ("accepted", "21.40")
    assert summary["credit_memo"] == CreditMemo.objects.get().number
    assert row.items.get().units_restocked == 2


def test_complete_return_with_zero_needs_a_feedback_and_disagrees(open_return):
    row = open_return(1)

    with pytest.raises(CommandError, match="why less is given back"):
        run("complete_return", str(row), "--zero")
    summary = run("complete_return", str(row), "--zero", "--feedback", "Wrong Item", "--disagree", "fraud")

    row.refresh_from_db()
    assert (summary["answer"], summary["credit_memo"]) == ("accepted", "")
    assert (row.agree_to_return_charge, row.return_charge_feedback) == (False, "fraud")


def test_a_dry_run_of_complete_return_writes_nothing(open_return, sandbox):
    row = open_return(1)
    before = len(sandbox.calls())

    run("complete_return", str(row), "--dry-run")

    assert ReturnRequest.objects.get().next_try_at is None
    assert len(sandbox.calls()) == before


def test_complete_return_says_that_nobody_knows_the_return(account):
    with pytest.raises(CommandError, match="No return is known as R-0"):
        run("complete_return", "R-0")


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_nobodys_return_refund_or_order(open_return, name):
    row = open_return(1)
    ReturnRequest.objects.update(reference_number=name)
    refund = refunds.queue_refund(order=row.order, draft=refund_draft(row.order))
    Refund.objects.update(jet_id=name)

    for words in (
        ["complete_return"],
        ["delete_refund"],
        ["refund_order", "--line", "MUG-1;units_refunded=1"],
    ):
        with pytest.raises(CommandError, match="Name the") as refused:
            run(words[0], name, *words[1:])
        assert refused.value.returncode == 2
    assert list(Refund.objects.all()) == [refund]


def test_a_name_that_two_returns_have_completes_neither(open_return):
    open_return(1), open_return(1)
    ReturnRequest.objects.update(reference_number="R-7")

    with pytest.raises(CommandError, match="More than one return is known as R-7"):
        run("complete_return", "R-7")

    assert set(ReturnRequest.objects.values_list("next_try_at", flat=True)) == {None}


def test_a_name_that_two_refunds_have_deletes_neither(shipped):
    refunds.queue_refund(order=shipped, draft=refund_draft(shipped, alt_id="RF-1"))
    refunds.queue_refund(order=shipped, draft=refund_draft(shipped, alt_id="RF-2"))
    Refund.objects.filter(alt_refund_id="RF-2").update(jet_id="RF-1")

    with pytest.raises(CommandError, match="More than one refund is known as RF-1"):
        run("delete_refund", "RF-1")

    assert Refund.objects.count() == 2


def test_refund_order_pays_what_was_paid_and_one_id_pays_once(shipped, sandbox):
    pending = ("--units", "MUG-1=2", "--reason", "Unwanted gift", "--id", "RF-1")

    summary = run("refund_order", shipped.number, *pending)
    with pytest.raises(CommandError, match="nothing is paid twice"):
        run("refund_order", shipped.number, *pending)

    item = sandbox.held("refunds")[0]["items"][0]
    assert (summary["answer"], summary["refund"]) == ("accepted", "RF-1")
    assert (item["order_return_refund_qty"], item["refund_amount"]["principal"]) == (2, 20)


def test_refund_order_pays_exactly_what_a_line_says(shipped, sandbox):
    line = "MUG-1;units_returned=2;units_refunded=1;principal=7.50;reason=Unwanted gift"
    line += ";feedback=Item damaged;notes=As agreed"
    words = ("refund_order", shipped.number, "--line", line)

    tried = run(*words, "--dry-run")
    summary = run(*words)

    item = sandbox.held("refunds")[0]["items"][0]
    assert (tried["problems"], summary["answer"]) == ([], "accepted")
    assert (item["order_return_refund_qty"], item["refund_amount"]["principal"]) == (1, 7.5)
    assert (item["refund_reason"], item["notes"]) == ("Unwanted gift", "As agreed")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--line", "MUG-1;colour=red"], 2), (["--line", "MUG-1;principal=much"], 2),
        (["--line", "MUG-1;units_refunded=-1"], 2), (["--line", "CUP-1;units_refunded=1"], 1), ([], 2),
        (["--units", "MUG-1=1"], 2), (["--line", "MUG-1;units_refunded=1;principal=7.505"], 2),
        (["--line", "MUG-1;units_refunded=1;principal=1E+12"], 2),
        (["--line", "MUG-1;units_refunded=1", "--line", "MUG-1;principal=7.50"], 2),
        (["--units", "MUG-1=1", "--units", "MUG-1=2", "--reason", "Unwanted gift"], 2),
        *((["--line", "MUG-1;units_refunded=1;principal=7.50;reason=Unwanted gift", *beside], 2) for beside in (
            ["--notes", "As agreed"], ["--feedback", "Item damaged"], ["--reason", "Unwanted gift"],
            ["--units", "MUG-1=1", "--reason", "Unwanted gift"],
        )),
    ],
)  # fmt: skip
def test_a_refund_that_does_not_say_what_is_refused(shipped, words, code):
    with pytest.raises(CommandError) as refused:
        run("refund_order", shipped.number, *words)

    assert refused.value.returncode == code
    assert not Refund.objects.exists()


def test_complete_return_answers_exactly_what_a_line_says(open_return):
    row = open_return(2)
    item = row.items.get()
    line = f"{item.jet_order_item_id};units_returned=2;units_refunded=1;units_restocked=1"
    line += ";principal=4.00;feedback=Wrong Item"

    summary = run("complete_return", row.jet_id, "--line", line)

    item.refresh_from_db()
    assert (summary["answer"], summary["total"]) == ("accepted", "4.00")
    assert (item.units_refunded, item.units_restocked) == (1, 1)
    with pytest.raises(CommandError, match="has no item CUP-1"):
        run("complete_return", row.jet_id, "--line", "CUP-1;units_refunded=1")


@pytest.mark.parametrize(
    "beside", [["--zero"], ["--restock"], ["--feedback", "Wrong Item"], ["--notes", "As agreed"]]
)
def test_a_line_of_a_return_leaves_nothing_to_be_said_beside_it(open_return, beside):
    row = open_return(1)

    with pytest.raises(CommandError, match=f"leave {beside[0]} away") as refused:
        run("complete_return", row.jet_id, "--line", "MUG-1;units_returned=1;units_refunded=1", *beside)

    assert refused.value.returncode == 2
    assert ReturnRequest.objects.get().next_try_at is None


def test_an_item_of_a_return_is_not_named_by_sku_and_by_id_at_once(open_return):
    row = open_return(1)
    names = ("MUG-1", row.items.get().jet_order_item_id)

    with pytest.raises(CommandError, match="twice") as refused:
        run("complete_return", row.jet_id, *(f"--line={name};units_returned=1" for name in names))

    assert refused.value.returncode == 2


def test_a_sku_that_stands_on_several_lines_does_not_say_which(open_return, shipped):
    row = open_return(1)
    for item, key in ((shipped.items.get(), "jet_id"), (row.items.get(), "jet_order_item_id")):
        setattr(item, key, "f" * 32)
        item.pk, item.position = None, 9
        item.save()

    for words in (
        ("refund_order", shipped.number, "--line", "MUG-1;units_refunded=1;principal=7.50"),
        ("refund_order", shipped.number, "--units", "MUG-1=1", "--reason", "Unwanted gift"),
        ("complete_return", row.jet_id, "--line", "MUG-1;units_returned=1"),
    ):
        with pytest.raises(CommandError, match=r"MUG-1 stands on several lines, .* use the form"):
            run(*words)

    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("units", "message"),
    [("MUG-1", "not SKU=N"), ("CUP-1=1", "no item CUP-1"), ("MUG-1=9", "between 1 and the 3 shipped")],
)
def test_refund_order_names_what_is_wrong(shipped, units, message):
    with pytest.raises(CommandError, match=message):
        run("refund_order", shipped.number, "--units", units, "--reason", "Unwanted gift")

    assert not Refund.objects.exists()


def test_sync_refunds_books_what_jet_accepted(shipped, decide_refund):
    run("refund_order", shipped.number, "--units", "MUG-1=1", "--reason", "Unwanted gift")
    decide_refund(Refund.objects.get(), "accepted")

    summary = run("sync_refunds")

    assert (summary["changed"], CreditMemo.objects.count()) == (1, 1)


def test_fetch_settlements_looks_as_far_back_as_told(shipped, sandbox, jet):
    sandbox.advance(14 * 86_400)
    jet.authcheck()

    assert run("fetch_settlements", "--days", "30")["fetched"] == 1
    assert Settlement.objects.count() == 1


def test_a_command_waits_for_a_worker_that_was_quicker_and_gives_up(shipped):
    refund = refunds.queue_refund(order=shipped, draft=refund_draft(shipped))
    Refund.objects.update(claimed_by="another", claimed_until=None)

    assert waits.settled(refund, patience=0) is False

    Refund.objects.update(next_try_at=None, answer="accepted", claimed_by="", claimed_until=None)
    assert waits.settled(refund, patience=0) is True


def test_the_forms_know_what_their_commands_take(admin_client, open_return, shipped):
    row = open_return(1)
    of_return = said(admin_client.get(reverse("admin:returns_returnrequest_change", args=[row.pk])))
    of_refund = said(admin_client.get(f"{reverse('returns:refund_add')}?order={shipped.jet_id}"))

    assert of_return == (f"complete_return {row.jet_id}", {"--line", "--disagree"})
    assert of_refund == (f"refund_order {shipped.number}", {"--line", "--id"})
    assert of_return[1] <= options_of("complete_return")
    assert of_refund[1] <= options_of("refund_order")
