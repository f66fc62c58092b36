"""An emulator as a WSGI callable, for tests without a socket."""

from collections.abc import Iterable
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from .server import BODILESS, Answerer
from .wire import Request


def answered(answerer: Answerer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """
    Answer a WSGI call as the served emulator would.

    :raises ConnectionResetError: a fault broke the connection, and WSGI has no wire to cut
    """
    answer = answerer(_request(environ))
    if answer.cut is not None:
        raise ConnectionResetError(f"A fault broke the connection: {answer.cut.value}")
    headers = list(answer.headers)
    if answer.status not in BODILESS:
        length = len(answer.body) or answer.length
        headers += [("Content-Type", answer.content_type)] if length and answer.content_type else []
        headers.append(("Content-Length", str(length)))
    start_response(f"{answer.status} ", headers)
    return answer.parts if answer.length else [answer.body]


def _request(environ: WSGIEnvironment) -> Request:
    headers = {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = str(environ[name])
    target = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or _rebuilt(environ))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return Request(
        method=str(environ["REQUEST_METHOD"]).upper(),
        target=target,
        headers=headers,
        body=environ["wsgi.input"].read(length) if length else b"",
        peer=str(environ.get("REMOTE_ADDR") or "127.0.0.1"),
        scheme=str(environ.get("wsgi.url_scheme") or "http"),
    )


def _rebuilt(environ: WSGIEnvironment) -> str:
    path = str(environ.get("SCRIPT_NAME") or "") + str(environ.get("PATH_INFO") or "/")
    query = str(environ.get("QUERY_STRING") or "")
    quoted = quote(path.encode("latin-1"), safe="/%!$&'()*+,;=:@~-._")
    return f"{quoted}?{query}" if query else quoted
