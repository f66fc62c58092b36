"""The whole catalogue judged anew, whatever is known of it."""

from catalog.rules.models.validation import mark_stale
from catalog.rules.services import validations
from jetbridge.core.reports import Report


def check_all() -> Report:
    mark_stale(None)
    return validations.refresh()
