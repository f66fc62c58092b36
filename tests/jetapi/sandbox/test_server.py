"""The server's HTTP: what clients of other times and languages send."""

import socket
from urllib.parse import quote, urlsplit

import pytest

from tests.jetapi.sandbox.conftest import MUG

LOGIN = b'{"user":"test-user","pass":"test-secret"}'


def talk(url, *parts):
    """Send raw bytes and read until the server closes."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def login(*lines, body=LOGIN, length=True):
    head = ["POST /api/token HTTP/1.1", "Host: x", *lines]
    if length:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def test_a_connection_serves_many_requests(url):
    assert talk(url, login() + login()).count(b"HTTP/1.1 200 OK") == 2


def test_a_chunked_body_is_read(url):
    chunks = (
        b"5\r\n"
        + LOGIN[:5]
        + b"\r\n"
        + f"{len(LOGIN) - 5:x};x=y\r\n".encode()
        + LOGIN[5:]
        + b"\r\n0\r\nT: v\r\n\r\n"
    )

    assert talk(url, login("Transfer-Encoding: chunked", body=chunks, length=False)).startswith(
        b"HTTP/1.1 200 OK"
    )


def test_a_client_that_waits_for_continue_is_told_to_go_on(url):
    answer = talk(url, login("Expect: 100-continue"))

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_old_client_gets_its_connection_closed(url):
    answer = talk(url, login().replace(b"HTTP/1.1", b"HTTP/1.0"))

    assert b"Connection: close" in answer


def test_an_old_client_that_asks_for_more_is_told_that_it_may(url):
    once = login("Connection: Keep-Alive").replace(b"HTTP/1.1", b"HTTP/1.0")

    answer = talk(url, once + once)

    assert answer.count(b"HTTP/1.1 200 OK") == answer.count(b"Connection: keep-alive") == 2


def test_an_absolute_target_is_understood(url, merchant):
    token = merchant.session.headers["Authorization"]
    lines = [
        "GET http://jet.example:8/api/files/uploadToken HTTP/1.1",
        "Host: proxy",
        f"Authorization: {token}",
    ]

    answer = talk(url, "\r\n".join([*lines, "", ""]).encode())

    assert answer.startswith(b"HTTP/1.1 200")
    assert b"http://jet.example:8/merchant-files/" in answer


def test_urls_have_the_servers_own_address_when_no_host_was_named(url, merchant):
    token = merchant.session.headers["Authorization"]

    answer = talk(url, f"GET /api/files/uploadToken HTTP/1.0\r\nAuthorization: {token}\r\n\r\n".encode())

    assert f"{url}/merchant-files/".encode() in answer


@pytest.mark.parametrize("sku", ["A MUG", "TÄSSE", "100%"])
def test_a_path_that_was_not_encoded_is_taken_as_it_was_meant(url, merchant, sku):
    merchant.put(f"/merchant-skus/{quote(sku)}", MUG)
    token = merchant.session.headers["Authorization"]
    lines = [f"GET /api/merchant-skus/{sku} HTTP/1.1", "Host: x", f"Authorization: {token}", "", ""]

    assert f'"merchant_sku": "{sku}"'.encode() in talk(url, "\r\n".join(lines).encode())


def test_an_empty_answer_has_no_body_and_no_length_on_204(url, merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])
    token = merchant.session.headers["Authorization"]
    lines = [f"PUT /api/orders/{order_id}/tag HTTP/1.1", "Host: x", f"Authorization: {token}", "", ""]

    answer = talk(url, "\r\n".join(lines).encode())

    assert answer.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert b"Content-Length" not in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 300 + b"\r\n", b"431"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n\r\n", b"404"),
        (b"GET // HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /api HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /%ff%fe HTTP/1.1\r\n\r\n", b"404"),
        (b"HEAD /api/authcheck HTTP/1.1\r\n\r\n", b"405"),
    ],
)
def test_what_is_not_a_request_is_answered_all_the_same(url, raw, status):
    assert talk(url, raw).split()[1] == status


@pytest.mark.parametrize(
    "raw",
    [
        login().replace(b"Content-Length: 41", b"Content-Length: 999"),
        login("Transfer-Encoding: chunked", body=b"29\r\n" + LOGIN[:9], length=False),
        login("Transfer-Encoding: chunked", body=b"29\r\n" + LOGIN + b"\r\n", length=False),
    ],
)
def test_a_body_that_ends_early_is_refused(url, box, raw):
    assert talk(url, raw).split()[1] == b"400"
    assert box.calls() == []
