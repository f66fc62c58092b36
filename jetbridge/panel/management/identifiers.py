"""The confirmation of identifiers as an option of commands that take some otherwise than by a form."""

from django.core.management.base import CommandParser

from jetbridge.panel.identifiers import CONFIRM_LABEL


def add_confirm(parser: CommandParser) -> None:
    """Let a command take the confirmation that pages ask for."""
    parser.add_argument("--confirm-identifiers", action="store_true", help=CONFIRM_LABEL)
