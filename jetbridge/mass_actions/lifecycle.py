"""Mass actions of any app: plan, start, pause, resume, cancel; items settle one by one and count themselves."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypedDict, Unpack

from django.contrib.auth.models import User as Person
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jetbridge.core import configuration, generations, history
from jetbridge.core.actors import current_actor, new_request_id
from jetbridge.core.models.ranges import among
from jetbridge.inbox.notifications import notify
from jetbridge.jobs.queue import nudge
from jetbridge.mass_actions import groups
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer

State = MassAction.State
ItemState = MassActionItem.State

# Objects written down at once: a statement that stays well below 50 ms.
LISTED_AT_ONCE = 2000
# Objects whose deliveries are looked at at once.
LOOKED_AT_ONCE = 200
# How history names a move.
WORDS = {
    State.RUNNING: "run started",
    State.PAUSED: "run paused",
    State.CANCELLED: "run cancelled",
    State.FAILED: "run stopped by an error",
}
# Why an object that nothing was done with stands in a cancelled run.
CANCELLED = "cancelled"
# The option of a run over the items of another one.
ITEMS_OF = "items_of"
_COUNTED = {ItemState.DONE: "done", ItemState.FAILED: "failed", ItemState.SKIPPED: "skipped"}


class Chosen(TypedDict, total=False):
    """What a person chose: ids, or filters; how it is meant, and who they are."""

    ids: Sequence[int] | None
    filters: Mapping[str, Sequence[str]] | None
    options: Mapping[str, Any] | None
    by: Person | None


def sketch(*, scope: MassAction.Scope, action: str, **chosen: Unpack[Chosen]) -> MassAction:
    """Return, unsaved, a run over these ids, or over all that match the filters."""
    ids, by = chosen.get("ids"), chosen.get("by")
    return MassAction(
        scope=scope,
        action=action,
        account=configuration.active_account(),
        ids=sorted(set(ids)) if ids is not None else None,
        filters={key: list(values) for key, values in (chosen.get("filters") or {}).items()},
        options=dict(chosen.get("options") or {}),
        started_by=by,
        by_command=by is None,
        who=by.get_username() if by else current_actor().name,
        request_id=current_actor().request_id or new_request_id(),
    )


def draft(**chosen: Any) -> MassAction:
    """Write down what was chosen, as `sketch` takes it. Nothing is sent before `start`."""
    run = sketch(**chosen)
    run.save()
    return run


def start(run: MassAction, options: Mapping[str, Any] | None = None) -> bool:
    """
    Let a draft go, with these options if any are given; return whether it was this call that started it.

    From then on it may do what whoever started it may, not what whoever planned it might.
    """
    now = timezone.now()
    changes = in_charge() | ({} if options is None else {"options": dict(options)})
    started = _move(run, (State.DRAFT,), State.RUNNING, started_at=now, paced_at=now, paced_from=0, **changes)
    if started:
        notify_people(run)
    return started


def pause(run: MassAction, reason: str = "") -> bool:
    """Hold a run at the next item boundary; people are notified where it may not go on for a reason."""
    moved = _move(run, (State.RUNNING,), State.PAUSED, message=reason)
    if moved and reason:
        notify_people(run)
    return moved


def in_charge() -> dict[str, Any]:
    """Return the columns that say whose run it is that is let go now; nothing where nobody in particular does."""
    actor = current_actor()
    columns = {"started_by_id": actor.user_id, "by_command": actor.user_id is None, "who": actor.name}
    return columns if actor.user_id is not None or (actor.name and not actor.job) else {}


def resume(run: MassAction, **changes: Any) -> bool:
    """Let a run go on that was held, or that an error stopped."""
    settled = F("done") + F("failed")
    return _move(
        run,
        (State.PAUSED, State.FAILED),
        State.RUNNING,
        message="",
        paced_at=timezone.now(),
        paced_from=settled,
        settled_at=None,
        **changes,
    )


@transaction.atomic
def fail(run: MassAction, reason: str) -> None:
    """
    Stop a run for an error of its own, so that the others go on; a person looks at it and lets it go on.

    Of one that was cancelled what still waits fails with the error, and it is over.
    """
    if _move(run, (State.RUNNING,), State.FAILED, message=reason):
        notify_people(run)
    elif run.is_ending:
        waiting = run.items.filter(state=ItemState.WAITING).values_list("object_id", flat=True)
        settle(run.pk, list(waiting), ItemState.FAILED, code="error", reason=reason)
        finish_if_done(run.pk)


@transaction.atomic
def cancel(run: MassAction, *, begun: "Callable[[], QuerySet[Any]] | None" = None) -> bool:
    """
    End a run at the next item boundary: what is done stays done, what is not begun is left out.

    begun returns the keys of objects that are under way, asked for once the run is stopped: they wait for their
    answer, and the run is over when they have it.
    """
    moved = _move(run, (State.DRAFT, State.RUNNING, State.PAUSED, State.FAILED), State.CANCELLED)
    if moved:
        waiting = run.items.filter(state=ItemState.WAITING)
        left = (waiting if begun is None else waiting.exclude(object_id__in=begun())).update(
            state=ItemState.SKIPPED, code=CANCELLED, reason="Not begun when the run was cancelled."
        )
        if not run.listed:
            left += max(run.chosen - run.items.count(), 0)
        MassAction.objects.filter(pk=run.pk).update(skipped=F("skipped") + left)
        if not finish_if_done(run.pk):
            nudge(f"{run.scope}.advance_bulk_runs")
        run.refresh_from_db()
    return moved


def running(scope: MassAction.Scope) -> list[MassAction]:
    """Return the runs of a scope that are under way, oldest first; none while the database is older than Jet."""
    if generations.state().is_older:
        return []
    return list(
        MassAction.objects.filter(scope=scope, state=State.RUNNING)
        .select_related("account", "started_by")
        .order_by("pk")
    )


def unfinished(scope: MassAction.Scope) -> list[MassAction]:
    """Return the runs of a scope that wait for answers: those under way, and cancelled ones with things begun."""
    if generations.state().is_older:
        return []
    under_way = Q(state=State.RUNNING) | Q(state=State.CANCELLED, finished_at=None)
    return list(
        MassAction.objects.filter(under_way, scope=scope)
        .select_related("account", "started_by")
        .order_by("pk")
    )


def left_of(job: str) -> str:
    """Say of a job that carries out runs how many are not over; nothing where all are."""
    scope, _, name = job.partition(".")
    if name != "advance_bulk_runs":
        return ""
    not_over = Q(state__in=[State.RUNNING, State.PAUSED, State.FAILED])
    not_over |= Q(state=State.CANCELLED, finished_at=None)
    waiting = MassAction.objects.filter(not_over, scope=scope)
    counts = Counter(str(State(state).label).lower() for state in waiting.values_list("state", flat=True))
    named = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f"Mass actions that are not over: {named}." if named else ""


def chosen_of(run: MassAction, objects: "QuerySet[Any]") -> "QuerySet[Any] | None":
    """Return the objects that a run names by id, or takes over from another run; None where filters choose."""
    if run.ids is not None:
        return objects.filter(pk__in=run.ids)
    source = run.options.get(ITEMS_OF)
    if source:
        items = MassActionItem.objects.filter(run_id=source["run"], state__in=source["states"])
        return objects.filter(pk__in=items.order_by().values("object_id"))
    return None


@transaction.atomic
def list_chosen(run: MassAction, chosen: "QuerySet[Any]", *, name: str) -> bool:
    """Write down one more chunk of what was chosen, each object once; return whether there may be more."""
    if not hold(run, listed=False):
        return False
    last = run.items.order_by("-object_id").values_list("object_id", flat=True).first() or 0
    chunk = chosen.filter(pk__gt=last).order_by("pk").values_list("pk", name)[:LISTED_AT_ONCE]
    written = _list(run, chunk)
    if not written:
        advance(run, listed=True, chosen=run.items.count())
    return written > 0


def _list(run: MassAction, chunk: "QuerySet[Any, Any]") -> int:
    try:
        sql, values = chunk.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return 0  # nothing can match, such as a list of no ids
    # One statement, so that a hundred thousand objects need not come through here. "WHERE true" keeps SQLite
    # from reading ON CONFLICT as a part of the join.
    insert = (
        f"INSERT INTO {MassActionItem._meta.db_table} (run_id, object_id, reference, state, code, reason, box) "  # noqa: S608
        f"SELECT %s, chosen.* , %s, '', '', '' FROM ({sql}) AS chosen WHERE true ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, [run.pk, ItemState.WAITING, *values])
        written: int = cursor.rowcount
    return written


def next_ids(run: MassAction, limit: int) -> list[int]:
    """Return the next objects of a run that nothing was done with yet."""
    fresh = run.items.filter(state=ItemState.WAITING, delivery=None)
    later = fresh.filter(object_id__gt=run.cursor).order_by("object_id")
    return list(later.values_list("object_id", flat=True)[:limit])


def hold(run: MassAction, **seen: Any) -> bool:
    """
    Lock a run that goes on until this transaction ends; return whether it stands where it was seen.

    Another worker may have taken the same step, or somebody paused or cancelled the run: then it is read anew.
    """
    held = MassAction.objects.filter(pk=run.pk, state=State.RUNNING, **seen).update(state=State.RUNNING) == 1
    if not held:
        run.refresh_from_db()
    return held


def advance(run: MassAction, **changes: Any) -> None:
    """Write how far a run has come."""
    MassAction.objects.filter(pk=run.pk).update(**changes)
    for name, value in changes.items():
        setattr(run, name, value)


@transaction.atomic(savepoint=False)
def settle(
    run_id: int, object_ids: Iterable[int], state: MassActionItem.State, *, code: str = "", reason: str = ""
) -> int:
    """
    Give waiting items their outcome and count them, both or neither; return how many there were.

    What was noted on an item when it was taken up stays with one that is done without a word.
    """
    # Of all that still wait, SQLite would look through each: the keys shall lead, not the state.
    waiting = MassActionItem.objects.filter(among("object_id", list(object_ids)), run_id=run_id).exclude(
        state__in=list(_COUNTED)
    )
    words = {"code": code, "reason": reason} if code or reason or state != ItemState.DONE else {}
    changed = waiting.update(state=state, **words)
    if changed:
        column = _COUNTED[state]
        at = {} if state == ItemState.SKIPPED else {"settled_at": timezone.now()}
        MassAction.objects.filter(pk=run_id).update(**{column: F(column) + changed}, **at)
    return changed


def await_delivery(run: MassAction, object_id: int, *, box: str, delivery: int, number: int) -> None:
    """Let an object wait for the answer to a request of the outbox."""
    run.items.filter(object_id=object_id).update(box=box, delivery=delivery, number=number)


def settle_awaited(box: Outbox[Any], rows: Iterable[Any], state: MassActionItem.State, reason: str) -> None:
    """
    Give items that wait for these requests their outcome, in the answer's transaction; a run closes on commit.

    A run locks itself before its objects, so this comes before what else the answer changes.
    """
    numbers = {row.pk: row.number for row in rows}
    these = MassActionItem.objects.filter(
        among("delivery", list(numbers)), box=box.name, state=ItemState.WAITING
    )
    found = these.order_by("run_id", "object_id").values_list("run_id", "object_id", "delivery", "number")
    awaited: dict[int, list[int]] = {}
    for run_id, object_id, delivery, number in found:
        if numbers[delivery] == number:
            awaited.setdefault(run_id, []).append(object_id)
    for run_id, waiting in awaited.items():
        settle(run_id, waiting, state, reason=reason)
        transaction.on_commit(partial(finish_if_done, run_id), robust=True)


def settle_left(run: MassAction) -> None:
    """Settle items of which nothing is on its way any more: answered without them, withdrawn, or overtaken."""
    last = 0
    waiting = run.items.filter(state=ItemState.WAITING, delivery__isnull=False).order_by("object_id")
    while items := list(waiting.filter(object_id__gt=last)[:LOOKED_AT_ONCE]):
        last = items[-1].object_id
        of_box: dict[str, list[MassActionItem]] = {}
        for item in items:
            of_box.setdefault(item.box, []).append(item)
        for name, some in of_box.items():
            box = boxes.named(name)
            keys = [item.delivery for item in some]
            rows = box.model._default_manager.in_bulk(keys) if box else {}
            for item in some:
                outcome = _outcome(item, rows.get(item.delivery))
                if outcome is not None:
                    settle(run.pk, [item.object_id], outcome[0], reason=outcome[1])


def _outcome(item: MassActionItem, row: Any) -> tuple[MassActionItem.State, str] | None:
    if row is None:
        return ItemState.FAILED, "It was withdrawn before it was sent."
    if row.number != item.number:
        return ItemState.FAILED, "A newer request took it over."
    if row.next_try_at is not None:
        return None
    if row.answer == Answer.ACCEPTED:
        return ItemState.DONE, ""
    if row.answer == Answer.REJECTED:
        return ItemState.FAILED, f"Jet: {' '.join(map(str, row.errors))}"
    return ItemState.FAILED, "It was withdrawn before it was sent."


def finish_if_done(run_id: int) -> bool:
    """Close a run whose objects are all taken up and settled; return whether it was closed now."""
    if MassActionItem.objects.filter(run_id=run_id, state=ItemState.WAITING).exists():
        return False
    this, now = MassAction.objects.filter(pk=run_id), timezone.now()
    closed = this.filter(state=State.RUNNING, expanded=True).update(state=State.DONE, finished_at=now)
    closed = closed or this.filter(state=State.CANCELLED, finished_at=None).update(finished_at=now)
    if closed:
        notify_people(MassAction.objects.get(pk=run_id))
    return closed == 1


def notify_people(run: MassAction) -> None:
    """Put the run under the bell, where it is found again: one line that says how it stands."""
    of_groups = groups.by_state([run]).get(run.pk, {}) if run.finished_at else {}
    ended = ((run.done, "done"), (run.failed, "failed"), (run.skipped, "left out"))
    states = (ItemState.DONE, ItemState.FAILED, ItemState.SKIPPED)
    counts = ", ".join(
        groups.apart(f"{count - of_groups.get(state, 0)} {word}", of_groups.get(state, 0))
        for (count, word), state in zip(ended, states, strict=True)
    )
    in_plan = run.plan.get("chosen_groups", 0)
    chosen = groups.apart(f"{run.chosen - in_plan} chosen", in_plan)
    is_held = run.message and run.state == State.PAUSED
    is_over = run.state in (State.DONE, State.CANCELLED, State.FAILED)
    notify(
        "bulk_run",
        key=str(run.pk),
        title=f"{label_of(run)}: {run.sentence.lower()}",
        text=". ".join(filter(None, (counts if is_over else chosen, run.message))),
        about=run,
        severity="error" if run.state == State.FAILED else "warning" if run.failed or is_held else "info",
    )


def label_of(run: MassAction) -> str:
    """Return the action's name for people, as its menu says it."""
    return str(run.plan.get("label") or run.action.replace("_", " ").capitalize())


def again(
    run: MassAction, *, action: str = "", states: Sequence[str], by: Person | None = None
) -> MassAction:
    """Draft a run over the items of another that ended in these states: retry what failed, undo what was done."""
    options = {**run.options, ITEMS_OF: {"run": run.pk, "states": list(states)}}
    return draft(scope=MassAction.Scope(run.scope), action=action or run.action, options=options, by=by)


def _move(run: MassAction, states: Sequence[str], state: MassAction.State, **changes: Any) -> bool:
    moved = MassAction.objects.filter(pk=run.pk, state__in=states).update(state=state, **changes) == 1
    run.refresh_from_db()
    if moved:
        word = "run resumed" if State.PAUSED in states and state == State.RUNNING else WORDS[state]
        history.record(word, run, message=". ".join(filter(None, (label_of(run), run.message))))
    if moved and state == State.RUNNING:
        nudge(f"{run.scope}.advance_bulk_runs")
    return moved
