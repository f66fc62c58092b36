"""Faults on demand: what the caller sees, and what was done."""

import threading
import time

import pytest
import requests

PRICE = "/merchant-skus/MUG-1/price"


@pytest.fixture
def listed(merchant):
    merchant.list_mug()
    return merchant


def last_call(box, path=PRICE):
    return box.calls(path=path)[-1]


def price_of(merchant):
    return merchant.get(PRICE)["price"]


def test_a_status_fault_comes_as_often_as_was_said(listed, control):
    fault = {
        "method": "PUT",
        "path": "/price$",
        "kind": "status",
        "status": 429,
        "retry_after": 5,
        "times": 2,
    }
    control("POST", "faults", fault)

    answers = [listed.put(PRICE, {"price": 1}) for _ in range(3)]

    assert [each.status_code for each in answers] == [429, 429, 202]
    assert answers[0].headers["Retry-After"] == "5"
    assert answers[0].json() == {"errors": ["Too Many Requests"]}


def test_a_failed_call_did_nothing(listed, box):
    box.add_fault("status", "/price", status=503, times=1)

    answer = listed.put(PRICE, {"price": 1})

    assert answer.status_code == 503
    assert price_of(listed) == 12.5
    entry = box.calls(path=PRICE)[-2]
    assert (entry["status"], entry["fault"], entry["applied"]) == (503, "status", False)


def test_a_connection_dropped_before_the_work_leaves_it_undone(listed, box):
    box.add_fault("drop_before", "/price", times=1)

    with pytest.raises(requests.ConnectionError):
        listed.put(PRICE, {"price": 1})

    assert (last_call(box)["status"], last_call(box)["applied"]) == (None, False)
    assert price_of(listed) == 12.5


def test_a_connection_dropped_after_the_work_leaves_it_done(listed, box):
    box.add_fault("drop_after", "/price", times=1)

    with pytest.raises(requests.ConnectionError):
        listed.put(PRICE, {"price": 1})

    assert (last_call(box)["fault"], last_call(box)["applied"]) == ("drop_after", True)
    assert price_of(listed) == 1


def test_a_truncated_answer_breaks_in_the_middle(listed, box):
    box.add_fault("truncate", "/merchant-skus/MUG-1$", times=1)

    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        listed.call("GET", "/merchant-skus/MUG-1")


def test_a_truncated_empty_answer_is_a_broken_connection(listed, box):
    box.add_fault("truncate", "/price", method="PUT", times=1)

    with pytest.raises(requests.ConnectionError):
        listed.put(PRICE, {"price": 1})

    assert price_of(listed) == 1


def test_html_comes_in_the_place_of_json(listed, box):
    box.add_fault("html", "/merchant-skus/MUG-1", times=1)

    answer = listed.call("GET", "/merchant-skus/MUG-1")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_revoked_token_ends_all_of_them_and_a_new_one_works(listed, box):
    box.add_fault("revoke_token", "/price")

    first = listed.put(PRICE, {"price": 1})
    second = listed.call("GET", "/authcheck")
    listed.log_in()

    assert (first.status_code, second.status_code) == (401, 401)
    assert listed.put(PRICE, {"price": 1}).status_code == 202


def test_a_slow_call_takes_its_time_and_does_its_work(listed, box):
    box.add_fault("slow", "/price", seconds=0.3, times=1)

    answer = listed.put(PRICE, {"price": 1})

    assert answer.elapsed.total_seconds() >= 0.3
    assert answer.status_code == 202


def test_a_call_that_sleeps_through_a_reset_does_nothing_afterwards(listed, box):
    box.add_fault("slow", "/orders/generate", seconds=0.4, times=1)
    items = {"items": [{"sku": "A", "order_quantity": 1}]}
    answers = []
    sleeper = threading.Thread(
        target=lambda: answers.append(listed.call("POST", "/orders/generate/1", items))
    )

    sleeper.start()
    time.sleep(0.1)
    box.reset()
    sleeper.join()

    assert answers[0].status_code == 503
    assert box.held("orders") == []
    assert box.calls() == []


def test_faults_strike_with_a_probability_and_end_when_cleared(listed, box, control):
    box.add_fault("status", "/authcheck", status=500, probability=0.5)

    statuses = {listed.call("GET", "/authcheck").status_code for _ in range(60)}
    control("DELETE", "faults")

    assert statuses == {200, 500}
    assert {listed.call("GET", "/authcheck").status_code for _ in range(20)} == {200}


def test_a_refused_call_is_dropped_too_and_noted_as_not_done(listed, box):
    box.add_fault("drop_after", "/price", times=1)

    with pytest.raises(requests.ConnectionError):
        listed.put(PRICE, {"price": -1})

    assert (last_call(box)["status"], last_call(box)["applied"]) == (None, False)
