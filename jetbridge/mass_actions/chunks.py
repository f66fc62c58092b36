"""Takes up what was chosen, chunk after chunk; a run that breaks stops alone, an object that breaks fails alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jetbridge.core.actors import acting, current_actor
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import NO_ITEMS_FAULT, Report, left_as_it_is
from jetbridge.jobs.leases import LeaseLost
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Action, Awaits, Effects, Outcome, classified, lost_right

State = MassActionItem.State
# What ends the job: the other side does not answer or take our keys, the database is lost, another has the lease.
NO_RUNS_FAULT = (JetFailure, LeaseLost, *NO_ITEMS_FAULT)
GONE = "It does not exist any more."


@dataclass(frozen=True)
class Work:
    """What one run is carried out with."""

    run: MassAction
    action: Action
    # What was chosen, the table it is read from again, and its column for people.
    chosen: "QuerySet[Any]"
    objects: "QuerySet[Any]"
    name: str
    report: Report
    means: Any = None
    heartbeat: Callable[[], None] = lambda: None


@contextmanager
def isolated(run: MassAction, report: Report) -> Iterator[None]:
    """
    Stop a run that breaks, with its reason on its page and in the report, so that the others go on.

    :raises JetFailure: no run's own fault, as a lost database is none
    """
    try:
        yield
    except NO_RUNS_FAULT:
        raise
    except Exception as error:
        label = f"{lifecycle.label_of(run)} {run.pk}"
        reason = left_as_it_is(label, error)
        lifecycle.fail(run, reason)
        report.fail(label, reason)


@contextmanager
def in_the_name_of(run: MassAction) -> Iterator[None]:
    """Let history say that this run's person did it, by the job that runs now, under the run's request id."""
    now = current_actor()
    with acting(user=run.started_by, job=now.job, job_run_id=now.job_run_id, request_id=run.request_id):
        yield


def take_up(work: Work, *, chunks: int = 0) -> None:
    """
    Take up what a run has not taken up yet. Pause and cancel are heeded in between, and rights that were lost.

    First everything chosen is written down, so that what is sent meanwhile cannot change what was chosen; then
    the action is carried out chunk after chunk, at most `chunks` of them where a number is given.
    """
    run = work.run
    while not (run.listed or run.expanded) and lifecycle.list_chosen(run, work.chosen, name=work.name):
        work.heartbeat()
    taken = 0
    while run.listed and not run.expanded and not (chunks and taken >= chunks):
        ids = lifecycle.next_ids(run, work.action.chunk)
        if ids and (reason := lost_right(run, work.action)):
            lifecycle.pause(run, f"{reason} Somebody who may do it can let it go on.")
            break
        with in_the_name_of(run):
            if not _take(work, ids, is_last=len(ids) < work.action.chunk):
                break
        taken += 1
        work.heartbeat()


def _take(work: Work, ids: Sequence[int], *, is_last: bool) -> bool:
    """Carry the action out on these; where that breaks, on each half, until the object that broke it stands alone."""
    try:
        return _carry_out(work, ids, is_last=is_last)
    except NO_RUNS_FAULT:
        raise
    except Exception as error:
        if not ids:
            raise
        if len(ids) == 1:
            return _give_up(work, ids[0], error, is_last=is_last)
    work.run.refresh_from_db()
    middle = len(ids) // 2
    return _take(work, ids[:middle], is_last=False) and _take(work, ids[middle:], is_last=is_last)


def _carry_out(work: Work, ids: Sequence[int], *, is_last: bool) -> bool:
    """Carry the action out on these objects, whole or not at all; return whether the run still goes on."""
    run, action = work.run, work.action
    if run.state != MassAction.State.RUNNING:
        return False
    prepared = action.prepare(run, ids, work.means) if ids else None
    with transaction.atomic():
        if not lifecycle.hold(run, cursor=run.cursor):
            return False
        objects = work.objects.only(*action.columns) if action.columns else work.objects
        found = list(classified(objects.filter(among("pk", ids)), action, run).order_by("pk"))
        _leave_out(run, action, found, set(ids))
        going = [row for row in found if not row.cause]
        effects = action.carry_out(run, going, prepared) if going else {}
        said = _write(run, effects)
        lifecycle.advance(run, cursor=ids[-1] if ids else run.cursor, expanded=is_last)
    names = {row.pk: str(getattr(row, work.name) or row) for row in going}
    for pk, outcome in said.items():
        if outcome.state == State.DONE:
            work.report.done += 1
        elif outcome.state == State.FAILED:
            work.report.fail(names[pk], outcome.reason)
    return True


def _write(run: MassAction, effects: Effects) -> dict[int, Outcome]:
    """Write down what became of each object and what each waits for; return the former."""
    said: dict[int, Outcome] = {}
    alike: dict[Outcome, list[int]] = defaultdict(list)
    for pk, effect in effects.items():
        if isinstance(effect, Awaits):
            lifecycle.await_delivery(run, pk, box=effect.box, delivery=effect.delivery, number=effect.number)
        else:
            said[pk] = effect
            alike[effect].append(pk)
    for outcome, ids in alike.items():
        lifecycle.settle(run.pk, ids, outcome.state, code=outcome.code, reason=outcome.reason)
    return said


def _give_up(work: Work, object_id: int, error: Exception, *, is_last: bool) -> bool:
    """Let one object fail with its error; return whether the run still goes on."""
    run = work.run
    run.refresh_from_db()
    reference = run.items.values_list("reference", flat=True).get(object_id=object_id)
    with transaction.atomic():
        if not lifecycle.hold(run, cursor=run.cursor):
            return False
        reason = left_as_it_is(reference, error)
        lifecycle.settle(run.pk, [object_id], State.FAILED, code="error", reason=reason)
        lifecycle.advance(run, cursor=object_id, expanded=is_last)
    work.report.fail(reference, reason)
    return True


def _leave_out(run: MassAction, action: Action, found: Sequence[Any], ids: set[int]) -> None:
    texts = {cause.code: cause.text for cause in action.causes}
    by_code: dict[str, list[int]] = defaultdict(list)
    for row in found:
        by_code[row.cause].append(row.pk)
    by_code.pop("", None)
    for code, some in by_code.items():
        lifecycle.settle(run.pk, some, State.SKIPPED, code=code, reason=texts[code])
    if gone := ids - {row.pk for row in found}:
        lifecycle.settle(run.pk, gone, State.SKIPPED, code="gone", reason=GONE)
