"""
Nudges: name a job after commit; the work itself stands in our tables, so a lost nudge loses nothing.

A message carries what started it, so that a run knows: a person's click, a command, a nudge, or else the schedule.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial

from celery import current_app, current_task
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User as Person
from django.db import DatabaseError, transaction
from django_celery_beat.models import PeriodicTask

from jetbridge.core import totals
from jetbridge.core.models import JobRun

logger = logging.getLogger(__name__)

TRIGGER_HEADER = "jetbridge_trigger"
USER_HEADER = "jetbridge_user"
# What became of nudges, as they are counted: taken by the broker, not taken, not made of a paused job.
SENT, LOST, PAUSED = "sent", "lost", "paused"
# Names that wait to be nudged once, while a block of `nudged_once` runs.
_gathered: ContextVar[dict[str, None] | None] = ContextVar("jetbridge_gathered_nudges", default=None)
# What was asked for while somebody listens.
_heard: ContextVar["Asked | None"] = ContextVar("jetbridge_heard_nudges", default=None)


@dataclass(frozen=True)
class Asked:
    """Jobs that were asked for: by nudges, which a pause holds up, and in a person's name."""

    nudged: set[str]
    started: set[str]


@dataclass
class Invocation:
    """One start of a job in this process; `run` is filled in once the job holds its lease."""

    trigger: str
    user: Person | None = None
    run: JobRun | None = None


_current: ContextVar[Invocation | None] = ContextVar("jetbridge_invocation", default=None)


def nudge(name: str) -> None:
    """Ask for a run of the named job once this transaction is committed. A dead broker never fails the caller."""
    if (heard := _heard.get()) is not None:
        heard.nudged.add(name)
    transaction.on_commit(partial(_nudge, name))


def nudge_later(name: str, *, seconds: int) -> None:
    """Ask for a run of the named job after some seconds."""
    transaction.on_commit(partial(_nudge, name, countdown=seconds))


@contextmanager
def listening() -> Iterator["Asked"]:
    """Learn which jobs are asked for inside the block."""
    heard = Asked(set(), set())
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


@contextmanager
def nudged_once() -> Iterator[None]:
    """
    Send each job nudged inside the block one message when it ends, for loops that commit row by row.

    A process that dies inside loses the messages, not the work: the sweep nudges what is pending.
    """
    outer, mine = _gathered.get(), dict[str, None]()
    token = _gathered.set(mine if outer is None else outer)
    try:
        yield
    finally:
        _gathered.reset(token)
        for name in mine:
            _nudge(name)


def run_now(name: str, *, user: Person) -> bool:
    """Ask for a run in a person's name, paused or not; False when the broker did not take it."""
    if (heard := _heard.get()) is not None:
        heard.started.add(name)
    return _send(name, {TRIGGER_HEADER: JobRun.Trigger.MANUAL, USER_HEADER: user.pk})


def is_paused(name: str) -> bool:
    """Return whether an operator paused the job: neither schedule nor nudge starts it then."""
    return bool(PeriodicTask.objects.filter(name=name, enabled=False).exists())


@contextmanager
def invoked(trigger: str, *, user: Person | None = None) -> Iterator[Invocation]:
    """Start jobs in this block by name of this trigger; the invocation says afterwards which run it was."""
    invocation = Invocation(trigger, user)
    token = _current.set(invocation)
    try:
        yield invocation
    finally:
        _current.reset(token)


def current_invocation() -> Invocation:
    """Return what started the task at hand: this process, the message's headers, or else the schedule."""
    return _current.get() or _from_message() or Invocation(JobRun.Trigger.BEAT)


def _nudge(name: str, countdown: int | None = None) -> None:
    waiting = _gathered.get()
    if waiting is not None and countdown is None:
        waiting[name] = None
        return
    try:
        if is_paused(name):
            _count(PAUSED)
            return
    except DatabaseError as error:
        logger.warning("Whether %s is paused could not be read (%s); it is nudged.", name, error)
    _count(SENT if _send(name, {TRIGGER_HEADER: JobRun.Trigger.NUDGE}, countdown) else LOST)


def _count(outcome: str) -> None:
    """Count a nudge; a count that cannot be kept never fails the caller."""
    try:
        totals.add(totals.NUDGES, {outcome: 1})
    except DatabaseError as error:
        logger.warning("A nudge was not counted: %s", error)


def _send(name: str, headers: dict[str, object], countdown: int | None = None) -> bool:
    try:
        current_app.send_task(name, countdown=countdown, headers=headers, retry=False)
    except Exception as error:  # the broker's client raises what its transport pleases
        logger.warning("%s was not delivered to the workers (%s); the sweep will repeat it.", name, error)
        return False
    return True


def _from_message() -> Invocation | None:
    request = current_task.request if current_task else None
    if request is None:
        return None
    # A worker lays a message's headers into the request itself; a task run in place keeps them apart.
    headers = {**(request.headers or {}), **vars(request)}
    trigger = headers.get(TRIGGER_HEADER)
    if trigger not in JobRun.Trigger.values:
        return None
    user_id = headers.get(USER_HEADER)
    user = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    return Invocation(trigger, user)
