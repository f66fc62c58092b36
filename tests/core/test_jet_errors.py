"""Rooms above see our own exceptions; what is retried and what halts hangs on each of the client's, exactly."""

from datetime import datetime

import pytest

from jetapi import errors as theirs
from jetbridge.core.jet import errors as ours
from jetbridge.core.jet.calls import Errands, send_many
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import JetAccount

AT = datetime.fromisoformat("2026-03-01T12:00:00+00:00")


def all_kinds(kind: type = theirs.JetError) -> list[type]:
    """Return the kinds of Jet's client; what other clients make of the same errors is theirs."""
    below = [each for each in kind.__subclasses__() if each.__module__.startswith("jetapi.")]
    return [kind, *(each for one in below for each in all_kinds(one))]


def made(kind: type) -> theirs.JetError:
    """Return an error of this kind that knows all that it can know."""
    if issubclass(kind, theirs.JetUnavailable):
        return kind("down", retry_at=AT)
    if issubclass(kind, theirs.JetConnectionError):
        return kind("no answer", sent_maybe=True, timed_out=True, call_id="c-1")
    if issubclass(kind, theirs.JetResponseError):
        return kind(status=418, messages=["Bad", "Worse"], call_id="c-1", sent_maybe=True, retry_after=3.0)
    return kind("whatever")


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.__name__)
def test_each_error_of_the_client_has_one_of_ours_that_knows_as_much(kind):
    error = made(kind)

    failure = ours.failure_from(error)

    assert str(failure) == str(error)
    assert failure.retryable == error.retryable
    assert {name: getattr(failure, name) for name in vars(error) if name != "reason"} == {
        name: value for name, value in vars(error).items() if name != "reason"
    }
    assert isinstance(failure, ValueError) == isinstance(error, ValueError)


def test_no_two_errors_of_the_client_become_the_same():
    kinds = [type(ours.failure_from(made(kind))) for kind in all_kinds()]

    assert len(set(kinds)) == len(kinds)


def test_what_is_caught_together_there_is_caught_together_here():
    for kind in all_kinds():
        mro = [each for each in kind.__mro__ if issubclass(each, theirs.JetError)]

        assert issubclass(
            type(ours.failure_from(made(kind))), tuple(type(ours.failure_from(made(each))) for each in mro)
        )


def test_a_doubt_that_was_found_later_is_kept():
    error = theirs.JetServerError(status=503)
    error.sent_maybe = True

    assert ours.failure_from(error).sent_maybe


def test_what_leaves_the_block_of_a_client_is_ours(account: JetAccount):
    error = theirs.JetNotFound(status=404)

    with pytest.raises(ours.JetNotKnown) as caught, open_client(account):
        raise error

    assert caught.value.__cause__ is error


def at_once(call, items):
    """Send calls and wait for each outcome."""
    return list(send_many(call, items, connections=2))


def on_errands(call, items):
    """Send calls and ask after them later."""
    with Errands(call, connections=2) as errands:
        errands.send(items)
        return list(errands.outcomes())


@pytest.mark.parametrize("send", [at_once, on_errands])
@pytest.mark.parametrize("error", [theirs.JetServerError(status=503), ours.JetBroken("503")])
def test_a_failure_belongs_to_its_item_whoever_raised_it(error, send):
    def call(item: int) -> int:
        if item == 2:
            raise error
        return item

    found = send(call, [1, 2, 3])

    assert [outcome.value for outcome in found] == [1, None, 3]
    assert [outcome.ok for outcome in found] == [True, False, True]
    assert type(found[1].error) is ours.JetBroken


@pytest.mark.parametrize("send", [at_once, on_errands])
def test_anything_else_ends_the_run(send):
    def call(item: int) -> int:
        raise KeyError(item)

    with pytest.raises(KeyError):
        send(call, [1])
