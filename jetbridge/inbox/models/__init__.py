"""Tables of the inbox, by topic."""

from jetbridge.inbox.models.notifications import Notification
from jetbridge.inbox.models.personal import (
    Mailed,
    NotificationDigest,
    NotificationMail,
    NotificationPreference,
    NotificationReading,
    NotificationWish,
)
from jetbridge.inbox.models.support import SupportMessage

__all__ = [
    "Mailed",
    "Notification",
    "NotificationDigest",
    "NotificationMail",
    "NotificationPreference",
    "NotificationReading",
    "NotificationWish",
    "SupportMessage",
]
