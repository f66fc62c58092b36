"""Exports the refunds as CSV, as the grid's Export gives them."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import configuration, spreadsheets
from jetbridge.core.management.base import PanelCommand
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
        lines = -1  # the header
        try:
            with file.open("w", encoding="utf-8", newline="") as target:
                found = rows.select_related("order").prefetch_related("items__order_item")
                for line in spreadsheets.csv_lines(exports.rows(found)):
                    target.write(line)
                    lines += 1
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.finish({"file": str(file), "lines": lines}, f"{lines} lines of refunds written to {file}.")
