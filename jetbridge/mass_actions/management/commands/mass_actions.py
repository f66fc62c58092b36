"""`manage.py mass_actions`: mass actions on products and orders; pauses, resumes, cancels, repeats, undoes one."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.management.lookups import existing
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.scopes import SCOPES, Guard, guards

SHOWN = 20
MOVES = ("pause", "resume", "cancel")
NOTHING = {"retry": "failed", "rest": "was left out", "undo": "was done"}


class Command(PanelCommand):
    """The buttons of a mass action's own page; `bulk_products` and `bulk_orders` begin one."""

    help = "List mass actions, or one with what failed; pause, resume or cancel it, try the failed again, undo it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a run and what becomes of it."""
        parser.add_argument("run", nargs="?", type=int, metavar="NUMBER")
        action = parser.add_mutually_exclusive_group()
        for move in MOVES:
            action.add_argument(f"--{move}", action="store_true")
        action.add_argument("--retry", action="store_true", help="begin one over those that failed")
        action.add_argument("--rest", action="store_true", help="begin one over those that a cancel left out")
        action.add_argument("--undo", action="store_true", help="begin the one that takes back what was done")
        for guard in guards():
            guard.add_arguments(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, run: int | None, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        move = next((name for name in (*MOVES, "retry", "rest", "undo") if options[name]), "")
        runs = MassAction.objects.exclude(state=MassAction.State.DRAFT)
        if run is None:
            if move or _given(options):
                raise Usage("Name the run by its number.")
            rows = [_summary(each) for each in runs.defer("ids", "plan").order_by("-pk")[:SHOWN]]
            self.finish_rows("runs", rows, "There was none yet.")
            return
        found = existing(runs, f"There is no mass action {run}.", pk=run)
        given = _given(options)
        _check_options(found, move, given)
        with self.trying(options["dry_run"]):
            if move in MOVES:
                self._move(found, move)
            elif move:
                found = self._again(found, move, given)
            summary = _summary(found)
        failed = (
            found.items.filter(state=MassActionItem.State.FAILED).order_by("pk")[:SHOWN] if found.pk else ()
        )
        reasons = {item.reference: item.reason for item in failed}
        self.finish_facts({**summary, "reasons": reasons})

    def _move(self, run: MassAction, move: str) -> None:
        if not getattr(SCOPES[run.scope].pages.services, move)(run):
            run.refresh_from_db()
            raise CommandError(f"That came too late: the run is {run.sentence.lower()}.")
        run.refresh_from_db()

    @transaction.atomic
    def _again(self, run: MassAction, move: str, given: dict[str, Any]) -> MassAction:
        pages = SCOPES[run.scope].pages
        action, state = pages.actions[run.action], MassActionItem.State.FAILED
        code = action.code
        if move == "undo":
            if not action.undo:
                raise CommandError(f"{action.label} cannot be undone.")
            code, state = action.undo, MassActionItem.State.DONE
        elif move == "rest":
            state = MassActionItem.State.SKIPPED
        if not run.items.filter(state=state).exists():
            raise CommandError(f"Nothing of it {NOTHING[move]}.")
        fresh = pages.services.again(run, action=code, states=[state])
        guard = _guard_of(run, move)
        if guard is not None:
            guard.give(fresh, given)
        pages.services.start(fresh)
        fresh.refresh_from_db()
        return fresh


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return what was said for the guards."""
    names = [name for guard in guards() for name in guard.options]
    return {name: options[name] for name in names if options[name]}


def _guard_of(run: MassAction, move: str) -> Guard | None:
    return SCOPES[run.scope].guard_of(run.action) if move in ("retry", "rest") else None


def _check_options(run: MassAction, move: str, given: dict[str, Any]) -> None:
    """Refuse a consent where nobody asks for one, and a guarded action without what it always needs."""
    guard = _guard_of(run, move)
    if guard is not None:
        guard.refuse(given)
        return
    for each in guards():
        if given.keys() & set(each.options):
            raise Usage(each.misplaced)


def _summary(run: MassAction) -> dict[str, Any]:
    return {
        "run": run.pk,
        "about": run.scope,
        "action": run.action,
        "state": run.state,
        "sentence": run.sentence,
        "chosen": run.chosen,
        "done": run.done,
        "failed": run.failed,
        "skipped": run.skipped,
        "label": lifecycle.label_of(run),
        "message": run.message,
    }
