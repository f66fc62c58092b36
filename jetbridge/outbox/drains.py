"""Sends what is due: threads only speak to the other side; this one claims, builds, renews and settles."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, Generic

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone

from jetbridge.core import generations, progress, reports
from jetbridge.core.send_failures import AnswerLost, Halt, HaltLost, NotSent, Rejected
from jetbridge.outbox import claims, settlements
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Later, R, Settlement, Undecided, without_call

logger = logging.getLogger(__name__)

# How many calls wait for a connection, in multiples of the connections: none runs dry while a chunk is built.
AHEAD = 4
# Claims are renewed and the job's heartbeat is given this often, also while calls are slow.
TICK = 1.0
# The database itself is in trouble: no row is to blame.
DATABASE_DOWN = (OperationalError, InterfaceError)


@dataclass
class Report(reports.Report):
    """What a drain achieved; `halt` says why nothing more could be sent."""

    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class _Parcel(Generic[R]):
    """A claimed row and what is sent of it."""

    row: R
    payload: Any
    looks_first: bool


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[R]):
    """What became of one parcel; one that was not begun was surely not sent."""

    parcel: _Parcel[R]
    begun_at: datetime | None
    value: Any = None
    error: BaseException | None = None


def drain(
    box: Outbox[R],
    *,
    heartbeat: Callable[[], None] = lambda: None,
    connections: int,
    limit: int | None = None,
    started: datetime | None = None,
) -> Report:
    """
    Send each row that is due now at most once, up to `limit` of them; end at a halt.

    Whatever ends it early, answers on their way are stored and what was not begun is given back. Drains that follow
    each other as one say when the first of them `started`.

    :raises Exception: what the halt carries (the keys are refused), what the heartbeat raised (the job's lease is
        lost), or what nobody expected
    """
    return _Drain(box, heartbeat, connections, limit, started or timezone.now()).run()


class _Drain(Generic[R]):
    def __init__(
        self,
        box: Outbox[R],
        heartbeat: Callable[[], None],
        connections: int,
        limit: int | None,
        started: datetime,
    ) -> None:
        self.box, self.report = box, Report()
        self._holding = claims.Holding(box, started=started)
        self._token = self._holding.token
        self._heartbeat, self._connections, self._left = heartbeat, connections, limit
        self._ready: deque[_Parcel[R]] = deque()
        self._outcomes: SimpleQueue[_Outcome[R]] = SimpleQueue()
        self._under_way = 0
        self._waiting: list[Settlement[R]] = []
        self._unsent: list[R] = []
        self._ticked = self._stored = time.monotonic()
        self._is_over = self._is_stopped = False
        self._error: BaseException | None = None

    def run(self) -> Report:
        """Send what is due, then give back what was claimed and not begun."""
        with ThreadPoolExecutor(self._connections, thread_name_prefix="outbox") as pool:
            try:
                self._send_all(pool)
            except BaseException as error:  # whatever it is, calls are under way whose answers must be stored
                self._stop(error)
                self._save_answers()
        self._give_back_rest()
        if self._error is not None:
            raise self._error
        return self.report

    def _send_all(self, pool: ThreadPoolExecutor) -> None:
        while (parcel := self._next()) is not None:
            self._under_way += 1
            pool.submit(self._call, parcel)
            self._collect(self._connections * AHEAD)
        self._collect(0)
        self._store()

    def _save_answers(self) -> None:
        """Store what can be stored after trouble; a row left claimed is looked up or sent again later."""
        try:
            self._collect(0)
            self._store()
        except Exception:
            logger.exception("Answers of %s could not be stored; their rows are tried again.", self.box.name)

    def _give_back_rest(self) -> None:
        self._unsent += [parcel.row for parcel in self._ready]
        try:
            claims.give_back(self.box, self._unsent, token=self._token)
        except DatabaseError as error:  # they are free when their lease is over
            self._stop(error)

    # Claiming and building

    def _next(self) -> _Parcel[R] | None:
        """Return the next parcel, from a fresh chunk of rows where none is ready; None when the drain is over."""
        while not (self._ready or self._is_over or self._is_stopped):
            rows = self._claim()
            try:
                self._build(rows)
            except BaseException:
                built = {parcel.row.pk for parcel in self._ready}
                self._unsent += [row for row in rows if row.pk in self._holding and row.pk not in built]
                raise
        return self._ready.popleft() if self._ready and not self._is_stopped else None

    def _claim(self) -> list[R]:
        size = self.box.chunk if self._left is None else min(self.box.chunk, self._left)
        if size <= 0:
            self._is_over = True
            return []
        claimed = self._holding.claim(size)
        # Of what was taken somebody may have taken all over before it was read: others are due still.
        self._is_over = claimed.is_last
        if claimed.is_held:
            self.report.note = generations.HELD
        if self._left is not None:
            self._left -= len(claimed.rows)
        return claimed.rows

    def _build(self, rows: Sequence[R]) -> None:
        if not rows:
            return
        try:
            built = self.box.build(rows)
        except DATABASE_DOWN:
            raise
        except Exception as error:
            self._build_one_by_one(rows, error)
            return
        for row in rows:
            self._sort(row, built[row.pk])
        self._store_when_due()

    def _build_one_by_one(self, rows: Sequence[R], error: Exception) -> None:
        """One row that cannot be built must not keep the others from being sent."""
        if len(rows) > 1:
            for row in rows:
                self._build([row])
            return
        logger.error("A row of %s could not be built: %s", self.box.name, rows[0].pk, exc_info=error)
        self._try_later(rows[0], f"It could not be built: {error!r}")

    def _sort(self, row: R, built: Any) -> None:
        """Put one built row among the parcels, or settle it where there is nothing to send of it."""
        if isinstance(built, Later):
            self._try_later(row, str(built), at=built.at or self._soon())
        elif (settlement := without_call(row, built)) is not None:
            self._waiting.append(settlement)
        else:
            looks_first = row.answer == Answer.UNKNOWN or self.box.is_outdated(row)
            self._ready.append(_Parcel(row, built, looks_first and self.box.once_only))

    def _soon(self) -> datetime:
        return timezone.now() + self.box.first_pause

    # In threads

    def _call(self, parcel: _Parcel[R]) -> None:
        self._outcomes.put(self._outcome(parcel))

    def _outcome(self, parcel: _Parcel[R]) -> _Outcome[R]:
        now = timezone.now()
        if self._is_stopped or not self._holding.outlasts(parcel.row.pk, now):
            return _Outcome(parcel, None)
        try:
            value = None
            if parcel.looks_first:
                value = self.box.look_up(parcel.row, parcel.payload)
            if value is None:
                value = self.box.send(parcel.row, parcel.payload)
            return _Outcome(parcel, now, value)
        except BaseException as error:  # a thread that ends without an outcome would be waited for in vain
            return _Outcome(parcel, now, error=error)

    # Taking outcomes

    def _collect(self, most: int) -> None:
        """Take outcomes until `most` calls are under way; claims are renewed each second meanwhile."""
        while True:
            try:
                wait = self._under_way > most
                outcome = self._outcomes.get(block=wait, timeout=TICK)
            except Empty:
                self._tick()
                if not wait:
                    return
            else:
                self._under_way -= 1
                self._take(outcome)
                self._tick()

    def _take(self, outcome: _Outcome[R]) -> None:
        row, error = outcome.parcel.row, outcome.error
        if outcome.begun_at is None:
            self._unsent.append(row)
        elif error is None:
            self._waiting.append(_answered(outcome))
        elif isinstance(error, Rejected):
            self._waiting.append(
                Settlement(
                    row, Answer.REJECTED, outcome.parcel.payload, error.value, error.errors, outcome.begun_at
                )
            )
        elif isinstance(error, (NotSent, Halt)) and not isinstance(error, HaltLost):
            self._free(row, error)
        else:
            self._lose(outcome.parcel, error, outcome.begun_at)
        if isinstance(error, Halt):
            self._halt(error)
        self._store_when_due()

    def _free(self, row: R, error: NotSent | Halt) -> None:
        """Give back what was surely not sent: due for the next drain, or when the other side said."""
        self._holding.drop(row.pk)
        at = error.retry_at if isinstance(error, NotSent) else None
        if at is not None:
            claims.retry_later(self.box, row, token=self._token, error=str(error), unknown=False, at=at)
        else:
            # Where identical rejections are counted, a halt says nothing about the row.
            is_said = isinstance(error, NotSent) or not self.box.block_after
            claims.give_back(self.box, [row], token=self._token, errors=[str(error)] if is_said else [])
        self.report.fail(self.box.reference(row), f"Not sent yet: {error}")

    def _lose(self, parcel: _Parcel[R], error: BaseException, sent_at: datetime) -> None:
        """Nobody knows whether it was done: in doubt it is looked up, or sent again."""
        text = str(error) if isinstance(error, (AnswerLost, HaltLost)) else repr(error)
        self._try_later(parcel.row, text, lost=Settlement(parcel.row, None, parcel.payload, sent_at=sent_at))
        if not isinstance(error, (AnswerLost, HaltLost)):
            self._stop(error)

    def _try_later(
        self,
        row: R,
        error: str,
        *,
        at: datetime | None = None,
        lost: Settlement[R] | None = None,
    ) -> None:
        self._holding.drop(row.pk)
        own = {"sent_at": lost.sent_at, **self.box.lost(row, lost.payload)} if lost else {}
        is_unknown = lost is not None
        kept = claims.retry_later(
            self.box, row, token=self._token, error=error, unknown=is_unknown, at=at, own=own
        )
        if lost and not kept:
            settlements.doubt(self.box, [row], said={row.pk: lost.payload})
        if at is not None:
            self.report.skip(self.box.reference(row), error)
        else:
            self.report.fail(self.box.reference(row), f"No answer yet: {error}" if is_unknown else error)

    def _halt(self, halt: Halt) -> None:
        self.report.halt = self.report.halt or halt
        self.report.note = str(self.report.halt)
        self._is_stopped = True
        self._error = self._error or halt.error

    def _stop(self, error: BaseException) -> None:
        self._is_stopped = True
        self._error = self._error or error

    # Storing answers

    def _store_when_due(self) -> None:
        late = time.monotonic() - self._stored >= self.box.patience
        if self._waiting and (len(self._waiting) >= self.box.batch or late):
            self._store()

    def _store(self) -> None:
        if self._waiting:
            if not self._settle(self._waiting):
                while self._waiting:
                    self._settle(self._waiting[:1])
            self._call_heartbeat()
        self._stored = time.monotonic()

    def _settle(self, batch: Sequence[Settlement[R]]) -> bool:
        """Store some of what waits; return whether it could be done, or is to be tried one by one."""
        batch = list(batch)
        try:
            ours = settlements.settle_many(self.box, batch, token=self._token)
        except DATABASE_DOWN:
            raise
        except Exception as error:
            if len(batch) > 1:
                return False
            self._fail_to_settle(batch[0], error)
        else:
            self._count(batch, ours)
        del self._waiting[: len(batch)]
        return True

    def _fail_to_settle(self, settlement: Settlement[R], error: Exception) -> None:
        row = settlement.row
        logger.error("An answer of %s could not be stored: %s", self.box.name, row.pk, exc_info=error)
        text = f"The answer could not be stored: {error!r}"
        self._try_later(row, text, lost=settlement if settlement.sent_at is not None else None)

    def _count(self, batch: Sequence[Settlement[R]], ours: Sequence[Settlement[R]]) -> None:
        mine = {settlement.row.pk for settlement in ours} if len(ours) < len(batch) else None
        for settlement in batch:
            self._holding.drop(settlement.row.pk)
            if mine is not None and settlement.row.pk not in mine:
                self.report.skip(self.box.reference(settlement.row), "Another worker took it over meanwhile.")
            else:
                progress.mark()
                self._count_one(settlement)

    def _count_one(self, settlement: Settlement[R]) -> None:
        answer = settlement.answer
        if answer in settlements.TAKEN:
            self.report.done += 1
        elif answer == Answer.REJECTED:
            self.report.fail(self.box.reference(settlement.row), self.box.reason(settlement))
        elif answer == Answer.HELD or settlement.value is not None:
            self.report.skip(self.box.reference(settlement.row), str(settlement.value))

    # Meanwhile

    def _tick(self) -> None:
        if time.monotonic() - self._ticked < TICK:
            return
        self._ticked = time.monotonic()
        self._store_when_due()
        self._renew()
        self._call_heartbeat()

    def _renew(self) -> None:
        try:
            self._holding.renew()
        except DatabaseError as error:  # the next renewal may find the database again
            logger.warning("The claims of %s could not be renewed: %s", self.box.name, error)

    def _call_heartbeat(self) -> None:
        if self._is_stopped:
            return
        try:
            with progress.alive_only():  # calls under way may never end; their answers are what counts
                self._heartbeat()
        except Exception as error:  # the job's lease is lost, and another worker goes on with its work
            self._stop(error)


def _answered(outcome: _Outcome[R]) -> Settlement[R]:
    """Return what a send returned as a settlement."""
    parcel, value = outcome.parcel, outcome.value
    if isinstance(value, Undecided):
        return Settlement(
            parcel.row, Answer.SENT, parcel.payload, value.value, (), outcome.begun_at, value.ask_at
        )
    return Settlement(parcel.row, Answer.ACCEPTED, parcel.payload, value, (), outcome.begun_at)
