"""A small threaded HTTP/1.1 server: keep-alive, one write an answer, and connections that can break on purpose."""

import ipaddress
import logging
import os
import signal
import socket
import socketserver
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from threading import Thread
from types import FrameType, TracebackType
from urllib.parse import quote

from .wire import Answer, Cut, Request

log = logging.getLogger(__name__)
LONGEST_LINE = 65536
MOST_HEADERS = 200
LARGEST_BODY = 100 * 1024**2
IDLE_SECONDS = 120
BODILESS = (204, 304)
AS_SENT = "".join(chr(code) for code in range(0x21, 0x7F))

Answerer = Callable[[Request], Answer]
Failure = Callable[
    [int, str], Answer
]  # words an answer that the server itself gives: a status and a sentence


class BadRequest(Exception):
    """What came in is not HTTP, or more than we take."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Connection(socketserver.StreamRequestHandler):
    """One client's connection, for as many requests as it sends."""

    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    rbufsize = 65536
    server: "Server"

    def handle(self) -> None:
        try:
            while self._serve_one():
                pass
        except (ConnectionError, TimeoutError, OSError):
            pass  # the client went away

    def _serve_one(self) -> bool:
        try:
            head = self._read_head()
            if head is None:
                return False
            method, target, version, headers = head
            body = self._read_body(headers)
        except BadRequest as problem:
            self._send(self.server.failure(problem.status, str(problem)), stays_open=False)
            return False
        asked = headers.get("connection", "").lower()
        stays_open = "close" not in asked if version == "HTTP/1.1" else "keep-alive" in asked
        headers.setdefault("host", self.server.url.partition("//")[2])
        request = Request(method, target, headers, body, peer=str(self.client_address[0]))
        answer = self._answered(request)
        if answer.cut is not None:
            self._break(answer)
            return False
        if stays_open and version == "HTTP/1.0":
            answer = answer.with_headers(("Connection", "keep-alive"))
        self._send(answer, stays_open=stays_open, has_body=method != "HEAD")
        return stays_open

    def _answered(self, request: Request) -> Answer:
        """Ask for an answer; a fault of our own is one too, not a connection that closes without a word."""
        try:
            return self.server.answerer(request)
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            log.exception("The sandbox itself failed at %s %s", request.method, request.path)
            return self.server.failure(500, "The sandbox itself failed; see its log.")

    def _read_head(self) -> tuple[str, str, str, dict[str, str]] | None:
        line = self._line()
        while line in (b"\r\n", b"\n"):
            line = self._line()
        if not line:
            return None
        method, target, version = _request_line(line)
        headers: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            line = self._line()
            if line in (b"\r\n", b"\n", b""):
                authority, target = _origin_form(target)
                return method, target, version, headers | ({"host": authority} if authority else {})
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or not name.strip():
                raise BadRequest(400, "A header has no name.")
            headers[name.strip().lower()] = value.strip()
        raise BadRequest(431, "There are too many headers.")

    def _line(self) -> bytes:
        line = self.rfile.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise BadRequest(431, "A header is too long.")
        return line

    def _read_body(self, headers: dict[str, str]) -> bytes:
        is_chunked = headers.get("transfer-encoding", "").lower().endswith("chunked")
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            raise BadRequest(400, "Content-Length is not a number.")
        if len(length) > 15 or int(length) > LARGEST_BODY:
            raise BadRequest(413, "The body is too large.")
        if (is_chunked or int(length)) and headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if is_chunked:
            return self._read_chunks()
        return self._read(int(length))

    def _read(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:  # nothing more comes, but whoever sent it may still listen
            raise BadRequest(400, "The body ended early.")
        return body

    def _read_chunks(self) -> bytes:
        chunks = []
        total = 0
        while True:
            try:
                size = int(self._line().partition(b";")[0], 16)
            except ValueError:
                raise BadRequest(400, "A chunk has no size.") from None
            total += size
            if size < 0 or total > LARGEST_BODY:
                raise BadRequest(413, "The body is too large.")
            chunks.append(self._read(size))
            if size == 0:
                while self._line() not in (b"\r\n", b"\n", b""):
                    pass  # trailers
                return b"".join(chunks)
            self._line()

    def _send(self, answer: Answer, *, stays_open: bool, has_body: bool = True) -> None:
        self.wfile.write(self._bytes(answer, stays_open=stays_open, has_body=has_body))
        if has_body:
            for part in answer.parts:
                self.wfile.write(part)

    def _break(self, answer: Answer) -> None:
        """Close the connection without an answer, or in the middle of one."""
        if answer.cut is Cut.HALF:
            whole = self._bytes(answer, stays_open=True, has_body=True)
            body = len(answer.body) if answer.status not in BODILESS else 0
            # Without a body the status line is cut: many clients take half of the headers for all of them.
            self.wfile.write(whole[: len(whole) - (body + 1) // 2] if body else whole[:6])
        self.connection.shutdown(socket.SHUT_RDWR)

    def _bytes(self, answer: Answer, *, stays_open: bool, has_body: bool) -> bytes:
        try:
            reason = HTTPStatus(answer.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [
            f"HTTP/1.1 {answer.status} {reason}",
            *(
                []
                if any(name == "Date" for name, _ in answer.headers)
                else [f"Date: {formatdate(usegmt=True)}"]
            ),
            f"Server: {self.server.name}",
        ]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.status not in BODILESS:
            length = len(answer.body) or answer.length
            if length and answer.content_type:
                lines.append(f"Content-Type: {answer.content_type}")
            lines.append(f"Content-Length: {length}")
        if not stays_open:
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        return head + answer.body if has_body and answer.status not in BODILESS else head


def _request_line(line: bytes) -> tuple[str, str, str]:
    """Take a request line apart; blanks and bytes that a client forgot to encode are encoded in its place."""
    method, _, rest = line.decode("latin-1").strip().partition(" ")
    target, _, version = rest.rpartition(" ")
    if not target.strip() or not version.startswith("HTTP/1."):
        raise BadRequest(400, "This is not an HTTP/1.1 request.")
    return method.upper(), quote(target.strip().encode("latin-1"), safe=AS_SENT), version


def _origin_form(target: str) -> tuple[str, str]:
    """Give authority and path of an absolute URL, which proxies' clients send; of a path, the path alone."""
    if not target.lower().startswith(("http://", "https://")):
        return "", target
    authority, slash, rest = target.split("//", 1)[1].partition("/")
    return authority, slash + rest or "/"


class Server(socketserver.ThreadingTCPServer):
    """Listens on one address; each connection has a thread of its own."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], answerer: Answerer, *, name: str, failure: Failure) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.answerer, self.name, self.failure = answerer, name, failure
        super().__init__(address, Connection)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{name}:{port}"

    def handle_error(self, request: object, client_address: object) -> None:
        log.exception("A connection from %s failed", client_address)


class Running:
    """A server in a thread: a context manager that gives its URL."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return self._server.url

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopping = Thread(target=self._server.shutdown, daemon=True)
        stopping.start()
        self._wake()
        stopping.join()
        self._server.server_close()
        self._thread.join(5)

    def _wake(self) -> None:
        """Knock once, so that the loop notices at once that it is to end."""
        with suppress(OSError):
            host, port = self._server.server_address[:2]
            socket.create_connection((str(host), port), timeout=1).close()


def serve_until_stopped(server: Server) -> None:
    """
    Serve until SIGTERM or SIGINT; an exception from a handler could strike where Python swallows it.

    The process keeps to one core: Python's threads take turns anyway, and spread over several cores they spend more
    on handing over the turn than on the calls.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})

    def stop(_number: int, _frame: FrameType | None) -> None:
        Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()


def listening(
    address: tuple[str, int], answerer: Answerer, *, name: str, failure: Failure, allow_remote: bool
) -> Server:
    """
    Open a listening server.

    :raises ValueError: the address is not loopback, and nobody said that others may come in
    """
    if not allow_remote and not _is_this_machine(address[0]):
        raise ValueError(
            f"{address[0]} is not a loopback address; say --allow-remote to let other machines in"
        )
    return Server(address, answerer, name=name, failure=failure)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
