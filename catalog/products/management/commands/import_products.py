"""Import a Magento 2 product CSV from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions, chosen_readings
from catalog.products.intake.reports import ImportReport, UnreadableFile
from catalog.products.management.readings import reading_arguments, readings
from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import WRONG_USAGE
from jetbridge.core.texts import counted
from jetbridge.jobs.patience import waiting_for_locks

SHOWN = 20
LOST = {"disables": "disabled", "closes": "marked out of stock", "zeroes": "set to no units"}


class Command(PanelCommand):
    """`manage.py import_products FILE`: bad rows are reported and are no failure."""

    help = "Import products from a Magento 2 CSV (.csv or .csv.gz)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="- reads standard input")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; write nothing.")
        parser.add_argument("--separator", default=",", help="Magento's multiple value separator (a comma).")
        reading_arguments(parser)
        parser.add_argument("--delimiter", default="", help="Column delimiter; found out when left out.")
        parser.add_argument("--bad-rows", type=Path, help="Write bad rows to this CSV, with their reasons.")

    def handle(self, *args: Any, **options: Any) -> None:
        with files.on_disk(options["file"], missing=WRONG_USAGE) as path:
            report = self._import(path, options)
        self.finish(report.as_json(), _text(report, dry_run=options["dry_run"]), ok=not _only_bad(report))

    def _import(self, path: Path, options: dict[str, Any]) -> ImportReport:
        how = ImportOptions(
            dry_run=options["dry_run"],
            separator=options["separator"],
            delimiter=options["delimiter"],
            bad_rows=options["bad_rows"],
            document=files.named(options["file"]),
            **chosen_readings(readings(options)),
        )
        try:
            with waiting_for_locks():
                return import_products(path=path, options=how, progress=self._progress)
        except UnreadableFile as problem:
            raise CommandError(f"{files.named(options['file'])}: {problem}") from problem

    def _progress(self, report: ImportReport, percent: int) -> None:
        if report.rows % 10_000 == 0:
            self.say(f"{percent} %, {counted(report.rows, 'row')}")


def _only_bad(report: ImportReport) -> bool:
    """Bad rows beside good ones are reported; a file of bad rows alone achieved nothing."""
    return report.failed == report.rows


def _text(report: ImportReport, *, dry_run: bool) -> str:
    verb = "would be " if dry_run else ""
    lines = [
        *report.notices,
        *(
            f"{each.what}: {each.choice or 'undecided'} ({each.decided_by}). {each.example}"
            for each in report.readings
        ),
        *(
            f"{counted(count, 'product')}: {verb}{LOST[key]}."
            for key, count in report.losses.items()
            if count
        ),
        f"{report.kind}, {counted(report.rows, 'row')}: {report.created:,} {verb}created, "
        f"{report.updated:,} {verb}updated, {report.unchanged:,} unchanged, "
        f"{report.skipped:,} left out, {report.failed:,} failed.",
    ]
    problems = report.sorted_errors()
    for problem in problems[:SHOWN]:
        where = f", column {problem.column}" if problem.column else ""
        lines.append(f"  row {problem.row}{where}, SKU {problem.sku or '-'}: {problem.message}")
    if len(problems) > SHOWN:
        lines.append(f"  and {len(problems) - SHOWN + report.left_out:,} more.")
    return "\n".join(lines)
