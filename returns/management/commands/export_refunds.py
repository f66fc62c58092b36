"""Exports the refunds as CSV, as the grid's Export gives them."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration, spreadsheets
from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted
from returns import exports
from returns.models import Refund


class Command(PanelCommand):
    """A row per item."""

    help = "Export refunds as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it")
        parser.add_argument("--status", choices=Refund.Status.values, help="only these")

    def handle(self, *args: Any, file: Path, status: str | None, **options: Any) -> None:
        rows = Refund.objects.filter(account=configuration.active_account()).order_by("-pk")
        rows = rows.filter(status=status) if status else rows
        found = rows.select_related("order").prefetch_related("items__order_item")
        lines = files.write_lines(file, spreadsheets.csv_lines(exports.rows(found))) - 1  # the header
        self.finish(
            {"file": str(file), "lines": lines}, f"{counted(lines, 'line')} of refunds written to {file}."
        )
