"""The watcher of child processes, with small real processes as parts."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from jetbridge.desk.supervision.child import Child
from jetbridge.desk.supervision.parts import Part
from jetbridge.desk.supervision.watcher import Fate, Watcher
from tests.waiting import PATIENCE

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)
MOTHER = (
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(p.pid, flush=True); time.sleep(60)"
)


class Ground:
    """A watcher with what it said and what its parts said."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.heard: list[str] = []
        self.watcher = Watcher(launch=self._launch, say=self.said.append, pauses=(0.05, 0.05))
        self._folder = folder

    def _launch(self, part: Part) -> Child:
        return Child(
            part, folder=self._folder, env=dict(os.environ), hear=lambda who, line: self.heard.append(line)
        )

    def tick_until(self, reached: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Tick until something is so; fail when it never is."""
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline, f"never so; said {self.said}, heard {self.heard}"
            self.watcher.tick()
            time.sleep(0.02)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(tmp_path)
    yield ground
    ground.watcher.stop(0)


def script(name: str, code: str) -> Part:
    return Part(name, (sys.executable, "-c", code))


def test_a_part_that_dies_is_started_again_and_named(ground: Ground):
    entry = ground.watcher.add(script("web", SLEEP))
    first = entry.child.pid
    os.kill(first, 9)

    ground.tick_until(lambda: entry.fate is Fate.RUNNING and entry.child.pid != first)

    assert ground.said == ["web was killed by signal 9; it starts again in 0.05 s."]


def test_a_part_that_is_killed_again_and_again_is_started_each_time(ground: Ground):
    entry = ground.watcher.add(script("worker", SLEEP))

    for _ in range(5):
        killed = entry.child.pid
        os.kill(killed, 9)
        ground.tick_until(
            lambda: entry.fate is Fate.RUNNING and entry.child.pid != killed  # noqa: B023 - called at once
        )

    assert len(ground.said) == 5
    assert "stays stopped" not in ground.said[-1]


def test_a_part_that_keeps_crashing_is_given_up_with_its_last_words(ground: Ground):
    entry = ground.watcher.add(script("worker", "print('no broker here'); raise SystemExit(3)"))

    ground.tick_until(lambda: entry.fate is Fate.GIVEN_UP)

    assert ground.said[-2:] == [
        "worker ended with exit code 3 3 times in a row and stays stopped. It said last:",
        "    no broker here",
    ]
    assert ground.watcher.all_given_up()


def test_a_part_that_runs_once_is_not_restarted(ground: Ground):
    entry = ground.watcher.add(script("seed", "print('seeded')"), once=True)

    ground.tick_until(lambda: entry.fate is Fate.ENDED)

    assert entry.exit_code == 0
    assert ground.heard == ["seeded"]
    assert ground.said == []


def test_stopping_kills_a_part_that_does_not_listen(ground: Ground):
    entry = ground.watcher.add(script("deaf", STUBBORN))
    ground.tick_until(lambda: ground.heard == ["ready"])
    pid = entry.child.pid

    killed = ground.watcher.stop(0.2)

    assert killed == ["deaf"]
    assert not psutil.pid_exists(pid)


def test_children_of_a_killed_part_go_with_it(ground: Ground):
    entry = ground.watcher.add(script("mother", MOTHER))
    ground.tick_until(lambda: bool(ground.heard))
    orphan = int(ground.heard[0])
    os.kill(entry.child.pid, 9)

    ground.tick_until(lambda: entry.crashes == 1)

    assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE


def test_pids_name_only_what_runs(ground: Ground):
    running = ground.watcher.add(script("web", SLEEP))
    ended = ground.watcher.add(script("seed", "pass"), once=True)

    ground.tick_until(lambda: ended.fate is Fate.ENDED)

    assert ground.watcher.pids() == {"web": running.child.pid}
