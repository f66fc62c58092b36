"""The folder that holds all state of one installation: database, broker, keys, uploads."""

import json
import os
import secrets
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.fernet import Fernet

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DATABASE = "jetbridge.sqlite3"
# Says that the database was made: a missing one is then gone, and no new one takes its place.
_DATABASE_MADE = "database-made"
# No key is longer: whatever is, is another file.
LONGEST = 64 * 1024
# What group and everybody else may do.
OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FOLDERS = ("static", "uploads", "broker", "taxonomy", "pulse")
_FILES = (
    "generation", "generation.lock", "history", "forgotten", "forgotten.lock", "anonymous-until", "database-made",
    "sandbox.sqlite3", "up.lock",
)  # fmt: skip


class HomeUnusable(Exception):
    """Something in the state folder keeps us from starting; the message is one line for a person."""


@dataclass(frozen=True)
class Key:
    """A secret that the home keeps in a file: made once, read at each start."""

    name: str
    make: Callable[[], str]
    parse: Callable[[str], Any]
    way_out: str

    def read(self, folder: Path) -> Any:
        """
        Return what the file holds, after making it where it is missing.

        :raises HomeUnusable: it can be neither read nor made, or holds no such secret
        """
        path = folder / self.name
        try:
            text = _read_or_make(path, self.make)
        except OSError as error:
            raise HomeUnusable(f"{path} cannot be read or made: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise HomeUnusable(f"{path} holds no text. {self.way_out}") from error
        if not text:
            raise HomeUnusable(f"{path} is empty. {self.way_out}")
        try:
            return self.parse(text)
        except ValueError as error:
            raise HomeUnusable(f"{path} holds no whole key. {self.way_out}") from error


# 32 bytes in base64.
KEY_LENGTH = 44


def field_keys(text: str) -> list[str]:
    """
    Return the keys of a text, separated by commas or each on a line of its own.

    :raises ValueError: one of them is no key, or there is none
    """
    keys = text.replace(",", " ").split()
    for key in keys:
        # Two keys in one word would be read as the first of them alone.
        if len(key) != KEY_LENGTH:
            raise ValueError("no key")
        Fernet(key.encode())
    if not keys:
        raise ValueError("no key")
    return keys


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("no line of text")
    return text


# By the setting that stands above the file.
KEYS = {
    "JETBRIDGE_SECRET_KEY": Key(
        "secret_key",
        lambda: secrets.token_urlsafe(48),
        _printable,
        "Put it back from a copy, or delete it: a new one is made, and people log in again.",
    ),
    # Newest key first: it encrypts; the others still decrypt, so keys can be rotated (comma-separated).
    "JETBRIDGE_FIELD_KEYS": Key(
        "field_keys",
        lambda: Fernet.generate_key().decode(),
        field_keys,
        "Put it back from a copy, or delete it: a new one is made, and API secrets are entered again.",
    ),
}


def look_after(folder: Path, given: Collection[str]) -> tuple[dict[str, Any], list[str]]:
    """
    Make the state folder and what is missing in it; return its keys by setting, but for those given otherwise.

    With them comes a line for each thing that keeps us from starting.
    """
    keys, faults = dict[str, Any](), list[str]()
    try:
        _make(folder)
    except HomeUnusable as problem:
        return {}, [str(problem)]
    for name, key in KEYS.items():
        if name in given:
            continue
        try:
            keys[name] = key.read(folder)
        except HomeUnusable as problem:
            faults.append(str(problem))
    wrong = [folder / name for name in _FOLDERS if (folder / name).exists() and not (folder / name).is_dir()]
    faults += [f"{path} must be a folder; it is a file. Move it away." for path in wrong]
    held = [folder / name for name in _FILES if (folder / name).is_dir()]
    faults += [f"{path} must be a file; it is a folder. Move it away." for path in held]
    return keys, [*faults, *_database_faults(folder / DATABASE), *_run_faults(folder / "run.json")]


def database_address(folder: Path) -> str:
    """
    Return how the home's database is opened; made only where there never was one.

    An empty one in place of one that was moved away would take the log of the other for its own, and clear it.
    """
    path = folder / DATABASE
    is_made = any(one.exists() for one in (path, folder / f"{DATABASE}-wal", folder / _DATABASE_MADE))
    return f"file:{quote(str(path))}?mode={'rw' if is_made else 'rwc'}"


def note_database(folder: Path, name: str) -> None:
    """Remember that the home has its database from now on, where this is the address of it."""
    if name.partition("?")[0] == database_address(folder).partition("?")[0]:
        (folder / _DATABASE_MADE).touch(mode=0o600)


def write_whole(path: Path, text: str) -> None:
    """Put a text into a file of the home, whole or not at all, also when the power goes."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def is_run(content: Any) -> bool:
    """Return whether this is what `up` writes into run.json, now or in an earlier version."""
    if not isinstance(content, dict):
        return False
    addresses = [content.get(name, "") for name in ("panel", "sandbox", "sandbox_url")]
    pids, started = content.get("pids", {}), content.get("started", {})
    numbers = [content.get(name, 0) for name in ("pid", "up_started")]
    if not all(isinstance(one, str) for one in (*addresses, content.get("boot", ""))):
        return False
    if not all(isinstance(one, int) for one in numbers):
        return False
    return all(
        isinstance(one, dict) and all(isinstance(number, int) for number in one.values())
        for one in (pids, started)
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise HomeUnusable(
                f"The folder {folder} is read-only. Set JETBRIDGE_HOME to a folder you may write."
            )
        if not (folder / "static").exists():
            (folder / "static").mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
    except OSError as error:
        raise HomeUnusable(f"The folder {folder} cannot be made: {error.strerror}.") from error


def close(folder: Path) -> list[str]:
    """
    Keep other users of the machine out of the state folder and its files, whoever made them and how.

    Return a line where the folder was open to them, or cannot be closed.
    """
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & OTHERS and mode & stat.S_ISVTX:
            return [
                f"{folder} is shared by all users of this machine; set JETBRIDGE_HOME to a folder of its own."
            ]
        folder.chmod(mode & ~OTHERS)
        for path in folder.iterdir():
            if _is_ours(path.name) and not path.is_symlink():
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    except FileNotFoundError:  # a draft of another process
        pass
    except OSError as error:
        return [
            f"{folder} may be open to other users of this machine: {error.strerror}. Run chmod 700 on it."
        ]
    if not mode & OTHERS:
        return []
    return [
        f"{folder} was open to other users of this machine (mode {mode:o}); now only its owner may read it."
    ]


def _is_ours(name: str) -> bool:
    return name in (*_FOLDERS, "run.json", *(key.name for key in KEYS.values())) or ".sqlite3" in name


def _run_faults(path: Path) -> list[str]:
    try:
        text = path.read_bytes().strip(b"\0 \r\n\t")
        # A power cut leaves an empty file, and that says nothing.
        if not text or is_run(json.loads(text)):
            return []
    except FileNotFoundError:
        return []
    except OSError as error:
        return [f"{path} cannot be read: {error.strerror}."]
    except (ValueError, RecursionError):
        pass
    return [f"{path} does not hold what `up` writes there. Delete it: the next start writes it anew."]


def _database_faults(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [f"The database {path} cannot be read: {error.strerror}."]
    if head and head != b"SQLite format 3\0":
        return [f"{path} is no SQLite database. Put it back from a copy."]
    return []


def _read_or_make(path: Path, make: Callable[[], str]) -> str:
    """
    Return the secret kept in a file, making it once (mode 600).

    Two processes that start together agree on one secret: it is written whole under a name of
    its own and then linked to the final one, so the loser reads the winner's and never half of it.
    """
    if not os.path.lexists(path):
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(make() + "\n")
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    with path.open("rb") as file:
        return file.read(LONGEST).decode().strip()
