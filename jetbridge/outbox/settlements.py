"""Settles rows: the answer, what follows it and its history are one transaction, and only the holder's."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from types import MappingProxyType
from typing import Any, Generic

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import F
from django.utils import timezone

from jetbridge.core.models.bulk_sql import column_of, prepared
from jetbridge.core.models.ranges import among
from jetbridge.jobs.queue import nudge
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer, Delivery
from jetbridge.outbox.results import AsStored, R, Settled, Settlement

# Where a holder without a lease keeps a row, it is out of the way of those who look for what is due.
FAR = timedelta(days=365)
# After these the other side holds what was sent.
TAKEN = (Answer.ACCEPTED, Answer.SENT)

_SETTLED = "next_try_at = CASE WHEN number = %s THEN NULL ELSE next_try_at END"
_SETTLE = (
    "UPDATE {table} SET {changes}, claimed_by = '', claimed_until = NULL WHERE {key} = %s AND claimed_by = %s"
)
# Whoever holds the rows: one for all of them, or by their keys.
Token = str | Mapping[Any, str]


def settle(box: Outbox[R], settlement: Settlement[R], *, token: str) -> bool:
    """Settle one row with what follows; return whether it was this holder's to settle."""
    return bool(settle_many(box, [settlement], token=token))


@transaction.atomic
def settle_many(box: Outbox[R], settlements: Sequence[Settlement[R]], *, token: Token) -> list[Settlement[R]]:
    """
    Settle the numbers that were sent; return the settlements that were this holder's to make.

    An answer that comes after its claim was lost settles nothing. Where it may have overwritten something newer,
    nobody knows what the other side holds: the row becomes unknown and is sent anew.
    """
    now = timezone.now()
    ours: list[Settlement[R]] = []
    for some in _by_answer(settlements):
        kept = _write(box, some, token, now)
        if len(kept) < len(some):
            mine = {settlement.row.pk for settlement in kept}
            late = [settlement for settlement in some if settlement.row.pk not in mine]
            said = {settlement.row.pk: settlement.payload for settlement in late}
            doubt(box, [settlement.row for settlement in late if settlement.answer in TAKEN], said=said)
        ours += kept
    if ours:
        changed = box.dated([settlement.row for settlement in ours])
        if changed is not None:  # the answer is written by a statement of its own
            changed.update()
        box.apply(Settled.of(ours), now)
    return ours


@transaction.atomic
def hand_over(box: Outbox[R], rows: Collection[R], *, token: str, to: str, **own: Any) -> int:
    """
    Let another holder keep claimed rows, without a lease, until it settles them or gives them back.

    What was put into a file waits for the file's verdict: `to` names the file, and is the holder's token then. They
    stand out of the way of those who look for what is due, but for what was asked for anew since it was claimed.
    `own` is what else is written of them.
    """
    changes = {"answer": Answer.SENT, "attempts": 0, "claimed_by": to, "claimed_until": None, **own}
    far, handed = timezone.now() + FAR, 0
    by_number: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_number[row.number].append(row.pk)
    for number, keys in by_number.items():
        held = box.model._default_manager.filter(among("pk", keys), claimed_by=token)
        same = held.filter(number=number).update(next_try_at=far, **changes)
        handed += same if same == len(keys) else same + held.update(**changes)
    return handed


def _tokens(token: Token, keys: Sequence[Any]) -> Iterable[str]:
    return repeat(token, len(keys)) if isinstance(token, str) else [token[key] for key in keys]


@transaction.atomic
def doubt(box: Outbox[R], rows: Collection[R], *, said: Mapping[Any, Any] = MappingProxyType({})) -> None:
    """
    Send rows anew of which somebody said something that may be older than what was said since.

    Their number grows, so that who holds them now does not settle the doubt. What happens once is left alone: its
    new holder looked it up. `said` are payloads by the rows' keys.
    """
    if box.once_only or not rows:
        return
    now = timezone.now()
    for row in rows:
        own = box.lost(row, said[row.pk]) if row.pk in said else {}
        found = box.model._default_manager.filter(pk=row.pk)
        found.update(number=F("number") + 1, answer=Answer.UNKNOWN, next_try_at=now, attempts=0, **own)
    if box.job:
        nudge(box.job)


def _by_answer(settlements: Sequence[Settlement[R]]) -> Iterable[Sequence[Settlement[R]]]:
    """Sort settlements by their answers, and by their keys: in that order other writers lock rows too."""
    sorted_out: dict[Answer | None, list[Settlement[R]]] = defaultdict(list)
    for settlement in settlements:
        sorted_out[settlement.answer].append(settlement)
    for some in sorted_out.values():
        some.sort(key=lambda settlement: settlement.row.pk)
    return sorted_out.values()


class _SomeLost(Exception):
    """Some of the rows have another holder by now, or none."""


