"""Which command stands behind a page's buttons: shown at the foot of the page, to be copied into a script."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode


class Plan(Protocol):
    """What is asked of a mass action's plan."""

    pk: Any
    action: str
    ids: Any
    filters: Mapping[str, Any]
    options: Mapping[str, Any]


# Lines for the shell by the names of addresses; each room registers those of its pages. Capital letters stand for
# what the person puts in; docs/commands.md says more of each.
PAGE_COMMANDS: dict[str, tuple[str, ...]] = {}
PREFIX = "manage.py "
# More names than these make a line that nobody reads; the plan's number stands for them.
MOST_NAMES = 20


class _Known(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return name.upper()


def register(commands: Mapping[str, str]) -> None:
    """
    Add the commands of a room's pages, several of a page parted by semicolons, as in a shell.

    :raises ValueError: another room named commands for one of these pages already
    """
    if twice := PAGE_COMMANDS.keys() & commands.keys():
        raise ValueError(f"Two rooms name commands of {', '.join(sorted(twice))}.")
    PAGE_COMMANDS.update({page: tuple(lines.split("; ")) for page, lines in commands.items()})


def of_page(name: str, arguments: dict[str, object]) -> list[str]:
    """Return the commands of a page by its address's name, with what is known filled in, quoted for a shell."""
    known = _Known({key: shlex.quote(str(value)) for key, value in arguments.items()})
    return [f"{PREFIX}{words.format_map(known)}" for words in PAGE_COMMANDS.get(name, ())]


def of_plan(command: str, run: Plan, names: Sequence[str]) -> str:
    """
    Return the one command that does exactly what a plan says.

    :param names: what the chosen are called; empty when they are chosen by filters or by another run
    """
    start = f"{PREFIX}{command} {run.action}"
    if names and len(names) <= MOST_NAMES:
        return f"{start} {' '.join(map(shlex.quote, names))}"
    if run.ids is not None or run.options.get("items_of"):
        return f"{start} --plan {run.pk}"
    return (
        f"{start} --where {shlex.quote(urlencode(run.filters, doseq=True))}"
        if run.filters
        else f"{start} --all"
    )
