"""Many calls side by side: order kept, bounded, stopped between two items."""

import threading
import time

import pytest

from jetapi import send_many
from jetapi.errors import JetRejected
from jetapi.http.concurrency import Errands


def test_outcomes_come_in_the_order_of_the_items():
    def work(number):
        time.sleep(0.01 if number % 3 == 0 else 0)
        return number * 2

    found = list(send_many(work, range(50), connections=8))

    assert [(one.item, one.value) for one in found] == [(n, n * 2) for n in range(50)]
    assert all(one.ok for one in found)


def test_one_refused_item_does_not_stop_the_rest():
    def work(number):
        if number == 1:
            raise JetRejected(status=400, messages=["bad"])
        return number

    found = list(send_many(work, range(3)))

    assert [one.ok for one in found] == [True, False, True]
    assert found[1].error.messages == ["bad"]


def test_no_more_than_the_bound_run_at_once():
    lock, running, most = threading.Lock(), [0], [0]

    def work(_):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1

    list(send_many(work, range(40), connections=5))

    assert most[0] == 5


def test_items_are_taken_only_as_outcomes_are_taken():
    taken = []

    def items():
        for number in range(1_000_000):
            taken.append(number)
            yield number

    outcomes = send_many(lambda number: number, items(), connections=2)
    for _ in range(10):
        next(outcomes)
    outcomes.close()

    assert len(taken) < 30


def test_a_stop_lets_running_calls_finish_and_begins_no_other():
    stopped = threading.Event()
    began = []

    def work(number):
        began.append(number)
        if number == 5:
            stopped.set()
        time.sleep(0.002)
        return number

    found = list(send_many(work, range(1000), connections=2, stop=stopped.is_set))

    done = [one.item for one in found if one.started]
    assert sorted(began) == done
    assert 5 in done
    assert len(done) < 20
    assert not any(one.ok for one in found if not one.started)


def test_what_is_no_error_of_jet_ends_the_run():
    def work(number):
        raise ZeroDivisionError(number)

    with pytest.raises(ZeroDivisionError):
        list(send_many(work, range(100), connections=2))


def test_errands_run_while_their_sender_goes_on_and_are_asked_after_later():
    may_end = threading.Event()

    def work(number):
        may_end.wait(60)
        if number == 1:
            raise JetRejected(status=400, messages=["bad"])
        return number

    with Errands(work, connections=2) as errands:
        errands.send(range(3))
        may_end.set()

        assert [(one.item, one.ok) for one in errands.outcomes()] == [(0, True), (1, False), (2, True)]
        assert list(errands.outcomes()) == []


def test_errands_that_nobody_waits_for_begin_no_other_call():
    begun, may_end = [], threading.Event()

    def work(number):
        begun.append(number)
        may_end.wait(60)

    with Errands(work, connections=1) as errands:
        errands.send(range(9))
        threading.Timer(0.05, may_end.set).start()

    assert len(begun) <= 2
