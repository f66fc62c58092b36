"""Mass actions of any app: plan, start, pause, resume, cancel; items settle one by one and count themselves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User as Person
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.actors import current_actor, new_request_id
from jetbridge.core.models import BulkRun, BulkRunItem
from jetbridge.core.notices import notify
from jetbridge.core.queue import nudge

State = BulkRun.State
ItemState = BulkRunItem.State

# Objects that a run takes up at once (contracts of the data: a mass action is expanded in chunks of 500).
CHUNK = 500
_COUNTED = {ItemState.DONE: "done", ItemState.FAILED: "failed", ItemState.SKIPPED: "skipped"}


def sketch(
    *,
    scope: BulkRun.Scope,
    action: str,
    ids: Sequence[int] | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    options: Mapping[str, Any] | None = None,
    by: Person | None = None,
) -> BulkRun:
    """Return, unsaved, a run over these ids, or over all that match the filters."""
    return BulkRun(
        scope=scope,
        action=action,
        account=configuration.active_account(),
        ids=sorted(set(ids)) if ids is not None else None,
        filters={key: list(values) for key, values in (filters or {}).items()},
        options=dict(options or {}),
        started_by=by,
        request_id=current_actor().request_id or new_request_id(),
    )


def draft(**chosen: Any) -> BulkRun:
    """Write down what was chosen, as `sketch` takes it. Nothing is sent before `start`."""
    run = sketch(**chosen)
    run.save()
    return run


def start(run: BulkRun) -> bool:
    """Let a draft go; tell whether it was this call that started it."""
    started = _move(run, (State.DRAFT,), State.RUNNING, started_at=timezone.now())
    if started:
        tell(run)
    return started


def pause(run: BulkRun) -> bool:
    """Hold a run at the next item boundary."""
    return _move(run, (State.RUNNING,), State.PAUSED)


def resume(run: BulkRun) -> bool:
    """Let a held run go on."""
    return _move(run, (State.PAUSED,), State.RUNNING)


def cancel(run: BulkRun) -> bool:
    """End a run at the next item boundary; what is done stays done, the rest is left out."""
    moved = _move(
        run, (State.DRAFT, State.RUNNING, State.PAUSED), State.CANCELLED, finished_at=timezone.now()
    )
    if moved:
        left = run.items.filter(state=ItemState.WAITING).update(
            state=ItemState.SKIPPED, code="cancelled", reason="The run was cancelled."
        )
        BulkRun.objects.filter(pk=run.pk).update(skipped=F("skipped") + left)
    return moved


def running(scope: BulkRun.Scope) -> list[BulkRun]:
    """Return the runs of a scope that are under way, oldest first."""
    return list(
        BulkRun.objects.filter(scope=scope, state=State.RUNNING)
        .select_related("account", "started_by")
        .order_by("pk")
    )


def add_items(run: BulkRun, items: Iterable[BulkRunItem], *, cursor: int, last: bool) -> None:
    """
    Write the items of one chunk, and how far the run has come.

    Repeating a chunk after a crash changes nothing: an object has one item in a run, and counts are
    taken from what was really written.
    """
    rows = list(items)
    known = set(
        run.items.filter(object_id__in=[row.object_id for row in rows]).values_list("object_id", flat=True)
    )
    fresh = [row for row in rows if row.object_id not in known]
    for row in fresh:
        row.run = run
    BulkRunItem.objects.bulk_create(fresh)
    gained: dict[str, Any] = {
        column: F(column) + sum(row.state == state for row in fresh) for state, column in _COUNTED.items()
    }
    BulkRun.objects.filter(pk=run.pk).update(cursor=cursor, expanded=last, **gained)
    run.cursor, run.expanded = cursor, last


def settle(
    run_id: int, object_ids: Iterable[int], state: BulkRunItem.State, *, code: str = "", reason: str = ""
) -> int:
    """Give waiting items their outcome and count them; return how many there were."""
    waiting = BulkRunItem.objects.filter(
        run_id=run_id, object_id__in=list(object_ids), state=ItemState.WAITING
    )
    changed = waiting.update(state=state, code=code, reason=reason)
    if changed:
        column = _COUNTED[state]
        BulkRun.objects.filter(pk=run_id).update(**{column: F(column) + changed})
    return changed


def finish_if_done(run_id: int) -> bool:
    """Close a run whose objects are all taken up and settled; tell whether it was closed now."""
    if BulkRunItem.objects.filter(run_id=run_id, state=ItemState.WAITING).exists():
        return False
    closed = BulkRun.objects.filter(pk=run_id, state=State.RUNNING, expanded=True).update(
        state=State.DONE, finished_at=timezone.now()
    )
    if closed:
        tell(BulkRun.objects.get(pk=run_id))
    return closed == 1


def tell(run: BulkRun) -> None:
    """Put the run under the bell, where it is found again: one line that says how it stands."""
    counts = f"{run.done} done, {run.failed} failed, {run.skipped} left out"
    notify(
        "bulk_run",
        key=str(run.pk),
        title=f"{label_of(run)}: {run.get_state_display().lower()}",
        text=counts if run.state == State.DONE else f"{run.chosen} chosen",
        url=url_of(run),
        severity="warning" if run.failed else "info",
    )


def label_of(run: BulkRun) -> str:
    """Return the action's name for people."""
    return str(run.action).replace("_", " ").capitalize()


def url_of(run: BulkRun) -> str:
    """Return the address of the run's page, if its app has one."""
    try:
        return reverse(f"{run.scope}:run", args=[run.pk])
    except NoReverseMatch:
        return ""


def again(run: BulkRun, *, action: str = "", states: Sequence[str], by: Person | None = None) -> BulkRun:
    """Draft a run over the items of another that ended in these states: retry what failed, undo what was done."""
    ids = list(run.items.filter(state__in=states).order_by("object_id").values_list("object_id", flat=True))
    return draft(
        scope=BulkRun.Scope(run.scope), action=action or run.action, ids=ids, options=run.options, by=by
    )


def _move(run: BulkRun, states: Sequence[str], state: BulkRun.State, **changes: Any) -> bool:
    moved = BulkRun.objects.filter(pk=run.pk, state__in=states).update(state=state, **changes) == 1
    run.refresh_from_db()
    if moved and state == State.RUNNING:
        nudge(f"{run.scope}.advance_bulk_runs")
    return moved
