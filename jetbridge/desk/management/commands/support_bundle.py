"""Writes the support bundle: versions, settings, mappings, last jobs and errors; no secret, no buyer."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted
from jetbridge.desk.services import support_bundles


class Command(PanelCommand):
    """The command behind Download bundle."""

    help = "Write a ZIP with versions, settings, mappings, last jobs and errors; secrets and buyers left out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="The file to write (default: in the current folder).")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["output"] or Path(f"jetbridge-support-{timezone.now():%Y%m%d-%H%M}.zip")
        content = support_bundles.build(tracebacks=True)
        with files.written(path) as target:
            target.write(content)
        self.finish({"file": str(path), "bytes": len(content)}, f"{path}: {counted(len(content), 'byte')}.")
