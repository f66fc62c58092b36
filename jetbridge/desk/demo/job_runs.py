"""Runs jobs here and now, one after the other, beside a worker that may run them too."""

import time

from celery import current_app

from jetbridge.core.models import JobRun
from jetbridge.jobs.queue import invoked
from jetbridge.jobs.runs import JobAlreadyRunning

# A worker's own run of the same job is waited for this long.
PATIENCE = 60


def run_job(name: str) -> JobRun | None:
    """Run a job in this process and return its record; None when this panel has no such job."""
    task = current_app.tasks.get(name)
    if task is None:
        return None
    deadline = time.monotonic() + PATIENCE
    while True:
        with invoked(JobRun.Trigger.COMMAND) as invocation:
            try:
                task()
            except JobAlreadyRunning:
                if time.monotonic() > deadline:
                    return JobRun.objects.filter(job=name).order_by("-started_at").first()
                time.sleep(0.5)
                continue
        return invocation.run
