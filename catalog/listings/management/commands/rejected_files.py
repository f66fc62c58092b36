"""`manage.py rejected_files`: lists bulk files that Jet refused, fetches verdicts, resubmits, clears."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.listings.badges import files_in_need
from catalog.listings.models import UploadFile
from catalog.listings.services import file_uploads, rejected_files
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.reports import Report

SHOWN = 50


class Command(PanelCommand):
    """The buttons of Rejected Files: Fetch, Resubmit, Delete, Clear All Logs."""

    help = "List refused bulk files; fetch verdicts, resubmit or delete a file, clear the list."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done; without anything the files are listed."""
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--fetch", action="store_true", help="ask Jet now after every open file")
        deed.add_argument("--resubmit", metavar="FILE", help="send the corrected products of a file again")
        deed.add_argument("--resubmit-all", action="store_true", help="the same for every refused file")
        deed.add_argument("--show", metavar="FILE", help="what was sent, and what Jet said, whole")
        deed.add_argument("--delete", metavar="FILE", help="delete a file that Jet is done with")
        deed.add_argument("--clear", action="store_true", help="clear the list of what Jet is done with")
        parser.add_argument("--unchanged", action="store_true", help="resubmit what was not corrected, too")
        parser.add_argument("--refused", action="store_true", help="clear files with open refusals, too")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        account = configuration.active_account()
        if options["fetch"] and options["dry_run"]:
            raise CommandError("--fetch reads Jet's verdicts; there is no dry run of it.", returncode=2)
        if options["fetch"]:
            with open_client(purpose="rejected_files") as client:
                report = file_uploads.advance_files(client=client, account=account, at_once=True)
            self._tell(report, "products judged by Jet")
        elif options["resubmit"]:
            with self.trying(options["dry_run"]):
                report = rejected_files.resubmit(
                    self._file(options["resubmit"]), unchanged=options["unchanged"]
                )
            self._tell(report, "products are sent again")
        elif options["resubmit_all"]:
            with self.trying(options["dry_run"]):
                report = rejected_files.resubmit_all(files_in_need(account).select_related("account", "body"))
            self._tell(report, "products are sent again")
        elif options["show"]:
            self._show(self._file(options["show"]))
        elif options["delete"]:
            with self.trying(options["dry_run"]):
                report = rejected_files.delete_file(self._file(options["delete"]))
            self._tell(report, "file deleted")
        elif options["clear"]:
            with self.trying(options["dry_run"]):
                report = rejected_files.clear_all(account, refused=options["refused"])
            self._tell(report, "files cleared")
        else:
            self._list()

    def _file(self, key: str) -> UploadFile:
        found = UploadFile.objects.filter(pk=int(key)).first() if key.isdecimal() else None
        found = found or UploadFile.objects.filter(name=key).first()
        found = found or UploadFile.objects.filter(jet_file_id=key).first()
        if found is None:
            raise CommandError(f"There is no file {key}: name its number, its name or Jet's file ID.")
        return found

    def _show(self, file: UploadFile) -> None:
        whole = {"file": file.pk, "content": file.content, "errors": file.errors, "answer": file.body.said}
        self.finish(whole, json.dumps(whole, indent=2, ensure_ascii=False))

    def _list(self) -> None:
        waiting = files_in_need(configuration.active_account()).order_by("-pk")
        rows = [
            {"file": each.pk, "name": each.name, "kind": each.kind, "status": each.status,
             "products": each.product_count, "errors": each.error_count}
            for each in waiting[:SHOWN]
        ]  # fmt: skip
        lines = [
            f"  {row['file']} {row['name']}: {row['errors']} of {row['products']} refused" for row in rows
        ]
        self.finish({"files": rows}, "\n".join([f"{len(rows)} refused files.", *lines]))

    def _tell(self, report: Report, words: str) -> None:
        summary = {
            "done": report.done,
            "failed": report.failed,
            "skipped": report.skipped,
            "note": report.note,
        }
        lines = [f"{report.done} {words}. {report.note}".strip()]
        lines += [f"  {item.reference}: {item.reason}" for item in report.items[:SHOWN]]
        self.finish(summary, "\n".join(lines), ok=not report.failed)
