"""Every night: what grew old goes, as each room says, and buyers become anonymous after the set time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jetbridge.core import configuration, retention
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox import support_messages
from orders.services import privacy as orders
from returns.services import privacy as returns


def clean_up(*, now: datetime, heartbeat: Callable[[], None]) -> Report:
    """Delete logs by age and make buyers' personal data anonymous, as Configuration says."""
    config = configuration.current()
    deleted = retention.delete_old(now=now, days=config.log_days, calls=config.log_calls, heartbeat=heartbeat)
    before = now - timedelta(days=config.anonymize_days)
    forgotten = orders.anonymize_buyers(before=before, heartbeat=heartbeat)
    forgotten += returns.anonymize_orphans(before=before, heartbeat=heartbeat)
    deleted += support_messages.forget_old(before=before, heartbeat=heartbeat)
    note = f"{counted(deleted, 'old row')} and files deleted, {counted(forgotten, 'order')} made anonymous."
    return Report(done=deleted + forgotten, note=note)
