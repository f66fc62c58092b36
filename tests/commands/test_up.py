"""`manage.py up` as a real process: what a person sees, what dies, and what is left behind."""

import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import requests

from jetbridge.desk.services import backups
from jetbridge.desk.supervision import leftovers
from tests.commands.installations import Installation
from tests.homes import Homes
from tests.waiting import wait_for

EVERY_SECOND = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
sweep = PeriodicTask.objects.get(name="desk.sweep")
sweep.interval, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
sweep.save()
"""

of_proc = pytest.mark.skipif(not leftovers.PROC.is_dir(), reason="processes are distinguished by /proc")

NUDGE = "from jetbridge.jobs import queue; queue.nudge('catalog.poll_files')"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation that is up, from nothing, for all tests that leave it so."""
    installation = Installation(tmp_path_factory.mktemp("up") / "home")
    try:
        yield installation.start()
    finally:
        installation.clear_away()


@pytest.fixture
def second(tmp_path: Path, homes: Homes) -> Iterator[Installation]:
    """Another, whose tables are there already."""
    installation = homes.migrated(Installation(tmp_path / "home"))
    yield installation
    installation.clear_away()


def runs(installation: Installation, job: str) -> list[tuple[str, str]]:
    """Return trigger and outcome of each run of a job."""
    with closing(sqlite3.connect(installation.home / "jetbridge.sqlite3")) as database:
        query = 'SELECT "trigger", outcome FROM core_jobrun WHERE job = ? ORDER BY id'
        return database.execute(query, [job]).fetchall()


def test_the_panel_answers_and_leads_to_its_login(running: Installation):
    answer = requests.get(f"http://127.0.0.1:{running.port}/", timeout=60)

    assert answer.status_code == 200
    assert answer.url.startswith(f"http://127.0.0.1:{running.port}/admin/login/")


def test_the_generated_password_is_printed_once_and_opens_the_panel(running: Installation):
    passwords = re.findall(r"Log in\s+admin / (\S+)", running.said())
    session, url = requests.Session(), f"http://127.0.0.1:{running.port}/admin/login/?next=/admin/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', session.get(url, timeout=60).text)

    fields = {"username": "admin", "password": passwords[0], "csrfmiddlewaretoken": token[1]}
    answer = session.post(url, data=fields, headers={"Referer": url}, timeout=60)
    session.close()

    assert len(passwords) == 1
    assert answer.url.endswith("/admin/")
    assert answer.status_code == 200


def test_run_json_tells_addresses_and_living_processes(running: Installation):
    run = running.run()

    assert run["panel"] == f"http://127.0.0.1:{running.port}/"
    assert run["sandbox"] == f"http://127.0.0.1:{running.sandbox_port}"
    assert set(run["pids"]) == {"sandbox", "web", "worker"}
    assert all(psutil.pid_exists(pid) for pid in run["pids"].values())


def test_the_sandbox_of_the_run_answers(running: Installation):
    info = requests.get(f"{running.run()['sandbox']}/_sandbox/info", timeout=60).json()

    assert [account["mode"] for account in info["accounts"]] == ["test", "live"]


def test_beat_takes_up_an_edited_schedule_and_the_worker_runs_the_job(running: Installation):
    edited = running.manage("shell", "-c", EVERY_SECOND)

    assert edited.returncode == 0, edited.stderr
    wait_for(
        lambda: "beat" in {run[0] for run in runs(running, "desk.sweep")}, "the schedule started a sweep"
    )


def test_a_nudge_from_another_process_is_taken_up_at_once(running: Installation):
    nudged = running.manage("shell", "-c", NUDGE)

    found = wait_for(lambda: runs(running, "catalog.poll_files"), "the nudged job ran")

    assert nudged.returncode == 0, nudged.stderr
    assert found[0][0] == "nudge"


def test_a_second_up_on_the_same_home_is_refused_in_one_line(running: Installation):
    answer = running.manage(*running.up_arguments())

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.strip() == (
        f"JetBridge is already running from {running.home} at http://127.0.0.1:{running.port}/ "
        f"(process {running.up_process.pid})."
    )


@of_proc
def test_run_json_says_what_tells_processes_apart(running: Installation):
    reported = running.run()

    assert set(reported["started"]) == set(reported["pids"]) == {"sandbox", "web", "worker"}
    assert {leftovers.started(pid) for pid in reported["pids"].values()} == set(reported["started"].values())


def test_a_copy_takes_all_that_cannot_be_had_again(running: Installation):
    """Whatever is new in a home is either saved or named as what is made anew."""
    known = {*backups.KEYS, *backups.DATABASES, *backups.FOLDERS, *backups.AGAIN}

    found = {path.name.removesuffix("-wal").removesuffix("-shm") for path in running.home.iterdir()}

    assert found - known == set()


@of_proc
def test_a_living_up_keeps_its_home_also_when_its_lock_file_was_deleted(running: Installation):
    (running.home / "up.lock").unlink()

    answer = running.manage(*running.up_arguments())

    assert answer.returncode == 1
    assert f"already running from {running.home}" in answer.stderr


def test_a_taken_port_is_refused_in_one_line(running: Installation, second: Installation):
    second.port = running.port

    answer = second.manage(*second.up_arguments())

    assert answer.returncode == 1
    expected = f"Port {running.port} is taken by another program. Choose another with --port."
    assert answer.stderr.strip() == expected


def test_two_homes_run_side_by_side(running: Installation, second: Installation):
    second.start("--no-sandbox")

    cookies = [
        requests.get(f"http://127.0.0.1:{one.port}/admin/login/", timeout=60).cookies.keys()
        for one in (running, second)
    ]

    assert set(second.run()["pids"]) == {"web", "worker"}
    assert cookies[0] != cookies[1]
    assert second.stop(signal.SIGINT) == 0
    assert second.processes() == []


def test_a_killed_worker_is_named_restarted_and_leaves_no_beat_behind(running: Installation):
    worker = psutil.Process(running.run()["pids"]["worker"])
    beat = wait_for(worker.children, "beat runs inside the worker")[0]

    worker.kill()
    wait_for(lambda: running.run()["pids"].get("worker", worker.pid) != worker.pid, "the worker is back")

    assert "worker was killed by signal 9; it starts again" in running.said()
    assert not beat.is_running() or beat.status() == psutil.STATUS_ZOMBIE


def test_a_killed_schedule_is_started_again_with_its_worker(running: Installation):
    worker = wait_for(lambda: running.run()["pids"].get("worker"), "the worker runs")
    beat = wait_for(lambda: psutil.Process(worker).children(), "the schedule runs")[0]

    beat.send_signal(signal.SIGKILL)

    heir = wait_for(
        lambda: running.run()["pids"].get("worker") not in (None, worker) and running.run(), "again"
    )
    wait_for(lambda: psutil.Process(heir["pids"]["worker"]).children(), "the schedule runs again")
    assert "The schedule inside this worker died" in running.said()


def test_stopping_ends_every_process_and_takes_run_json_away(running: Installation):
    before = running.processes()

    code = running.stop()

    assert len(before) >= 5
    assert code == 0
    assert running.said().rstrip().endswith("Stopped.")
    assert running.processes() == []
    assert not (running.home / "run.json").exists()
