"""What a mass action is: whom it leaves out and why, what it does with a chunk, and what that waits for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Case, CharField, QuerySet, Value, When

from jetbridge.core import permissions
from jetbridge.mass_actions import groups
from jetbridge.mass_actions.models import MassAction, MassActionItem

State = MassActionItem.State
# Objects taken up in one short transaction.
CHUNK = 300


@dataclass(frozen=True)
class Cause:
    """Why an object is left out; already: because what was asked for is so."""

    code: str
    text: str
    matches: Callable[[MassAction], Any]
    already: bool = False
    # What the grid's address says to show exactly these.
    where: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one object at once."""

    state: MassActionItem.State
    reason: str = ""
    code: str = ""


@dataclass(frozen=True)
class Awaits:
    """What one object waits for: the answer to this request of a delivery of the outbox."""

    box: str
    delivery: int
    number: int


Effect = Outcome | Awaits
# By the key of each object. What is not named waits for rows that name the run, and whoever answers those settles it.
Effects = Mapping[int, Effect]


class Refused(Exception):
    """It cannot be done to this object; the text says why."""


def each(do: Callable[[MassAction, Any], Effect]) -> Callable[[MassAction, Sequence[Any], Any], Effects]:
    """Make an action of what is done to one object; one that is refused fails alone, and nothing of it is kept."""

    def carry_out(run: MassAction, objects: Sequence[Any], prepared: Any) -> Effects:
        return {one.pk: _tried(do, run, one) for one in objects}

    return carry_out


def _tried(do: Callable[[MassAction, Any], Effect], run: MassAction, one: Any) -> Effect:
    try:
        with transaction.atomic():
            return do(run, one)
    except Refused as error:
        return Outcome(State.FAILED, str(error), code="refused")


@dataclass(frozen=True)
class Action:
    """
    One mass action: its names, who may start it, what it leaves out and what it does with the rest.

    `carry_out` sees each object once, a chunk in a transaction, and says what became of it or what it waits for.
    """

    code: str
    label: str
    permission: str
    causes: Sequence[Cause]
    carry_out: Callable[[MassAction, Sequence[Any], Any], Effects]
    promise: str
    # Done with the keys of a chunk before its transaction, such as asking the other side by the means of the job;
    # `carry_out` gets what it returns.
    prepare: Callable[[MassAction, Sequence[int], Any], Any] = lambda run, ids, means: None
    # It stands still while the job has no means: no keys, no address.
    needs_means: bool = False
    # What was taken up is sent before the rest is; otherwise nothing is gained by stopping in between.
    sends: bool = True
    # The children of what was chosen come along.
    with_children: bool = False
    # The action that takes it back, and the word on the button that starts something dangerous.
    undo: str = ""
    confirm: str = ""
    # The option without which it means nothing: then no grid and no command by name begins it.
    needs_option: str = ""
    # What the button says that starts something else; the objects follow.
    verb: str = "Start:"
    # What stands above the reasons on the run's page.
    heading: str = "Which were left out or done otherwise, and why"
    # What was done with those that are done, in a word.
    done_word: str = "done"
    # What `carry_out` reads of each object, where that is little; empty: everything.
    columns: Sequence[str] = ()
    # How many objects are taken up in one short transaction.
    chunk: int = CHUNK
    # Options of a run that need a permission of their own.
    allowed_by: Mapping[str, str] = field(default_factory=dict)


def lost_right(run: MassAction, action: Action) -> str:
    """
    Return why a run may not go on for whoever started it; nothing while it may.

    It is asked anew for each chunk: people are deleted, kept out and given other groups while a run waits.
    """
    if run.by_command:
        return ""
    # Read anew: a person's rights stay with the object that was asked for them.
    run.started_by = Person.objects.filter(pk=run.started_by_id or 0).first()
    options = (name for option, name in action.allowed_by.items() if run.options.get(option))
    return permissions.lost_right(run.started_by, run.who, action.permission, *options)


def classified(rows: "QuerySet[Any]", action: Action, run: MassAction) -> "QuerySet[Any]":
    """Annotate each row with the code of the first cause that leaves it out, or nothing."""
    cases = [When(cause.matches(run), then=Value(cause.code)) for cause in action.causes]
    found: QuerySet[Any] = rows.annotate(cause=Case(*cases, default=Value(""), output_field=CharField()))
    return found


def plan(run: MassAction, rows: "QuerySet[Any]", action: Action) -> "QuerySet[Any]":
    """
    Count over everything that was chosen what will go, what will not and why, and what is already so.

    The counts stand on the run, unsaved; the classified rows are returned for what an app counts beside them.
    """
    found = classified(rows, action, run)
    counts = groups.count(run, found, "cause")
    texts = {cause.code: cause for cause in action.causes}
    run.plan = {
        "label": action.label,
        **_figures(counts.get("", groups.Figures(0)), "will_go"),
        "left_out": [
            {"code": code, "text": texts[code].text, **_figures(figures), "already": texts[code].already}
            for code, figures in sorted(counts.items(), key=lambda pair: -pair[1].count)
            if code
        ],
    }
    run.chosen = sum(each.count for each in counts.values())
    run.plan |= {
        f"chosen_{name}": sum(getattr(each, name) for each in counts.values())
        for name in ("groups", "members")
    }
    return found


def _figures(figures: groups.Figures, name: str = "count") -> dict[str, int]:
    apart = {"groups": figures.groups, "members": figures.members}
    return {name: figures.count, **(apart if figures.groups else {})}


def figures_of(row: Mapping[str, Any], name: str = "count", prefix: str = "") -> groups.Figures:
    """Read back the figures of a plan, or of one of its causes; plans of before know no groups."""
    return groups.Figures(row.get(name, 0), row.get(f"{prefix}groups", 0), row.get(f"{prefix}members", 0))
