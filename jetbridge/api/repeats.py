"""Idempotency-Key: a POST that is repeated under its key does its work once and is answered alike, for a day."""

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from jetbridge.api import problems
from jetbridge.api.models import KeyedRequest
from jetbridge.api.problems import ApiProblem

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT = timedelta(hours=24)
# A request that has no answer after so long has died with its process: no request may run longer.
LEASE = timedelta(seconds=90)
# What says nothing about the work: a program sets it right and sends the same again.
NOT_KEPT = frozenset({401, 403, 409, 413, 429, 503})

# Under which name an answer has a secret.
SECRET = "secret"  # noqa: S105 - a name

Work = Callable[[], tuple[int, Any]]
# Looks around, without a transaction, and returns the work.
Stage = Callable[[], Work]


def once(request: HttpRequest, stage: Stage) -> tuple[int, Any]:
    """
    Do the work in a transaction and return its status and answer; under a key that is known, return what was kept.

    The answer is written in the transaction of the work, guarded by who holds the key: whoever was overtaken takes
    back all that he did.

    :raises ApiProblem: the key came with another body, or the first request still runs, or what the work refuses
    """
    key = request.headers.get(HEADER, "")
    if not key:
        work = stage()
        with transaction.atomic():
            return work()
    row = _taken(request, _checked(key))
    if row.status is not None:
        return _kept(row)
    mine = KeyedRequest.objects.filter(pk=row.pk, holder=row.holder, status=None)
    try:
        work = stage()
        with transaction.atomic():
            status, answer = work()
            if not mine.update(status=status, **_stored(answer)):
                raise _running()
            return status, answer
    except Exception as error:
        problem = problems.of(error)
        if problem is None or problem.status in NOT_KEPT:
            mine.delete()
        else:
            mine.update(status=problem.status, answer=problem.document)
        raise


def _checked(key: str) -> str:
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        raise problems.invalid(HEADER, f"A key has at most {LONGEST} printable signs of ASCII.")
    return key


def _taken(request: HttpRequest, key: str) -> KeyedRequest:
    """Return the row of a key: ours to work under, or with the answer that was given."""
    now, holder = timezone.now(), uuid.uuid4().hex
    own = {"digest": _digest(request), "holder": holder, "began_at": now}
    row, is_new = KeyedRequest.objects.get_or_create(
        token=request.auth,  # type: ignore[attr-defined]  # what the gate found
        method=str(request.method),
        path=request.path[:500],
        key=key,
        defaults=own,
    )
    if is_new:
        return row
    if row.began_at <= now - KEPT:
        return _taken_over(row, **own, status=None, answer=None)
    if row.digest != own["digest"]:
        raise ApiProblem(422, "api.key_reused", f"This {HEADER} came with another request before.")
    if row.status is not None:
        return row
    if row.began_at > now - LEASE:
        raise _running()
    return _taken_over(row, **own)


def _taken_over(row: KeyedRequest, **own: Any) -> KeyedRequest:
    if not KeyedRequest.objects.filter(pk=row.pk, holder=row.holder, began_at=row.began_at).update(**own):
        raise _running()
    row.refresh_from_db()
    return row


def _stored(answer: Any) -> dict[str, Any]:
    """Return an answer as it is kept: a secret in it stands apart, encrypted."""
    if isinstance(answer, dict) and answer.get(SECRET):
        return {"answer": {**answer, SECRET: None}, "secret": answer[SECRET]}
    return {"answer": answer, "secret": ""}


def _kept(row: KeyedRequest) -> tuple[int, Any]:
    if row.status is not None and row.status < 400:
        return row.status, {**(row.answer or {}), SECRET: row.secret} if row.secret else row.answer
    kept = dict(row.answer or {})
    faults = [problems.FieldFault(**each) for each in kept.get("errors", ())]
    raise ApiProblem(row.status or 500, str(kept.get("code")), str(kept.get("detail")), faults)


def _running() -> ApiProblem:
    detail = f"The first request under this {HEADER} still runs."
    return ApiProblem(409, "api.still_running", detail, headers={"Retry-After": "1"})


def _digest(request: HttpRequest) -> str:
    address = f"{request.get_full_path()}\n".encode()
    return hashlib.sha256(address + request.body).hexdigest()
