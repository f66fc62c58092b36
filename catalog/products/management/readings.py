"""What a person chooses where a product file leaves it open, as options of the commands that read one."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.panel.management.identifiers import add_confirm


def reading_arguments(parser: CommandParser) -> None:
    """Let a command take what the page of an import asks."""
    parser.add_argument("--dates", choices=("mdy", "dmy"), default="", help="what comes first in 05/03/2019")
    parser.add_argument("--decimal", choices=(".", ","), default="", help="the decimal sign")
    parser.add_argument("--sources", default="", metavar="A,B", help="stock sources that make up a quantity")
    add_confirm(parser)


def readings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices among a command's options, as the page keeps them."""
    chosen = {name: options[name] for name in ("dates", "decimal", "confirm_identifiers") if options[name]}
    sources = [each.strip() for each in options["sources"].split(",") if each.strip()]
    return {**chosen, **({"sources": sources} if sources else {})}
