"""The record of every call: who, what, how it was answered, and whether its work was done."""

import re
from typing import Any
from urllib.parse import unquote

from .calls import Call
from .store import Store
from .wire import dumps, loads

KEPT = 200_000
COLUMNS = ("seq", "at", "account", "method", "path", "query", "status", "fault", "applied", "body")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM calls"  # noqa: S608 - names of our own
SECRETS = ("pass", "id_token")


def note(call: Call, path: str, *, at: str, status: int | None, fault: str | None, applied: bool) -> None:
    """Write down one call; `status` None means that the caller got no answer."""
    store = call.world.store
    request = call.request
    sql = (
        "INSERT INTO calls (at, account, method, path, query, status, fault, applied, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    query = request.query_string if "sig=" not in request.query_string else ""
    account = call.mode or None
    store.run(sql, at, account, request.method, path, query, status, fault, applied, _body(request.body))


def _body(raw: bytes) -> str | None:
    """Keep a body as JSON: a document as it is, other text as text, files by their size."""
    if not raw:
        return None
    if raw[:2] == b"\x1f\x8b" or len(raw) > 2**20:
        return dumps(f"({len(raw)} bytes)")
    try:
        value = loads(raw)
    except ValueError:
        text = raw.decode("utf-8", "replace")
        return dumps("(a form)" if "pass=" in text else text)
    if isinstance(value, dict):
        value = {name: "***" if name in SECRETS else each for name, each in value.items()}
    return dumps(value)


def calls(store: Store, *, after: int = 0, path: str | None = None) -> list[dict[str, Any]]:
    """Give the calls after a number whose path matches an expression, oldest first."""
    pattern = re.compile(path, re.IGNORECASE) if path else None
    rows = store.rows(f"{SELECT} WHERE seq>? ORDER BY seq", after)
    place = COLUMNS.index("path")
    return [
        _entry(row)
        for row in rows
        if pattern is None or any(pattern.search(each) for each in spellings(row[place]))
    ]


def latest(store: Store, *, path: str, most: int) -> list[dict[str, Any]]:
    """Give the last calls whose path contains a text, newest first."""
    rows = store.rows(f"{SELECT} WHERE instr(path, ?) ORDER BY seq DESC LIMIT ?", path, most)
    return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> dict[str, Any]:
    entry = dict(zip(COLUMNS, row, strict=True))
    entry["applied"] = bool(entry["applied"])
    entry["body"] = loads(entry["body"]) if entry["body"] else None
    return entry


def spellings(path: str) -> tuple[str, ...]:
    """Give the ways in which an expression may name a path: as sent and decoded, with /api and without."""
    return (path, unquote(path), f"/api{path}")


def trim(store: Store) -> None:
    """Forget the oldest calls beyond what is kept."""
    store.run("DELETE FROM calls WHERE seq <= (SELECT MAX(seq) FROM calls) - ?", KEPT)
