"""Carries out a mass action in this process and waits, as commands do."""

import time
from collections.abc import Sequence
from typing import Any

from catalog.listings.mass_actions import steps
from catalog.listings.mass_actions.actions import ACTIONS
from catalog.listings.services import direct_updates
from catalog.products.management import choices
from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, open_client
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import figures_of

# Another worker may hold some of the deliveries; its lease ends within this long.
PATIENCE = 150.0
PAUSE = 0.5


class MassActionCommand(PanelCommand):
    """A command that starts a mass action over SKUs, or over everything, and reports what became of it."""

    refusals = (choices.UnknownSkus,)

    def add_choice(self, parser: Any) -> None:
        """Let the caller name SKUs or say all."""
        parser.add_argument("skus", nargs="*", metavar="SKU")
        parser.add_argument("--all", action="store_true", help="every product of the store")
        parser.add_argument("--dry-run", action="store_true", help="show the plan; send nothing")

    def add_ways(self, parser: Any) -> None:
        """Offer what the plan's page offers."""
        parser.add_argument("--send-anyway", action="store_true", help="also what validation blocks")
        parser.add_argument(
            "--spare-live", action="store_true", help="price and quantity only of those that are live"
        )
        parser.add_argument("--alone", action="store_true", help="a group without its products")

    def ways(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return these choices as a run keeps them."""
        return {name: True for name in ("send_anyway", "spare_live", "alone") if options[name]}

    def draft(self, action: str, skus: Sequence[str], everything: bool, **options: Any) -> MassAction:
        """
        Plan the action.

        :raises Usage: neither SKUs nor --all, or both
        :raises UnknownSkus: the store has not all of them
        """
        if bool(skus) == everything:
            raise Usage("Name SKUs, or say --all.")
        ids = None if everything else choices.ids_of(skus)
        return steps.sketch(action=action, ids=ids, options=options)

    def show_plan(self, run: MassAction) -> None:
        left_out = run.plan["left_out"]
        chosen = figures_of({**run.plan, "count": run.chosen}, prefix="chosen_").words("product")
        word = "sent" if ACTIONS[run.action].sends else "done"
        lines = [f"{chosen} chosen. Will be {word}: {figures_of(run.plan, 'will_go').words('product')}."]
        lines += [f"  {figures_of(row).words('product')} will not: {row['text']}" for row in left_out]
        summary = {"chosen": run.chosen, "will_go": run.plan["will_go"], "left_out": left_out}
        self.finish(summary, "\n".join(lines))

    def carry_out(self, run: MassAction) -> MassAction:
        """Start the run and work on it until every product has its outcome, or files carry the rest."""
        run.save()
        steps.start(run)
        steps.expand()
        with open_client(purpose=f"{run.action} by command") as client:
            self._work(run, client)
        run.refresh_from_db()
        return run

    def report(self, run: MassAction, done: str) -> None:
        """Print what became of each product that was not done, and the counts."""
        bad = run.items.exclude(state=MassActionItem.State.DONE).order_by("pk")
        items = [
            {"sku": item.reference, "state": item.state, "code": item.code, "reason": item.reason}
            for item in bad[:500]
        ]
        waiting = run.items.filter(state=MassActionItem.State.WAITING).count()
        summary = {
            "run": run.pk,
            "chosen": run.items.count(),
            "done": run.done,
            "failed": run.failed,
            "skipped": run.skipped,
            "waiting": waiting,
            "files": run.files.count(),
            "items": items,
        }
        lines = [f"{run.done} {done}, {run.failed} failed, {run.skipped} left out."]
        if waiting and run.files.exists():
            lines.append(
                f"{waiting} on their way in {counted(run.files.count(), 'file')}; Jet's verdicts follow."
            )
        elif waiting:
            lines.append(f"{waiting} still waiting; the jobs go on with them.")
        lines += [f"  {row['sku']}: {row['reason']}" for row in items if row["reason"]]
        self.finish(summary, "\n".join(lines), ok=self._is_well(run, waiting))

    def _is_well(self, run: MassAction, waiting: int) -> bool:
        """Return whether something was achieved, or nothing stood in the way of what was already so."""
        if run.done or (waiting and run.files.exists()):
            return True
        already = [cause.code for cause in ACTIONS[run.action].causes if cause.already]
        return not run.items.exclude(code__in=already).exists()

    def _work(self, run: MassAction, client: Client) -> None:
        account = configuration.active_account()
        if run.action in ("bulk_upload", "status", "validate", "restore_zeros", "take_zeros_back"):
            steps.advance(client=client, account=account)
            return
        give_up = time.monotonic() + PATIENCE
        while True:
            report = direct_updates.send_pending(client=client, account=account, run_id=run.pk)
            run.refresh_from_db()
            waiting = (
                run.state == MassAction.State.RUNNING
                and run.items.filter(state=MassActionItem.State.WAITING).exists()
            )
            if not waiting or report.note or time.monotonic() > give_up:
                return
            time.sleep(PAUSE)
