"""Tables of core, by topic."""

from jetbridge.core.models.accounts import JetAccount, Mode, StoreView
from jetbridge.core.models.bulk import BulkRun, BulkRunItem
from jetbridge.core.models.calls import ApiCall
from jetbridge.core.models.configuration import Configuration
from jetbridge.core.models.events import Event, Notification
from jetbridge.core.models.inbox import (
    Mailed,
    NotificationDigest,
    NotificationMail,
    NotificationPreference,
    NotificationReading,
    NotificationWish,
)
from jetbridge.core.models.jobs import JobLease, JobRun
from jetbridge.core.models.signs import SignOfLife
from jetbridge.core.models.support import SupportMessage
from jetbridge.core.models.views import SavedView

__all__ = [
    "ApiCall",
    "BulkRun",
    "BulkRunItem",
    "Configuration",
    "Event",
    "JetAccount",
    "JobLease",
    "JobRun",
    "Mailed",
    "Mode",
    "Notification",
    "NotificationDigest",
    "NotificationMail",
    "NotificationPreference",
    "NotificationReading",
    "NotificationWish",
    "SavedView",
    "SignOfLife",
    "StoreView",
    "SupportMessage",
]
