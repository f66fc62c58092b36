"""Commands of the framework that take rows out or open a shell: the history names the account that ran them."""

from collections.abc import Sequence

from django.contrib.auth.models import User as Person
from django.db import Error

from jetbridge.core import history
from jetbridge.core.actors import current_actor

EXPORTED, SHELL = "buyers' data exported", "shell opened"
NOTED = {"dumpdata": EXPORTED, "export": EXPORTED, "shell": SHELL, "dbshell": SHELL}


def note(name: str, arguments: Sequence[str]) -> None:
    """
    Write into the history that such a command runs, before it does.

    :raises Error: nothing can be written down, and so nothing is taken out; a shell opens all the same
    """
    if name not in NOTED or {"-h", "--help"} & set(arguments):
        return
    try:
        history.record(
            NOTED[name], Person(username=current_actor().name), message=" ".join([name, *arguments])
        )
    except Error:
        if NOTED[name] == EXPORTED:
            raise
