"""Fetches orders from Jet: the button Fetch Latest Jet Orders, or chosen orders by their ids."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet import open_client
from jetbridge.core.jobs import job_run
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import JobRun
from jetbridge.core.reports import Report
from orders.services import imports

JOB = "orders.import_ready_orders"


class Command(PanelCommand):
    """Import new orders, or the named ones, and acknowledge them."""

    help = "Fetch ready orders from Jet, reserve stock, acknowledge or hold them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order_ids", nargs="*", metavar="JET_ORDER_ID", help="only these orders")

    def handle(self, *args: Any, order_ids: list[str], **options: Any) -> None:
        with (
            job_run(JOB, trigger=JobRun.Trigger.COMMAND) as run,
            open_client(purpose="fetch_orders") as client,
        ):
            account = configuration.active_account()
            if order_ids:
                for jet_id in order_ids:
                    run.add(imports.import_one(client=client, account=account, jet_id=jet_id))
            else:
                for part in imports.import_orders(client=client, account=account, beat=run.beat):
                    run.add(part)
                    self.say(f"{run.report.done} done, {run.report.failed} failed")
        self._finish(run.report)

    def _finish(self, report: Report) -> None:
        summary = {
            "imported": report.done,
            "failed": report.failed,
            "skipped": report.skipped,
            "items": [vars(item) for item in report.items],
        }
        lines = [f"{report.done} imported, {report.failed} failed, {report.skipped} left as they were."]
        lines += [f"  {item.reference}: {item.reason}" for item in report.items]
        self.finish(summary, "\n".join(lines))
