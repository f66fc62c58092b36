"""Bulk files: from the upload token to the last row's error."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from .. import dates
from ..kit.wire import Document, Rejected, Unknown, dumps, quoted
from ..store import Columns
from ..words import FILE_TYPES
from ..world import World, new_id
from . import file_rows, skus
from .row_reader import RowReader, Rows

KIND = "file"
TOKEN_SECONDS = 1800
ERRORS_KEPT_FOR = timedelta(days=30)
EXCERPT = 20
STATES = {"start": "Processing", "good": "Processed successfully", "bad": "Processed with errors"}


def signed_url(world: World, base_url: str, blob: str, *, right: str, until: datetime) -> str:
    """Word a blob's URL with rights (`w` or `r`), expiry and signature, as Azure's storage does."""
    expiry = dates.plain_date(until)
    signature = quote(_signature(world, blob, expiry, right), safe="")
    query = f"sv=2014-02-14&sr=b&sig={signature}&se={quote(expiry, safe='')}&sp={right}"
    return f"{base_url}/merchant-files/{blob}?{query}"


def _signature(world: World, blob: str, expiry: str, right: str) -> str:
    key = world.accounts.sign("blobs").encode()
    digest = hmac.new(key, f"{blob}\n{expiry}\n{right}".encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def may_access(world: World, blob: str, query: dict[str, str], *, right: str) -> bool:
    """Return whether a URL's signature is right, gives this right, and has not expired."""
    expiry, given = query.get("se", ""), query.get("sp", "")
    expected = _signature(world, blob, expiry, given)
    # A plus in an unquoted signature arrives as a blank.
    is_signed = hmac.compare_digest(
        expected.encode(), query.get("sig", "").replace(" ", "+").encode("utf-8", "replace")
    )
    return is_signed and given == right and world.now() < dates.parse(expiry)


def new_token(world: World, account: str, base_url: str) -> Document:
    """Give an upload URL that lives for half an hour."""
    file_id = new_id()
    url = signed_url(
        world, base_url, file_id, right="w", until=world.now() + timedelta(seconds=TOKEN_SECONDS)
    )
    world.store.put(
        "upload", account, file_id, {"id": file_id, "files": []}, Columns(at=world.now().timestamp())
    )
    return {"url": url, "jet_file_id": file_id, "expires_in_seconds": TOKEN_SECONDS}


def keep_blob(world: World, blob: str, content: bytes) -> None:
    world.store.run("INSERT OR REPLACE INTO blobs VALUES (?, ?)", blob, content)


def expire_upload(world: World, account: str, file_id: str, _when: datetime) -> None:
    """Take an old upload's bytes away; what it became as a file stays."""
    world.store.run("DELETE FROM blobs WHERE id=?", file_id)


def blob(world: World, key: str) -> bytes | None:
    found = world.store.rows("SELECT content FROM blobs WHERE id=?", key)
    return bytes(found[0][0]) if found else None


def announce(world: World, account: str, raw: Any) -> Document:
    """
    Take an uploaded blob as a file to be processed; the same blob announced again is the same file.

    :raises Rejected: the URL is not one of ours, nothing was uploaded to it, or the type is unknown
    """
    body = skus.checked_body(raw)
    kinds = {each.lower(): each for each in FILE_TYPES}
    kind = kinds.get(str(body.get("file_type", "")).strip().lower())
    found = [] if kind else [f"file_type must be one of: {', '.join(FILE_TYPES)}."]
    if not isinstance(body.get("file_name"), str) or not body["file_name"].strip():
        found.append("file_name is required.")
    upload_id = _blob_of(body.get("url"))
    upload = world.store.get("upload", account, upload_id)
    content = blob(world, upload_id) if upload is not None else None
    if upload is None:
        found.append("url is not an upload URL that was given to this merchant.")
    elif content is None:
        found.append("url: nothing was uploaded there yet.")
    if found or upload is None or content is None or kind is None:
        raise Rejected(*found)
    file = {
        "url": body["url"],
        "file_name": body["file_name"],
        "received": dates.order_date(world.now()),
        "file_type": kind,
        "status": "Acknowledged",
        "_print": hashlib.sha256(content).hexdigest(),
    }
    if upload["files"]:
        last = load(world, account, upload["files"][-1])
        if all(last[name] == file[name] for name in ("_print", "file_type", "file_name")):
            return last
    return _accept(world, account, upload, file, content)


