"""The whole catalogue judged anew, whatever is known of it."""

from catalog.rules.models.validation import mark_stale
from catalog.rules.services import verdicts
from jetbridge.core.reports import Report


def judge_all() -> Report:
    mark_stale(None)
    return verdicts.refresh()
