"""A copy taken while somebody writes is whole, and a damaged one changes nothing."""

import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from jetbridge.desk.services import backups


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "a.csv").write_text("sku\nMUG-1\n")
    (folder / "secret_key").write_text("one")
    (folder / "field_keys").write_text("two")
    with closing(sqlite3.connect(folder / "jetbridge.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE pairs (a INTEGER, b INTEGER)")
        database.executemany("INSERT INTO pairs VALUES (?, ?)", [(n, n) for n in range(1000)])
        database.commit()
    return folder


def pairs(home: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(home / "jetbridge.sqlite3")) as database:
        return database.execute("SELECT a, b FROM pairs ORDER BY rowid").fetchall()


def test_what_was_saved_is_put_back_whole(home, tmp_path):
    copy = tmp_path / "copy.tar.gz"
    names = backups.back_up(home=home, target=copy)
    with closing(sqlite3.connect(home / "jetbridge.sqlite3")) as database:
        database.execute("DELETE FROM pairs")
        database.commit()
    (home / "field_keys").write_text("lost")
    (home / "uploads" / "b.csv").write_text("newer")

    backups.restore(home=home, source=copy)

    assert set(names) == {"secret_key", "field_keys", "uploads", "jetbridge.sqlite3"}
    assert len(pairs(home)) == 1000
    assert (home / "field_keys").read_text() == "two"
    assert sorted(path.name for path in (home / "uploads").iterdir()) == ["a.csv"]
    assert copy.stat().st_mode & 0o077 == 0


def test_the_sandbox_stays_as_it_is_unless_that_is_asked_for(home, tmp_path):
    def state(word: str = "") -> str:
        with closing(sqlite3.connect(home / "sandbox.sqlite3")) as sandbox, sandbox:
            sandbox.execute("CREATE TABLE IF NOT EXISTS state (word TEXT)")
            if word:
                sandbox.execute("DELETE FROM state")
                sandbox.execute("INSERT INTO state VALUES (?)", (word,))
            return sandbox.execute("SELECT word FROM state").fetchone()[0]

    state("then")
    (home / "taxonomy").mkdir()
    (home / "taxonomy" / "nodes.csv").write_text("then")
    backups.back_up(home=home, target=tmp_path / "copy.tar.gz")
    state("now")
    (home / "taxonomy" / "nodes.csv").unlink()

    names = backups.restore(home=home, source=tmp_path / "copy.tar.gz")
    assert ("sandbox.sqlite3" in names, state()) == (False, "now")
    assert (home / "taxonomy" / "nodes.csv").read_text() == "then"

    names = backups.restore(home=home, source=tmp_path / "copy.tar.gz", with_sandbox=True)
    assert ("sandbox.sqlite3" in names, state()) == (True, "then")


def test_a_copy_taken_while_somebody_writes_shows_one_moment(home, tmp_path):
    ended = threading.Event()

    def write() -> None:
        with closing(
            sqlite3.connect(home / "jetbridge.sqlite3", timeout=30, isolation_level=None)
        ) as database:
            number = 1000
            while not ended.is_set():
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO pairs VALUES (?, NULL)", (number,))
                database.execute("UPDATE pairs SET b = a WHERE b IS NULL")
                database.execute("COMMIT")
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups.back_up(home=home, target=tmp_path / "copy.tar.gz")
    finally:
        ended.set()
        writer.join()
    backups.restore(home=home, source=tmp_path / "copy.tar.gz")

    rows = pairs(home)
    assert len(rows) >= 1000
    assert all(a == b for a, b in rows)


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[: len(raw) // 2], lambda raw: b"not a copy", lambda raw: b""]
)
def test_a_damaged_copy_is_refused_and_changes_nothing(home, tmp_path, spoil):
    copy = tmp_path / "copy.tar.gz"
    backups.back_up(home=home, target=copy)
    copy.write_bytes(spoil(copy.read_bytes()))
    (home / "field_keys").write_text("present")

    with pytest.raises(backups.BackupRefused):
        backups.restore(home=home, source=copy)

    assert (home / "field_keys").read_text() == "present"
    assert sorted(path.name for path in home.iterdir() if path.name.startswith("tmp")) == []


def test_an_archive_that_reaches_outside_is_refused(home, tmp_path):
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "x").write_text("x")
    with tarfile.open(evil, "w:gz") as archive:
        archive.add(tmp_path / "x", "../../outside")

    with pytest.raises(backups.BackupRefused):
        backups.restore(home=home, source=evil)

    assert not (tmp_path.parent / "outside").exists()


def test_another_archive_is_not_taken_for_an_installation(home, tmp_path):
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as archive:
        archive.add(home / "uploads", "uploads")

    with pytest.raises(backups.BackupRefused, match="keys are missing"):
        backups.restore(home=home, source=other)


def test_an_empty_home_or_a_full_disk_leaves_no_half_file(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(backups.BackupRefused, match="nothing to save"):
        backups.back_up(home=empty, target=tmp_path / "copy.tar.gz")
    with pytest.raises(backups.BackupRefused):
        backups.back_up(home=empty, target=tmp_path / "no such folder" / "copy.tar.gz")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]
