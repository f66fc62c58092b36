"""What the header of every page says: the mode, in colour and word."""

from django.http import HttpRequest

from jetbridge.core import configuration
from jetbridge.core.models import Mode


def mode_badge(request: HttpRequest) -> tuple[str, str]:
    """Return word and colour of the mode badge."""
    live = configuration.current().mode == Mode.LIVE
    return ("LIVE", "danger") if live else ("TEST", "warning")
