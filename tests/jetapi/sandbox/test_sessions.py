"""Tokens: how to get one, how it may be sent, when it ends."""

import requests


def test_a_key_pair_buys_a_token_that_lives_ten_hours(box, url):
    box.set_clock("2018-02-01T10:00:00Z")

    answer = requests.post(f"{url}/api/token", json={"user": "test-user", "pass": "test-secret"}, timeout=60)

    assert answer.status_code == 200
    assert answer.json()["expires_on"] == "2018-02-01T20:00:00Z"
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["id_token"].count(".") == 2


def test_wrong_keys_are_a_bad_request_in_jets_words(url):
    answer = requests.post(f"{url}/api/token", json={"user": "test-user", "pass": "no"}, timeout=60)

    assert (answer.status_code, answer.json()) == (400, {"errors": ["Bad Request"]})


def test_the_login_may_be_a_form_and_a_header_on_it_is_ignored(url):
    keys = {"user": "live-user", "pass": "live-secret"}

    answer = requests.post(f"{url}/api/Token/", data=keys, headers={"Authorization": "null"}, timeout=60)

    assert answer.status_code == 200


def test_authcheck_answers_with_exactly_one_sentence(merchant):
    assert merchant.call("GET", "/authcheck").text == '"This message is authorized."'


def test_a_token_is_taken_with_any_spelling_of_bearer_and_bare(merchant, url):
    token = merchant.session.headers["Authorization"].split()[1]

    for header in (f"bearer {token}", f"BEARER {token}", token):
        assert (
            requests.get(f"{url}/authcheck", headers={"Authorization": header}, timeout=60).status_code == 200
        )


def test_missing_garbled_and_expired_tokens_are_denied_alike(merchant, box, url):
    denied = {"Message": "Authorization has been denied for this request."}
    garbled = {"Authorization": merchant.session.headers["Authorization"][:-3] + "xxx"}
    box.advance(10 * 3600 + 1)

    answers = [requests.get(f"{url}/api/authcheck", headers=each, timeout=60) for each in ({}, garbled)]
    answers.append(merchant.call("GET", "/authcheck"))

    assert [(each.status_code, each.json()) for each in answers] == [(401, denied)] * 3


def test_test_keys_and_live_keys_see_two_data_sets(merchant, live_merchant):
    merchant.list_mug("ONLY-IN-TEST")

    assert live_merchant.get("/merchant-skus") == {"sku_urls": []}
    assert live_merchant.account["merchant_id"] != merchant.account["merchant_id"]
