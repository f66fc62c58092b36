"""
The law of the outbox as tests: what sends something gives its own case, and all of them run on it.

A user subclasses `DeliveryTests`, or `OverwritingTests`, with a fixture `case`; nothing else need be written to know
that its rows are sent as often as they must be, whatever dies, is lost or comes late in between.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from jetbridge.home import PROJECT_ROOT
from jetbridge.jobs.models import JobLease
from jetbridge.outbox import boxes, claims, drains
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import block, queue, unblock
from tests.children import outcome, spread, start_child
from tests.waiting import PATIENCE

ROOM = tuple(str(path) for path in sorted((PROJECT_ROOT / "jetbridge" / "outbox").glob("*.py")))
SAMPLE = 67
CONNECTIONS = 2
# Three windows of calls: a drain that ends must not have begun them all.
MANY = CONNECTIONS * drains.AHEAD * 3
KILLER = "from tests.outbox.killing import main; main()"
WORKER = """
import sys, time
from importlib import import_module
from pathlib import Path
gate, worker, argument = sys.argv[1:4]
module, name = worker.split(":")
work = getattr(import_module(module), name)
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.002)
work(argument)
"""


class Faults(Protocol):
    """How the other side misbehaves; a sandbox's faults behind these names."""

    def go_down(self) -> None:
        """Take no calls any more."""

    def lose_answers(self) -> None:
        """Do what is asked and never answer."""

    def heal(self) -> None:
        """Behave from now on."""


@dataclass(frozen=True)
class DeliveryCase:
    """One kind of delivery as the kit needs it."""

    # A fresh box each time, ready to drain.
    box: Callable[[], Outbox[Any]]
    # Queue so many rows, of others than before; return their keys.
    make: Callable[[int], Sequence[Any]]
    # Assert that this many rows in all were sent as often as they must be, are accepted, and were followed up once.
    exact: Callable[[int], None]
    faults: Faults
    # "module:function" that drains the box in a process of its own, and its argument.
    worker: str
    argument: str = ""
    # Ask for something newer of a row; None where a row is sent once.
    change: Callable[[Any], None] | None = None
    # Files besides the room's own between whose lines a worker dies.
    traced: tuple[str, ...] = ()
    # It only asks: an answer that gets lost leaves nothing in doubt.
    asks: bool = False
    # What is done is due again at once, for its next step.
    goes_on: bool = False

    def drain(self, box: Outbox[Any] | None = None, **options: Any) -> drains.Report:
        """Drain once."""
        return drains.drain(box or self.box(), connections=CONNECTIONS, **options)

    def rows(self) -> list[Any]:
        """Return all rows as they stand."""
        return list(self.box().model._default_manager.order_by("pk"))


def let_time_pass() -> None:
    """Let leases, claims and pauses run out, of jobs and of all boxes."""
    past = timezone.now() - timedelta(seconds=1)
    JobLease.objects.filter(expires_at__isnull=False).update(expires_at=past)
    for model in {box.model for box in boxes.boxes()}:
        rows = model._default_manager
        rows.filter(claimed_until__isnull=False).exclude(claimed_by="").update(claimed_until=past)
        # What a holder keeps without a lease is not paused.
        waiting = rows.filter(next_try_at__gt=past).exclude(claimed_until=None, claimed_by__gt="")
        waiting.update(next_try_at=past)


def once_built(box: Outbox[Any], action: Callable[[], None]) -> Outbox[Any]:
    """Have something happen once after the first rows are built and before any of them is sent."""
    build, left = box.build, [action]

    def watched(rows: Sequence[Any]) -> Any:
        built = build(rows)
        if left:
            left.pop()()
        return built

    box.build = watched  # type: ignore[method-assign]
    return box


def once_sending(box: Outbox[Any], action: Callable[[], None]) -> Outbox[Any]:
    """Have something happen once in the first call, before it reaches the other side."""
    send, left, lock = box.send, [action], threading.Lock()

    def watched(row: Any, payload: Any) -> Any:
        with lock:
            first = left.pop() if left else None
        if first:
            first()
            connections.close_all()
        return send(row, payload)

    box.send = watched  # type: ignore[method-assign]
    return box


