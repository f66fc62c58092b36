"""Every night: what grew old goes, as each room says, and buyers become anonymous after the set time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jetbridge.core import configuration, erasures, retention
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox import support_messages


def clean_up(*, now: datetime, heartbeat: Callable[[], None]) -> Report:
    """Delete logs by age and make buyers' personal data anonymous, as Configuration says."""
    config = configuration.current()
    deleted = retention.delete_old(now=now, days=config.log_days, calls=config.log_calls, heartbeat=heartbeat)
    before = now - timedelta(days=config.anonymize_days)
    aged = erasures.age(before, heartbeat=heartbeat)
    deleted += aged.pop(support_messages.KIND)
    forgotten = sum(aged.values())
    note = f"{counted(deleted, 'old row')} and files deleted, {counted(forgotten, 'order')} made anonymous."
    return Report(done=deleted + forgotten, note=note)
