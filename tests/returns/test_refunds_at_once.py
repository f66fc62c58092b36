"""Two processes at once, and one killed in the middle: the same refund is wanted, sent and booked once."""

import time
from decimal import Decimal

import pytest

from returns.models import CreditMemo, LedgerBalance, LedgerEntry, Refund
from returns.services import refunds
from tests.children import outcome
from tests.outbox.kit import let_time_pass
from tests.returns.refund_drafts import refund_draft
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

SETUP = """
import sys, time
from decimal import Decimal
from pathlib import Path
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from orders.models import Order
from returns.services import refund_answers, refunds
from returns.models.amounts import Amounts
from returns.services.refunds import AlreadyQueued, RefundLineDraft, RefundRefused, RefundDraft
gate, mode, alt_id = sys.argv[1:4]
account = configuration.active_account()
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.005)
"""
WANT = """
order = Order.objects.get()
line = RefundLineDraft(2, 2, Amounts(Decimal("20.00"), Decimal("1.40")), "Unwanted gift")
try:
    refunds.queue_refund(order=order, draft=RefundDraft(alt_id, {order.items.get().pk: line}))
    print("wanted")
except (AlreadyQueued, RefundRefused) as error:
    print(type(error).__name__)
"""
SEND = """
with open_client(account) as client:
    run = refund_answers.send_refunds if mode == "send" else refund_answers.sync_refund_statuses
    print(run(client=client, account=account).done)
"""


def taken(sandbox):
    """Return the refunds that Jet took."""
    return [call for call in sandbox.calls(path="/refunds/") if call["applied"] and call["method"] == "POST"]


def test_two_processes_wanting_the_same_refund_write_it_once(shipped, race):
    said = sorted(outcome(child) for child in race(SETUP + WANT, ("want", "RF-same"), ("want", "RF-same")))

    assert said == ["AlreadyQueued", "wanted"]
    assert LedgerEntry.objects.count() == 1


def test_two_processes_wanting_more_than_was_paid_are_one_refund(shipped, race):
    said = sorted(outcome(child) for child in race(SETUP + WANT, ("want", "RF-one"), ("want", "RF-two")))

    assert said == ["RefundRefused", "wanted"]
    assert Refund.objects.count() == 1
    assert LedgerBalance.objects.get().given_principal == Decimal("20.00")


def test_two_processes_sending_the_same_refund_send_it_once(shipped, race, sandbox):
    refunds.queue_refund(order=shipped, draft=refund_draft(shipped))
    sandbox.add_fault("slow", seconds=0.3, path="/refunds/")

    done = sorted(outcome(child) for child in race(SETUP + SEND, ("send", "-"), ("send", "-")))

    assert done == ["0", "1"]
    assert len(taken(sandbox)) == 1


def test_two_processes_booking_the_same_refund_make_one_memo(shipped, race, send_refunds, decide_refund):
    refund = refunds.queue_refund(order=shipped, draft=refund_draft(shipped))
    send_refunds()
    decide_refund(refund, "accepted")

    done = sorted(outcome(child) for child in race(SETUP + SEND, ("sync", "-"), ("sync", "-")))

    assert done == ["0", "1"]
    assert CreditMemo.objects.get().total == Decimal("10.70")


def test_process_killed_while_jet_works_leaves_one_refund(shipped, race, sandbox, send_refunds):
    refund = refunds.queue_refund(order=shipped, draft=refund_draft(shipped))
    sandbox.add_fault("slow", seconds=2, path="/refunds/")

    (child,) = race(SETUP + SEND, ("send", "-"))
    wait_for(lambda: Refund.objects.exclude(claimed_by="").exists())
    time.sleep(1)  # the call reaches Jet, which is slow
    child.kill()
    child.wait()
    wait_for(lambda: taken(sandbox))
    sandbox.clear_faults()
    let_time_pass()
    send_refunds()

    refund.refresh_from_db()
    assert (refund.state, len(taken(sandbox))) == ("accepted", 1)
