"""Which how-to explains each page of the room, and which commands stand behind its buttons."""

# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
COMMANDS: dict[str, tuple[str, ...]] = {
    "admin:django_celery_beat_periodictask_changelist": ("schedule_job JOB --every MINUTES --note WHY",),
    "admin:django_celery_beat_periodictask_change": (
        "schedule_job JOB --every MINUTES --note WHY",
        "schedule_job JOB --at-hour HOUR --note WHY",
    ),
}
