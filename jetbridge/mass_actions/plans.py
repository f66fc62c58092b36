"""What a mass action is: whom it leaves out and why, and what it does with a chunk; planned and taken up alike."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, QuerySet, Value, When

from jetbridge.core.actors import acting, current_actor
from jetbridge.core.models.ranges import among
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import BulkRun, BulkRunItem

State = BulkRunItem.State
# Objects taken up in one short transaction.
CHUNK = 300


@dataclass(frozen=True)
class Cause:
    """Why an object is left out; already: because what was asked for is so."""

    code: str
    text: str
    matches: Callable[[BulkRun], Any]
    already: bool = False
    # What the grid's address says to show exactly these.
    where: str = ""


@dataclass(frozen=True)
class Action:
    """One mass action: its names, who may start it, what it leaves out and what it does with the rest."""

    code: str
    label: str
    permission: str
    causes: Sequence[Cause]
    carry_out: Callable[[BulkRun, Sequence[Any]], None]
    promise: str
    # The children of what was chosen come along.
    with_children: bool = False
    # The action that takes it back, and the word on the button that starts something dangerous.
    undo: str = ""
    confirm: str = ""
    # What stands above the reasons on the run's page.
    told: str = "Which were left out or done otherwise, and why"
    # What was done with those that are done, in a word.
    deed: str = "done"
    # How many objects are taken up in one short transaction.
    chunk: int = CHUNK


def classified(rows: "QuerySet[Any]", action: Action, run: BulkRun) -> "QuerySet[Any]":
    """Annotate each row with the code of the first cause that leaves it out, or nothing."""
    cases = [When(cause.matches(run), then=Value(cause.code)) for cause in action.causes]
    found: QuerySet[Any] = rows.annotate(cause=Case(*cases, default=Value(""), output_field=CharField()))
    return found


def plan(run: BulkRun, rows: "QuerySet[Any]", action: Action) -> "QuerySet[Any]":
    """
    Count over everything that was chosen what will go, what will not and why, and what is already so.

    The counts stand on the run, unsaved; the classified rows are returned for what an app counts beside them.
    """
    found = classified(rows, action, run)
    counts = dict(found.order_by().values_list("cause").annotate(n=Count("pk")))
    texts = {cause.code: cause for cause in action.causes}
    run.plan = {
        "label": action.label,
        "will_go": counts.get("", 0),
        "left_out": [
            {"code": code, "text": texts[code].text, "count": count, "already": texts[code].already}
            for code, count in sorted(counts.items(), key=lambda pair: -pair[1])
            if code
        ],
    }
    run.chosen = sum(counts.values())
    return found


@dataclass(frozen=True)
class Rows:
    """The objects of one run: what was chosen, the table it is read from again, and its column for people."""

    chosen: "QuerySet[Any]"
    objects: "QuerySet[Any]"
    name: str
    # Called with the keys of a chunk before it is taken up.
    before: Callable[[Sequence[int]], None] = lambda ids: None


def expand(
    run: BulkRun, action: Action, rows: Rows, *, beat: Callable[[], None] = lambda: None, chunks: int = 0
) -> bool:
    """
    Take up what a run has not taken up yet; tell whether more is left. Pause and cancel are heeded in between.

    First everything chosen is written down, so that what is sent meanwhile cannot change what was chosen; then
    the action is carried out chunk after chunk, at most `chunks` of them where a number is given.
    """
    while not (run.listed or run.expanded) and lifecycle.list_chosen(run, rows.chosen, name=rows.name):
        beat()
    taken = 0
    while run.listed and not run.expanded and not (chunks and taken >= chunks):
        with in_the_name_of(run):
            if not _take_up(run, action, rows):
                break
        taken += 1
        beat()
    return not run.expanded and run.state == BulkRun.State.RUNNING


@contextmanager
def in_the_name_of(run: BulkRun) -> Iterator[None]:
    """Let history say that this run's person did it, by the job that runs now, under the run's request id."""
    now = current_actor()
    with acting(user=run.started_by, job=now.job, job_run_id=now.job_run_id, request_id=run.request_id):
        yield


def _take_up(run: BulkRun, action: Action, rows: Rows) -> bool:
    """Carry the action out on one chunk, whole or not at all; tell whether the run still goes on."""
    ids = lifecycle.next_ids(run, action.chunk)
    rows.before(ids)
    with transaction.atomic():
        if not lifecycle.hold(run, cursor=run.cursor):
            return False
        found = list(classified(rows.objects.filter(among("pk", ids)), action, run).order_by("pk"))
        _leave_out(run, action, found, set(ids))
        going = [row for row in found if not row.cause]
        if going:
            action.carry_out(run, going)
        lifecycle.advance(run, cursor=ids[-1] if ids else run.cursor, expanded=len(ids) < action.chunk)
    return True


def _leave_out(run: BulkRun, action: Action, found: Sequence[Any], ids: set[int]) -> None:
    texts = {cause.code: cause.text for cause in action.causes} | {"gone": "It does not exist any more."}
    by_code: dict[str, list[int]] = defaultdict(list)
    for row in found:
        by_code[row.cause].append(row.pk)
    by_code["gone"] += ids - {row.pk for row in found}
    by_code.pop("", None)
    for code, some in by_code.items():
        if some:
            lifecycle.settle(run.pk, some, State.SKIPPED, code=code, reason=texts[code])
