"""Numbers beside the returns' menu items: only what needs a person."""

from typing import Any

from django.db.models import QuerySet

from jetbridge.core.models import JetAccount
from jetbridge.panel.facts import badge
from returns import selectors


@badge
def open_returns(account: JetAccount) -> QuerySet[Any]:
    """Count returns that wait for the merchant."""
    return selectors.to_complete(account)
