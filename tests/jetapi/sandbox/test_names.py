"""Under which names the sandbox answers: control and partner pages to this machine's own, the API to any."""

import json

import pytest
import requests

from jetapi.sandbox import Sandbox
from jetapi.sandbox.__main__ import parser

OWN_PAGES = ("/_sandbox/info", "/_sandbox/openapi.json", "/partner/", "/partner/keys")
BODIES = [
    b'{"user": "\xed\xa0\x80"}',
    b'{"user": "\\ud800"}',
    b"\xff\xfe",
    b"[" * 500 + b"]" * 500,
    b"[" * 100_000,
]
LOCAL = ("localhost:8001", "127.0.0.1", "127.0.0.1:8001", "[::1]:8001", "[::1]", "LOCALHOST")
FOREIGN = (
    "evil.test",
    "evil.test:8001",
    "127.0.0.1.evil.test",
    "localhost.evil.test",
    "sandbox",
    "10.0.0.7",
    "[fd00::1]",
)


@pytest.fixture(scope="module")
def served():
    with Sandbox(allowed_hosts=("sandbox",)).serve() as url:
        yield url


@pytest.fixture(scope="module")
def plain():
    with Sandbox().serve() as url:
        yield url


@pytest.mark.parametrize("path", OWN_PAGES)
@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_of_another_site_controls_nothing_and_reads_no_page(plain, path, host):
    answer = requests.get(plain + path, headers={"Host": host}, timeout=60)

    assert answer.status_code == 403
    assert "secret" not in answer.text


@pytest.mark.parametrize("host", FOREIGN)
def test_nor_does_it_move_the_clock(plain, host):
    answer = requests.post(
        f"{plain}/_sandbox/clock", json={"advance_seconds": 1}, headers={"Host": host}, timeout=60
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/_sandbox/info", "/partner/"])
@pytest.mark.parametrize("host", LOCAL)
def test_this_machines_own_names_do(plain, path, host):
    assert requests.get(plain + path, headers={"Host": host}, timeout=60).status_code == 200


def test_a_name_that_was_allowed_does_too(served):
    assert (
        requests.get(f"{served}/_sandbox/info", headers={"Host": "sandbox:8001"}, timeout=60).status_code
        == 200
    )
    assert parser().parse_args(["--allow-host", "sandbox", "--allow-host", "jet"]).allow_host == [
        "sandbox",
        "jet",
    ]


@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/api/token", "/nothing"])
def test_the_api_answers_under_any_name_and_prints_no_secret(plain, path):
    secrets = [
        each["secret"] for each in requests.get(f"{plain}/_sandbox/info", timeout=60).json()["accounts"]
    ]

    answer = requests.get(plain + path, headers={"Host": "merchant-api.jet.com"}, timeout=60)

    assert answer.status_code != 403
    assert not [secret for secret in secrets if secret in answer.text + str(answer.headers)]


def test_clients_log_in_under_jets_own_name(plain):
    keys = requests.get(f"{plain}/_sandbox/info", timeout=60).json()["accounts"][0]
    body = {"user": keys["user"], "pass": keys["secret"]}

    answer = requests.post(
        f"{plain}/api/token", json=body, headers={"Host": "merchant-api.jet.com"}, timeout=60
    )

    assert answer.json()["id_token"]


def test_no_other_site_frames_a_partner_page(plain):
    headers = requests.get(f"{plain}/partner/", timeout=60).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "body",
    [
        b'{"user": "\xed\xa0\x80"}',
        b'{"user": "\\ud800"}',
        b"\xff\xfe",
        b"[" * 500 + b"]" * 500,
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("path", ["/api/token", "/_sandbox/clock", "/api/merchant-skus/A"])
def test_no_body_closes_the_connection_without_an_answer(plain, path, body):
    with requests.Session() as session:
        call = session.put if "skus" in path else session.post
        answer = call(plain + path, data=body, headers={"Content-Type": "application/json"}, timeout=60)

    assert 400 <= answer.status_code < 500
    assert json.loads(answer.content or b"{}") is not None
