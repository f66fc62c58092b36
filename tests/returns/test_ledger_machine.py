"""Random walks through shipping, cancels, returns, refunds, retries, crashes: the money is right at every step."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jetapi.http import settlements
from returns.models import LedgerBalance, LedgerEntry, Refund, ReturnItem, ReturnRequest
from returns.models.amounts import PARTS, Amounts
from returns.services import completions, ledger, refunds
from returns.services.completions import AlreadyAnswered, Answer, AnswerRefused, LineAnswer
from returns.services.refunds import AlreadyQueued, RefundDraft, RefundLineDraft, RefundRefused
from tests.returns.ledger_world import World

HOUR, DAY = 3_600, 86_400
# What goes wrong with one call: before the work, after it, or with the answer.
FAULTS = (
    None,
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "truncate"},
    {"kind": "html"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 400},
)
SENDS = r"(/complete$|/refunds/(?!state))"
REJECTED = "rejected - customer card not valid"
hundredths = st.integers(0, 100)


class LedgerMachine(RuleBasedStateMachine):
    """One order's life. Each rule is a deed of the merchant, the buyer, Jet, a worker, or time."""

    start: "staticmethod[..., World]"

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.drafts: list[RefundDraft] = []
        self.odd: set[int] = set()

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self.world.settle_all()
                self.world.check_the_end()
        finally:
            if hasattr(self, "world"):
                self.world.close()
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize(
        lines=st.lists(
            st.tuples(st.integers(1, 4), st.sampled_from([0.1, 0.3, 3.33, 19.99])), min_size=1, max_size=2
        )
    )
    def order(self, lines):
        self.world = self.start(lines)

    # The merchant ships and cancels

    @precondition(lambda self: any(line.units_open for line in self.world.lines()))
    @rule(data=st.data())
    def ship(self, data):
        line = data.draw(st.sampled_from([each for each in self.world.lines() if each.units_open]))
        shipped = data.draw(st.integers(0, line.units_open))
        cancelled = data.draw(st.integers(0 if shipped else 1, line.units_open - shipped))
        self.world.ship(line, shipped, cancelled)

    # The buyer sends back

    @precondition(lambda self: any(self.world.returnable(line) > 0 for line in self.world.lines()))
    @rule(data=st.data())
    def open_return(self, data):
        lines = [each for each in self.world.lines() if self.world.returnable(each) > 0]
        line = data.draw(st.sampled_from(lines))
        self.odd.add(line.pk)
        self.world.open_return(line, data.draw(st.integers(1, self.world.returnable(line))))

    # The merchant answers, pays back, clicks twice, changes his mind

    @precondition(lambda self: self.world.open_returns())
    @rule(data=st.data(), agree=st.booleans())
    def answer(self, data, agree):
        row = data.draw(st.sampled_from(self.world.open_returns()))
        lines = {item.pk: self._line(item, data) for item in row.items.all()}
        pending = Answer(lines, agree, "" if agree else "fraud")
        before = books()
        try:
            with transaction.atomic():
                completions.queue_completion(return_request=row, answer=pending)
        except AnswerRefused:
            assert books() == before

    @staticmethod
    def _line(item: ReturnItem, data) -> LineAnswer:
        returned = data.draw(st.integers(0, item.units_requested))
        refunded = data.draw(st.integers(0, returned))
        share = data.draw(hundredths) if refunded else 0
        asked = completions.asked_of(item)
        amounts = Amounts(*(round(getattr(asked, part) * share / 100, 2) for part in PARTS))
        return LineAnswer(True, returned, refunded, 0, amounts, "Item damaged")

    @precondition(
        lambda self: ReturnRequest.objects.exclude(next_try_at=None, answer__in=["", "rejected"]).exists()
    )
    @rule(data=st.data())
    def answer_in_a_second_tab(self, data):
        rows = list(
            ReturnRequest.objects.exclude(next_try_at=None, answer__in=["", "rejected"]).order_by("pk")
        )
        row = data.draw(st.sampled_from(rows))
        with pytest.raises(AlreadyAnswered):
            completions.queue_completion(return_request=row, answer=Answer({}))

    @precondition(lambda self: any(line.units_shipped for line in self.world.lines()))
    @rule(data=st.data())
    def refund(self, data):
        line = data.draw(st.sampled_from([each for each in self.world.lines() if each.units_shipped]))
        returned = data.draw(st.integers(1, line.units_shipped))
        units = data.draw(st.integers(1, returned))
        share = data.draw(hundredths)
        self.odd.add(line.pk)
        paid = refunds.paid_for(line, returned)
        amounts = Amounts(*(round(getattr(paid, part) * share / 100, 2) for part in PARTS))
        made = RefundLineDraft(returned, units, amounts, "Unwanted gift", "Item damaged")
        draft = RefundDraft(refunds.new_alt_id(), {line.pk: made})
        before = books()
        try:
            with transaction.atomic():
                refunds.queue_refund(order=self.world.order, draft=draft)
        except RefundRefused:
            assert books() == before
        else:
            self.drafts.append(draft)

    @precondition(lambda self: any(ledger.left_of(line).units for line in self.world.lines()))
    @rule(data=st.data())
    def refund_what_was_paid(self, data):
        line = data.draw(st.sampled_from([each for each in self.world.lines() if ledger.left_of(each).units]))
        left = ledger.left_of(line)
        units = data.draw(st.integers(1, left.units))
        paid = refunds.paid_for(line, units)
        # The last units take all that is left, unless other amounts were given for others.
        assert paid == left.amounts if units == left.units and line.pk not in self.odd else True
        assert paid == paid.least(left.amounts)
        made = RefundLineDraft(units, units, paid, "Unwanted gift", "Item damaged")
        draft = RefundDraft(refunds.new_alt_id(), {line.pk: made})
        with suppress(RefundRefused), transaction.atomic():
            refunds.queue_refund(order=self.world.order, draft=draft)
            self.drafts.append(draft)

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def click_refund_again(self, data):
        draft = data.draw(st.sampled_from(self.drafts))
        with pytest.raises(AlreadyQueued):
            refunds.queue_refund(order=self.world.order, draft=draft)

    @precondition(
        lambda self: Refund.objects.filter(next_try_at__isnull=False, answer="", claimed_by="").exists()
    )
    @rule()
    def delete_an_unsent_refund(self):
        row = Refund.objects.filter(next_try_at__isnull=False, answer="", claimed_by="").first()
        refunds.delete_unsent(refund=row)
        self.drafts = [draft for draft in self.drafts if draft.alt_refund_id != row.alt_refund_id]

    # Workers send, die, wake up late

    @precondition(lambda self: waiting())
    @rule(fault=st.sampled_from(FAULTS))
    def send(self, fault):
        if fault:
            self.world.sandbox.add_fault(path=SENDS, times=1, **fault)
        self.world.send()
        self.world.sandbox.clear_faults()

    @precondition(lambda self: waiting())
    @rule(after_the_call=st.booleans())
    def worker_dies(self, after_the_call):
        self.world.die(after_the_call=after_the_call)

    @precondition(lambda self: self.world.ghosts)
    @rule()
    def dead_worker_wakes(self):
        self.world.ghosts_wake()

    @rule()
    def time_for_another_try(self):
        self.world.time_for_another_try()

    @rule()
    def sync(self):
        self.world.sync()

    # Jet decides; time passes

    @precondition(lambda self: Refund.objects.filter(status="created").exists())
    @rule(status=st.sampled_from(["accepted", REJECTED]))
    def jet_decides_a_refund(self, status):
        row = Refund.objects.filter(status="created").first()
        if self.world.sandbox.held("refunds", row.jet_id)["refund_status"] in ("created", "processing"):
            self.world.sandbox.desk.refunds({"refund_authorization_id": row.jet_id, "status": status})

    @rule()
    def an_hour_passes(self):
        self.world.pass_time(HOUR)

    @rule()
    def days_pass(self):
        self.world.pass_time(6 * DAY)

    @invariant()
    def the_money_is_right(self):
        if hasattr(self, "world"):
            self.world.check()


