"""Tells people of breaches of Jet's 15 minutes that are certain: once each, into the inbox and by mail."""

from datetime import datetime

from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from jetbridge.inbox.models import Notification
from orders import deadlines

KIND = "orders.deadline"


def raise_alarms(*, account: JetAccount, now: datetime) -> Report:
    """Put each alarm into the inbox, unless the same one stands there or stood there before."""
    report = Report()
    for alarm in deadlines.alarms(account, now):
        if Notification.objects.filter(kind=KIND, key=alarm.key).exists():
            continue
        notifications.notify(
            KIND,
            key=alarm.key,
            title=alarm.title,
            text=alarm.text,
            severity="error" if alarm.tone == "red" else "warning",
            mail=True,
        )
        report.done += 1
    return report
