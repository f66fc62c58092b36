"""Two processes at once, and one killed in the middle: a return is answered, completed and credited once."""

import time
from decimal import Decimal

import pytest

from returns.models import CreditMemo, LedgerEntry, ReturnRequest
from returns.services import completions
from tests.children import outcome
from tests.outbox.kit import let_time_pass
from tests.returns.answers import answer
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

SETUP = """
import sys, time
from pathlib import Path
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from returns.forms import first_answer
from returns.models import ReturnRequest
from returns.services import completion_answers, completions, returns
from returns.services.completions import AlreadyAnswered, Answer
gate, mode = sys.argv[1:3]
account = configuration.active_account()
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.005)
"""
ANSWER = """
row = ReturnRequest.objects.get()
lines = {item.pk: first_answer(item) for item in row.items.all()}
try:
    completions.queue_completion(return_request=row, answer=Answer(lines))
    print("wanted")
except AlreadyAnswered:
    print("already")
"""
SEND = """
with open_client(account) as client:
    run = {
        "send": completion_answers.send_returns,
        "sync": returns.sync_return_statuses,
        "fetch": returns.fetch_returns,
    }[mode]
    print(run(client=client, account=account).done)
"""


def taken(sandbox):
    """Return the completions that Jet took."""
    return [call for call in sandbox.calls(path="/complete$") if call["applied"] and call["method"] == "PUT"]


def test_two_processes_fetching_the_same_return_store_it_once(shipped, sandbox, race):
    sandbox.open_returns(order_id=shipped.jet_id)

    for child in race(SETUP + SEND, ("fetch",), ("fetch",)):
        outcome(child)

    assert ReturnRequest.objects.count() == 1


def test_two_processes_answering_the_same_return_answer_it_once(open_return, race):
    open_return(2)

    said = sorted(outcome(child) for child in race(SETUP + ANSWER, ("-",), ("-",)))

    assert said == ["already", "wanted"]
    assert LedgerEntry.objects.count() == 1


def test_two_processes_sending_the_same_answer_send_it_once(open_return, race, sandbox):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row))
    sandbox.add_fault("slow", seconds=0.3, path="/complete$")

    done = sorted(outcome(child) for child in race(SETUP + SEND, ("send",), ("send",)))

    assert done == ["0", "1"]
    assert len(taken(sandbox)) == 1
    assert CreditMemo.objects.get().total == Decimal("21.40")


def test_two_processes_booking_what_jet_completed_make_one_memo(open_return, race, sandbox, jet):
    open_return(1)
    sandbox.advance(6 * 86_400)
    jet.authcheck()

    for child in race(SETUP + SEND, ("sync",), ("sync",)):
        outcome(child)

    assert CreditMemo.objects.get().total == Decimal("10.70")
    assert LedgerEntry.objects.get().state == LedgerEntry.State.BOOKED


def test_process_killed_while_jet_works_leaves_one_completion(open_return, race, sandbox, send_returns):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row))
    sandbox.add_fault("slow", seconds=2, path="/complete$")

    (child,) = race(SETUP + SEND, ("send",))
    wait_for(lambda: ReturnRequest.objects.exclude(claimed_by="").exists())
    time.sleep(1)  # the call reaches Jet, which is slow
    child.kill()
    child.wait()
    wait_for(lambda: taken(sandbox))
    sandbox.clear_faults()
    let_time_pass()
    send_returns()

    row.refresh_from_db()
    assert (row.state, len(taken(sandbox))) == ("accepted", 1)
    assert CreditMemo.objects.get().total == Decimal("21.40")
