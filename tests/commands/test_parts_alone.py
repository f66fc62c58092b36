"""`make worker` and `make beat`: the parts alone, for a developer and for more machines."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jetbridge.home import PROJECT_ROOT
from tests.commands.installations import Installation
from tests.homes import Homes
from tests.waiting import PATIENCE, wait_for

EVERY_SECOND = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
second, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
PeriodicTask.objects.filter(name="desk.sweep").update(interval=second)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "home")
    yield installation
    installation.clear_away()


def make(installation: Installation, target: str) -> subprocess.Popen[str]:
    """Start a target without looking whether the virtualenv is to be made anew."""
    return subprocess.Popen(
        ["make", "--old-file=.venv/.installed", target],
        cwd=PROJECT_ROOT, env=installation.env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def sweeps(installation: Installation) -> int:
    with closing(sqlite3.connect(installation.home / "jetbridge.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM core_jobrun WHERE job = 'desk.sweep'").fetchone()[0]


def signs(installation: Installation) -> set[str]:
    with closing(sqlite3.connect(installation.home / "jetbridge.sqlite3")) as database:
        return {part for (part,) in database.execute("SELECT part FROM core_signoflife")}


def test_a_worker_on_a_database_that_is_not_up_to_date_says_what_to_run(installation: Installation):
    worker = make(installation, "worker")

    said, _ = worker.communicate(timeout=PATIENCE)

    assert "The database is not up to date: run .venv/bin/python manage.py migrate." in said
    assert worker.returncode != 0


def test_worker_and_beat_alone_run_the_jobs_together(installation: Installation, homes: Homes):
    homes.migrated(installation)
    assert installation.manage("shell", "-c", EVERY_SECOND).returncode == 0

    parts = [make(installation, "worker"), make(installation, "beat")]
    try:
        wait_for(lambda: sweeps(installation), "the sweep ran")
        wait_for(lambda: signs(installation) == {"schedule", "worker"}, "both show that they live")
    finally:
        for part in parts:
            os.killpg(part.pid, signal.SIGTERM)
            part.communicate(timeout=PATIENCE)

    assert installation.processes() == []
