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
from . import blobs, file_rows, skus
from .row_reader import RowReader

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


def receive(world: World, name: str, upload: blobs.Upload) -> None:
    """Let an upload's address mean these bytes."""
    blobs.point(world, name, upload)


def expire_upload(world: World, account: str, file_id: str, _when: datetime) -> None:
    """Take an old upload's bytes away; what it became as a file stays."""
    blobs.forget(world, file_id)


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
    content = blobs.upload_of(world, upload_id) if upload is not None else None
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
        "_print": content.digest,
        "_upload": list(content),
    }
    if upload["files"]:
        last = load(world, account, upload["files"][-1])
        if all(last[name] == file[name] for name in ("_print", "file_type", "file_name")):
            return last
    return _accept(world, account, upload, file)


def _accept(world: World, account: str, upload: Document, file: Document) -> Document:
    """Keep a file and begin with it; the first of a token has the token's id, a further one an id of its own."""
    file["jet_file_id"] = new_id() if upload["files"] else upload["id"]
    upload["files"].append(file["jet_file_id"])
    world.store.put("upload", account, upload["id"], upload, Columns(at=world.now().timestamp()))
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
    reader = _reader(world, file)
    try:
        is_read = reader.check(is_over=world.slice_is_over)
    except ValueError as problem:
        _fail(world, account, file, when=when, total=0, text=str(problem))
        return
    if is_read:
        _apply(world, account, file, reader, when)
    else:
        _go_on(world, account, file, when)


def _apply(world: World, account: str, file: Document, reader: RowReader, when: datetime) -> None:
    if world.policy["vague_errors"] and "_applied" not in file:
        if file_rows.rehearse(world, account, file, reader):
            _fail(world, account, file, when=when, total=reader.total, text=skus.VAGUE)
            return
        if file["_rehearsed"] < reader.total:
            _go_on(world, account, file, when)
            return
    _note_errors(world, file, file_rows.apply(world, account, file, reader))
    if file["_applied"] < reader.total:
        _go_on(world, account, file, when)
    else:
        _conclude(world, account, file, when=when, total=file["_counted"])


def _go_on(world: World, account: str, file: Document, when: datetime) -> None:
    save(world, account, file)
    world.schedule.go_on("file.finish", account, file["jet_file_id"], when=when)


def _reader(world: World, file: Document) -> RowReader:
    """Give the file's reader; after a restart it begins anew."""
    file_id = file["jet_file_id"]
    reader: RowReader | None = world.readers.get(file_id)
    if reader is None:
        # A file of an earlier release has its bytes under a name of its own.
        kept = file.get("_upload") or blobs.upload_of(world, f"{file_id}.received") or ("", "", 0)
        upload = blobs.Upload(*kept)
        takes_plain = world.options.compat
        reader = RowReader(
            lambda: blobs.pieces(world, upload.at),
            takes_plain=takes_plain,
            size=upload.size,
        )
        world.readers[file_id] = reader
    return reader


def _note_errors(world: World, file: Document, wrong: dict[str, list[str]]) -> None:
    """Keep what was wrong with some rows: all of it in the report, the first of it in the excerpt."""
    if not wrong:
        return
    place = file["_pieces"] = file.get("_pieces", -1) + 1
    blobs.add_piece(world, _report_of(file), place, dumps(wrong)[1:-1].encode("utf-8"))
    file["_errors"] = file.get("_errors", 0) + sum(map(len, wrong.values()))
    lines = [f"{sku}: {text}" if sku else text for sku, texts in wrong.items() for text in texts]
    file["_excerpt"] = [*file.get("_excerpt", ()), *lines][:EXCERPT]


def _report_of(file: Document) -> str:
    return f"{file['jet_file_id']}.errors.json"


def _fail(world: World, account: str, file: Document, *, when: datetime, total: int, text: str) -> None:
    _note_errors(world, file, {"": [text]})
    _conclude(world, account, file, when=when, total=total)


def _conclude(world: World, account: str, file: Document, *, when: datetime, total: int) -> None:
    world.readers.pop(file["jet_file_id"], None)
    file["processing_end"] = dates.order_date(when)
    file["total_processed"] = total
    file["error_count"] = file.get("_errors", 0)
    file["status"] = STATES["bad" if file["error_count"] else "good"]
    if file["error_count"]:
        file["error_excerpt"] = file["_excerpt"]
        file["error_url"] = signed_url(
            world,
            _base(file["url"]),
            _report_of(file),
            right="r",
            until=when + ERRORS_KEPT_FOR,
        )
    save(world, account, file)


def as_shown(file: Document) -> Document:
    return {name: value for name, value in file.items() if not name.startswith("_")}
