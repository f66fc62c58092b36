"""A client on a Jet whose answers the test words itself; nothing leaves the process."""

import pytest
import responses

from jetapi import JetClient, Retries, Timeouts

BASE = "https://merchant-api.jet.test/api"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJtZXJjaGFudF9pZCI6IjEifQ.c2lnbmF0dXJl"
TOKEN_ANSWER = {"id_token": TOKEN, "token_type": "Bearer", "expires_on": "2099-02-01T04:54:55Z"}


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{BASE}/token", json=TOKEN_ANSWER)
        yield mock


@pytest.fixture
def records():
    return []


@pytest.fixture
def jet(wire, records):
    retries = Retries(attempts=3, first_wait=0.001, first_wait_throttled=0.001)
    client = JetClient(
        BASE,
        user="test-user",
        secret="s3cret-of-the-shop",
        on_call=records.append,
        timeouts=Timeouts(connect=2, read=2, total=5),
        retries=retries,
        purpose="a test",
    )
    with client:
        yield client
