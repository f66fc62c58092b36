"""Takes the documentation's pictures from a demo in a temporary home, which it starts and stops."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted
from jetbridge.desk import screenshots
from jetbridge.home import PROJECT_ROOT

USER = "owner"
HOWTOS = PROJECT_ROOT / "jetbridge" / "desk" / "static" / "desk" / "howto"
# A first start migrates and seeds; on a slow machine that takes its time.
PATIENCE = 300


class Command(PanelCommand):
    """Start a demo of its own, look at it with Chromium, stop it."""

    needs_tables = False
    help = "Draw docs/images and the how-tos' pictures from a demo in a temporary home with Chromium."

    refusals = (screenshots.NoPicture,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chromium", type=Path, default=shutil.which("chromium") or "/usr/bin/chromium")
        parser.add_argument("--into", type=Path, default=PROJECT_ROOT / "docs" / "images")
        parser.add_argument("--howtos", type=Path, default=HOWTOS, help="Where the how-tos' small ones go.")
        parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="Take only these pictures.")

    def handle(self, *args: Any, chromium: Path, into: Path, **options: Any) -> None:
        if strange := set(options["only"]) - {shot.name for shot in screenshots.SHOTS}:
            raise Usage(f"There is no picture {', '.join(sorted(strange))}.")
        if not Path(chromium).exists():
            raise CommandError(f"There is no Chromium at {chromium}; name one with --chromium.")
        taken = self._take(Path(chromium), into, options)
        self.finish({"pictures": taken, "into": str(into)}, f"{counted(len(taken), 'picture')} in {into}.")

    def _take(self, chromium: Path, into: Path, options: dict[str, Any]) -> list[str]:
        screenshots.check_tools()
        password = secrets.token_urlsafe(12)
        with tempfile.TemporaryDirectory(prefix="jetbridge-pictures-") as folder:
            home = Path(folder)
            with self._panel(home, password) as panel:
                self.say("Seeding the demo ...")
                self._run(home, "seed_demo")
                camera = screenshots.Camera(
                    panel=panel,
                    user=USER,
                    password=password,
                    chromium=chromium,
                    into=into,
                    howtos=options["howtos"],
                    only=tuple(options["only"]),
                )
                return screenshots.take(camera, self.say)

    @contextmanager
    def _panel(self, home: Path, password: str) -> Iterator[str]:
        self._run(home, "migrate", "-v", "0")
        self._run(home, "createsuperuser", "--noinput", "--username", USER, "--email", "", password=password)
        ports = _free_ports(2)
        argv = ["up", "--no-demo", "--port", str(ports[0]), "--sandbox-port", str(ports[1])]
        with (home / "up.log").open("w") as log:
            process = subprocess.Popen(  # noqa: S603 - our own manage.py
                _manage(*argv), env=_environment(home), stdout=log, stderr=log
            )
            try:
                yield self._wait(home, process)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)

    def _wait(self, home: Path, process: "subprocess.Popen[bytes]") -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            try:
                run = json.loads((home / "run.json").read_text())
                with socket.create_connection((_host(run["panel"])), timeout=1):
                    return str(run["panel"])
            except (OSError, ValueError, KeyError):
                time.sleep(0.5)
        raise CommandError(f"The demo did not start: {(home / 'up.log').read_text()[-500:]}")

    def _run(self, home: Path, *argv: str, password: str = "") -> None:
        environment = {**_environment(home), "DJANGO_SUPERUSER_PASSWORD": password}
        done = subprocess.run(  # noqa: S603 - our own manage.py
            _manage(*argv), env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if done.returncode:
            raise CommandError(f"{argv[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def _manage(*argv: str) -> list[str]:
    return [sys.executable, str(PROJECT_ROOT / "manage.py"), *argv]


def _environment(home: Path) -> dict[str, str]:
    """Return the environment of a demo that touches nothing else: its own home, no other database or broker."""
    others = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in others}
    return {**kept, "JETBRIDGE_HOME": str(home)}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _host(url: str) -> tuple[str, int]:
    host, port = url.split("//", 1)[1].strip("/").split(":")
    return host, int(port)
