"""The tools that a home is made with: commands, the sandbox's control, another program at Jet, a browser."""

import json
import multiprocessing
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.contrib.auth import get_user_model
from django.core.management import execute_from_command_line
from django.db import connections
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
FORK = multiprocessing.get_context("fork")
# Longer than a command waits for an answer that does not come.
PATIENCE = 240.0
KEEPER = "keeper"
CLAIMED = (
    "catalog_listingfacet", "orders_order", "orders_shipment", "returns_returnrequest", "returns_refund",
)  # fmt: skip
PROLONG = (
    "UPDATE {} SET claimed_until = strftime('%Y-%m-%d %H:%M:%f000', 'now', '+6 minutes') "
    "WHERE claimed_by <> '' AND claimed_until IS NOT NULL"
)

Row = dict[str, Any]


class Workshop:
    """A home under work, with its sandbox running; Django is set up for it, in children of this process only."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        run = {"panel": "http://127.0.0.1:8000/", "sandbox": self.url}
        (home / "run.json").write_text(json.dumps(run))
        self._output = home / "output.txt"

    @contextmanager
    def sandbox(self) -> Iterator[None]:
        """Run the sandbox on the home's state until the block ends."""
        words = ["--port", self.url.rpartition(":")[2], "--state", str(self.home / "sandbox.sqlite3")]
        process = subprocess.Popen(
            [sys.executable, "-m", "jetapi.sandbox", *words], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            self.wait(self._answers, "the sandbox answers")
            yield
        finally:
            process.terminate()
            process.wait(30)

    def _answers(self) -> bool:
        with suppress(URLError):
            return bool(self.ask("info"))
        return False

    def wait(self, reached: Callable[[], Any], what: str, seconds: float = 30) -> None:
        """
        Wait until something is so.

        :raises TimeoutError: it was not in time
        """
        deadline = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(0.05)

    def manage(self, *words: str, may_fail: bool = False) -> Row:
        """
        Run a command to its end; return what it printed as JSON.

        :raises RuntimeError: it failed, and may not
        """
        output, code = self._child(lambda: _command(words))
        if code and not may_fail:
            raise RuntimeError(f"{' '.join(words)}: exit code {code}\n{output}")
        if code:
            sys.stdout.write(f"  {output.strip()[-400:]}\n")
        last = output.strip().splitlines()[-1:] if output.strip() else []
        try:
            found: Row = json.loads(last[0]) if last else {}
        except ValueError:
            found = {"output": output}
        sys.stdout.write(f"{code} {' '.join(words)[:110]}\n")
        sys.stdout.flush()
        return found

    def job(self, *names: str) -> None:
        """Run jobs, one after the other; what they achieve is theirs."""
        for name in names:
            self.manage("run_job", name, "--json", may_fail=True)

    def die_in(self, job: str, *, method: str, path: str) -> None:
        """Kill a job while a call of it is on its way that Jet does carry out."""
        self.control("faults", kind="slow", method=method, path=path, seconds=3, times=1)
        child = FORK.Process(target=_silently, args=(lambda: _command(("run_job", job)), self._output))
        child.start()
        self.wait(self._is_struck, f"{job} is in its call")
        os.kill(int(child.pid or 0), signal.SIGKILL)
        child.join()
        time.sleep(3.5)  # the call's work is done by then
        self.faults_away()
        # On a slow machine the rest of the making would outlast the claims, and settle what shall stay in doubt.
        self._child(
            lambda: _change(self.home / "jetbridge.sqlite3", [PROLONG.format(table) for table in CLAIMED])
        )

    def _is_struck(self) -> bool:
        return any(each["hits"] for each in self.ask("faults")["faults"])

    def browse(self, address: str, data: Mapping[str, Any], files: Mapping[str, Path] | None = None) -> str:
        """
        Send a form of the panel as the superuser; return where the answer led.

        :raises RuntimeError: the panel did not take it
        """
        output, code = self._child(lambda: _post(address, dict(data), dict(files or {})))
        if code:
            raise RuntimeError(f"{address}: {output}")
        return output.strip().splitlines()[-1]

    def _child(self, work: Callable[[], None]) -> tuple[str, int]:
        child = FORK.Process(target=_silently, args=(work, self._output))
        child.start()
        child.join(PATIENCE)
        if child.exitcode is None:
            child.kill()
            raise TimeoutError("a command does not end")
        return self._output.read_text(errors="replace"), child.exitcode

    def ask(self, what: str) -> Row:
        """Return what the sandbox says."""
        return _json(Request(f"{self.url}/_sandbox/{what}"))

    def control(self, what: str, **document: Any) -> Row:
        """Let the sandbox do something."""
        return _json(Request(f"{self.url}/_sandbox/{what}", json.dumps(document).encode()))

    def faults_away(self) -> None:
        """Let Jet answer again."""
        _json(Request(f"{self.url}/_sandbox/faults", method="DELETE"))

    @contextmanager
    def fault(self, kind: str, *, method: str, path: str, **more: Any) -> Iterator[None]:
        """Let calls go wrong until the block ends."""
        self.control("faults", kind=kind, method=method, path=path, **more)
        try:
            yield
        finally:
            self.faults_away()

    def at_jet(self, method: str, path: str, body: Row) -> None:
        """Change something at Jet by the hand of another program with the same keys."""
        keys = self.ask("info")["accounts"][0]
        login = json.dumps({"user": keys["user"], "pass": keys["secret"]}).encode()
        token = _json(Request(f"{self.url}/api/token", login))["id_token"]
        call = Request(f"{self.url}/api/{path}", json.dumps(body).encode(), method=method)
        call.add_header("Authorization", f"bearer {token}")
        _json(call)

    def rows(self, sql: str) -> list[list[Any]]:
        """Return what the home's database answers; a child asks, since SQLite must not be carried over a fork."""
        output, _ = self._child(lambda: _answer(self.home / "jetbridge.sqlite3", sql))
        found: list[list[Any]] = json.loads(output)
        return found

    def one(self, sql: str) -> Any:
        """Return the first value of the first row, or nothing."""
        found = self.rows(sql)
        return found[0][0] if found else None


def _json(request: Request) -> Row:
    with urlopen(request, timeout=60) as answer:
        text = answer.read()
    found: Row = json.loads(text) if text.strip() else {}
    return found


def _silently(work: Callable[[], None], output: Path) -> None:
    """Do the work with all that it prints in a file, and end the process without the parent's farewells."""
    code = 0
    with output.open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        try:
            work()
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:  # whatever it was, the parent shall see it
            traceback.print_exc()
            code = 70
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _change(file: Path, statements: list[str]) -> None:
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        for statement in statements:
            database.execute(statement)


def _answer(file: Path, sql: str) -> None:
    with closing(sqlite3.connect(file, timeout=30)) as database:
        sys.stdout.write(json.dumps(database.execute(sql).fetchall()))


def _command(words: tuple[str, ...]) -> None:
    execute_from_command_line(["manage.py", *words])


def _post(address: str, data: Row, files: dict[str, Path]) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(get_user_model().objects.get(username=KEEPER))
    opened = {name: path.open("rb") for name, path in files.items()}
    answer = client.post(address, {**data, **opened})
    if answer.status_code != 302 or "/login/" in answer["Location"]:
        raise RuntimeError(f"{answer.status_code}: {answer.content.decode()[:3000]}")
    sys.stdout.write(f"\n{answer['Location']}\n")
