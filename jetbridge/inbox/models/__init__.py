"""Tables of the inbox, by topic."""

from jetbridge.inbox.models.notifications import Notification
from jetbridge.inbox.models.personal import (
    Mailed,
    NotificationChoice,
    NotificationDigest,
    NotificationMail,
    NotificationPreference,
    NotificationReading,
)
from jetbridge.inbox.models.support import SupportMessage

__all__ = [
    "Mailed",
    "Notification",
    "NotificationChoice",
    "NotificationDigest",
    "NotificationMail",
    "NotificationPreference",
    "NotificationReading",
    "SupportMessage",
]
