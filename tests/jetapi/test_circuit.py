"""The circuit: it holds calls back from a dead Jet, says until when, and lets one try."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import requests

from jetapi import Circuit, JetClient, Retries
from jetapi.errors import JetConnectionError, JetRejected, JetServerError, JetUnavailable
from tests.jetapi.conftest import BASE

PRICE = f"{BASE}/merchant-skus/A/price"
LOST = requests.ConnectionError("lost")


def fail(circuit, error=None):
    failure = error or JetConnectionError("no answer")
    with pytest.raises(type(failure)), circuit.guard():
        raise failure


def test_failures_in_a_row_open_it_and_it_says_when_it_tries_again():
    circuit = Circuit(failures=3, pause=30)
    for _ in range(3):
        fail(circuit)

    with pytest.raises(JetUnavailable, match="3 calls in a row; next try in 30 s") as held, circuit.guard():
        pytest.fail("a call passed")

    assert not held.value.sent_maybe
    assert timedelta(seconds=25) < held.value.retry_at - datetime.now(UTC) < timedelta(seconds=31)
    assert circuit.retry_at is not None


def test_an_answer_in_between_starts_the_count_anew():
    circuit = Circuit(failures=3)
    for _ in range(5):
        fail(circuit)
        fail(circuit)
        fail(circuit, JetRejected(status=400))

    assert circuit.retry_at is None


def test_an_error_of_one_call_is_no_sign_of_a_dead_jet():
    circuit = Circuit(failures=1)
    fail(circuit, JetServerError(status=500))

    assert circuit.retry_at is None


def test_after_the_pause_only_one_call_tries():
    circuit = Circuit(failures=1, pause=0)
    fail(circuit)

    with circuit.guard(), pytest.raises(JetUnavailable), circuit.guard():
        pytest.fail("a second call passed while one tried")


def test_after_a_try_that_fails_the_next_one_tries_a_pause_after_it_began(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    circuit = Circuit()
    for _ in range(12):
        fail(circuit)

    tried_at = []
    for _ in range(60):
        clock[0] += 1
        with suppress(JetUnavailable, JetConnectionError), circuit.guard():
            tried_at.append(clock[0])
            clock[0] += 3  # Jet hangs
            raise JetConnectionError("no answer")

    assert len(tried_at) > 4
    assert {later - earlier for earlier, later in pairwise(tried_at)} <= {10.0, 11.0}


def test_few_failures_open_it_where_nothing_is_answered_for_long(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    circuit = Circuit()
    for _ in range(3):
        fail(circuit)
    clock[0] += 11
    before = circuit.retry_at

    fail(circuit)

    assert before is None
    assert circuit.retry_at is not None


def test_its_success_closes_it():
    circuit = Circuit(failures=1, pause=0)
    fail(circuit)

    with circuit.guard():
        pass

    assert (circuit.retry_at, circuit.closings) == (None, 1)


def test_a_dead_jet_is_left_alone(wire, records):
    wire.put(PRICE, body=LOST)
    circuit = Circuit(failures=4)
    retries = Retries(attempts=3, first_wait=0.001)

    with JetClient(
        BASE, user="u", secret="s", circuit=circuit, retries=retries, on_call=records.append
    ) as jet:
        for _ in range(20):
            with pytest.raises(JetConnectionError):
                jet.products.put_price("A", price=Decimal(1))

    assert len([call for call in wire.calls if call.request.url == PRICE]) == 4
    assert len([record for record in records if record.method == "PUT"]) == 4
