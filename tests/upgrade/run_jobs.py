"""Runs every job of a home's schedule so many times, and what follows files: `python -m tests.upgrade.run_jobs`."""

from contextlib import suppress

import django
from django.apps import apps
from django.core.management import CommandError, call_command

# A file needs some: the products first, then prices and quantities; a mass action ends after its last answer.
ROUNDS = 3
# It deletes what is old, and nobody waits for it.
LEFT_OUT = ("desk.retention",)


def run(*words: str) -> None:
    """Run a command; what it could not do shows at the other side."""
    with suppress(CommandError, SystemExit):
        call_command(*words)


def main() -> None:
    """Do a few rounds."""
    django.setup()
    schedule = apps.get_model("django_celery_beat", "PeriodicTask").objects
    names = [row.name for row in schedule.exclude(name__in=LEFT_OUT).order_by("name")]
    for _ in range(ROUNDS):
        for name in names:
            run("run_job", name)
        run("rejected_files", "--fetch")


if __name__ == "__main__":
    main()
