"""
Commands of the framework and of libraries, by whichever door: who runs one is named, some are noted.

They run by `manage.py`, by `python -m django`, or called by code; all pass `BaseCommand.execute`.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User as Person
from django.core.management.base import BaseCommand
from django.db import Error

from jetbridge.core import history
from jetbridge.core.actors import current_actor, somebody

EXPORTED, SHELL, EMPTIED, CUT = "data exported", "shell opened", "all data deleted", "edits deleted"
# Before they run: who takes rows out, or opens a shell.
BEGUN = {"dumpdata": EXPORTED, "export": EXPORTED, "shell": SHELL, "dbshell": SHELL}
# Afterwards, since they leave nothing of what was recorded before.
DONE = {"flush": EMPTIED, "auditlogflush": CUT}


def note_all() -> None:
    """Have every command pass here, once a process."""
    if not hasattr(BaseCommand.execute, "_is_noted"):
        BaseCommand.execute = _noted(BaseCommand.execute)  # type: ignore[method-assign]


def _noted(execute: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(execute)
    def run(command: BaseCommand, /, *args: Any, **options: Any) -> Any:
        name = type(command).__module__.rpartition(".")[2]
        with somebody():
            if name in BEGUN:
                _begin(BEGUN[name], _words(command, name, args))
            done = execute(command, *args, **options)
            if name in DONE:
                _record(DONE[name], _words(command, name, args))
            return done

    run._is_noted = True  # type: ignore[attr-defined]
    return run


def _begin(action: str, words: str) -> None:
    """
    Write down that a command runs, before it does.

    :raises Error: nothing can be written down, and so nothing is taken out; a shell opens all the same
    """
    try:
        _record(action, words)
    except Error:
        if action == EXPORTED:
            raise


def _record(action: str, words: str) -> None:
    history.record(action, Person(username=current_actor().name), message=words)


def _words(command: BaseCommand, name: str, args: tuple[Any, ...]) -> str:
    given = sys.argv[2:] if getattr(command, "_called_from_command_line", False) else args
    return " ".join([name, *map(str, given)])
