"""What a setting of the environment may hold: each kind reads its text, or refuses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import environ

from jetbridge import home

_TRUE, _FALSE = ("1", "true", "yes", "on", "y", "ok"), ("0", "false", "no", "off", "n")
_HOST = re.compile(r"\*|\.?[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]")
REDIS_NUMBER = re.compile(r"/?|/[0-9]{1,4}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WHOLE = re.compile(r"[+-]?[0-9]{1,12}", re.ASCII)


class Kind(Protocol):
    """What a setting holds: how it is read, and in words which values it takes."""

    @property
    def range(self) -> str: ...

    def parse(self, text: str) -> Any:
        """
        Return the value.

        :raises ValueError: it is none of this kind
        """


@dataclass(frozen=True)
class Text:
    """Any line of text."""

    range: str = "a text"

    def parse(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Folder:
    """A folder; `~` is the home of the person who starts."""

    range: str = "a folder"

    def parse(self, text: str) -> Path:
        try:
            return Path(text).expanduser().resolve()
        except (OSError, RuntimeError) as error:  # nobody's `~`, links in a circle
            raise ValueError(text) from error


@dataclass(frozen=True)
class Switch:
    """On or off."""

    range: str = "`1` (or true, yes, on) or `0` (or false, no, off)"

    def parse(self, text: str) -> bool:
        if text.lower() not in (*_TRUE, *_FALSE):
            raise ValueError(text)
        return text.lower() in _TRUE


@dataclass(frozen=True)
class Whole:
    """A whole number between two others."""

    lowest: int
    highest: int

    @property
    def range(self) -> str:
        return f"a whole number from {self.lowest} to {self.highest}"

    def parse(self, text: str) -> int:
        if not _WHOLE.fullmatch(text) or not self.lowest <= int(text) <= self.highest:
            raise ValueError(text)
        return int(text)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def range(self) -> str:
        return f"one of {', '.join(self.words)}"

    def parse(self, text: str) -> str:
        for word in self.words:
            if word.upper() == text.upper():
                return word
        raise ValueError(text)


@dataclass(frozen=True)
class Hosts:
    """Names of machines."""

    range: str = "names of hosts without `https://` and port, comma-separated"

    def parse(self, text: str) -> list[str]:
        return _each(text, lambda name: bool(_HOST.fullmatch(name)))


@dataclass(frozen=True)
class Origins:
    """Addresses without a path."""

    range: str = "addresses without a path, `https://panel.example.com`, comma-separated"

    def parse(self, text: str) -> list[str]:
        return _each(text, _is_origin)


@dataclass(frozen=True)
class MailAddress:
    """One address, with or without a person's name before it."""

    range: str = "a mail address, `name@example.com` or `Name <name@example.com>`"

    def parse(self, text: str) -> str:
        _, address = parseaddr(text)
        user, _, host = address.rpartition("@")
        is_whole = address == text or text.endswith(f" <{address}>")
        if not is_whole or " " in address or not user or not _HOST.fullmatch(host):
            raise ValueError(text)
        return text


@dataclass(frozen=True)
class Address:
    """An address of one of these schemes; `empty` are those that need no host."""

    range: str
    schemes: tuple[str, ...]
    empty: tuple[str, ...] = ()
    # What may follow the host, where not anything may.
    path: re.Pattern[str] | None = None

    def parse(self, text: str) -> str:
        parts = _split(text)
        named = parts.hostname and _HOST.fullmatch(_bracketed(parts.hostname))
        if parts.scheme not in self.schemes or not (named or parts.scheme in self.empty):
            raise ValueError(text)
        if self.path is not None and not self.path.fullmatch(parts.path):
            raise ValueError(text)
        return text


@dataclass(frozen=True)
class Issuer:
    """Who vouches for people, over https; on this machine http will do."""

    range: str = "`https://login.example.com/realm`"

    def parse(self, text: str) -> str:
        Address("", ("https", "http")).parse(text)
        parts = _split(text)
        if parts.query or parts.fragment or (parts.scheme == "http" and parts.hostname not in _LOOPBACK):
            raise ValueError(text)
        return text.rstrip("/")


@dataclass(frozen=True)
class Database:
    """The address of a database, as Django's settings take it."""

    range: str = "`postgres://user:password@host:5432/name`, signs in the password percent-encoded"

    def parse(self, text: str) -> dict[str, Any]:
        parts = _split(text)
        family = parts.scheme in ("postgres", "postgresql", "psql", "pgsql")
        name = parts.path.removeprefix("/")
        if not (family or parts.scheme == "sqlite") or not name or (family and "/" in name):
            raise ValueError(text)
        return dict(environ.Env.db_url_config(text))


@dataclass(frozen=True)
class Mail:
    """The address of a mail server, as Django's settings take it."""

    range: str = "`smtp://`, `smtp+tls://` or `smtp+ssl://user:password@host:587`, or `consolemail://`"

    def parse(self, text: str) -> dict[str, Any]:
        Address(
            "", tuple(environ.Env.EMAIL_SCHEMES), ("consolemail", "memorymail", "dummymail", "filemail")
        ).parse(text)
        return dict(environ.Env.email_url_config(text))


@dataclass(frozen=True)
class Keys:
    """Keys that encrypt secrets at rest, newest first."""

    range: str = "keys of 44 letters, digits, - and _, newest first, comma-separated"

    def parse(self, text: str) -> list[str]:
        return home.field_keys(text)


def _each(text: str, fits: Callable[[str], Any]) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(fits(name) for name in names):
        raise ValueError(text)
    return names


def _is_origin(text: str) -> bool:
    try:
        parts = _split(text)
    except ValueError:
        return False
    host = (parts.hostname or "").removeprefix("*.")
    is_host = bool(_HOST.fullmatch(_bracketed(host))) and host != "*"
    return parts.scheme in ("http", "https") and is_host and not parts.path + parts.query + parts.fragment


def _split(text: str) -> SplitResult:
    """
    Take an address apart.

    :raises ValueError: it is none, or its port is out of range
    """
    parts = urlsplit(text)
    if any(sign.isspace() for sign in text) or "://" not in text or parts.port == 0:
        raise ValueError(text)
    return parts


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
