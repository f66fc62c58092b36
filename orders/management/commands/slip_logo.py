"""Puts the merchant's logo on packing slips, or takes it off."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from orders import logos
from orders.models import SlipLogo
from orders.services import notes


class Command(PanelCommand):
    """The page Logo on packing slips."""

    help = "Put a picture (PNG, JPEG, GIF) on packing slips, or take it off; without either, say if one is there."
    refusals = (logos.NotALogo,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file, or its removal."""
        parser.add_argument("file", nargs="?", default="", help="the picture; - reads standard input")
        parser.add_argument("--remove", action="store_true", help="take the logo off")
        self.add_dry_run(parser)

    def handle(self, *args: Any, file: str, remove: bool, dry_run: bool, **options: Any) -> None:
        """Keep it, remove it, or say how things stand."""
        if file and remove:
            raise Usage("Name a file or --remove, not both.")
        with self.trying(dry_run):
            if file:
                notes.keep_logo(files.read(file))
            elif remove:
                notes.remove_logo()
            has_logo = bool(SlipLogo.version())
        text = "Packing slips carry the logo." if has_logo else "Packing slips carry no logo."
        self.finish({"logo": has_logo}, text)
