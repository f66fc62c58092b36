"""The record of every call: who, what, how it was answered, and whether its work was done."""

from collections.abc import Callable, Collection
from typing import Any

from . import checks
from .memory import Memory
from .wire import Document, Rejected, Request, dumps, loads

KEPT = 200_000
TRIM_EVERY = 5000
COLUMNS = ("seq", "at", "account", "method", "path", "query", "status", "fault", "applied", "body")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM calls"  # noqa: S608 - names of our own
LARGEST_BODY = 2**20


class Journal:
    """
    Written in the transaction of each call's work: both are kept or neither is.

    `spellings` gives the ways in which an expression may name a path; of `secrets`, fields of a body, no value is
    kept, nor of a query or a form that `is_secret` says hides one.
    """

    def __init__(
        self,
        memory: Memory,
        *,
        spellings: Callable[[str], tuple[str, ...]],
        secrets: Collection[str] = (),
        is_secret: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._memory = memory
        self._spellings = spellings
        self._secrets = frozenset(secrets)
        self._hidden = [name.encode() for name in secrets]
        self._is_secret = is_secret
        self._noted = 0

    def note(
        self,
        request: Request,
        path: str,
        *,
        at: str,
        account: str | None,
        status: int | None,
        fault: str | None,
        applied: bool,
    ) -> None:
        """
        Write down one call; `status` None means that the caller got no answer.

        A call that changed nothing is written down with the next one that does, or when somebody reads the journal.
        """
        sql = (
            "INSERT INTO calls (seq, at, account, method, path, query, status, fault, applied, body)"
            " VALUES (MAX(?, COALESCE((SELECT MAX(seq) FROM calls), 0) + 1), ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        memory = self._memory
        query = request.query_string
        if query:
            query = "" if self._is_secret(query) else _storable(query)
        write = memory.run if memory.has_changed else memory.postpone
        write(
            sql, memory.first_call, at, account, _storable(request.method), _storable(path), query,
            status, fault, applied, self._body(request.body),
        )  # fmt: skip
        self._noted += 1
        if self._noted % TRIM_EVERY == 0:
            memory.run("DELETE FROM calls WHERE seq <= (SELECT MAX(seq) FROM calls) - ?", KEPT)

    def _body(self, raw: bytes) -> str | None:
        """Keep a body as JSON: a document as it is, other text as text, files by their size."""
        if not raw:
            return None
        if raw[:1] == b"{" and len(raw) <= LARGEST_BODY and not any(name in raw for name in self._hidden):
            return _storable(
                raw.decode("utf-8", "replace")
            )  # what is no JSON after all is found out when it is read
        if raw[:2] == b"\x1f\x8b" or len(raw) > LARGEST_BODY:
            return dumps(f"({len(raw)} bytes)")
        try:
            value = loads(raw)
        except ValueError:
            text = _storable(raw.decode("utf-8", "replace"))
            return dumps("(a form)" if self._is_secret(text) else text)
        if isinstance(value, dict):
            value = {name: "***" if name in self._secrets else each for name, each in value.items()}
        return dumps(value)

    def calls(self, *, after: int = 0, path: str | None = None) -> list[dict[str, Any]]:
        """
        Give the calls after a number whose path matches an expression, oldest first.

        :raises ValueError: it is none
        """
        pattern = checks.pattern(path) if path else None
        self._memory.catch_up()
        place = COLUMNS.index("path")
        return [
            _entry(row)
            for row in self._memory.rows(f"{SELECT} WHERE seq>? ORDER BY seq", after)
            if pattern is None or any(pattern.search(each) for each in self._spellings(row[place]))
        ]

    def chosen(self, order: Document) -> list[Document]:
        """
        Give the calls that a control call asks for: `after` a number, whose `path` matches.

        :raises Rejected: no number, or no expression
        """
        after = str(order.get("after") or "0")
        if not after.isdecimal():
            raise Rejected("after must be a whole number.")
        try:
            return self.calls(after=int(after[:18]), path=str(order.get("path") or ""))
        except ValueError as problem:
            raise Rejected(f"path {problem}.") from None

    def latest(self, *, path: str, most: int) -> list[dict[str, Any]]:
        """Give the last calls whose path contains a text, newest first."""
        self._memory.catch_up()
        rows = self._memory.rows(f"{SELECT} WHERE instr(path, ?) ORDER BY seq DESC LIMIT ?", path, most)
        return [_entry(row) for row in rows]


def _storable(text: str) -> str:
    """Replace what no database takes as text, so that no call is too odd to be written down."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _entry(row: tuple[Any, ...]) -> dict[str, Any]:
    entry = dict(zip(COLUMNS, row, strict=True))
    entry["applied"] = bool(entry["applied"])
    entry["body"] = _read(entry["body"]) if entry["body"] else None
    return entry


def _read(text: str) -> Any:
    try:
        return loads(text)
    except ValueError:
        return text
