"""A whole copy of an installation's home in one file, taken while it runs, and put back while it stands still."""

import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from jetbridge.core import erasures, generations, history_seals

# What cannot be had again. The broker's messages can (the sweep repeats them), and so can static files.
KEYS = ("secret_key", "field_keys")
SANDBOX = "sandbox.sqlite3"
DATABASES = ("jetbridge.sqlite3", SANDBOX)
FOLDERS = ("uploads", "taxonomy")
# Made anew by whoever needs it, meant for one moment only, or what a restore must leave alone.
AGAIN = (
    "broker", "pulse", "static", "beat", "run.json", "up.lock", "demo-wanted", "database-made", "first_password",
    generations.FILE, generations.LOCK, history_seals.FILE, erasures.FILE, erasures.LOCK, erasures.AGED,
)  # fmt: skip


class BackupRefused(Exception):
    """No copy was taken or put back; the message says why."""


def back_up(*, home: Path, target: Path, link: str = "") -> list[str]:
    """
    Write the home into a gzipped tar; return what is in it. A database that is being written is copied whole.

    The link is the last seal of the history: it shows later whether what was sealed by now still stands.

    The file appears under its name only once it is complete.

    :raises BackupRefused: there is nothing to save, or the file cannot be written
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        # Beside the copy: the disk of the home may be the one that is full.
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, tarfile.open(draft, "w:gz") as archive:
            draft.chmod(0o600)
            names = _gather(home, Path(folder), archive)
            if link:
                (Path(folder) / history_seals.FILE).write_text(f"{link}\n")
                archive.add(Path(folder) / history_seals.FILE, history_seals.FILE)
        if not names:
            raise BackupRefused(f"There is nothing to save in {home}.")
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"The copy was not written: {error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return names


def restore(*, home: Path, source: Path, with_sandbox: bool = False) -> list[str]:
    """
    Put a copy's files into the home, in place of what is there; return their names.

    The sandbox stands for Jet, which no copy of ours puts back: it stays as it is unless that is asked for.

    Everything is unpacked beside the home first: a damaged copy changes nothing.

    :raises BackupRefused: the copy is damaged or no copy of an installation
    """
    with tempfile.TemporaryDirectory(dir=home) as folder:
        try:
            with tarfile.open(source, "r:gz") as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise BackupRefused(f"{source} cannot be read as a copy: {error}.") from error
        chosen = [name for name in (*KEYS, *DATABASES, *FOLDERS) if name != SANDBOX or with_sandbox]
        names = [name for name in chosen if (Path(folder) / name).exists()]
        if "field_keys" not in names:
            raise BackupRefused(f"{source} is no copy of an installation: the keys are missing in it.")
        # Before anything is replaced: a restore that ends half-way is an older database too.
        generations.note_restore(home)
        for name in names:
            _replace(home / name, Path(folder) / name)
    return names


def link_of(source: Path) -> history_seals.Link | None:
    """
    Return the last seal of the history that a copy holds; None where it was made before there were seals.

    :raises BackupRefused: the copy cannot be read
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            member = archive.extractfile(history_seals.FILE)
            return history_seals.Link.read(member.read(200).decode()) if member else None
    except KeyError:
        return None
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise BackupRefused(f"{source} cannot be read as a copy: {error}.") from error


def _gather(home: Path, folder: Path, archive: tarfile.TarFile) -> list[str]:
    names = []
    for name in (*KEYS, *FOLDERS):
        if (home / name).exists():
            archive.add(home / name, name)
            names.append(name)
    for name in DATABASES:
        if (home / name).exists():
            _copy_database(home / name, folder / name)
            archive.add(folder / name, name)
            names.append(name)
    return names


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own copying sees one state of the database, whoever writes meanwhile."""
    with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _replace(target: Path, fresh: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    # A log or an index of the former database would be taken for the new one's.
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.move(fresh, target)
