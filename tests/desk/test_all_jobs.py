"""Every job of the schedule, run where there is nothing to do: it says why, and is never green."""

import pytest
from celery import current_app

from jetbridge.celery import app
from jetbridge.core.models import JobRun
from jetbridge.jobs.registry import JOBS

pytestmark = pytest.mark.django_db(transaction=True)


# Started by a person's upload only, and followed on its own page.
UNSCHEDULED = {"catalog.import_taxonomy", "catalog.fetch_taxonomy"}


def test_every_scheduled_job_has_a_task_of_its_name_and_no_other_task_is_forgotten():
    app.loader.import_default_modules()
    ours = {
        name
        for name in current_app.tasks
        if name.split(".")[0] in ("core", "catalog", "orders", "returns", "desk")
    }

    assert ours - UNSCHEDULED == set(JOBS)


@pytest.mark.parametrize("name", JOBS)
def test_a_job_without_work_says_why_there_was_nothing_to_do(name, account):
    current_app.tasks[name]()

    run = JobRun.objects.filter(job=name).latest("pk")
    assert run.outcome in (JobRun.Outcome.NOTHING, JobRun.Outcome.ACHIEVED), run.message
    assert run.message
    assert bool(run.done) == (run.outcome == JobRun.Outcome.ACHIEVED)
