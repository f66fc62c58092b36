"""Bulk upload: tokens, signed blobs, and the files that they become."""

from ..calls import Call
from ..kit.wire import Answer, Document, Refused, ok
from ..rules import files

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
    files.keep_blob(call.world, call.params["blob"], call.request.body)
    return Answer(201, content_type="").with_headers(("x-ms-version", "2014-02-14"))


def get_blob(call: Call) -> Answer:
    _authenticate(call, right="r")
    content = files.blob(call.world, call.params["blob"])
    if content is None:
        raise _storage_error(404, "BlobNotFound", "The specified blob does not exist.")
    return Answer(200, content)


def _authenticate(call: Call, *, right: str) -> None:
    if not files.may_access(call.world, call.params["blob"], call.request.query(), right=right):
        raise _storage_error(
            403, "AuthenticationFailed", "The signature is wrong, has expired or gives no such right."
        )


def _storage_error(status: int, code: str, text: str) -> Refused:
    return Refused(Answer(status, AZURE.format(code=code, text=text).encode(), content_type=XML))
