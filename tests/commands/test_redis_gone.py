"""Redis dies and comes back: nobody's click fails meanwhile, and what was wanted is done afterwards."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.installations import Installation, free_port
from tests.commands.test_up import EVERY_SECOND, runs
from tests.homes import Homes
from tests.waiting import PATIENCE, wait_for

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine"),
]

NUDGE = "from jetbridge.jobs import queue; queue.nudge('catalog.poll_files')"


class OwnRedis:
    """A Redis of the test's own, on a free port, that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[OwnRedis]:
    own = OwnRedis(tmp_path)
    own.start()
    yield own
    own.kill()


@pytest.fixture
def installation(tmp_path: Path, homes: Homes, redis: OwnRedis) -> Iterator[Installation]:
    found = homes.migrated(Installation(tmp_path / "home", REDIS_URL=f"redis://127.0.0.1:{redis.port}/0"))
    try:
        yield found.start()
    finally:
        found.clear_away()


def test_work_goes_on_after_redis_was_gone(installation: Installation, redis: OwnRedis):
    installation.manage("shell", "-c", EVERY_SECOND)
    wait_for(lambda: runs(installation, "desk.sweep"), "the sweep runs")

    redis.kill()
    nudged = installation.manage("shell", "-c", NUDGE)
    before = len(runs(installation, "desk.sweep"))
    redis.start()

    assert nudged.returncode == 0, nudged.stderr
    assert "was not delivered" in nudged.stderr
    wait_for(lambda: len(runs(installation, "desk.sweep")) > before + 1, "the schedule goes on")
    installation.manage("shell", "-c", NUDGE)
    wait_for(
        lambda: any(trigger == "nudge" for trigger, _ in runs(installation, "catalog.poll_files")),
        "a nudge arrives again",
        120,
    )
