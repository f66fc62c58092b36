"""A job holds the interpreter of its worker: it is noticed from outside, replaced, and the job set aside at last."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from jetbridge.core.models import Event, JobRun
from jetbridge.desk.supervision import guard
from jetbridge.home import PROJECT_ROOT
from jetbridge.inbox.models import Notification
from jetbridge.jobs import set_aside, status
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.registry import JOBS
from jetbridge.jobs.runs import job_run
from jetbridge.jobs.set_aside import JobSetAside
from jetbridge.jobs.watchdog import HELD, Held, Watchdog
from tests.commands.installations import Installation, wait_for
from tests.commands.test_redis_gone import OwnRedis

SETTINGS = "tests.jobs.held.settings"
ASK = "from jetbridge.jobs import queue; [queue.nudge(name) for name in {names!r}]"
# Cron Status as its page shows it from the worker's own tables.
CRON = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.get_or_create(username="eve", is_staff=True, is_superuser=True)[0])
print(client.get("/admin/cron/", headers={"host": "127.0.0.1"}).text)
"""
# A machine with much else to do may leave a process alone for a while; the deployed pool keeps what it comes with.
PATIENCE = {"threads": ("--held", "12"), "prefork": ()}
PULSE = """
import ctypes, sys, threading, time
from pathlib import Path
from jetbridge.jobs import pulse
pulse.begin(Path(sys.argv[1]))
with pulse.running("tests.hold", 7):
    print("ready", flush=True)
    {work}
"""


