"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "desk:my_notifications": "notifications PERSON --mail KIND=digest; notifications PERSON --mark-read",
    "admin:core_notification_changelist": "notifications PERSON; notifications PERSON --mark-read",
}
