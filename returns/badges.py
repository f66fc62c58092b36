"""Numbers beside the returns' menu items: only what needs a person."""

from django.http import HttpRequest

from jetbridge.core import configuration
from returns import selectors

MOST = 99


def open_returns(request: HttpRequest) -> str:
    """Return how many returns wait for the merchant."""
    count = selectors.to_complete(configuration.active_account())[: MOST + 1].count()
    return f"{MOST}+" if count > MOST else str(count or "")
