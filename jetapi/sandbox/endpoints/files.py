"""Bulk upload: tokens, signed blobs, and the files that they become."""

from ..calls import Call
from ..kit.wire import Answer, Document, Refused, ok, segments
from ..rules import blobs, files
from ..world import World

FOLDER = "merchant-files"
XML = "application/xml"
AZURE = '<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{text}</Message></Error>'


def upload_token(call: Call) -> Answer:
    return ok(files.new_token(call.world, call.mode, call.request.base_url))


def uploaded(call: Call) -> Answer:
    return ok(files.as_shown(files.announce(call.world, call.mode, call.document())))


def get(call: Call) -> Answer:
    file: Document = files.load(call.world, call.mode, call.params["id"])
    call.world.seen("file.", call.mode, file["jet_file_id"])
    return ok(files.as_shown(file))


def listed(call: Call) -> Answer:
    """List the account's files, oldest first (one early client knew this call)."""
    found = call.world.store.docs(files.KIND, call.mode, limit=1000)
    return ok({"files": [files.as_shown(file) for file in found]})


def put_blob(call: Call) -> Answer:
    """Keep raw bytes, as blob storage does: signature before headers, no token."""
    _authenticate(call, right="w")
    kind = call.request.headers.get("x-ms-blob-type")
    if kind is None:
        raise _storage_error(400, "MissingRequiredHeader", "x-ms-blob-type is mandatory for this request.")
    if kind.strip().lower() != "blockblob":
        raise _storage_error(400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob.")
    upload = call.staged or blobs.stage(call.world, call.request.body)
    files.receive(call.world, call.params["blob"], upload)
    return Answer(201, content_type="").with_headers(("x-ms-version", "2014-02-14"))


def get_blob(call: Call) -> Answer:
    _authenticate(call, right="r")
    name = call.params["blob"]
    errors = blobs.joined(call.world, name)
    if errors is not None:
        return Answer(200, parts=errors.parts, length=errors.length)
    content = blobs.read(call.world, name)
    if content is None:
        raise _storage_error(404, "BlobNotFound", "The specified blob does not exist.")
    return Answer(200, content)


def stage(call: Call) -> blobs.Upload | None:
    """Keep a large upload before its call is carried out, so that nobody waits for all of it."""
    if call.request.method != "PUT" or len(call.request.body) <= blobs.PIECE:
        return None
    *_, folder, name = ["", "", *segments(call.request.path)]
    if folder != FOLDER or not _may_write(call.world, name, call.request.query()):
        return None
    return blobs.stage(call.world, call.request.body)


def unstage(call: Call) -> None:
    """Take away what was kept for a call that was refused after all."""
    if call.staged is not None:
        blobs.forget_pieces(call.world, call.staged.at)


def _may_write(world: World, name: str, query: dict[str, str]) -> bool:
    return files.may_access(world, name, query, right="w")


def _authenticate(call: Call, *, right: str) -> None:
    if not files.may_access(call.world, call.params["blob"], call.request.query(), right=right):
        raise _storage_error(
            403, "AuthenticationFailed", "The signature is wrong, has expired or gives no such right."
        )


def _storage_error(status: int, code: str, text: str) -> Refused:
    return Refused(Answer(status, AZURE.format(code=code, text=text).encode(), content_type=XML))
