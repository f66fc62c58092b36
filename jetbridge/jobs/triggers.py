"""What started the run at hand: a person's click, a command, a nudge, or else the schedule."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from celery import current_task
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User as Person

from jetbridge.core.models import JobRun

TRIGGER_HEADER = "jetbridge_trigger"
USER_HEADER = "jetbridge_user"


@dataclass
class Invocation:
    """One start of a job in this process; `run` is filled in once the job holds its lease."""

    trigger: str
    user: Person | None = None
    run: JobRun | None = None


_current: ContextVar[Invocation | None] = ContextVar("jetbridge_invocation", default=None)


@contextmanager
def invoked(trigger: str, *, user: Person | None = None) -> Iterator[Invocation]:
    """Start jobs in this block by name of this trigger; the invocation tells afterwards which run it was."""
    invocation = Invocation(trigger, user)
    token = _current.set(invocation)
    try:
        yield invocation
    finally:
        _current.reset(token)


def current_invocation() -> Invocation:
    """Return what started the task at hand: this process, the message's headers, or else the schedule."""
    return _current.get() or _from_message() or Invocation(JobRun.Trigger.BEAT)


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
