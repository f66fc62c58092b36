"""Who acts now: the person of a request or the job of a run, with one request id over all it touches."""

import os
import pwd
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # log lines ask who acts before the apps are ready
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.auth.models import User as Person


def new_request_id() -> str:
    """Return a fresh id that ties together history rows, API calls and items of one action."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Actor:
    """A person, a job (with its run) or neither: a command, named by the account on the machine that runs it."""

    user_id: int | None = None
    name: str = ""
    job: str = ""
    job_run_id: int | None = None
    request_id: str = field(default_factory=new_request_id)


_current: ContextVar[Actor | None] = ContextVar("jetbridge_actor", default=None)


def current_actor() -> Actor:
    """Return who acts in this thread or task; nobody in particular outside of both."""
    return _current.get() or Actor(request_id="")


def account_on_machine() -> str:
    """Return under which account of the machine this process runs; what its environment claims is not asked."""
    number = os.getuid()
    try:
        return f"{pwd.getpwuid(number).pw_name} (command)"
    except KeyError:  # a container's user without a name
        return f"user {number} (command)"


def current_request_id() -> str:
    """Return the request id for libraries that ask by name; empty outside a request or run."""
    return current_actor().request_id


@contextmanager
def acting(
    *,
    user: "Person | AnonymousUser | None" = None,
    name: str = "",
    job: str = "",
    job_run_id: int | None = None,
    request_id: str = "",
) -> Iterator[Actor]:
    """Act as this person or job until the block ends; the name stays in the history when the person is deleted."""
    known = user if user is not None and user.is_authenticated else None
    actor = Actor(
        user_id=known.pk if known is not None else None,
        name=known.get_username() if known is not None else name,
        job=job,
        job_run_id=job_run_id,
        request_id=request_id or new_request_id(),
    )
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)


@contextmanager
def somebody() -> Iterator[None]:
    """Act as the account on the machine where nobody acts: a command of the framework, its shell, another program."""
    with acting(name=account_on_machine()) if _current.get() is None else nullcontext():
        yield
