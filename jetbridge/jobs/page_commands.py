"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "admin:django_celery_beat_periodictask_changelist": "schedule_job JOB --every MINUTES --note WHY",
    "admin:django_celery_beat_periodictask_change": (
        "schedule_job JOB --every MINUTES --note WHY; schedule_job JOB --at-hour HOUR --note WHY"
    ),
}
