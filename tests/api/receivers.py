"""An address of a merchant's that takes webhooks, and misbehaves when asked; its journal is a file."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Receiver:
    """Takes what is sent: each message with its headers is a line of the journal."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self._journal, self.folder, self.fault = folder / "received", folder, ""
        self._lock = threading.Lock()

    def take(self, headers: Any, body: bytes) -> int:
        """Note a message; return the status of the answer, 0 for none."""
        if self.fault == "down":
            return 503
        line = json.dumps({"headers": dict(headers), "body": body.decode()})
        with self._lock, self._journal.open("a") as journal:
            journal.write(line + "\n")
        return {"": 200, "lose": 0, "refuse": 500, "gone": 410, "move": 302}[self.fault]

    @property
    def received(self) -> list[dict[str, Any]]:
        """Return what came, oldest first."""
        return (
            [json.loads(line) for line in self._journal.read_text().splitlines()]
            if self._journal.exists()
            else []
        )

    def go_down(self) -> None:
        """Take nothing any more."""
        self.fault = "down"

    def lose_answers(self) -> None:
        """Take everything and never answer."""
        self.fault = "lose"

    def heal(self) -> None:
        """Behave from now on."""
        self.fault = ""


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """Serve a receiver on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = receiver.take(self.headers, body)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            if status == 302:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(folder, server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
