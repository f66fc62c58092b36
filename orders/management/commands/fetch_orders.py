"""Fetches orders from Jet: the button Fetch orders, or chosen orders by their ids or days."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, open_client
from jetbridge.core.reports import Report
from jetbridge.jobs.management import waits
from jetbridge.panel.management.forms import NO_OPTION, FormCommand
from orders.forms.fetches import FetchForm
from orders.services import acknowledgements, imports, refreshes
from orders.services.refreshes import Span

JOB = "orders.import_ready_orders"


class Command(FormCommand):
    """Import new orders and acknowledge them; or read the named ones, or those of some days, again."""

    help = (
        "Fetch ready orders from Jet, reserve stock, acknowledge or hold them; or read chosen orders again."
    )

    form = FetchForm
    flags = {"ids": NO_OPTION, "compare_only": "--dry-run"}
    hints = {
        "since": "placed from this day, as in 2026-01-31",
        "until": "placed until this day",
        "compare_only": "with ids or days: only report what differs",
    }
    bad_value = 2

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order_ids", nargs="*", metavar="ORDER_ID", help="only these orders")
        self.add_fields(parser)

    def handle(self, *args: Any, order_ids: list[str], **options: Any) -> None:
        span, fields = None, self.given(options)
        if order_ids or fields:
            given = self.filled({**fields, "ids": "\n".join(order_ids)}).cleaned_data
            span = Span(jet_ids=tuple(given["ids"]), since=given["since"], until=given["until"])
        with (
            waits.commanded(JOB) as run,
            open_client(purpose="fetch_orders") as client,
        ):
            account = configuration.active_account()
            if span is None:
                for part in imports.import_orders(client=client, account=account, heartbeat=run.heartbeat):
                    run.add(part)
                    self.say(f"{run.report.done} done, {run.report.failed} failed")
            else:
                run.add(self._again(client, span, dry_run=options["dry_run"]))
                if not options["dry_run"]:
                    acknowledgements.acknowledge_orders(
                        client=client, account=account, heartbeat=run.heartbeat
                    )
        self._finish(run.report)

    def _again(self, client: Client, span: Span, *, dry_run: bool) -> Report:
        report = Report()
        account = configuration.active_account()
        rounds = refreshes.read_again(client=client, account=account, span=span, compare_only=dry_run)
        for row in (row for _, rows in rounds for row in rows):
            if row.outcome == "failed":
                report.fail(row.name or row.jet_id, row.reason)
            elif row.outcome == "same":
                report.skip(row.name, "Jet holds nothing new of it.")
            else:
                report.done += 1
            for each in row.differences:
                self.say(f"{row.name}: {each.field}: {each.here or '-'} -> {each.at_jet or '-'}")
        return report

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
