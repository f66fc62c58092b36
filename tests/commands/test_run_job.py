"""`manage.py run_job NAME`: one job, here and now, told in words or as JSON."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from jetbridge.core.jet.errors import JetUnreachable
from jetbridge.core.models import JobRun
from jetbridge.core.reports import Report
from jetbridge.jobs.runs import job_run

pytestmark = pytest.mark.django_db

JOB = "catalog.sync_prices"


@pytest.fixture
def job() -> Iterator[list[Report | Exception]]:
    """The price job with a result that the test chooses, in place of the real one."""
    results: list[Report | Exception] = []
    real = current_app.tasks[JOB]

    def told() -> None:
        with job_run(JOB) as run:
            result = results.pop()
            if isinstance(result, Exception):
                raise result
            run.add(result)

    current_app.tasks[JOB] = told
    yield results
    current_app.tasks[JOB] = real


def run(*options: str) -> str:
    said = StringIO()
    call_command("run_job", JOB, *options, stdout=said)
    return said.getvalue().strip()


def test_json_tells_job_outcome_and_counts_as_the_last_line(job):
    report = Report(done=2)
    report.fail("MUG-1", "Jet refuses the price")
    job.append(report)

    told = json.loads(run("--json").splitlines()[-1])

    assert told == {"job": JOB, "outcome": "partial", "done": 2, "failed": 1, "skipped": 0}
    assert JobRun.objects.get().trigger == "command"


def test_a_person_reads_each_reason(job):
    report = Report(done=2)
    report.fail("MUG-1", "Jet refuses the price")
    job.append(report)

    assert run().splitlines() == [
        f"{JOB}: Partial (2 done, 1 failed, 0 skipped).",
        "  MUG-1: Jet refuses the price",
    ]


def test_nothing_to_do_is_no_failure(job):
    job.append(Report())

    assert json.loads(run("--json"))["outcome"] == "nothing"


def test_a_job_that_failed_exits_with_one_and_its_reason(job):
    job.append(JetUnreachable("no answer"))

    with pytest.raises(CommandError) as refusal:
        run()

    assert refusal.value.returncode == 1
    said = "Failed (0 done, 0 failed, 0 skipped). no answer. The next run tries again."
    assert str(refusal.value) == f"{JOB}: {said}"


def test_a_job_that_runs_already_is_not_run_twice(job):
    with job_run(JOB), pytest.raises(CommandError) as refusal:
        run()

    assert refusal.value.returncode == 1
    assert str(refusal.value) == f"{JOB} is already running."


def test_an_unknown_job_is_wrong_usage_and_the_known_ones_are_named():
    with pytest.raises(CommandError) as refusal:
        call_command("run_job", "catalog.sink_prices")

    assert refusal.value.returncode == 2
    assert "Jobs: " in str(refusal.value)
    assert JOB in str(refusal.value)
