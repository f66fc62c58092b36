"""Two-step sign-in: set up by oneself, asked at the login page, counted there, and taken off again."""

from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.auth.models import User as Person
from django.db import connection
from django.test import Client

from jetbridge.core import key_rotation
from jetbridge.core.models import Event
from jetbridge.signin import factors
from tests.signin.codes import PASSWORD, RECOVERY, SECRET, code, first_step, set_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate")]


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def second_step(browser, text):
    return browser.post("/admin/login/code/", {"code": text})


def actions():
    return list(Event.objects.order_by("pk").values_list("action", flat=True))


def test_without_a_second_factor_the_password_opens_the_panel_and_leads_on(alice):
    browser = Client()

    answer = browser.post(
        "/admin/login/?next=/admin/cron/", {"username": "alice", "password": PASSWORD, "next": "/admin/cron/"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/admin/cron/")
    assert is_in(browser)


def test_a_login_leads_to_no_other_site(alice):
    answer = first_step(Client(), next="https://evil.example/")

    assert answer["Location"] == "/admin/"


def test_set_up_draws_the_picture_itself_and_shows_recovery_codes_once(browser, alice):
    page = browser.get("/admin/my-sign-in/set-up/").text
    assert "data:image/svg+xml;base64," in page
    secret = SECRET.search(page)[1]

    shown = browser.post("/admin/my-sign-in/set-up/", {"password": PASSWORD, "code": code(secret)}).text

    codes = RECOVERY.findall(shown)
    assert len(set(codes)) == 10
    assert not RECOVERY.findall(browser.get("/admin/my-sign-in/").text)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert codes[0] not in stored
    assert actions()[1:] == ["two-step sign-in set up", "recovery codes made"]


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"code": "000000"}])
def test_set_up_needs_the_password_and_a_right_code(browser, alice, wrong):
    secret = SECRET.search(browser.get("/admin/my-sign-in/set-up/").text)[1]

    answer = browser.post("/admin/my-sign-in/set-up/", {"password": PASSWORD, "code": code(secret)} | wrong)

    assert answer.status_code == 422
    assert not factors.has_factor(alice)


def test_the_password_alone_opens_nothing_once_a_second_factor_is_set_up(browser, alice):
    secret, _ = set_up(browser)
    other = Client()

    answer = first_step(other, next="/admin/cron/")

    assert answer["Location"] == "/admin/login/code/"
    assert not is_in(other)
    assert other.get("/admin/login/code/").status_code == 200
    assert second_step(other, "000000").status_code == 200
    assert not is_in(other)
    assert second_step(other, code(secret))["Location"] == "/admin/cron/"
    assert is_in(other)
    assert actions()[-2:] == ["sign-in failed", "signed in"]


def test_the_second_step_is_nobodys_without_the_first(alice):
    answer = Client().get("/admin/login/code/")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")


def test_a_code_opens_once(browser, alice):
    secret, _ = set_up(browser)
    text = code(secret)
    here, there = Client(), Client()
    for each in (here, there):
        first_step(each)
        second_step(each, text)

    assert (is_in(here), is_in(there)) == (True, False)


def test_a_recovery_code_opens_once(browser, alice):
    _, codes = set_up(browser)
    here, there = Client(), Client()
    for each in (here, there):
        first_step(each)
        second_step(each, codes[3])

    assert (is_in(here), is_in(there)) == (True, False)
    assert factors.codes_left(alice) == 9


def test_guessed_codes_wait_as_guessed_passwords_do(browser, alice):
    secret, _ = set_up(browser)
    other = Client(REMOTE_ADDR="10.1.1.1")
    first_step(other)
    answers = [second_step(other, "000000").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert second_step(other, code(secret)).status_code == 429
    assert not is_in(other)
    assert first_step(Client(REMOTE_ADDR="10.1.1.1")).status_code == 429
    assert Event.objects.filter(action="sign-in failed", message="The code was wrong.").count() == 5
    # The browser in which alice signed in before is not shut out.
    browser.post("/admin/logout/")
    assert first_step(browser).status_code == 302


def test_a_right_password_wipes_off_no_wrong_codes(browser, alice):
    set_up(browser)
    answers = []
    for _ in range(5):
        other = Client(REMOTE_ADDR="10.1.1.1")
        answers.append(first_step(other).status_code)
        second_step(other, "000000")

    assert first_step(Client(REMOTE_ADDR="10.1.1.1")).status_code == 429


def test_new_codes_make_the_former_worthless(browser, alice):
    _, codes = set_up(browser)

    page = browser.post("/admin/my-sign-in/codes/", {"code": codes[0]})

    new = RECOVERY.findall(page.text)
    assert len(new) == 10
    assert not {*codes} & {*new}
    assert factors.accepted(alice, codes[1]) is None
    assert factors.accepted(alice, new[1]) is not None


def test_two_step_sign_in_is_turned_off_with_a_code_only(browser, alice):
    _, codes = set_up(browser)

    assert browser.post("/admin/my-sign-in/remove/", {"code": "000000"}).status_code == 422
    assert factors.has_factor(alice)
    browser.post("/admin/my-sign-in/remove/", {"code": codes[0]})

    assert not Authenticator.objects.exists()
    assert first_step(Client())["Location"] == "/admin/"
    assert "two-step sign-in removed" in actions()


def test_guesses_on_the_own_page_wait_too(browser, alice):
    set_up(browser)

    answers = [browser.post("/admin/my-sign-in/remove/", {"code": "000000"}).status_code for _ in range(6)]

    assert answers[-1] == 429
    assert factors.has_factor(alice)


def test_a_new_key_reads_what_a_former_one_wrote(browser, alice, settings):
    secret, codes = set_up(browser)
    former = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *former]

    done = key_rotation.rotate()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    assert done.rewritten >= 2
    assert factors.accepted(alice, code(secret)) is not None
    assert factors.accepted(alice, codes[0]) is not None


def test_a_factor_that_no_key_reads_opens_for_nobody(browser, alice, settings):
    secret, codes = set_up(browser)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    assert factors.accepted(alice, code(secret)) is None
    assert factors.accepted(alice, codes[0]) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_that_bring_one_code_at_once_one_comes_in(db):
    alice = Person.objects.create_superuser("alice", password=PASSWORD)
    codes = factors.set_up_app(person=alice, secret="JBSWY3DPEHPK3PXP")
    found, start = [], Barrier(2)

    def bring():
        start.wait()
        found.append(factors.accepted(alice, codes[0]) is not None)
        connection.close()

    threads = [Thread(target=bring) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(found) == [False, True]
