"""What people call each job and how often it runs, for pages below the room of jobs, which fills this in."""

import re
from collections.abc import Callable

# In a text: how often this job runs, as the schedule has it when somebody reads the text.
OFTEN = re.compile(r"\{often:([a-z_.]{1,100})\}")
TITLES: dict[str, str] = {}


def title_of(name: str) -> str:
    """Return a job's title; one that this panel does not have goes by its name."""
    return TITLES.get(name, name)


_said: list[Callable[[str], str]] = []


def often_by(say: Callable[[str], str]) -> None:
    """Have the room of jobs say how often one of them runs."""
    _said[:] = [say]


def often(name: str) -> str:
    """Return how often a job runs by itself, and what keeps it from that now."""
    return _said[0](name)


def with_rhythms(text: str) -> str:
    """Return a text with the rhythm of each job that it asks for as {often:NAME}."""
    return OFTEN.sub(lambda found: often(found[1]), text)


def who_acted(name: str, job: str) -> str:
    """Return a person's name, else a job's title; of rows from before names were kept nobody knows either."""
    return name or title_of(job) or "Not recorded"
