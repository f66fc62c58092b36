"""Runs one job in this process and waits: Run now from a shell."""

from typing import Any

from celery import current_app
from django.core.management.base import CommandError, CommandParser

from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.models import JobRun
from jetbridge.jobs import set_aside
from jetbridge.jobs.queue import Invocation, invoked
from jetbridge.jobs.registry import JOBS
from jetbridge.jobs.runs import JobAlreadyRunning
from jetbridge.jobs.set_aside import JobSetAside

_BAD = (JobRun.Outcome.FAILED, JobRun.Outcome.REFUSED, JobRun.Outcome.DIED)


class Command(PanelCommand):
    """Run one job here and now, under its lease, and say what it achieved."""

    help = "Run one job in this process and wait for it. Jobs: " + ", ".join(JOBS)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the job, for example orders.import_ready_orders")
        parser.add_argument("--try-again", action="store_true", help="let a job run that was set aside")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        task = current_app.tasks.get(name)
        if name not in JOBS or task is None:
            raise Usage(f"There is no job {name}. Jobs: {', '.join(JOBS)}")
        if options["try_again"]:
            set_aside.try_again(name)
        with invoked(JobRun.Trigger.COMMAND) as invocation:
            try:
                task()
            except JobAlreadyRunning as error:
                self.finish(_nobody(name, "already_running"), str(error), ok=False)
            except JobSetAside as error:
                text = f"{error} `run_job {name} --try-again` lets it run once more."
                self.finish(_nobody(name, "set_aside"), text, ok=False)
            except Exception:
                # It failed before it was a run, or its end could not be stored: nothing on record says why.
                if invocation.run is None or invocation.run.outcome == JobRun.Outcome.RUNNING:
                    raise
        self._report(name, invocation)

    def _report(self, name: str, invocation: Invocation) -> None:
        run = invocation.run
        if run is None:
            raise CommandError(f"{name} ran without a record.")
        summary = {
            "job": name,
            "outcome": run.outcome,
            "done": run.done,
            "failed": run.failed,
            "skipped": run.skipped,
        }
        counts = f"{run.done} done, {run.failed} failed, {run.skipped} skipped"
        reasons = [f"{item['reference']}: {item['reason']}" for item in run.items]
        # A message that is the one reason stands below as well.
        message = "" if run.message in reasons else run.message
        text = f"{name}: {run.get_outcome_display()} ({counts}). {message}".rstrip()
        self.finish(summary, "\n  ".join([text, *reasons]), ok=run.outcome not in _BAD)


def _nobody(name: str, outcome: str) -> dict[str, Any]:
    return {"job": name, "outcome": outcome, "done": 0, "failed": 0, "skipped": 0}
