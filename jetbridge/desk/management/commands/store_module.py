"""Writes the companion module for Magento."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.store import companion


class Command(PanelCommand):
    """The command behind Download it (ZIP)."""

    help = "Write the companion module for Magento as a ZIP, to be unpacked in the store's app/code."
    needs_tables = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=Path(companion.NAME))

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        content = companion.archive()
        with files.written(file) as target:
            target.write(content)
        self.finish({"file": str(file), "bytes": len(content)}, f"{file}: unpack it in the store's app/code.")
