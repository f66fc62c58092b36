"""Writes orders to a CSV file, as Export in the grid does."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration, spreadsheets
from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted
from orders import exports, filters
from orders.mass_actions import labelers


class Command(PanelCommand):
    """One line of an order a row."""

    help = "Export the orders of a stage of the grid as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to write it")
        parser.add_argument("--to-ship", action="store_true", help="what is open, as a file for Ship many")
        parser.add_argument("--stage", choices=sorted(filters.STAGES), default=filters.ALL)

    def handle(self, *args: Any, file: str, stage: str, to_ship: bool, **options: Any) -> None:
        stage = "ship" if to_ship else stage
        orders = filters.matching({filters.STAGE: [stage]}, configuration.active_account()).order_by("pk")
        exports.record_taking("CSV by command", orders.count())
        rows = labelers.current().hand_over(orders) if to_ship else exports.rows(orders)
        lines = files.write_lines(file, spreadsheets.csv_lines(rows)) - 1  # the header
        self.finish({"file": file, "lines": lines}, f"{counted(lines, 'line')} of orders written to {file}.")
