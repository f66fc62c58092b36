"""The record of every call: who, what, how it was answered, and whether its work was done."""

import re
from typing import Any
from urllib.parse import unquote

from .calls import Call
from .store import Store
from .wire import dumps, loads

KEPT = 200_000
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
    columns = ("seq", "at", "account", "method", "path", "query", "status", "fault", "applied", "body")
    pattern = re.compile(path, re.IGNORECASE) if path else None
    found = []
    for row in store.rows(f"SELECT {', '.join(columns)} FROM calls WHERE seq>? ORDER BY seq", after):  # noqa: S608
        entry = dict(zip(columns, row, strict=True))
        if pattern and not any(pattern.search(each) for each in spellings(entry["path"])):
            continue
        entry["applied"] = bool(entry["applied"])
        entry["body"] = loads(entry["body"]) if entry["body"] else None
        found.append(entry)
    return found


def spellings(path: str) -> tuple[str, ...]:
    """Give the ways in which an expression may name a path: as sent and decoded, with /api and without."""
    return (path, unquote(path), f"/api{path}")


def trim(store: Store) -> None:
    """Forget the oldest calls beyond what is kept."""
    store.run("DELETE FROM calls WHERE seq <= (SELECT MAX(seq) FROM calls) - ?", KEPT)
