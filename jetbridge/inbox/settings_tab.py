"""Settings of who gets mail, and of what."""

from functools import partial

from django import forms

from jetbridge.core.settings_table import Setting, Tab
from jetbridge.inbox import kinds

_KINDS = partial(
    forms.MultipleChoiceField,
    choices=lambda: list(kinds.names().items()),
    required=False,
    widget=forms.CheckboxSelectMultiple,
)
_HOURS = [(each, f"{each:02d}:00") for each in range(24)]

NOTIFICATIONS = Tab(
    "notifications",
    "Notifications",
    7,
    {
        "Mail": (
            Setting(
                "notification_email",
                "E-mail for orders and returns",
                "One address for what cannot wait, such as the store's own; empty: none. "
                "Besides, each user chooses under My notifications.",
            ),
            Setting(
                "mail_off",
                "No mail for",
                "These stand in the inbox only.",
                title="Notifications without mail",
                field=_KINDS,
            ),
        ),
        "Digest": (
            Setting(
                "digest_hour",
                "Hour of the daily digest",
                "What is not mailed at once comes in one mail a day. "
                "People may choose another hour for theirs.",
                field=partial(forms.TypedChoiceField, choices=_HOURS, coerce=int),
            ),
        ),
        "Inbox": (
            Setting(
                "inbox_off",
                "Switched off",
                "These are neither shown in the inbox nor mailed.",
                title="Notifications that are switched off",
                field=_KINDS,
            ),
        ),
    },
)
