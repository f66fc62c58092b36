"""Bytes that are no text: each is answered, in plain words, and the journal keeps the call."""

import json
import re

import pytest

from tests.jetapi.sandbox.test_server import talk

# U+1F600 as two halves of a surrogate pair, each as UTF-8 has no place for it; so Java and MySQL write it.
HALVES = b"\xed\xa0\xbd\xed\xb8\x80"
PYTHON = re.compile(
    r"codec|Traceback|Error\b|surrogates not allowed|NoneType|\bNone\b|\bchar \d|Expecting|int\(\)|\\x|b'|position \d"
)
TARGETS = [
    ("POST", "/api/token"),
    ("PUT", "/api/merchant-skus/A"),
    ("PUT", "/api/merchant-skus/A/price"),
    ("PATCH", "/api/merchant-skus/A/inventory"),
    ("PUT", "/api/orders/x/acknowledge"),
    ("POST", "/api/files/uploaded"),
    ("POST", "/api/orders/generate/1"),
    ("POST", "/_sandbox/orders"),
    ("POST", "/_sandbox/clock"),
    ("POST", "/_sandbox/faults"),
    ("POST", "/_sandbox/files"),
    ("POST", "/_sandbox/reset"),
]
BODIES = {
    "halves": b'{"user":"' + HALVES + b'"}',
    "halves bare": HALVES,
    "half escaped": b'{"user":"\\ud83d"}',
    "a form of halves": b"user=%ED%A0%BD&pass=" + HALVES,
    "no UTF-8": b'{"a":"\xff\xfe"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "a NUL": b'{"a":"\x00"}',
    "cut": b'{"a":',
    "words of Python": b"None",
    "a number of 5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "too large a number": b'{"a":1e999}',
    "no number": b'{"a":NaN}',
    "too deep": b"[" * 100_000,
}


def asked(method, path, body, *headers):
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(("method", "path"), TARGETS, ids=[path for _, path in TARGETS])
def test_a_body_that_is_no_document_is_a_400_in_plain_words(url, merchant, method, path, body):
    token = f"Authorization: {merchant.session.headers['Authorization']}"

    answer = talk(url, asked(method, path, body, token))

    assert answer.split()[1] == b"400", answer
    text = " ".join(json.loads(answer.partition(b"\r\n\r\n")[2])["errors"])
    assert text
    assert not PYTHON.search(text), text


@pytest.mark.parametrize(
    "path",
    ["/api/merchant-skus/%s", "/api/orders/%s", "/api/orders/withoutShipmentDetail/%s", "/_sandbox/%s",
     "/_sandbox/state?kind=%s", "/_sandbox/calls?path=%s", "/partner/%s", "/partner/journal?path=%s",
     "/merchant-files/%s?sig=%s", "/%s"],
)  # fmt: skip
@pytest.mark.parametrize("part", [HALVES, b"%ED%A0%BD", b"%00", b"\xff", b"%"])
def test_an_address_of_odd_bytes_is_answered(url, merchant, path, part):
    target = path.encode().replace(b"%s", part)
    token = f"Authorization: {merchant.session.headers['Authorization']}".encode()

    answer = talk(url, b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + token + b"\r\n\r\n")

    assert 200 <= int(answer.split()[1]) < 500, answer


def test_the_journal_keeps_every_call_whatever_it_held(url, box):
    for body in BODIES.values():
        talk(url, asked("POST", "/api/token", body))

    assert [each["status"] for each in box.calls()] == [400] * len(BODIES)


@pytest.mark.parametrize("path", ["(", "a{99999999999}", "(?P<", "*"])
def test_an_expression_that_is_none_is_refused_in_plain_words(control, path):
    for answer in (
        control("GET", "calls", None, path=path),
        control("POST", "faults", {"kind": "slow", "path": path}),
    ):
        assert answer[0] == 400
        assert "regular expression" in answer[1]["errors"][0]
        assert not PYTHON.search(answer[1]["errors"][0])