def counting(box: Outbox[Any], calls: list[Any]) -> Outbox[Any]:
    """Note the key of each row for which a call is begun."""
    send = box.send

    def watched(row: Any, payload: Any) -> Any:
        calls.append(row.pk)
        return send(row, payload)

    box.send = watched  # type: ignore[method-assign]
    return box


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
class DeliveryTests:
    """The cases; `case` is the fixture that a user gives."""

    @pytest.fixture
    def killer(self) -> Iterator[Callable[..., dict[str, Any]]]:
        """Run a worker that dies before a line: killer(case, 17) says whether it lived to get there."""
        process = start_child(KILLER)

        def kill(case: DeliveryCase, at: int) -> dict[str, Any]:
            order = {
                "worker": case.worker,
                "argument": case.argument,
                "traced": [*ROOM, *case.traced],
                "at": at,
            }
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            shown: dict[str, Any] = json.loads(process.stdout.readline())
            assert not shown["trouble"], shown["trouble"]
            return shown

        yield kill
        process.communicate("", timeout=PATIENCE)

    @pytest.fixture
    def no_renewal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The worker stalls: it neither renews its claims nor notices that they end."""
        monkeypatch.setattr(drains, "TICK", 3600.0)

    @pytest.fixture
    def clock(self) -> Iterator[time_machine.Traveller]:
        """A clock that can be put forward."""
        with time_machine.travel(timezone.now(), tick=True) as traveller:
            yield traveller

    def test_rows_are_sent_and_settled(self, case: DeliveryCase) -> None:
        case.make(3)

        report = case.drain()

        assert (report.done, report.failed, report.halt) == (3, 0, None)
        assert not claims.is_due(case.box())
        case.exact(3)

    def test_two_workers_send_each_row_once(self, case: DeliveryCase, tmp_path: Path) -> None:
        case.make(MANY)
        gate = tmp_path / "gate"

        workers = [start_child(WORKER, str(gate), case.worker, case.argument) for _ in range(2)]
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        gate.touch()
        for worker in workers:
            outcome(worker)

        case.exact(MANY)

    @pytest.mark.parametrize("step", spread(SAMPLE))
    def test_a_death_between_any_two_lines_is_made_good(
        self, case: DeliveryCase, killer: Callable[..., dict[str, Any]], step: int
    ) -> None:
        for made, at in enumerate(count(1, step), 1):
            case.make(2)

            shown = killer(case, at)
            let_time_pass()
            case.drain()

            case.exact(2 * made)
            if not shown["killed"]:
                break

        assert shown["lines"] > 100, "hardly a line was traced"

    def test_a_halt_ends_the_drain_and_gives_back_more_than_the_window_holds(
        self, case: DeliveryCase
    ) -> None:
        case.make(MANY)
        case.faults.go_down()
        calls: list[Any] = []

        with suppress(Exception):  # refused keys are raised, and another halt is reported
            case.drain(counting(case.box(), calls))
        left = case.rows()
        case.faults.heal()
        let_time_pass()
        case.drain()

        assert 0 < len(calls) < MANY
        assert all(row.is_pending and row.claimed_by == "" for row in left)
        case.exact(MANY)

    def test_a_lost_answer_is_in_doubt_until_the_next_try(self, case: DeliveryCase) -> None:
        case.make(3)
        case.faults.lose_answers()

        case.drain()
        left = case.rows()
        case.faults.heal()
        early = case.drain()
        let_time_pass()
        case.drain()

        assert [row.is_pending for row in left] == [True] * 3
        assert {row.answer == Answer.UNKNOWN for row in left} == {not case.asks}
        assert early.done == (3 if case.asks else 0)
        case.exact(3)

    def test_a_newer_number_is_sent_after_the_one_in_flight(self, case: DeliveryCase) -> None:
        (pk,) = case.make(1)

        def ask_again() -> None:
            if case.change:
                case.change(pk)
            else:
                assert queue(case.box(), [pk]) == 0, "what happens once was asked for again before it ended"

        case.drain(once_built(case.box(), ask_again))
        (row,) = case.rows()
        case.drain()

        assert (row.number, row.is_pending) == ((2, True) if case.change else (1, case.goes_on))
        case.exact(1)

    def test_blocked_rows_wait_until_they_are_unblocked(self, case: DeliveryCase) -> None:
        made = case.make(3)

        stopped = block(case.box(), made, reason="Somebody stopped it.")
        idle = case.drain()
        freed = unblock(case.box(), made)
        case.drain()

        assert (stopped, idle.done, freed) == (3, 0, 3)
        case.exact(3)

    def test_a_claim_lost_before_the_call_begins_nothing(
        self, case: DeliveryCase, clock: time_machine.Traveller, no_renewal: None
    ) -> None:
        case.make(3)

        def other_worker() -> None:
            clock.shift(case.box().lease + timedelta(seconds=1))
            case.drain()

        report = case.drain(once_built(case.box(), other_worker))

        assert report.done == 0
        case.exact(3)

    def test_a_lost_job_lease_stores_answers_and_begins_nothing_more(self, case: DeliveryCase) -> None:
        # The heartbeat follows the first batch of answers that is stored.
        box = case.box()
        box.batch = min(box.batch, CONNECTIONS)
        rows = MANY + box.batch
        case.make(rows)

        def heartbeat() -> None:
            raise LookupError("Another worker took the job over.")

        with pytest.raises(LookupError):
            case.drain(box, heartbeat=heartbeat)
        left = [row for row in case.rows() if row.is_pending]
        case.drain()

        assert left
        assert all(row.claimed_by == "" for row in left)
        case.exact(rows)

    def test_a_claim_too_old_for_a_call_begins_nothing(
        self, case: DeliveryCase, clock: time_machine.Traveller, no_renewal: None
    ) -> None:
        case.make(3)
        box = case.box()
        age = box.lease - box.longest_send + timedelta(seconds=1)

        report = drains.drain(once_sending(box, lambda: clock.shift(age)), connections=1)
        case.drain()

        assert report.done == 1
        case.exact(3)


class OverwritingTests(DeliveryTests):
    """What overwrites has one case more: of what happens once there is no newer one."""

    def test_an_answer_that_comes_after_a_newer_one_is_doubted(
        self, case: DeliveryCase, clock: time_machine.Traveller, no_renewal: None
    ) -> None:
        assert case.change is not None
        (pk,) = case.make(1)

        def stall() -> None:
            clock.shift(case.box().lease + timedelta(seconds=1))
            case.change(pk)
            case.drain()

        late = case.drain(once_sending(case.box(), stall))
        (row,) = case.rows()
        case.drain()

        assert late.done == 0
        assert (row.answer, row.is_pending) == (Answer.UNKNOWN, True)
        case.exact(1)
