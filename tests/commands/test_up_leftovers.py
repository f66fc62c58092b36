"""What a killed `up` leaves behind: it ends by itself, or the next `up` ends it, and nothing else."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jetbridge.desk.supervision import leftovers
from tests.commands.installations import Installation
from tests.homes import Homes
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.skipif(not leftovers.PROC.is_dir(), reason="processes are distinguished by /proc")

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(120)"]
# A sleeper, and a child of it that outlives it.
MOTHER = [sys.executable, "-c", f"import subprocess, time; subprocess.Popen({SLEEP!r}); time.sleep(120)"]
RUN = "from jetbridge.jobs import queue; queue.nudge('orders.import_ready_orders')"


@pytest.fixture
def installation(tmp_path: Path, homes: Homes) -> Iterator[Installation]:
    """One whose tables are there already."""
    installation = homes.migrated(Installation(tmp_path / "home"))
    yield installation
    installation.clear_away()


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ended after the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


def begin(started: list[subprocess.Popen[str]], home: Path, argv: list[str] = SLEEP) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        argv, env={**os.environ, "JETBRIDGE_HOME": str(home)}, start_new_session=True, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    started.append(process)
    assert process.stdout.readline() == "up\n"
    return process


def record(**pids: int) -> dict[str, object]:
    since = {name: leftovers.started(pid) for name, pid in pids.items()}
    return {"pids": pids, "started": since, "boot": leftovers.boot()}


def test_only_what_id_start_and_home_agree_with_is_a_leftover(started, tmp_path: Path):
    part, stranger = begin(started, tmp_path), begin(started, tmp_path / "elsewhere")
    reported = record(web=part.pid, worker=stranger.pid)

    assert [process.pid for process in leftovers.find(reported, tmp_path)] == [part.pid]
    assert leftovers.find({**reported, "started": {"web": reported["started"]["web"] - 1}}, tmp_path) == []
    assert leftovers.find({**reported, "boot": "another"}, tmp_path) == []
    assert leftovers.find({"pids": {"web": part.pid}}, tmp_path) == []


def test_what_a_dead_part_started_is_a_leftover_too(started, tmp_path: Path):
    mother = begin(started, tmp_path, MOTHER)
    reported = record(worker=mother.pid)
    mother.kill()
    mother.wait(PATIENCE)

    (child,) = leftovers.find(reported, tmp_path)
    leftovers.end([child])

    assert child.pid != mother.pid
    assert not psutil.pid_exists(child.pid) or psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE


def test_the_next_up_ends_what_hangs_and_leaves_strangers_alone(installation: Installation, started):
    installation.start("--no-sandbox")
    hanging = installation.processes()
    stranger = begin(started, installation.home)
    for process in hanging:
        if process.pid != installation.up_process.pid:
            process.suspend()
    installation.up_process.kill()
    installation.up_process.wait(PATIENCE)

    installation.start("--no-sandbox")

    gone = [process for process in hanging if process.is_running() and process.status() != "zombie"]
    assert gone == []
    assert "that an earlier run left behind." in installation.said()
    assert stranger.poll() is None
    assert installation.stop() == 0
    assert [process.pid for process in installation.processes()] == [stranger.pid]


def test_worker_and_schedule_end_within_a_minute_of_their_up_in_the_middle_of_a_run(
    installation: Installation,
):
    with socket.create_server(("127.0.0.1", 0), backlog=50) as deaf:  # it takes calls and never answers one
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/api"
        configured = installation.manage(
            "configure", "--mode", "test", "--api-user", "u", "--api-secret", "s", "--fulfillment-node", "f" * 32,
            "--api-url", url,
        )  # fmt: skip
        assert configured.returncode == 0, configured.stderr
        installation.start("--no-sandbox")
        assert installation.manage("shell", "-c", RUN).returncode == 0
        deaf.settimeout(30)
        call, _ = deaf.accept()
        parts = [part for part in installation.processes() if part.pid != installation.up_process.pid]

        installation.up_process.send_signal(signal.SIGKILL)
        installation.up_process.wait(PATIENCE)

        wait_for(lambda: not any(alive(part) for part in parts), "all parts ended")
        call.close()


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
