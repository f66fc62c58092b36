"""`manage.py pull_store`: the linked store's catalogue, whole, what changed, or some SKUs of it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.products.intake.reports import ImportReport
from catalog.products.services import store_pulls
from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted
from jetbridge.jobs.patience import waiting_for_locks
from jetbridge.store import services as links

SHOWN = 20


class Command(PanelCommand):
    """Read the store on Import products; without SKU and --full what changed since the last time."""

    help = "Bring products from the linked store: those of some SKUs, what changed, or all of them."
    refusals = links.FAILURES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("skus", nargs="*", metavar="SKU", help="Only the products of these SKUs.")
        parser.add_argument("--full", action="store_true", help="Read the whole store.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; write nothing.")

    def handle(self, *, skus: list[str], full: bool, dry_run: bool, **options: Any) -> None:
        """Read, and say what that brought; unreadable products beside others are reported and no failure."""
        if not links.is_linked(configuration.current()):
            raise CommandError("The store is kept by files: import_products FILE.")
        try:
            with links.open_store() as store, waiting_for_locks():
                report = store_pulls.pull(
                    store=store, skus=skus, full=full, dry_run=dry_run, heartbeat=self._heartbeat
                )
        except links.FAILURES as error:
            raise CommandError(links.said(error)) from error
        said = report.as_json()
        said["errors"] = [{**each, "row": None} for each in said["errors"]]
        self.finish(said, _text(report, dry_run=dry_run), ok=not report.rows or report.failed < report.rows)

    def _heartbeat(self) -> None:
        """Nothing waits for a command."""


def _text(report: ImportReport, *, dry_run: bool) -> str:
    verb = "would be " if dry_run else ""
    lines = [
        *report.notices,
        f"{counted(report.rows, 'product')} read: {report.created:,} {verb}created, "
        f"{report.updated:,} {verb}updated, {report.unchanged:,} unchanged, {report.failed:,} failed.",
    ]
    problems = report.sorted_errors()
    lines += [f"  SKU {each.sku or '-'}: {each.message}" for each in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"  and {len(problems) - SHOWN + report.left_out:,} more.")
    return "\n".join(lines)
