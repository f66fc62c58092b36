"""Tries failed and held orders again: one by its name, or all of them after asking Jet where they stand."""

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import QuerySet

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from orders.management import lookups
from orders.models import FailedOrder
from orders.services import acknowledgements, retries


class Command(PanelCommand):
    """Retry, as the buttons Retry and Update Status do."""

    help = "Try a failed order again, or with --all every one of them; fixed ones are acknowledged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", nargs="?", default="", help="number, reference order id or Jet order id")
        parser.add_argument("--all", action="store_true", help="all of them")
        parser.add_argument(
            "--dry-run", action="store_true", help="say which would be tried; ask and send nothing"
        )

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        if bool(order) == options["all"]:
            raise Usage("Name one order, or say --all.")
        account = configuration.active_account()
        failure = lookups.find_failure(order) if order else None
        if options["dry_run"]:
            self._say_which(FailedOrder.objects.filter(account=account), failure)
            return
        with open_client(account, purpose="retry_order") as client:
            report = retries.retry_failed_orders(client=client, account=account, only=failure)
            report.add(acknowledgements.acknowledge_orders(client=client, account=account))
        rows = FailedOrder.objects.filter(account=account)
        rows = rows.filter(pk=failure.pk) if failure else rows.filter(state__in=FailedOrder.UNRESOLVED)
        states = {str(row): row.state for row in rows}
        lines = [f"{item.reference}: {item.reason}" for item in report.items]
        said = [f"Order {name} is {state}." for name, state in states.items()] if failure or not lines else []
        text = "\n".join([*lines, *said]) or "No order is failed or held."
        self.finish({"done": report.done, "orders": states, "reasons": lines}, text)

    def _say_which(self, rows: "QuerySet[FailedOrder]", only: FailedOrder | None) -> None:
        rows = rows.filter(pk=only.pk) if only else rows.filter(state__in=FailedOrder.UNRESOLVED)
        states = {str(row): row.state for row in rows}
        lines = [f"Order {name}, {state}, would be tried again." for name, state in states.items()]
        self.finish({"orders": states, "dry_run": True}, "\n".join(lines) or "No order is failed or held.")
