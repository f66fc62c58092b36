"""`manage.py mass_actions`: mass actions on products and orders; pauses, resumes, cancels, repeats, undoes one."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from catalog.listings.views.mass_actions import PAGES as CATALOG
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.lookups import existing
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import BulkRun, BulkRunItem
from jetbridge.mass_actions.views import RunPages
from orders.management import finding
from orders.services.bulk_actions import CONSENT, GUARDED
from orders.views.bulk import PAGES as ORDERS

PAGES: dict[str, RunPages] = {str(each.scope): each for each in (CATALOG, ORDERS)}
SHOWN = 20
MOVES = ("pause", "resume", "cancel")
NOTHING = {"retry": "failed", "rest": "was left out", "undo": "was done"}


class Command(PanelCommand):
    """The buttons of a mass action's own page; `bulk_products` and `bulk_orders` begin one."""

    help = "List mass actions, or one with what failed; pause, resume or cancel it, try the failed again, undo it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a run and what becomes of it."""
        parser.add_argument("run", nargs="?", type=int, metavar="NUMBER")
        deed = parser.add_mutually_exclusive_group()
        for move in MOVES:
            deed.add_argument(f"--{move}", action="store_true")
        deed.add_argument("--retry", action="store_true", help="begin one over those that failed")
        deed.add_argument("--rest", action="store_true", help="begin one over those that a cancel left out")
        deed.add_argument("--undo", action="store_true", help="begin the one that takes back what was done")
        finding.add_consent(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, run: int | None, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        move = next((name for name in (*MOVES, "retry", "rest", "undo") if options[name]), "")
        if run is None:
            if move or _consent(options):
                raise CommandError("Name the run by its number.", returncode=2)
            runs = (
                BulkRun.objects.exclude(state=BulkRun.State.DRAFT)
                .defer("ids", "plan")
                .order_by("-pk")[:SHOWN]
            )
            rows = [_told(each) for each in runs]
            self.finish({"runs": rows}, "\n".join(map(_line, rows)) or "There was none yet.")
            return
        runs = BulkRun.objects.exclude(state=BulkRun.State.DRAFT)
        found = existing(runs, f"There is no mass action {run}.", pk=run)
        _check_words(found, move, options)
        with self.trying(options["dry_run"]):
            if move in MOVES:
                self._move(found, move)
            elif move:
                found = self._again(found, move, _consent(options))
            summary = _told(found)
        failed = found.items.filter(state=BulkRunItem.State.FAILED).order_by("pk")[:SHOWN] if found.pk else ()
        reasons = {item.reference: item.reason for item in failed}
        lines = [_line(summary), *(f"  {name}: {reason}" for name, reason in reasons.items())]
        self.finish({**summary, "reasons": reasons}, "\n".join(lines))

    def _move(self, run: BulkRun, move: str) -> None:
        if not getattr(PAGES[run.scope].services, move)(run):
            run.refresh_from_db()
            raise CommandError(f"That came too late: the run is {run.get_state_display().lower()}.")
        run.refresh_from_db()

    @transaction.atomic
    def _again(self, run: BulkRun, move: str, consent: dict[str, Any]) -> BulkRun:
        pages = PAGES[run.scope]
        action, state = pages.actions[run.action], BulkRunItem.State.FAILED
        code = action.code
        if move == "undo":
            if not action.undo:
                raise CommandError(f"{action.label} cannot be undone.")
            code, state = action.undo, BulkRunItem.State.DONE
        elif move == "rest":
            state = BulkRunItem.State.SKIPPED
        if not run.items.filter(state=state).exists():
            raise CommandError(f"Nothing of it {NOTHING[move]}.")
        fresh = pages.services.again(run, action=code, states=[state])
        _give(fresh, consent)
        pages.services.start(fresh)
        fresh.refresh_from_db()
        return fresh


def _consent(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in CONSENT if options[name]}


def _check_words(run: BulkRun, move: str, options: dict[str, Any]) -> None:
    """Refuse a consent where nobody asks for one, and a cancel begun anew without a reason."""
    is_guarded = run.scope == BulkRun.Scope.ORDERS and run.action == GUARDED and move in ("retry", "rest")
    if not is_guarded and _consent(options):
        raise CommandError(
            "--reason and --above-limit go with --retry or --rest of a cancel of orders.", returncode=2
        )
    if is_guarded and not options["reason"].strip():
        raise CommandError("Say why you cancel: --reason.")


def _give(run: BulkRun, consent: dict[str, Any]) -> None:
    """
    Put a consent into a draft.

    :raises CommandError: it goes beyond the cancellation limit, and nobody said that it may
    """
    if run.options.get("above_limit_hit") and "above_limit" not in consent:
        rate = run.plan["outlook"]
        raise CommandError(
            f"The cancellation rate becomes {rate['after']} %, the limit is {rate['limit']} %. "
            "Confirm that it may be passed: --above-limit."
        )
    if consent:
        run.options |= consent
        run.save(update_fields=["options"])


def _told(run: BulkRun) -> dict[str, Any]:
    return {
        "run": run.pk,
        "about": run.scope,
        "action": run.action,
        "state": run.state,
        "chosen": run.chosen,
        "done": run.done,
        "failed": run.failed,
        "skipped": run.skipped,
        "label": lifecycle.label_of(run),
    }


def _line(row: dict[str, Any]) -> str:
    counts = f"{row['done']} done, {row['failed']} failed, {row['skipped']} left out of {row['chosen']}"
    return f"{row['run']}  {row['label']}: {row['state']}, {counts}"
