"""Which how-to explains each page of the room, and which commands stand behind its buttons."""

CHAPTERS = {
    "admin:core_notification_changelist": "notifications",
    "admin:core_notification_change": "notifications",
    "desk:my_notifications": "notifications",
}

# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
COMMANDS: dict[str, tuple[str, ...]] = {
    "desk:my_notifications": ("notifications PERSON --mail KIND=digest", "notifications PERSON --mark-read"),
    "admin:core_notification_changelist": ("notifications PERSON", "notifications PERSON --mark-read"),
}
