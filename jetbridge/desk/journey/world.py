"""A world of its own for the journey: a temporary home with a database, and a sandbox process."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import requests

from jetbridge.home import PROJECT_ROOT

# What would lead a child to somebody else's database, broker or keys.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "JETBRIDGE_SECRET_KEY", "JETBRIDGE_FIELD_KEYS", "JETBRIDGE_HTTPS")
SANDBOX_SECONDS = 30.0
COMMAND_SECONDS = 300.0


class StepFailed(Exception):
    """A step did not achieve its result; the message says what was expected and what was there."""


class World:
    """Use as a context manager: the sandboxes are stopped and the folder removed when it ends."""

    def __init__(self, *, store_seed: str = "") -> None:
        """Have an emulator of a store too, where a file is given that it begins with."""
        self._store_seed = store_seed
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="jetbridge-journey-")
        self.home = Path(self._folder.name)
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.env = {
            **inherited,
            "JETBRIDGE_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "jetbridge.settings",
        }
        self.sandbox_url = self._start("jetapi.sandbox")
        addresses = {"panel": "", "sandbox": self.sandbox_url}
        if self._store_seed:
            self.store_url = self._start(
                "jetbridge.store.magento.sandbox", "--module", "--seed", self._store_seed
            )
            addresses["store"] = self.store_url
        (self.home / "run.json").write_text(json.dumps(addresses))
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._folder.cleanup()

    def command(self, *words: str) -> dict[str, Any]:
        """
        Run one management command with --json and return its object.

        :raises StepFailed: it exited non-zero, or said nothing that can be read
        """
        ran = self.plain(*words, "--json")
        try:
            answer = json.loads(ran.strip().splitlines()[-1])
        except (IndexError, ValueError) as error:
            raise StepFailed(f"`manage.py {' '.join(words)}` printed no JSON: {ran[-300:]}") from error
        return dict(answer)

    def plain(self, *words: str) -> str:
        """
        Run one management command and return what it printed.

        :raises StepFailed: it exited non-zero
        """
        ran = subprocess.run(  # noqa: S603 - our own command with our own words
            [sys.executable, str(PROJECT_ROOT / "manage.py"), *words],
            cwd=PROJECT_ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if ran.returncode:
            said = (ran.stderr.strip() or ran.stdout.strip())[-600:]
            raise StepFailed(f"`manage.py {' '.join(words)}` exited with {ran.returncode}: {said}")
        return ran.stdout

    def ask(self, what: str, **params: Any) -> Any:
        """Ask the sandbox's control desk, for example ask("state", kind="orders", id="...")."""
        return self._asked(self.sandbox_url, what, params)

    def ask_store(self, what: str, **params: Any) -> Any:
        """Ask the store's control desk."""
        return self._asked(self.store_url, what, params)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Post to the sandbox's control desk, for example post("clock", {"advance_seconds": 90})."""
        return self._posted(self.sandbox_url, path, body)

    def post_store(self, path: str, body: dict[str, Any]) -> Any:
        """Post to the store's control desk, where people of the store do things."""
        return self._posted(self.store_url, path, body)

    @staticmethod
    def _asked(url: str, what: str, params: dict[str, Any]) -> Any:
        answer = requests.get(f"{url}/_sandbox/{what}", params=params, timeout=30)
        if not answer.ok:
            raise StepFailed(f"the sandbox has no {what} {params}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    @staticmethod
    def _posted(url: str, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(f"{url}/_sandbox/{path}", json=body, timeout=30)
        if not answer.ok:
            raise StepFailed(f"the sandbox refused {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    def _start(self, module: str, *options: str) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = (self.home / f"{module}.log").open("wb")
        with log:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", module, "--port", str(port), "--state", ":memory:", *options],
                cwd=PROJECT_ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._running.append(process)
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + SANDBOX_SECONDS
        while not self._answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                said = (self.home / f"{module}.log").read_text()[-400:]
                raise StepFailed(f"the sandbox did not start: {said}")
            time.sleep(0.1)
        return url

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return requests.get(f"{url}/_sandbox/info", timeout=2).ok
        except requests.RequestException:
            return False
