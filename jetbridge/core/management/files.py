"""Files that a command reads and writes: `-` is standard input, and every trouble with one is a plain line."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError

STDIN = "-"
# In front of the name of a file that holds a secret.
FILE = "@"
CHUNK = 1 << 20


def named(name: str | Path) -> str:
    """Return what a file is called in a refusal or a report."""
    return "standard input" if str(name) == STDIN else Path(name).name


def read(name: str | Path, *, missing: int = 1) -> bytes:
    """
    Return what a file holds, or what standard input gives.

    :param missing: the exit code where there is no such file
    :raises CommandError: it cannot be read
    """
    if str(name) == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise _trouble(name, "read", error, missing) from error


@contextmanager
def on_disk(name: str | Path, *, missing: int = 1) -> Iterator[Path]:
    """
    Give a file's path, for readers that need one; standard input is kept in a file meanwhile.

    :raises CommandError: there is no such file
    """
    if str(name) != STDIN:
        try:
            with Path(name).open("rb"):
                pass
        except OSError as error:
            raise _trouble(name, "read", error, missing) from error
        yield Path(name)
        return
    with tempfile.NamedTemporaryFile(prefix="jetbridge-", suffix=".input") as kept:
        while chunk := sys.stdin.buffer.read(CHUNK):
            kept.write(chunk)
        kept.flush()
        yield Path(kept.name)


@contextmanager
def written(name: str | Path) -> Iterator[IO[bytes]]:
    """
    Open a file to be written.

    :raises CommandError: it cannot be
    """
    try:
        with Path(name).open("wb") as target:
            yield target
    except OSError as error:
        raise _trouble(name, "written", error, 1) from error


def write_lines(name: str | Path, lines: Iterable[str]) -> int:
    """
    Write lines that end themselves; return how many they were.

    :raises CommandError: the file cannot be written
    """
    count = 0
    with written(name) as target:
        for line in lines:
            target.write(line.encode())
            count += 1
    return count


def secret(source: str = STDIN) -> str:
    """
    Return a secret that stands in no list of processes: the first line of standard input or of `@FILE`, or what is
    typed where `source` is empty. Anything else is the secret itself.

    :raises CommandError: there is none to be had there
    """
    if not source:
        if not sys.stdin.isatty():
            raise CommandError(
                "There is no terminal to ask at: give - and the secret by standard input.", returncode=2
            )
        return getpass("Secret: ")
    if source.startswith(FILE):
        try:
            return read(source.removeprefix(FILE)).decode("utf-8-sig").partition("\n")[0].rstrip("\r")
        except UnicodeDecodeError as error:
            raise CommandError(f"{source.removeprefix(FILE)} is not in UTF-8.") from error
    if source != STDIN:
        return source
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CommandError("Standard input is not in UTF-8.") from error


def is_seen(source: str) -> bool:
    """Return whether a secret stands on the command line itself."""
    return bool(source) and source != STDIN and not source.startswith(FILE)


def _trouble(name: str | Path, what: str, error: OSError, returncode: int) -> CommandError:
    return CommandError(f"{name} cannot be {what}: {error.strerror}.", returncode=returncode)
