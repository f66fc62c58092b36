"""A home of an early head, brought to this one: nothing is lost, every page opens, what was pending is delivered."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from jetbridge.core.roles import GROUPS
from tests.commands.installations import FOREIGN, free_port
from tests.upgrade import questions
from tests.upgrade.packing import unpack
from tests.upgrade.workshop import ROOT
from tests.waiting import PATIENCE, wait_for

KEPT = Path(__file__).parent / "home-0.1.json"
KNOWN: dict[str, Any] = json.loads(KEPT.read_text())
# Until then the claims of dead jobs and the pauses after lost answers are over, and the deadlines are not.
MOMENT = datetime.fromisoformat(KNOWN["made_at"]) + timedelta(minutes=10)
LAST_CALL = next(each["calls"] for each in KNOWN["deliveries"] if "calls" in each)
HELD = [each for each in KNOWN["deliveries"] if "is" in each]
CALLED = [each for each in KNOWN["deliveries"] if "times" in each]


class Home:
    """A home on the day it was made, and its sandbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"

    def run(self, *words: str) -> str:
        """Run a module to its end; return what it printed."""
        done = subprocess.run(
            self._words(words), cwd=ROOT, env=self._env(), capture_output=True, text=True, timeout=280
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    @contextmanager
    def sandbox(self) -> Iterator[None]:
        """Run the home's sandbox until the block ends."""
        state = str(self.folder / "sandbox.sqlite3")
        words = self._words(("jetapi.sandbox", "--port", self.url.rpartition(":")[2], "--state", state))
        process = subprocess.Popen(words, cwd=ROOT, env=self._env(), stdout=subprocess.DEVNULL)
        try:
            wait_for(self._answers, "the sandbox answers")
            requests.post(f"{self.url}/_sandbox/clock", json={"transitions": "at_once"}, timeout=30)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def at_jet(self, what: str, **params: Any) -> dict[str, Any]:
        """Return what the sandbox holds."""
        answer = requests.get(f"{self.url}/_sandbox/{what}", params=params, timeout=30)
        answer.raise_for_status()
        return dict(answer.json())

    def _answers(self) -> bool:
        try:
            return bool(self.at_jet("info"))
        except requests.ConnectionError:
            return False

    def _words(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "tests.upgrade.back_then", MOMENT.isoformat(), *words]

    def _env(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        return {
            **inherited, "JETBRIDGE_HOME": str(self.folder), "DJANGO_SETTINGS_MODULE": "jetbridge.settings",
            "JETBRIDGE_SANDBOX_URL": self.url, "JETBRIDGE_LOG_LEVEL": "ERROR",
        }  # fmt: skip


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kept home, migrated to this head; nobody changes it."""
    folder = tmp_path_factory.mktemp("upgrade") / "home"
    unpack(KEPT.with_suffix(".tar.xz"), folder)
    Home(folder).run("manage", "migrate", "-v", "0")
    return folder


@pytest.fixture
def home(upgraded: Path, tmp_path: Path) -> Home:
    """A copy of it to work with."""
    shutil.copytree(upgraded, tmp_path / "home")
    return Home(tmp_path / "home")


def test_no_row_and_no_cent_is_lost_on_the_way(upgraded: Path) -> None:
    found = questions.answers(upgraded)
    tables = {questions.MOVED.get(name, name): count for name, count in KNOWN["tables"].items()}
    tables["core_event"] += len(GROUPS)  # what each group may do beside what it did

    assert {name: found["tables"].get(name) for name in tables} == tables
    assert found["answers"] == KNOWN["answers"]


def test_every_page_of_the_panel_opens(home: Home) -> None:
    with home.sandbox():
        said = json.loads(home.run("tests.upgrade.open_pages").strip().splitlines()[-1])

    assert said["wrong"] == []
    assert said["opened"] > 300
    assert said["kinds"] > 200


def test_what_was_pending_reaches_jet_and_nothing_goes_twice(home: Home) -> None:
    with home.sandbox():
        home.run("tests.upgrade.run_jobs")
        calls = home.at_jet("calls", after=LAST_CALL)["calls"]
        held = {each["id"]: home.at_jet("state", kind=each["kind"], id=each["id"]) for each in HELD}

    taken = [
        call["path"] for call in calls if call["applied"] and call["method"] != "GET" and call["status"] < 300
    ]
    assert {each["path"]: taken.count(each["path"]) for each in CALLED} == {
        each["path"]: each["times"] for each in CALLED
    }
    assert [
        (each["id"], name, value, _value(held[each["id"]], name))
        for each in HELD
        for name, value in each["is"].items()
        if _value(held[each["id"]], name) != value
    ] == []
    left = questions.answers(home.folder)["answers"]
    assert {name: left[name] for name in KNOWN["left"]} == KNOWN["left"]


def _value(document: dict[str, Any], name: str) -> Any:
    if name == "quantity":
        return sum(each["quantity"] for each in document["inventory_by_fulfillment_node"])
    return document.get(name)
