"""`manage.py verify_history`: whether the history is what was sealed."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import history_check, rights
from jetbridge.core.history_check import Break
from jetbridge.core.history_seals import Link
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.desk.services import backups

# More say no more: each is one row, and the first names where to look.
SHOWN = 20


class Command(PanelCommand):
    """Exit code 0: nothing that was sealed was changed, taken out or put in."""

    help = "Check history and edits against the chain of their seals; name the first broken row."
    refusals = (backups.BackupRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seal", action="append", default=[], help="A last seal out of a digest mail or of back_up."
        )
        parser.add_argument(
            "--backup", action="append", default=[], type=Path, help="A file of back_up, for its last seal."
        )

    def handle(self, *, seal: list[str], backup: list[Path], **options: Any) -> None:
        check = history_check.Check()
        links = [*map(_link, seal), *filter(None, map(backups.link_of, backup))]
        may = rights.read()
        broken = chain(check.breaks([*history_check.outside(), *links]), _of_rights(may))
        found = list(islice(broken, SHOWN + 1))
        summary = {
            "whole": not found,
            "rows": dict(check.rows),
            "made_anonymous": check.erased,
            "deleted": check.deleted,
            "waiting": check.waiting,
            "last_seal": str(check.last or ""),
            "broken": [{"kind": each.kind, "place": each.place, "text": each.text} for each in found[:SHOWN]],
            "more": len(found) > SHOWN,
        }
        lines = [f"Broken: {each.place} {_WORDS[each.kind]}. {each.text}" for each in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append("... and more.")
        if not found:
            rows = ", ".join(f"{count:,} {name}s" for name, count in check.rows.items()) or "nothing yet"
            lines = [
                f"The history is whole. Sealed: {rows}; {check.erased:,} made anonymous, {check.deleted:,} deleted.",
                f"Waiting to be sealed: {check.waiting:,}. Last seal: {check.last or 'none'}.",
            ]
        self.finish(summary, "\n".join(lines), ok=not found)


_WORDS = {"changed": "was changed", "missing": "is missing", "added": "was added in between"}


def _of_rights(reading: rights.Reading) -> Iterator[Break]:
    """Give what of who may do what is not as the history has it."""
    if rights.is_replaced():
        yield Break("changed", rights.REPLACED, "It is not what was sealed.")
    for each in rights.unrecorded(reading):
        yield Break("changed", str(each), "The history has nothing of it.")


def _link(text: str) -> Link:
    try:
        return Link.read(text)
    except ValueError:
        raise Usage(f"{text[:80]} is no seal: NUMBER-LINK, as digest mails and back_up show it.") from None
