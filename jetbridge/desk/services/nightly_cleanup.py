"""Every night: what grew old goes, as each room says, and buyers become anonymous after the set time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jetbridge.core import configuration, retention
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from orders.services import privacy


def clean_up(*, now: datetime, heartbeat: Callable[[], None]) -> Report:
    """Delete logs by age and make buyers' personal data anonymous, as Configuration says."""
    config = configuration.current()
    deleted = retention.delete_old(now=now, days=config.log_days, calls=config.log_calls, heartbeat=heartbeat)
    forgotten = privacy.anonymize_buyers(
        before=now - timedelta(days=config.anonymize_days), heartbeat=heartbeat
    )
    note = f"{counted(deleted, 'old row')} and files deleted, {counted(forgotten, 'order')} made anonymous."
    return Report(done=deleted + forgotten, note=note)
