"""Settles rows: the answer, what follows it and its history are one transaction, and only the holder's."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby, repeat
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import F
from django.utils import timezone

from jetbridge.core.models.bulk_sql import column_of, prepared
from jetbridge.core.models.ranges import among
from jetbridge.core.queue import nudge
from jetbridge.outbox import claims
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer, Delivery
from jetbridge.outbox.results import R, Row, Settled, Settlement

# Where a holder without a lease keeps a row, it is out of the way of those who look for what is due.
FAR = timedelta(days=365)
# After these the other side holds what was sent.
TAKEN = (Answer.ACCEPTED, Answer.SENT)
NONE: list[str] = []

# What was sent is settled by its number; a newer request stays, and so does a doubt that came in with it.
_ANSWER = """
    UPDATE {table} SET
        next_try_at = CASE WHEN number = %s THEN %s ELSE next_try_at END,
        answer = CASE WHEN number = %s OR answer <> 'unknown' THEN %s ELSE answer END,
        failures = CASE WHEN number = %s THEN %s ELSE failures END,
        blocked_at = CASE WHEN number = %s THEN %s ELSE blocked_at END,
        errors = %s, answer_at = %s, sent_at = COALESCE(%s, sent_at), attempts = 0,
        claimed_by = '', claimed_until = NULL {own}
    WHERE {key} = %s AND claimed_by = %s
"""
# Nothing was sent. What failed meanwhile is of no interest any more where the last word was yes.
_NO_CALL = """
    UPDATE {table} SET
        next_try_at = CASE WHEN number = %s THEN NULL ELSE next_try_at END,
        errors = CASE WHEN answer = 'accepted' THEN %s ELSE errors END,
        attempts = 0, claimed_by = '', claimed_until = NULL {own}
    WHERE {key} = %s AND claimed_by = %s
"""
_HAND_OVER = """
    UPDATE {table} SET
        next_try_at = CASE WHEN number = %s THEN %s ELSE next_try_at END,
        answer = 'sent', attempts = 0, claimed_by = %s, claimed_until = NULL
    WHERE {key} = %s AND claimed_by = %s
"""


def settle(box: Outbox[R], settlement: Settlement[R], *, token: str) -> bool:
    """Settle one row with what follows; tell whether it was this holder's to settle."""
    return bool(settle_many(box, [settlement], token=token))


@transaction.atomic
def settle_many(box: Outbox[R], settlements: Sequence[Settlement[R]], *, token: str) -> list[Settlement[R]]:
    """
    Settle the numbers that were sent; return the settlements that were this holder's to make.

    An answer that comes after its claim was lost settles nothing. Where it may have overwritten something newer,
    nobody knows what the other side holds: the row becomes unknown and is sent anew.
    """
    now = timezone.now()
    ours: list[Settlement[R]] = []
    # In the order of their keys, as other writers lock rows too.
    for _, same in groupby(sorted(settlements, key=_answer_and_key), key=_answer):
        some = list(same)
        kept = _write(box, some, token, now)
        if len(kept) < len(some):
            mine = {settlement.row.pk for settlement in kept}
            late = [settlement for settlement in some if settlement.row.pk not in mine]
            doubt(box, [settlement.row for settlement in late if settlement.answer in TAKEN])
        ours += kept
    if ours:
        box.apply(Settled.of(ours), now)
    return ours


@transaction.atomic
def hand_over(box: Outbox[Any], rows: Collection[Row], *, token: str, to: str) -> int:
    """
    Let another holder keep claimed rows, without a lease, until it settles them or gives them back.

    What was put into a file waits for the file's verdict: `to` names the file, and is the holder's token then.
    """
    (far,) = prepared(box.model, "next_try_at", [timezone.now() + FAR])
    values = [(row.number, far, to, row.pk, token) for row in sorted(rows, key=lambda row: row.pk)]
    return _execute(_worded(box.model, _HAND_OVER), values)


@transaction.atomic
def doubt(box: Outbox[Any], rows: Collection[Row]) -> None:
    """
    Send rows anew of which somebody said something that may be older than what was said since.

    Their number grows, so that who holds them now does not settle the doubt. What happens once is left alone: its
    new holder looked it up.
    """
    if box.once_only or not rows:
        return
    found = box.model._default_manager.filter(among("pk", [row.pk for row in rows]))
    found.update(number=F("number") + 1, answer=Answer.UNKNOWN, next_try_at=timezone.now(), attempts=0)
    if box.job:
        nudge(box.job)