# Each takes a minute: one in every run, all where processes are killed for long.
@pytest.fixture(params=["threads", pytest.param("prefork", marks=[pytest.mark.kill, pytest.mark.broker])])
def installation(request, tmp_path, homes, transactional_db):
    """The embedded pool on files and SQLite; the deployed one on Redis, and on PostgreSQL where tests have it."""
    env = {"DJANGO_SETTINGS_MODULE": SETTINGS, "JETBRIDGE_LOG_LEVEL": "INFO"}
    redis = None
    if request.param == "prefork":
        if shutil.which("redis-server") is None:
            pytest.skip("no redis-server on this machine")
        redis = OwnRedis(tmp_path)
        redis.start()
        env["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
    if connection.vendor == "postgresql":
        given, name = os.environ["DATABASE_URL"], settings.DATABASES["default"]["NAME"]
        env["DATABASE_URL"] = f"{given.rpartition('/')[0]}/{name}"
        found = Installation(tmp_path / "home", **env)
        found.home.mkdir(mode=0o700)
    else:
        found = homes.migrated(Installation(tmp_path / "home", **env))
    yield found
    if redis:
        redis.kill()


@contextmanager
def worker(installation, pool):
    log = installation.log.open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--pool", pool, "-c", "2", *PATIENCE[pool]],
        cwd=PROJECT_ROOT, env=installation.env, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(90)
        log.close()


def rows(installation, sql):
    """Read what the worker wrote."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    with closing(sqlite3.connect(installation.home / "jetbridge.sqlite3")) as database:
        return database.execute(sql).fetchall()


def outcomes(installation, job):
    found = rows(installation, f"SELECT outcome, message FROM core_jobrun WHERE job = '{job}' ORDER BY id")
    return [outcome for outcome, _ in found], " ".join(message for _, message in found)


def cron_row(installation, job):
    page = installation.managed("shell", "-c", CRON, seconds=120)
    found = page.stdout.partition(f'id="job-{slugify(job)}"')[2].partition("</tr>")[0]
    assert found, page.stderr
    return found


# Seen from outside both are the same; to wait leaves the processor to others.
@pytest.mark.parametrize("how", ["waits", pytest.param("computes", marks=pytest.mark.kill)])
def test_a_job_that_holds_its_worker_twice_is_set_aside_and_the_others_go_on(installation, how, request):
    pool = request.node.callspec.params["installation"]
    (installation.home / "hold").write_text(how)
    aside = "SELECT strikes FROM core_joblease WHERE name = 'tests.hold' AND set_aside_at IS NOT NULL"
    with worker(installation, pool):
        asked = installation.managed("shell", "-c", ASK.format(names=("tests.hold",)), seconds=120)
        wait_for(lambda: rows(installation, aside), f"set aside; {asked.stderr}", 200)
        installation.managed("shell", "-c", ASK.format(names=("tests.beside", "tests.hold")), seconds=120)
        wait_for(lambda: outcomes(installation, "tests.beside")[0] == ["achieved"], "the other job goes on")
        row = cron_row(installation, "tests.hold")

    ended, said = outcomes(installation, "tests.hold")
    assert ended == ["died", "died"]
    noticed = re.findall(r"It held the interpreter of its worker for (\d+) seconds", said)
    assert [int(each) < 60 for each in noticed] == [True, True]
    assert "Set aside" in row
    assert "held the interpreter of its worker twice" in row
    assert "the job is set aside" in said
    assert installation.log.read_text().count("Hold holds the interpreter of process") == 2
    refused = installation.managed("run_job", "tests.hold", seconds=120)
    (installation.home / "hold").unlink()
    again = installation.managed("run_job", "tests.hold", "--try-again", seconds=120)
    assert (refused.returncode, again.returncode) == (1, 0)
    assert "is set aside" in refused.stdout + refused.stderr
    assert rows(installation, aside) == []


def shown(stack, folder, work):
    process = stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-c", PULSE.format(work=work), str(folder)],
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
        )
    )
    stack.callback(process.kill)
    assert process.stdout.readline() == b"ready\n"
    return process


def test_only_what_holds_the_interpreter_is_found(tmp_path):
    dog = Watchdog(tmp_path, held=9)
    with ExitStack() as stack:
        waiting = shown(stack, tmp_path, "time.sleep(60)")
        computing = shown(stack, tmp_path, "while True: pass")
        holding = shown(stack, tmp_path, "ctypes.PyDLL(None).sleep(60)")
        found, until = [], time.monotonic() + 30
        while not found and time.monotonic() < until:
            found = dog.look()
            time.sleep(0.5)

        # The others were looked at for longer.
        assert [(each.pid, each.runs, each.culprits) for each in found] == [
            (holding.pid, {7: "tests.hold"}, {7})
        ]
        dog.end(found[0])
        assert holding.wait(10) == -9
        assert (waiting.poll(), computing.poll()) == (None, None)
        assert dog.look() == []


def test_a_machine_that_slept_ends_nobody(tmp_path):
    now = [0.0]
    dog = Watchdog(tmp_path, held=40, clock=lambda: now[0])
    (tmp_path / str(os.getpid())).write_text('[[1, "tests.hold", 7]]')
    found = []
    for moment in (0, 1, 3600, 3601, 3639):
        now[0] = moment
        found += dog.look() if moment != 3639 else []

    assert found == []


def held(job, beside=()):
    runs = {}
    for name in (job, *beside):
        now = timezone.now()
        JobLease.objects.update_or_create(name=name, defaults={"holder": "w", "expires_at": now})
        run = JobRun.objects.create(job=name, holder="w", started_at=now, heartbeat_at=now)
        runs[run.pk] = name
    return Held(1, 41.0, runs, frozenset(pk for pk, name in runs.items() if name == job))


@pytest.mark.django_db
def test_what_ran_beside_is_free_at_once_and_not_blamed(admin_client):
    for _ in range(2):
        guard.record(held("catalog.sync_prices", beside=["catalog.sync_inventory"]))

    assert set(set_aside.jobs_aside()) == {"catalog.sync_prices"}
    with job_run("catalog.sync_inventory"):
        pass
    with pytest.raises(JobSetAside), job_run("catalog.sync_prices"):
        pass
    assert Notification.objects.filter(kind="job.set_aside", key="catalog.sync_prices").exists()
    assert "catalog.sync_prices" not in status.late_jobs()


@pytest.mark.django_db
def test_cron_status_says_which_job_is_set_aside_and_lets_it_try_again(admin_client):
    for _ in range(2):
        guard.record(held("catalog.sync_prices"))

    page = admin_client.get("/admin/cron/").content.decode()
    dashboard = admin_client.get("/admin/").content.decode()
    after = admin_client.post("/admin/cron/catalog.sync_prices/again/", follow=True).content.decode()

    assert "Set aside" in page.partition("Sync prices")[2].partition("</tr>")[0]
    assert "held the interpreter of its worker twice" in page
    assert "Jobs set aside" in dashboard
    assert "Sync prices is tried again." in after
    assert set_aside.jobs_aside() == {}
    assert list(Event.objects.values_list("action", flat=True)[:2]) == ["tried again", "set aside"]
    guard.record(held("catalog.sync_prices"))
    assert set(set_aside.jobs_aside()) == {"catalog.sync_prices"}


@pytest.mark.django_db
def test_whichever_job_holds_is_set_aside_after_the_second_time_and_named(admin_client):
    for name in JOBS:
        for _ in range(2):
            guard.record(held(name))
    page = admin_client.get("/admin/cron/").content.decode()

    assert set(set_aside.jobs_aside()) == JOBS.keys()
    rows = {name: page.partition(f'id="job-{slugify(name)}"')[2].partition("</tr>")[0] for name in JOBS}
    assert [name for name, row in rows.items() if "Set aside" not in row] == []


def test_a_worker_that_is_held_is_found_well_within_a_minute():
    """Its pulse is looked at so often, and it is ended the first time that it is found silent for so long."""
    assert HELD + 2 * guard.LOOK <= 50


@pytest.mark.django_db
def test_a_strike_of_another_day_does_not_count():
    guard.record(held("catalog.sync_prices"))
    JobLease.objects.update(struck_at=timezone.now() - set_aside.REMEMBERED)

    guard.record(held("catalog.sync_prices"))

    assert set_aside.jobs_aside() == {}
