"""The whole catalogue judged anew, whatever is known of it."""

from catalog.models.validation import mark_stale
from catalog.services import validation
from jetbridge.core.reports import Report


def judge_all() -> Report:
    mark_stale(None)
    return validation.refresh()
