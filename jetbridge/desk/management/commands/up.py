"""Starts the whole panel with one command and keeps it running: web, worker with schedule, Jet's sandbox."""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connections

from jetbridge.core import erasures, outages
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.run_file import AlreadyUp, RunFile
from jetbridge.core.texts import counted
from jetbridge.desk.supervision import first_run, leftovers, parts, ports
from jetbridge.desk.supervision.child import Child
from jetbridge.desk.supervision.guard import Guard
from jetbridge.desk.supervision.watcher import Fate, Watched, Watcher
from jetbridge.home import PROJECT_ROOT

READY_SECONDS = 90.0
LEFTOVER_SECONDS = 15.0
TICK = 0.1


class Stopped(Exception):
    """Somebody asked us to stop."""


class Command(PanelCommand):
    """Migrate, start all parts on 127.0.0.1, watch them, stop them all together."""

    needs_tables = False
    help = "Start panel, worker, schedule and Jet's sandbox on this machine; Ctrl-C stops them."

    refusals = (AlreadyUp,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the panel (default 8000)")
        parser.add_argument(
            "--sandbox-port", type=int, default=8001, help="port of the sandbox (default 8001)"
        )
        parser.add_argument(
            "--store", choices=("files", "magento"), default="files",
            help="files, or a Magento store's emulator beside the panel, linked and filled (default files)",
        )  # fmt: skip
        parser.add_argument(
            "--store-port", type=int, default=8002, help="port of that emulator (default 8002)"
        )
        parser.add_argument("--seed", metavar="FILE", help="Magento product export that fills the emulator")
        parser.add_argument("--no-sandbox", action="store_true", help="start without Jet's sandbox")
        parser.add_argument("--no-demo", action="store_true", help="leave a new installation empty")

    def handle(self, *args: Any, port: int, sandbox_port: int, **options: Any) -> None:
        self.home = Path(settings.JETBRIDGE_HOME)
        self.has_sandbox = not options["no_sandbox"]
        self.has_store = options["store"] == "magento"
        if options["seed"] and not (self.has_store and Path(options["seed"]).is_file()):
            raise Usage("--seed takes a product export, and goes with --store magento.")
        self.demo = first_run.DemoRequest(self.home)
        self.printing = threading.Lock()
        self.stopping = False
        self.run = RunFile(self.home)
        ours = {"--port": port, **({"--sandbox-port": sandbox_port} if self.has_sandbox else {})}
        self._claim(ours | ({"--store-port": options["store_port"]} if self.has_store else {}))
        self.guard = Guard(parts.pulse_of(self.home), say=lambda text: self._line("up", text))
        self.watcher = Watcher(launch=self._launch, say=lambda text: self._line("up", text))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup means what it says; a shell that ignores SIGINT for what it put into the background does not.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._stop_asked)
        self.panel_url = f"http://{parts.HOST}:{port}/"
        self.sandbox_url = f"http://{parts.HOST}:{sandbox_port}" if self.has_sandbox else ""
        self.store_url = f"http://{parts.HOST}:{options['store_port']}" if self.has_store else ""
        password = self._prepare(no_demo=options["no_demo"])
        if self.has_store:
            seed = Path(options["seed"]).resolve() if options["seed"] else None
            self.store_part = parts.store(
                options["store_port"], self.home, seed or first_run.store_seed(self.home)
            )
        self._run(port, sandbox_port, password)

    def _claim(self, ports: dict[str, int]) -> None:
        leftovers.claim(self.run)
        if found := leftovers.find(self.run.read(), self.home):
            self.say(f"Ending {counted(len(found), 'process')} that an earlier run left behind.")
            leftovers.end(found)
        if len(set(ports.values())) < len(ports):
            raise Usage("Panel, sandbox and store need different ports.")
        for option, port in ports.items():
            if not 0 < port < 65536:
                raise Usage(f"{port} is no port; {option} takes 1 to 65535.")
            if not self._comes_free(port):
                raise CommandError(f"Port {port} is taken by another program. Choose another with {option}.")

    def _comes_free(self, port: int) -> bool:
        """Return whether a port is free; parts of an earlier run that was killed get a moment to end."""
        deadline = time.monotonic() + (LEFTOVER_SECONDS if self.run.read() else 0)
        while ports.is_taken(port):
            if time.monotonic() > deadline:
                return False
            time.sleep(TICK)
        return True

    def _prepare(self, *, no_demo: bool) -> str:
        """Bring the database up to date; return the first person's password when one was made."""
        try:
            count = first_run.migrate()
            erasures.keep_all()
            erasures.ensure()
            password = first_run.make_admin()
        except DatabaseError as error:
            words = outages.outage_of(error) or str(error).strip()
            raise CommandError(f"The database cannot be used: {words}") from error
        finally:
            connections.close_all()
        if count:
            self.say(f"Database brought up to date ({counted(count, 'migration')}).")
        if password and not no_demo:
            self.demo.make()
        return password

    def _run(self, port: int, sandbox_port: int, password: str) -> None:
        self._note_run()
        try:
            if self.has_sandbox:
                taxonomy = self.home / "taxonomy"
                known = taxonomy if taxonomy.is_dir() else None
                self._await(self.watcher.add(parts.sandbox(sandbox_port, self.home, known)))
            if self.has_store:
                self._await(self.watcher.add(self.store_part))
                self._line("up", first_run.link_store())
            web = self.watcher.add(parts.web(port))
            self.watcher.add(parts.worker(self.home))
            self._await(web)
            self._note_run()
            self._banner(password)
            password = ""
            self._keep_running()
        except Stopped:
            self._line("up", "Stopping ...")
        finally:
            if password:  # whoever comes back must be able to enter
                self._say_password(password)
            killed = self.watcher.stop()
            self.run.remove()
        if killed:
            self._line("up", f"Had to be killed: {', '.join(killed)}.")
        self._line("up", "Stopped.")

    def _keep_running(self) -> None:
        seeding: Watched | None = None
        if self.has_store and self.demo.is_open():
            self._line("up", "The store brings its own catalogue: no demo data is made here.")
        elif self.has_sandbox and self.demo.is_open():
            seeding = self.watcher.add(parts.command("seed_demo"), once=True)
        while True:
            self._tick()
            if seeding is not None and seeding.fate is Fate.ENDED:
                self._after_seeding(seeding.exit_code)
                seeding = None
            if self.watcher.all_given_up():
                raise CommandError("Every part gave up; nothing runs any more.")

    def _after_seeding(self, exit_code: int | None) -> None:
        if exit_code == 0:
            self.demo.fulfil()
            self._line("up", "Demo data is in place; `manage.py remove_demo` takes it away.")
        else:
            self._line(
                "up", "Demo data could not be seeded; the next start tries again. Reasons stand above."
            )

    def _await(self, entry: Watched) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not ports.answers(entry.part.url):
            self._tick()
            if entry.fate is Fate.GIVEN_UP or time.monotonic() > deadline:
                raise CommandError(f"{entry.part.name} did not come up; its reasons stand above.")

    def _tick(self) -> None:
        if self.stopping:
            raise Stopped
        if self.watcher.tick():
            self._note_run()
        self.guard.tick()
        time.sleep(TICK)

    def _note_run(self) -> None:
        pids = self.watcher.pids()
        processes = {
            "pids": pids,
            "started": {name: leftovers.started(pid) for name, pid in pids.items()},
            "up_started": leftovers.started(os.getpid()),
            "boot": leftovers.boot(),
        }
        self.run.write(
            panel=self.panel_url, sandbox=self.sandbox_url, store=self.store_url, processes=processes
        )

    def _launch(self, part: parts.Part) -> Child:
        env = {
            # A person reads along: every minute's comings and goings stand on the cron page instead.
            "JETBRIDGE_LOG_LEVEL": "WARNING",
            **os.environ,
            "JETBRIDGE_HOME": str(self.home),
            "PYTHONUNBUFFERED": "1",
        }
        return Child(part, folder=PROJECT_ROOT, env=env, hear=self._line)

    def _line(self, who: str, text: str) -> None:
        with self.printing:
            try:
                self.stdout.write(f"{who:9}| {text}")
                self.stdout.flush()
            except (OSError, ValueError):  # nobody reads any more; the parts run on
                pass

    def _banner(self, password: str) -> None:
        lines = ["", "JetBridge is running.", f"  Panel    {self.panel_url}admin/"]
        if self.sandbox_url:
            lines.append(f"  Sandbox  {self.sandbox_url}/api  (Jet's API to practice with)")
        if self.store_url:
            lines.append(f"  Store    {self.store_url}/rest  (a Magento store to practice with)")
        lines.append(f"  Home     {self.home}")
        with self.printing:
            self.stdout.write("\n".join(lines))
        if password:
            self._say_password(password)
        with self.printing:
            self.stdout.write("Ctrl-C stops everything.\n")
            self.stdout.flush()

    def _say_password(self, password: str) -> None:
        with self.printing:
            self.stdout.write(
                f"  Log in   {first_run.ADMIN} / {password}\n"
                "           (shown this once; `manage.py people admin --password` sets another)"
            )
            self.stdout.flush()

    def _stop_asked(self, number: int, frame: Any) -> None:
        if self.stopping and number == signal.SIGINT:  # a second Ctrl-C: do not wait for anybody
            self.watcher.stop(0)
            self.run.remove()
            sys.exit(1)
        self.stopping = True