def _accept(world: World, account: str, upload: Document, file: Document, content: bytes) -> Document:
    """Keep a file and begin with it; the first of a token has the token's id, a further one an id of its own."""
    file["jet_file_id"] = new_id() if upload["files"] else upload["id"]
    upload["files"].append(file["jet_file_id"])
    world.store.put("upload", account, upload["id"], upload, Columns(at=world.now().timestamp()))
    keep_blob(world, f"{file['jet_file_id']}.received", content)
    save(world, account, file)
    world.later("file.start", account, file["jet_file_id"])
    return file


def _blob_of(url: Any) -> str:
    path = urlsplit(url).path if isinstance(url, str) and url.isascii() and "[" not in url else ""
    return unquote(path.rpartition("/")[2])


def _base(url: str) -> str:
    split = urlsplit(url)
    return f"{split.scheme}://{split.netloc}"


def save(world: World, account: str, file: Document) -> None:
    at = dates.parse(file["received"]).timestamp()
    world.store.put(KIND, account, file["jet_file_id"], file, Columns(status=file["status"], at=at))


def load(world: World, account: str, file_id: str) -> Document:
    """
    Give a file as it is kept.

    :raises Unknown: no such file in this account
    """
    file = world.store.get(KIND, account, file_id)
    if file is None:
        raise Unknown(f"The file {quoted(file_id)} was not found.")
    return file


def start(world: World, account: str, file_id: str, when: datetime) -> None:
    file = load(world, account, file_id)
    file["status"] = STATES["start"]
    file["processing_start"] = dates.order_date(when)
    save(world, account, file)
    world.later("file.finish", account, file_id, when=when)


def finish(world: World, account: str, file_id: str, when: datetime) -> None:
    """Apply a file's good rows, slice by slice, and note what was wrong with the others."""
    file = load(world, account, file_id)
    reader = _reader(world, file_id)
    try:
        is_read = reader.read(is_over=world.slice_is_over)
    except ValueError as problem:
        _conclude(world, account, file, when=when, total=0, wrong={"": [str(problem)]})
        return
    if is_read:
        _apply(world, account, file, reader.rows, when)
    else:
        _go_on(world, account, file, when)


def _apply(world: World, account: str, file: Document, rows: Rows, when: datetime) -> None:
    if world.policy["vague_errors"] and "_applied" not in file:
        if file_rows.rehearse(world, account, file, rows):
            _conclude(world, account, file, when=when, total=len(rows), wrong={"": [skus.VAGUE]})
            return
        if file["_rehearsed"] < len(rows):
            _go_on(world, account, file, when)
            return
    file_rows.apply(world, account, file, rows)
    if file["_applied"] < len(rows):
        _go_on(world, account, file, when)
        return
    wrong = file_rows.take_errors(world, account, file["jet_file_id"])
    _conclude(world, account, file, when=when, total=len(rows), wrong=wrong)


def _go_on(world: World, account: str, file: Document, when: datetime) -> None:
    save(world, account, file)
    world.schedule.go_on("file.finish", account, file["jet_file_id"], when=when)


def _reader(world: World, file_id: str) -> RowReader:
    """Give the file's reader, which holds its rows in the end; after a restart it begins anew."""
    reader: RowReader | None = world.readers.get(file_id)
    if reader is None:
        reader = RowReader(blob(world, f"{file_id}.received") or b"")
        world.readers[file_id] = reader
    return reader


def _conclude(
    world: World, account: str, file: Document, *, when: datetime, total: int, wrong: dict[str, list[str]]
) -> None:
    file_id = file["jet_file_id"]
    world.store.run("DELETE FROM blobs WHERE id=?", f"{file_id}.received")
    world.readers.pop(file_id, None)
    file["processing_end"] = dates.order_date(when)
    file["total_processed"] = total
    file["error_count"] = sum(map(len, wrong.values()))
    file["status"] = STATES["bad" if wrong else "good"]
    if wrong:
        file["error_excerpt"] = _excerpt(wrong)
        report = f"{file_id}.errors.json"
        keep_blob(world, report, dumps(wrong).encode("utf-8"))
        file["error_url"] = signed_url(
            world, _base(file["url"]), report, right="r", until=when + ERRORS_KEPT_FOR
        )
    save(world, account, file)


def _excerpt(wrong: dict[str, list[str]]) -> list[str]:
    lines = [f"{sku}: {text}" if sku else text for sku, texts in wrong.items() for text in texts]
    return lines[:EXCERPT]


def as_shown(file: Document) -> Document:
    return {name: value for name, value in file.items() if not name.startswith("_")}