def books() -> tuple[object, ...]:
    """Return all that a refused draft must not have touched."""
    return (
        list(
            LedgerBalance.objects.order_by("pk").values_list("units_refunded", "given_principal", "given_tax")
        ),
        LedgerEntry.objects.count(),
        Refund.objects.count(),
        list(ReturnItem.objects.order_by("pk").values_list("units_refunded", "principal")),
    )


def waiting() -> bool:
    """Return whether something is to be sent."""
    return any(
        rows.filter(next_try_at__isnull=False).exists() for rows in (ReturnRequest.objects, Refund.objects)
    )


@pytest.fixture
def machine(sandbox, account, monkeypatch):
    """The machine over this test's sandbox; a doubt is looked into without a pause."""
    monkeypatch.setattr(settlements, "PAUSE_SECONDS", 0)
    start = staticmethod(lambda lines: World(sandbox, account, lines))
    yield type("LedgerMachine", (LedgerMachine,), {"start": start})
    sandbox.reset()


def walk(machine, *, sequences, derandomize):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=derandomize,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(900)  # half a minute on a machine that does nothing else
def test_no_path_pays_the_same_money_twice_or_gets_stuck(machine):
    walk(machine, sequences=30, derandomize=True)


@pytest.mark.kill
@pytest.mark.timeout(0)  # most of an hour
def test_thousands_of_other_paths_do_not_either(machine):
    walk(machine, sequences=5_000, derandomize=False)