def _answer(settlement: Settlement[Any]) -> str:
    return "-" if settlement.answer is None else str(settlement.answer)


def _answer_and_key(settlement: Settlement[Any]) -> tuple[str, Any]:
    return _answer(settlement), settlement.row.pk


class _SomeLost(Exception):
    """Some of the rows have another holder by now, or none."""


def _write(
    box: Outbox[R], settlements: Sequence[Settlement[R]], token: str, now: datetime
) -> Sequence[Settlement[R]]:
    """Write settlements of one answer; return those whose rows this holder still had."""
    try:
        with transaction.atomic():
            _settle(box, settlements, token, now)
    except _SomeLost:
        keys = [settlement.row.pk for settlement in settlements]
        still = claims.held(box, keys, token=token).select_for_update().order_by("pk")
        ours = set(still.values_list("pk", flat=True))
        settlements = [settlement for settlement in settlements if settlement.row.pk in ours]
        if settlements:
            _settle(box, settlements, token, now)
    return settlements


def _settle(box: Outbox[R], settlements: Sequence[Settlement[R]], token: str, now: datetime) -> None:
    """
    Settle rows in one prepared statement: thousands of them come in a second.

    :raises _SomeLost: not all of them were held
    """
    is_answer = settlements[0].answer is not None
    own = {name: prepared(box.model, name, values) for name, values in box.columns(settlements).items()}
    columns = (_answered if is_answer else _without_call)(box, settlements, now)
    keys = [settlement.row.pk for settlement in settlements]
    rows = list(zip(*columns, *own.values(), keys, repeat(token, len(keys)), strict=True))
    if _execute(_worded(box.model, _ANSWER if is_answer else _NO_CALL, own), rows) < len(rows):
        raise _SomeLost


def _answered(box: Outbox[R], settlements: Sequence[Settlement[R]], now: datetime) -> list[Sequence[Any]]:
    """Return the values of `_ANSWER`, column by column."""
    count, numbers = len(settlements), [settlement.row.number for settlement in settlements]
    failures = [_failures(settlement) for settlement in settlements]
    blocked = [now if box.block_after and found >= box.block_after else None for found in failures]
    # Mostly there are none, and one list for all of them is prepared once.
    errors = [list(settlement.errors) if settlement.errors else NONE for settlement in settlements]
    return [
        numbers,
        prepared(box.model, "next_try_at", [settlement.ask_at for settlement in settlements]),
        numbers,
        [str(settlements[0].answer)] * count,
        numbers,
        failures,
        numbers,
        prepared(box.model, "blocked_at", blocked),
        prepared(box.model, "errors", errors),
        prepared(box.model, "answer_at", [now] * count),
        prepared(box.model, "sent_at", [settlement.sent_at for settlement in settlements]),
    ]


def _without_call(box: Outbox[R], settlements: Sequence[Settlement[R]], now: datetime) -> list[Sequence[Any]]:
    """Return the values of `_NO_CALL`, column by column."""
    numbers = [settlement.row.number for settlement in settlements]
    return [numbers, prepared(box.model, "errors", [NONE] * len(numbers))]


def _failures(settlement: Settlement[Any]) -> int:
    """Return how many identical rejections there were in a row."""
    if settlement.answer != Answer.REJECTED:
        return 0
    return int(settlement.row.failures) + 1 if settlement.row.errors == list(settlement.errors) else 1


def _worded(model: type[Delivery], template: str, own: Collection[str] = ()) -> str:
    """Return a statement for a model's table. Names come from the model, values are parameters."""
    quote, meta = connections[DEFAULT_DB_ALIAS].ops.quote_name, model._meta
    added = "".join(f", {quote(column_of(model, name))} = %s" for name in own)
    key = column_of(model, meta.pk.name) if meta.pk else "id"
    return template.format(table=quote(meta.db_table), key=quote(key), own=added)


def _execute(sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run a prepared statement for each row; return how many rows of the table it changed."""
    if not rows:
        return 0
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)
