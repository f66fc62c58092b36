"""`manage.py schedule_job`: pauses or resumes a job, or lets it run more or less often, with the reason on record."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.jobs import schedules, status
from jetbridge.jobs.registry import scheduled


class Command(PanelCommand):
    """Pause, Resume and the rhythm of Cron Status."""

    help = "Pause or resume a job, or change how often it runs; without that, say how it stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the job and what is to change."""
        parser.add_argument("job", choices=sorted(scheduled()), metavar="JOB")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--pause", action="store_true")
        action.add_argument("--resume", action="store_true")
        action.add_argument("--every", type=int, metavar="MINUTES", help="1 to 1440")
        action.add_argument("--at-hour", type=int, metavar="HOUR", help="each day, 0 to 23 UTC")
        parser.add_argument("--note", default="", help="why; needed to pause or to change the rhythm")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Change what was asked for, then say how the job stands."""
        job, note = scheduled()[options["job"]], options["note"].strip()
        changes = options["pause"] or options["every"] is not None or options["at_hour"] is not None
        if changes and not note:
            raise Usage("Say why: --note. It stands in the history.")
        with self.trying(options["dry_run"]):
            if options["pause"]:
                schedules.pause(job=job, note=note)
            elif options["resume"]:
                schedules.resume(job=job)
            elif changes:
                self._reschedule(job, options, note)
            state = status.job_state(job.name)
        summary = {"job": job.name, "paused": state.paused, "rhythm": state.rhythm, "late": state.is_late}
        self.finish(summary, f"{job.title}: {'paused' if state.paused else state.rhythm}.")

    def _reschedule(self, job: Any, options: dict[str, Any], note: str) -> None:
        every, hour = options["every"], options["at_hour"]
        if every is not None and not 1 <= every <= 1440:
            raise Usage("--every takes 1 to 1440 minutes.")
        if hour is not None and not 0 <= hour <= 23:
            raise Usage("--at-hour takes 0 to 23.")
        interval = timedelta(minutes=every) if every is not None else None
        schedules.reschedule(job=job, every=interval, at_hour=hour, note=note)
