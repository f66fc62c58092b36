"""What each error of Jet's client means for what was being sent."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from jetapi import errors
from jetbridge.core.jet import client as jet
from jetbridge.core.send_failures import AnswerLost, Halt, HaltLost, NotSent, Rejected, SendFailure

NOW = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
MEANINGS = [
    (errors.JetAuthError(status=401), Halt),
    (errors.JetAuthError(status=401, sent_maybe=True), HaltLost),
    (errors.JetUnavailable("down", retry_at=NOW), Halt),
    (errors.JetConnectionError("refused"), NotSent),
    (errors.JetConnectionError("no answer", sent_maybe=True), AnswerLost),
    (errors.JetServerError(status=502, sent_maybe=True), AnswerLost),
    (errors.JetServerError(status=503), NotSent),
    (errors.JetThrottled(status=429), NotSent),
    (errors.JetUnreadable(status=200, messages=["HTML"]), AnswerLost),
    (errors.JetInvalidRequest("no SKU"), Rejected),
    (errors.JetNotFound(status=404), Rejected),
    (errors.JetRejected(status=400, messages=["Bad", "Worse"]), Rejected),
    (errors.JetError("whatever"), NotSent),
]


@pytest.mark.parametrize(("error", "meaning"), MEANINGS, ids=lambda value: getattr(value, "__name__", ""))
def test_an_error_of_the_client_becomes_our_own_reason(error, meaning):
    with pytest.raises(SendFailure) as caught, jet.send_failures():
        raise error

    assert type(caught.value) is meaning
    assert caught.value.__cause__ is error


def test_jets_own_words_stand_in_a_rejection_one_by_one():
    failure = jet.failure_of(errors.JetRejected(status=400, messages=["Bad", "Worse"]))

    assert failure.errors == ["Bad", "Worse"]


def test_refused_keys_are_raised_when_the_drain_has_ended():
    error = errors.JetAuthError(status=401)

    failure = jet.failure_of(error)

    assert isinstance(failure, Halt)
    assert failure.error is error


def test_jet_says_when_to_come_back():
    failure = jet.failure_of(errors.JetThrottled(status=429, retry_after=30))

    assert isinstance(failure, NotSent)
    assert timedelta(seconds=25) < failure.retry_at - timezone.now() <= timedelta(seconds=30)
