"""Pages, probes and jobs while the database is locked, full or gone: the cause by its name, and nothing lost."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from catalog.products import tasks
from catalog.products.models import ImportFile, Product
from catalog.products.services import import_files
from jetbridge.core.models import JobRun
from jetbridge.desk.views import health
from jetbridge.jobs import heartbeats, patience
from jetbridge.jobs.runs import job_run
from tests.desk.test_disk_full import full_disk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="only SQLite's own file can be held or filled here"
    ),
]

CSV = b"sku,name,price,qty\n" + b"".join(b"SKU-%d,Mug %d,5.00,3\n" % (one, one) for one in range(40))


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody holds a test's database for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    monkeypatch.setattr(patience, "PAUSE", 0.1)
    heartbeats._probed.clear()
    yield
    connection.close()


@contextmanager
def locked(seconds: float = 60) -> Iterator[None]:
    """Hold the database's write lock, for so long at most."""
    name, held, free = str(connection.settings_dict["NAME"]), threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(name, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            held.set()
            free.wait(seconds)
            holder.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(60)
    try:
        yield
    finally:
        free.set()
        thread.join()


@pytest.fixture
def panel(merchant) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(merchant)
    return client


def test_what_a_locked_database_does_not_take_is_answered_with_the_cause(panel: Client):
    with locked():
        answer = panel.post("/admin/cron/desk.sweep/pause/", {"note": "a reason"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "The database is locked by another program." in answer.content.decode()
    assert "Nothing is lost" in answer.content.decode()


def test_a_full_disk_is_named(panel: Client):
    with full_disk(0):
        answer = panel.post("/admin/catalog/importfile/add/", {"file": SimpleUploadedFile("a.csv", CSV)})
        for number in range(200):  # what is free in the pages that are there is used up first
            if answer.status_code == 503:
                break
            answer = panel.post("/admin/cron/desk.sweep/pause/", {"note": f"{number} {'x' * 90}"})
            panel.post("/admin/cron/desk.sweep/resume/")

    assert answer.status_code == 503
    assert "The disk is full." in answer.content.decode()


def test_a_database_that_is_gone_is_named_and_not_made_anew(panel: Client, tmp_path, monkeypatch):
    missing = tmp_path / "jetbridge.sqlite3"
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", f"file:{missing}?mode=rw")
    try:
        answers = [panel.get(page) for page in ("/admin/", "/admin/login/", "/admin/orders/order/")]
        ready = Client().get("/readyz")
    finally:
        connection.close()

    assert [answer.status_code for answer in answers] == [503] * 3
    assert all("The database file is gone" in answer.content.decode() for answer in answers)
    assert (ready.status_code, ready.json()["database"]) == (503, False)
    assert not missing.exists()


def test_readyz_tries_to_write(panel: Client, account):
    with locked():
        answer = panel.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False, "database": False, "cause": "The database is locked by another program.",
    }  # fmt: skip


def test_readyz_looks_at_the_room_that_is_left(panel: Client, account, monkeypatch):
    monkeypatch.setattr(health, "LEAST_SPACE", 2**80)

    answer = panel.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["space"] is False


def test_an_error_of_the_panel_is_still_an_error(panel: Client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_SPACE", None)

    assert panel.get("/readyz").status_code == 500


def test_an_import_waits_for_the_lock_and_goes_on(db: None):
    file = import_files.start(upload=SimpleUploadedFile("products.csv", CSV))
    tasks.import_file()
    import_files.accept(file=ImportFile.objects.get())

    began = time.monotonic()
    with job_run(import_files.JOB) as run, locked(1.5):
        run.add(import_files.advance(heartbeat=run.heartbeat))
        assert time.monotonic() - began > 1

    file.refresh_from_db()
    assert (file.state, file.created, Product.objects.count()) == (ImportFile.State.DONE, 40, 40)
    assert run.run.outcome == JobRun.Outcome.ACHIEVED


def test_an_import_that_met_a_full_disk_keeps_its_turn(db: None):
    file = import_files.start(upload=SimpleUploadedFile("products.csv", CSV))
    tasks.import_file()
    import_files.accept(file=ImportFile.objects.get())
    with full_disk(0), pytest.raises(OperationalError, match="full"):
        tasks.import_file()

    file.refresh_from_db()
    assert file.state == ImportFile.State.CONFIRMED
    JobRun.objects.update(heartbeat_at=JobRun.objects.get(job=import_files.JOB, done=0).started_at)
    tasks.import_file()

    file.refresh_from_db()
    assert (file.state, Product.objects.count()) == (ImportFile.State.DONE, 40)


def test_a_job_does_not_wait_for_ever(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "PATIENCE", timedelta(seconds=0.3))
    with job_run("desk.sweep"), locked(5), pytest.raises(OperationalError, match="locked"):
        Product.objects.update(name="taken")
