"""`manage.py jet_api`: the calls that Jet asks to see in test mode; makes them, generates orders and returns."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, open_client
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.models import JetAccount, Mode
from jetbridge.desk.jet import proofs, runway
from jetbridge.jobs import queue

KEYS = [step.key for step in runway.STEPS]


class Command(PanelCommand):
    """Run, Run all, Generate order and Generate return of the page Jet API, with the test keys."""

    help = (
        "Say which required calls Jet has seen; make some or all of them; have a test order or return made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take steps, or what is to be generated."""
        parser.add_argument("steps", nargs="*", metavar="STEP", help=f"{', '.join(KEYS)}, or all")
        made = parser.add_mutually_exclusive_group()
        made.add_argument("--order", metavar="SKU", help="have Jet make a test order of this SKU")
        made.add_argument(
            "--return", dest="return_of", metavar="ORDER", help="have Jet open a return of this order"
        )
        parser.add_argument(
            "--quantity", type=int, default=1, metavar="N", help="of the test order, 1 to 1000"
        )
        parser.add_argument("--dry-run", action="store_true", help="say which calls would be made; make none")

    def handle(self, *args: Any, steps: list[str], **options: Any) -> None:
        """Do what was asked for, then say what is still missing."""
        strange = sorted(set(steps) - {*KEYS, "all"})
        if strange:
            raise Usage(f"Steps: {', '.join(KEYS)}, all; not {', '.join(strange)}.")
        if not 0 < options["quantity"] <= 1000:
            raise Usage("--quantity takes 1 to 1000.")
        account = configuration.account(Mode.TEST)
        chosen = [step for step in runway.STEPS if step.key in steps or "all" in steps]
        if options["dry_run"]:
            calls = [step.call for step in chosen]
            self.finish(
                {"would_run": [step.key for step in chosen], "dry_run": True}, "\n".join(calls) or "No call."
            )
            return
        with open_client(account, purpose="test call") as client:
            done, problem = runway.run(chosen, client=client, account=account) if chosen else ([], "")
            made = self._generated(client, account, options)
            states = proofs.runway(account, proofs.setup_status(client))
        missing = [state.step.key for state in states if not state.done]
        summary = {"said": done, "problem": problem, **made, "missing": missing}
        lines = [*done, *(f"{what}: {key}" for what, key in made.items()), *([problem] if problem else [])]
        lines.append(
            f"Still missing: {', '.join(missing)}." if missing else "Jet has seen every required call."
        )
        self.finish(summary, "\n".join(lines), ok=not problem)

    def _generated(self, client: Client, account: JetAccount, options: dict[str, Any]) -> dict[str, str]:
        context = runway.Context(client, account)
        if options["order"]:
            made = {
                "order": runway.generate_order(context, sku=options["order"], quantity=options["quantity"])
            }
            queue.nudge("orders.import_ready_orders")
        elif options["return_of"]:
            made = {"return": runway.generate_return(context, order_id=options["return_of"])}
            queue.nudge("returns.fetch_returns")
        else:
            made = {}
        return made
