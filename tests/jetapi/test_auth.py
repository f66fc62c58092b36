"""One token per account: renewed in time, once, and by one only."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from jetapi import JetClient, MemoryTokenStore, Retries, Token
from jetapi.errors import JetAuthError, JetUnreadable
from tests.jetapi.conftest import BASE, TOKEN

CHECK = f"{BASE}/authcheck"
OK = '"This message is authorized."'


def logins(wire):
    return [call for call in wire.calls if call.request.url == f"{BASE}/token"]


def bearers(wire):
    return [call.request.headers.get("Authorization") for call in wire.calls if call.request.url == CHECK]


def test_one_login_serves_many_calls(jet, wire):
    wire.get(CHECK, body=OK)

    jet.authcheck()
    jet.authcheck()

    assert len(logins(wire)) == 1
    assert bearers(wire) == [f"Bearer {TOKEN}"] * 2


def test_wrong_keys_are_an_error_of_the_keys_though_jet_says_bad_request(jet, wire):
    wire.replace("POST", f"{BASE}/token", status=400, json={"errors": ["Bad Request"]})

    for _ in range(2):
        with pytest.raises(JetAuthError, match="does not accept this API user"):
            jet.authcheck()

    assert len(logins(wire)) == 1


def test_a_401_renews_the_token_once_and_sends_again(jet, wire):
    wire.get(CHECK, status=401, json={"Message": "Authorization has been denied for this request."})
    wire.get(CHECK, body=OK)

    jet.authcheck()

    assert len(logins(wire)) == 2


def test_a_second_401_is_the_callers(jet, wire):
    wire.get(CHECK, status=401, json={"Message": "Authorization has been denied for this request."})

    with pytest.raises(JetAuthError, match="Authorization has been denied"):
        jet.authcheck()

    assert len(logins(wire)) == 2


def test_a_token_is_renewed_before_it_ends(jet, wire):
    wire.get(CHECK, body=OK)

    with time_machine.travel("2018-02-01T12:00:00Z", tick=False) as clock:
        wire.replace("POST", f"{BASE}/token", json={"id_token": "a", "expires_on": "2018-02-01T22:00:00Z"})
        jet.authcheck()
        clock.move_to("2018-02-01T21:44:00Z")
        jet.authcheck()
        clock.move_to("2018-02-01T21:46:00Z")
        jet.authcheck()

    assert len(logins(wire)) == 2


def test_a_jet_whose_clock_stands_in_the_past_does_not_cause_a_login_per_call(jet, wire):
    wire.get(CHECK, body=OK)
    wire.replace("POST", f"{BASE}/token", json={"id_token": "a", "expires_on": "2001-01-01T00:00:00Z"})

    jet.authcheck()
    jet.authcheck()

    assert len(logins(wire)) == 1


def test_a_token_that_another_process_renewed_is_taken_from_the_store(wire):
    store = MemoryTokenStore()
    store.put(Token("of-another", datetime.now(UTC) + timedelta(hours=1)))
    wire.get(CHECK, body=OK)

    with JetClient(BASE, user="u", secret="s", token_store=store) as jet:
        jet.authcheck()

    assert bearers(wire) == ["Bearer of-another"]
    assert logins(wire) == []


def test_many_threads_renew_once(wire):
    wire.get(CHECK, body=OK)
    store = MemoryTokenStore()
    start = threading.Barrier(8)

    with JetClient(BASE, user="u", secret="s", token_store=store) as jet:

        def check():
            start.wait()
            jet.authcheck()

        threads = [threading.Thread(target=check) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(logins(wire)) == 1


def test_an_answer_to_the_login_without_a_token_is_an_error(jet, wire):
    wire.replace("POST", f"{BASE}/token", json={"id_token": None})

    with pytest.raises(JetUnreadable, match="holds no token"):
        jet.authcheck()


def test_neither_token_nor_secret_shows_in_a_repr(jet):
    token = Token("very-secret", datetime.now(UTC))

    shown = repr(token) + repr(jet) + repr(MemoryTokenStore()) + repr(Retries())

    assert "very-secret" not in shown
    assert "s3cret-of-the-shop" not in shown
