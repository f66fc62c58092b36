"""App configuration of inbox. Its tables keep the label of core, under which they were made."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Notifications and mail."""

    name = "jetbridge.inbox"
    label = "inbox"
    verbose_name = "Inbox"
