"""Ten thousand requests that are broken byte by byte: each is answered, none by a failure of the sandbox's own."""

import json
import random
import socket
from urllib.parse import urlsplit

import pytest

from jetapi.sandbox import Sandbox
from jetapi.sandbox.options import Options
from jetapi.sandbox.routes import routes
from jetapi.sandbox.schemas import COMPONENTS
from tests.jetapi.sandbox.conftest import MUG, Merchant

SAMPLE, ALL = 1_500, 10_000
DELETED, DOUBLED = b"", None
ODD = [
    b"\xed\xa0\xbd\xed\xb8\x80", b"\xff", b"\x00", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"%", b"%ZZ",
    b"%00", b"%ED%A0%BD", b"{", b"}", b"[", b'"', b"\\", b"\\ud800", b":", b",", b"-1", b"9" * 400, b"1e999", b"NaN",
    b"None", b"null", b"'", b"?", b"#", b"&amp;", b"/", b"//", b"../", b"\xc3\xa4", b"\xef\xbb\xbf", b"\xe2\x80\xae",
    DELETED, DOUBLED,
]  # fmt: skip
HEADERS = [
    b"Content-Length: -1", b"Content-Length: 1e3", b"Content-Length: 5, 5", b"Content-Length: 99999999999999999999",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Expect: 100-continue", b"Expect: what", b"Host:",
    b"Host: \xff\x00", b"Authorization:", b"Authorization: Bearer", b"Authorization: Bearer \xed\xa0\xbd",
    b"Content-Type: \xff",
    b"Connection: close, what", b": no name", b"no colon", b"A: " + b"b" * 70_000, b"Accept: \x00",
]  # fmt: skip
FAILURE = range(500, 600)
VALUES = {
    "string": ["x", "", "B00EXAMPLE", "2018-02-01T10:00:00Z", "https://shop.example/x.jpg", "ä"],
    "integer": [0, 1, 5],
    "number": [0, 1.5, 9.99],
    "boolean": [True, False],
}


def made(rng, schema, components):
    """Make a body of a shape, most of it sound."""
    schema = components.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if schema.get("enum"):
        return rng.choice(schema["enum"])
    if schema["type"] == "object":
        wanted = schema.get("required", [])
        return {
            name: made(rng, each, components)
            for name, each in schema["properties"].items()
            if name in wanted or rng.random() < 0.3
        }
    if schema["type"] == "array":
        return [made(rng, schema["items"], components) for _ in range(rng.randrange(3))]
    return rng.choice(VALUES[schema["type"]])


class Requests:
    """Requests to every route, control and page, with one to four things broken in each."""

    def __init__(self, seed, token, ids, components):
        self._rng = random.Random(seed)
        self._token, self._ids, self._components = token, ids, components
        control = [
            "info",
            "clock",
            "orders",
            "returns",
            "cancels",
            "reviews",
            "faults",
            "files",
            "nodes",
            "calls",
            "state",
        ]
        self._targets = [(route.method, route.path, route.body) for route in routes(Options())]
        self._targets += [(method, f"/_sandbox/{name}", "") for name in control for method in ("GET", "POST")]
        self._targets += [("GET", f"/partner/{name}", "") for name in ("", "orders", "journal", "do/review")]

    def next(self):
        rng = self._rng
        method, path, shape = rng.choice(self._targets)
        for part in [each for each in path.split("/") if each.startswith("{")]:
            path = path.replace(part, rng.choice(self._ids))
        shapes = self._components
        body = json.dumps(made(rng, shapes[shape], shapes) if shape in shapes else {"kind": "x"}).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._token}\r\n".encode()
        )
        if method == "GET" and rng.random() < 0.8:
            body = b""
        parts = [head, b"", body]
        for _ in range(rng.randrange(1, 5)):
            self._break(parts)
        length = f"Content-Length: {len(parts[2])}\r\n" if rng.random() < 0.95 else ""
        return parts[0] + parts[1] + length.encode() + b"Connection: close\r\n\r\n" + parts[2]

    def _break(self, parts):
        rng = self._rng
        if rng.random() < 0.15:
            parts[1] += rng.choice(HEADERS) + b"\r\n"
            return
        place = 0 if rng.random() < 0.4 or not parts[2] else 2
        text, odd = parts[place], rng.choice(ODD)
        # Most of what is broken in the head is broken in its first line, where it means something.
        most = len(text) if place or rng.random() < 0.3 else len(text.partition(b"\r\n")[0])
        at = rng.randrange(most + 1)
        if odd is DOUBLED:
            parts[place] = text[:at] + text[max(0, at - 20) :]
        else:
            parts[place] = text[:at] + odd + text[at + rng.randrange(3) :]


def answered(place, raw):
    """Send bytes and say that this was all; return the answer."""
    with socket.create_connection(place, timeout=30) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it may be refused before all of it was sent
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except OSError:
            pass
        return received


def throw(count, seed):
    """Throw so many broken requests at a sandbox; give those that were not answered, or by a failure."""
    box = Sandbox()
    wrong, statuses = [], {}
    with box.serve() as url, (merchant := Merchant(url)).session:
        merchant.list_mug("A")
        orders = box.place_orders(items=[{"sku": "A", "quantity": 3}], count=5)
        orders += box.place_orders(items=[{"sku": "A", "quantity": 3}], status="complete", count=3)
        returns = [box.open_returns(order_id=each)[0] for each in orders[-3:]]
        ids = [*orders, *returns, "A", "ready", "created", "complete", "ProductStatus", "7", "true", "1"]
        requests = Requests(seed, merchant.session.headers["Authorization"][7:], ids, COMPONENTS)
        place = (urlsplit(url).hostname, urlsplit(url).port)
        for number in range(count):
            raw = requests.next()
            answer = answered(place, raw)
            box.clear_faults()
            status = int(answer[9:12]) if answer[:9] == b"HTTP/1.1 " and answer[9:12].isdigit() else None
            statuses[status] = statuses.get(status, 0) + 1
            if status in FAILURE or (status is None and raw.strip()):
                wrong.append((number, raw[:300], answer[:200]))
        sound = merchant.put("/merchant-skus/A", MUG).status_code
    box.close()
    return wrong, statuses, sound


def test_each_of_many_broken_requests_is_answered_and_none_by_a_failure():
    wrong, statuses, sound = throw(SAMPLE, seed=22)

    assert wrong == []
    assert sound == 202
    assert {400, 404} <= set(statuses)


@pytest.mark.kill
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", [1, 2])
def test_each_of_ten_thousand_broken_requests_is_answered(seed):
    wrong, statuses, sound = throw(ALL, seed=seed)

    assert (wrong, sound, sum(statuses.values())) == ([], 202, ALL)
