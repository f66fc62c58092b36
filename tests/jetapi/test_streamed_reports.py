"""A report is read pair by pair: what it says is the whole document's, and no more memory is taken than a pair's."""

import io
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jetapi.errors import JetUnreadable
from jetapi.http import json_documents
from jetapi.http.json_documents import MB, BadDocument
from jetbridge.home import PROJECT_ROOT
from tests.jetapi.conftest import BASE

ROWS = 80_000
CHILD = """
import resource, sys
from jetapi import JetClient
from jetapi.addresses import JetsAddresses
base = sys.argv[1]
policy = JetsAddresses(base, local=True)
with JetClient(base, user="u", secret="s", addresses=policy, on_call=lambda record: None) as jet:
    def most():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sum(1 for _ in jet.reports.rows(f"{base}/small"))
    before = most()
    print(sum(1 for _ in jet.reports.rows(f"{base}/large")), most() - before)
"""


def pairs(data, **limits):
    return dict(json_documents.pairs(io.BytesIO(data), **{"most_bytes": MB, **limits}))


@pytest.mark.parametrize("part", [1, 2, 3, 7, 64])
def test_pairs_are_those_of_the_whole_document_wherever_it_is_cut(monkeypatch, part):
    monkeypatch.setattr(json_documents, "PART", part)
    text = '\ufeff {"a" : 12.50, "b\\n\u2019\U0001f600":\n[1, {"c": null}], "d": 1e5 , '
    text += '"": "\\ud83d\\ude00", "e": {} , "f": 7 } '

    found = pairs(text.encode())

    assert found == json_documents.read(text.encode(), most_bytes=MB)
    assert pairs(b" { } ") == {}


@pytest.mark.parametrize(
    "data",
    [b"", b"[1]", b'{"a": 1', b'{"a" 1}', b'{"a": 1 "b": 2}', b'{1: 2}', b'{"a": 1}{', b'{"a": \xff}', b'{"a": NaN}',
     b'{"a": "\\ud83d"}',
     b'{"a": 1, "b": {}, "\\u0061": 2}', b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}",
     b'{"a": "' + b"x" * MB * 2 + b'"}'],
)  # fmt: skip
def test_what_is_no_document_is_refused(data):
    with pytest.raises(BadDocument):
        pairs(data)


def test_a_report_that_breaks_off_gives_its_rows_and_then_says_so(jet, wire):
    wire.get(f"{BASE}/r", body='{"MUG-1": {"status": "Archived"}, "MUG-2": ')

    rows = jet.reports.rows(f"{BASE}/r")

    assert next(rows) == ("MUG-1", {"status": "Archived"})
    with pytest.raises(JetUnreadable):
        next(rows)


class Report(BaseHTTPRequestHandler):
    """Gives a report of as many rows as the path asks for, without ever holding it."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        for place in range(ROWS if self.path == "/large" else 100):
            row = json.dumps({"status": "Under Jet Review", "sub_status": ["A" * 100, "B" * 50]})
            self.wfile.write(f'{"," if place else "{"}"SKU-{place}":{row}'.encode())
        self.wfile.write(b"}")

    def log_message(self, *arguments):
        """Say nothing."""


def test_a_report_of_many_megabytes_takes_little_memory():
    with ThreadingHTTPServer(("127.0.0.1", 0), Report) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        child = subprocess.run(
            [sys.executable, "-c", CHILD, base], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
        )
        server.shutdown()

    assert child.returncode == 0, child.stderr
    rows, megabytes = map(int, child.stdout.split())
    assert rows == ROWS
    # The report has 18 MB; read whole it takes more than 80.
    assert megabytes < 20
