"""`manage.py rejected_files`: lists bulk files that Jet refused, fetches verdicts, resubmits, clears."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Q

from catalog.listings.badges import files_in_need
from catalog.listings.models import UploadFile
from catalog.listings.services import file_uploads, rejected_files
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management.faults import Usage
from jetbridge.core.reports import Report
from jetbridge.core.texts import number_in
from jetbridge.panel.management.grids import Grid, GridCommand

SHOWN = 50


class Command(GridCommand):
    """The buttons of Rejected Files: Fetch, Resubmit, Delete, Clear All Logs."""

    help = "List refused bulk files; fetch verdicts, resubmit or delete a file, clear the list."
    grid = Grid(
        UploadFile,
        "files",
        {
            "file": "pk", "name": "name", "kind": "kind", "status": "status", "products": "product_count",
            "errors": "error_count",
        },
        most=SHOWN,
    )  # fmt: skip

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done; without anything the files are listed."""
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--fetch", action="store_true", help="refresh every open file from Jet")
        action.add_argument("--resubmit", metavar="FILE", help="send the corrected products of a file again")
        action.add_argument("--resubmit-all", action="store_true", help="the same for every refused file")
        action.add_argument("--show", metavar="FILE", help="what was sent, and what Jet said, whole")
        action.add_argument("--delete", metavar="FILE", help="delete a file that Jet is done with")
        action.add_argument("--clear", action="store_true", help="clear the list of what Jet is done with")
        parser.add_argument("--unchanged", action="store_true", help="resubmit what was not corrected, too")
        parser.add_argument("--refused", action="store_true", help="clear files with open refusals, too")
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        account = configuration.active_account()
        in_need = files_in_need(account)
        if options["fetch"]:
            if options["dry_run"]:
                raise Usage("--fetch reads Jet's verdicts; there is no dry run of it.")
            with open_client(purpose="rejected_files") as client:
                report = file_uploads.advance_files(client=client, account=account, at_once=True)
            self._report(report, "products processed by Jet")
        elif options["show"]:
            file = _file(options["show"])
            whole = {
                "file": file.pk,
                "content": file.content,
                "errors": file.errors,
                "answer": file.body.said,
            }
            self.finish(whole, json.dumps(whole, indent=2, ensure_ascii=False))
        elif not any(options[name] for name in ("resubmit", "resubmit_all", "delete", "clear")):
            is_narrowed = options["search"] or options["where"]
            self.finish_grid(options, only=None if is_narrowed else Q(pk__in=in_need.values("pk")))
        else:
            with self.trying(options["dry_run"]):
                if options["resubmit"]:
                    file, words = _file(options["resubmit"]), "products are sent again"
                    report = rejected_files.resubmit(file, unchanged=options["unchanged"])
                elif options["resubmit_all"]:
                    report = rejected_files.resubmit_all(in_need.select_related("account", "body"))
                    words = "products are sent again"
                elif options["delete"]:
                    report, words = rejected_files.delete_file(_file(options["delete"])), "file deleted"
                else:
                    report = rejected_files.clear_all(account, refused=options["refused"])
                    words = "files cleared"
            self._report(report, words)

    def _report(self, report: Report, words: str) -> None:
        summary = {name: getattr(report, name) for name in ("done", "failed", "skipped", "note")}
        lines = [f"{report.done} {words}. {report.note}".strip()]
        lines += [f"  {item.reference}: {item.reason}" for item in report.items[:SHOWN]]
        self.finish(summary, "\n".join(lines), ok=not report.failed)


def _file(key: str) -> UploadFile:
    found = UploadFile.objects.filter(pk=number_in(key) or 0).first()
    found = found or UploadFile.objects.filter(name=key).first()
    found = found or UploadFile.objects.filter(jet_file_id=key).first()
    if found is None:
        raise CommandError(f"There is no file {key}: name its number, its name or Jet's file ID.")
    return found