def _write(
    box: Outbox[R], settlements: Sequence[Settlement[R]], token: Token, now: datetime
) -> Sequence[Settlement[R]]:
    """Write settlements of one answer; return those whose rows this holder still had."""
    try:
        with transaction.atomic():
            _settle(box, settlements, token, now)
    except _SomeLost:
        keys = [settlement.row.pk for settlement in settlements]
        still = box.model._default_manager.filter(among("pk", keys)).select_for_update().order_by("pk")
        holders = dict(still.values_list("pk", "claimed_by"))
        ours = {
            key
            for key, held_by in zip(keys, _tokens(token, keys), strict=True)
            if holders.get(key) == held_by
        }
        settlements = [settlement for settlement in settlements if settlement.row.pk in ours]
        if settlements:
            _settle(box, settlements, token, now)
    return settlements


def _settle(box: Outbox[R], settlements: Sequence[Settlement[R]], token: Token, now: datetime) -> None:
    """
    Settle rows in one prepared statement: thousands of them come in a second.

    :raises _SomeLost: not all of them were held
    """
    changes = _Changes(box, settlements)
    if settlements[0].answer is None:
        changes.add_no_call()
    else:
        changes.add_answer(settlements[0].answer, now)
    changes.add_own()
    keys = [settlement.row.pk for settlement in settlements]
    rows = list(zip(*changes.values, keys, _tokens(token, keys), strict=True))
    if _execute(_statement(box.model, _SETTLE, ", ".join(changes.assignments)), rows) < len(rows):
        raise _SomeLost


class _Changes(Generic[R]):
    """What a settling statement sets, and the values of its parameters, column by column."""

    def __init__(self, box: Outbox[R], settlements: Sequence[Settlement[R]]) -> None:
        self._box, self._settlements = box, settlements
        self._numbers = [settlement.row.number for settlement in settlements]
        self.assignments = ["attempts = 0"]
        self.values: list[Sequence[Any]] = []

    def _set(self, assignment: str, *values: Sequence[Any]) -> None:
        self.assignments.append(assignment)
        self.values += values

    def _prepared(self, name: str, values: Sequence[Any]) -> Sequence[Any]:
        return prepared(self._box.model, name, values)

    def add_answer(self, answer: Answer, now: datetime) -> None:
        """Settle by number what was sent: a newer request stays, and so does a doubt that came in with it."""
        asked = [settlement.ask_at for settlement in self._settlements]
        if any(asked):
            again = self._prepared("next_try_at", asked)
            self._set(
                "next_try_at = CASE WHEN number = %s THEN %s ELSE next_try_at END", self._numbers, again
            )
        else:
            self._set(_SETTLED, self._numbers)
        # The answers are ours, not somebody's words.
        self._set(
            f"answer = CASE WHEN number = %s OR answer <> 'unknown' THEN '{answer.value}' ELSE answer END",
            self._numbers,
        )
        count = len(self._numbers)
        self._set("answer_at = %s", self._prepared("answer_at", [now] * count))
        sent = [settlement.sent_at for settlement in self._settlements]
        if any(sent):
            self._set("sent_at = COALESCE(%s, sent_at)", self._prepared("sent_at", sent))
        said = [list(settlement.errors) for settlement in self._settlements]
        if any(said):
            self._set("errors = %s", self._prepared("errors", said))
        else:
            self._set("errors = '[]'")
        if answer == Answer.REJECTED:
            self._add_failures(now)
        elif answer == Answer.ACCEPTED:
            self._set("failures = 0, blocked_at = NULL")

    def _add_failures(self, now: datetime) -> None:
        """Count identical rejections, and block the row after too many; never a newer request of it."""
        failures = [_failures(settlement) for settlement in self._settlements]
        most = self._box.block_after
        blocked = [now if most and found >= most else None for found in failures]
        self._set("failures = CASE WHEN number = %s THEN %s ELSE failures END", self._numbers, failures)
        self._set(
            "blocked_at = CASE WHEN number = %s THEN %s ELSE blocked_at END",
            self._numbers,
            self._prepared("blocked_at", blocked),
        )

    def add_no_call(self) -> None:
        """Nothing was sent; what failed meanwhile is of no interest any more where the last word was yes."""
        self._set(_SETTLED, self._numbers)
        self._set("errors = CASE WHEN answer = 'accepted' THEN '[]' ELSE errors END")

    def add_own(self) -> None:
        """Set the columns that the box has of its own."""
        for name, values in self._box.columns(self._settlements).items():
            column = _quoted(column_of(self._box.model, name))
            ready = values if isinstance(values, AsStored) else self._prepared(name, values)
            self._set(f"{column} = %s", ready)


def _failures(settlement: Settlement[Any]) -> int:
    """Return how many identical rejections there were in a row."""
    if settlement.answer != Answer.REJECTED:
        return 0
    return int(settlement.row.failures) + 1 if settlement.row.errors == list(settlement.errors) else 1


def _statement(model: type[Delivery], template: str, changes: str = "") -> str:
    """Return a statement for a model's table. Names come from the model, values are parameters."""
    key = column_of(model, model._meta.pk.name) if model._meta.pk else "id"
    return template.format(table=_quoted(model._meta.db_table), key=_quoted(key), changes=changes)


def _quoted(name: str) -> str:
    return str(connections[DEFAULT_DB_ALIAS].ops.quote_name(name))


def _execute(sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run a prepared statement for each row; return how many rows of the table it changed."""
    if not rows:
        return 0
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)
