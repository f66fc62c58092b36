"""Runs of jobs for the tests of Cron Status."""

import pytest

from jetbridge.core.models import JobRun
from jetbridge.core.reports import Report
from jetbridge.jobs.runs import job_run

PRICES = "catalog.sync_prices"
PAGE = "/admin/cron/"


def finished_run(name=PRICES, **counts):
    report = Report(done=counts.get("done", 0))
    for number in range(counts.get("failed", 0)):
        report.fail(f"MUG-{number}", "The price is below zero.")
    with job_run(name, trigger=counts.get("trigger", "")) as run:
        run.add(report)
    return run.run


def crashed_run(name=PRICES):
    with pytest.raises(RuntimeError), job_run(name):
        raise RuntimeError("a secret path")
    return JobRun.objects.latest("pk")
