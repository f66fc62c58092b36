"""Every night: old logs, files and requests go, and buyers become anonymous after the set time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from catalog.listings.mass_actions import actions as catalog
from catalog.listings.services import rejected_files
from catalog.products.services import import_files
from catalog.rules.services import changes
from jetbridge.core import configuration, retention
from jetbridge.core.reports import Report
from jetbridge.mass_actions import retention as run_retention
from orders.services import bulk_actions as orders
from orders.services import fetches, privacy

UNDOABLE = [
    code for actions in (catalog.ACTIONS, orders.ACTIONS) for code, action in actions.items() if action.undo
]


def clean_up(*, now: datetime, beat: Callable[[], None]) -> Report:
    """Delete logs by age and make buyers' personal data anonymous, as Configuration says."""
    config = configuration.current()
    deleted = retention.delete_old_logs(now=now, days=config.log_days, calls=config.log_calls, beat=beat)
    deleted += run_retention.delete_old_runs(now=now, days=config.log_days, undoable=UNDOABLE, beat=beat)
    for delete in (
        rejected_files.delete_old_files,
        import_files.delete_old_files,
        changes.delete_old_changes,
        fetches.delete_old_fetches,
    ):
        deleted += delete(now=now, days=config.log_days, beat=beat)
    forgotten = privacy.anonymize_buyers(before=now - timedelta(days=config.anonymize_days), beat=beat)
    note = f"{deleted:,} old rows and files deleted, {forgotten:,} orders made anonymous."
    return Report(done=deleted + forgotten, note=note)
