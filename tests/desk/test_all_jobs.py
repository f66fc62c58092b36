"""Every job of ours: known to all processes, named in the handbook, and never green where there was nothing to do."""

import json
import re
import subprocess
import sys

import pytest
from celery import current_app
from django.urls import reverse

from jetbridge.core.models import JobRun
from jetbridge.home import PROJECT_ROOT
from jetbridge.jobs import registry
from jetbridge.jobs.registry import JOBS

pytestmark = pytest.mark.django_db(transaction=True)

BY_NUDGE = {"catalog.import_taxonomy", "catalog.fetch_taxonomy", "desk.compare_with_jet"}


def test_every_task_of_ours_is_a_registered_job_and_every_job_has_a_task():
    ours = {name for name in current_app.tasks if not name.startswith(("celery.", "tests."))}

    assert ours == set(JOBS)


def test_a_worker_knows_the_jobs_and_the_wiring_that_pages_and_commands_know():
    code = (
        "import json, sys; from jetbridge.celery import app; app.loader.init_worker();"
        "from jetbridge.jobs.registry import JOBS;"
        "tasks = [name for name in app.tasks if not name.startswith('celery.')];"
        "wiring = [name for name in sys.modules if name.endswith('.wiring')];"
        "print(json.dumps([sorted(JOBS), sorted(tasks), sorted(wiring)]))"
    )
    worker = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )

    jobs, tasks, wiring = json.loads(worker.stdout)

    assert jobs == tasks == sorted(JOBS)
    assert wiring == sorted(name for name in sys.modules if name.endswith(".wiring"))
    assert "jetbridge.inbox.wiring" in wiring


def test_two_jobs_of_one_name_are_refused():
    (sweep,) = [job for job in JOBS.values() if job.name == "desk.sweep"]
    other = registry.Job("desk.sweep", "Another", sweep.purpose, sweep.delays)

    with pytest.raises(ValueError, match=r"desk\.sweep"):
        registry.register(other)

    assert JOBS["desk.sweep"] == sweep


def test_the_operators_handbook_names_every_job_with_its_rhythm():
    handbook = (PROJECT_ROOT / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| (.+?) \| (.+?) \|$", handbook, re.MULTILINE)

    assert rows == [(job.name, _rhythm(job), job.purpose) for job in registry.by_title()]


def test_jobs_that_are_only_asked_for_stand_on_cron_status_without_a_rhythm_to_change(admin_client):
    assert {name for name, job in JOBS.items() if not job.is_scheduled} == BY_NUDGE

    page = admin_client.get(reverse("desk:cron")).content.decode()
    row = page.partition("<strong>Import taxonomy</strong>")[2].partition("</tr>")[0]

    assert "when it is asked for" in row
    assert "Run now" in row
    assert "Pause" not in row
    assert "Not scheduled" not in row
    assert admin_client.get(reverse("desk:pause", args=["catalog.import_taxonomy"])).status_code == 404


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_job_without_work_says_why_there_was_nothing_to_do(name, account):
    current_app.tasks[name]()

    run = JobRun.objects.filter(job=name).latest("pk")
    assert run.outcome in (JobRun.Outcome.NOTHING, JobRun.Outcome.ACHIEVED), run.message
    assert run.message
    assert bool(run.done) == (run.outcome == JobRun.Outcome.ACHIEVED)


def _rhythm(job: registry.Job) -> str:
    if not job.is_scheduled:
        return "by nudge"
    if job.at_hour is not None:
        return f"daily, {job.at_hour:02d}:00 UTC"
    return f"{int(job.every.total_seconds() // 60)} min"
