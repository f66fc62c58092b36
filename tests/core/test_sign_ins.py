"""Guessed passwords from many addresses and for many names; sessions that end; who asks, behind proxies."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as ours
from django.contrib.auth.models import User as Person
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import people, session_store, sessions
from jetbridge.core.models import Event
from jetbridge.core.sign_ins import client_address
from tests.readers import reader

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-quiet-river"


@pytest.fixture(autouse=True)
def gate(settings):
    """The gate is closed as it is outside of tests."""
    settings.AXES_ENABLED = True


@pytest.fixture
def alice(db):
    return Person.objects.create_superuser("alice", password=PASSWORD)


def sign_in(browser, name="alice", password=PASSWORD, **meta):
    return browser.post("/admin/login/", {"username": name, "password": password}, **meta).status_code


def guess(times, *, name="alice", address="10.9.{}.1"):
    """Guess from another address each time, in a new browser that calls itself something else."""
    return [
        sign_in(
            Client(),
            name.format(n),
            "wrong",
            REMOTE_ADDR=address.format(n),
            HTTP_USER_AGENT=f"known browser {n}",
        )
        for n in range(times)
    ]


def test_a_name_that_is_guessed_from_many_addresses_waits_at_all_others(alice):
    assert guess(20)[-1] == 429

    assert sign_in(Client(REMOTE_ADDR="10.1.1.1")) == 429
    assert sign_in(Client(REMOTE_ADDR="10.1.1.1"), "bob", "wrong") == 200


def test_who_signed_in_before_keeps_a_way_in_by_browser_and_by_address(alice):
    browser = Client(REMOTE_ADDR="10.1.1.1")
    assert sign_in(browser) == 302
    browser.post("/admin/logout/")

    guess(60)

    assert sign_in(browser, REMOTE_ADDR="10.7.7.7") == 302
    assert sign_in(Client(REMOTE_ADDR="10.1.1.1")) == 302
    assert sign_in(Client(REMOTE_ADDR="10.7.7.8")) == 429


def test_a_guesser_at_the_own_address_shuts_out_no_known_browser(alice):
    browser = Client(REMOTE_ADDR="10.1.1.1")
    sign_in(browser)
    browser.post("/admin/logout/")

    guess(10, address="10.1.1.1")

    assert sign_in(Client(REMOTE_ADDR="10.1.1.1")) == 429
    assert sign_in(browser) == 302


def test_a_known_browser_has_no_more_tries_than_others(alice):
    browser = Client()
    sign_in(browser)
    browser.post("/admin/logout/")

    answers = [sign_in(browser, password="wrong", REMOTE_ADDR=f"10.2.{n}.1") for n in range(6)]

    assert answers == [200, 200, 200, 200, 429, 429]
    assert sign_in(browser) == 429


def test_the_sign_of_a_browser_cannot_be_made_up_and_serves_one_name(alice, settings):
    Person.objects.create_superuser("mallory", password=PASSWORD)
    browser = Client(REMOTE_ADDR="10.1.1.1")
    sign_in(browser, "mallory")
    browser.post("/admin/logout/")
    forged = Client(REMOTE_ADDR="10.1.1.2")
    forged.cookies[settings.KNOWN_COOKIE_NAME] = '{"alice": "1"}'

    guess(20)

    assert sign_in(browser) == 429
    assert sign_in(forged) == 429


def test_an_address_that_guesses_for_many_names_waits_with_all_names(alice):
    assert guess(20, name="person-{}", address="10.3.3.3")[-1] == 429

    assert sign_in(Client(REMOTE_ADDR="10.3.3.3")) == 429
    assert sign_in(Client(REMOTE_ADDR="10.3.3.4")) == 302


def test_signing_in_as_oneself_wipes_off_no_guesses_for_others(alice):
    Person.objects.create_superuser("mallory", password=PASSWORD)
    for n in range(19):
        sign_in(Client(REMOTE_ADDR="10.3.3.3"), f"person-{n}", "wrong")

    assert sign_in(Client(REMOTE_ADDR="10.3.3.3"), "mallory") == 302
    assert sign_in(Client(REMOTE_ADDR="10.3.3.3"), "alice", "wrong") == 429


def test_a_pause_ends_by_the_clock_whatever_is_sent_meanwhile(alice):
    guess(20)
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert sign_in(Client(REMOTE_ADDR="10.1.1.1"), password="wrong") == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(Client(REMOTE_ADDR="10.1.1.1")) == 302


def test_what_a_browser_calls_itself_multiplies_no_rows(alice):
    for n in range(4):
        sign_in(Client(HTTP_USER_AGENT=f"browser {n}"), password="wrong")

    assert AccessAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("proxies", "told", "peer", "found"),
    [
        (0, "1.1.1.1", "9.9.9.9", "9.9.9.9"),
        (1, "1.1.1.1", "9.9.9.9", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "9.9.9.9", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 8.8.8.8", "9.9.9.9", "1.1.1.1"),
        (2, "6.6.6.6", "9.9.9.9", "9.9.9.9"),
        (1, "", "9.9.9.9", "9.9.9.9"),
        (1, "unknown", "9.9.9.9", "9.9.9.9"),
        (1, "1.1.1.1:5050", "9.9.9.9", "1.1.1.1"),
        (1, "[2001:db8:1:2:3::4]:443", "9.9.9.9", "2001:db8:1:2::"),
        (0, "", "2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        (0, "", "::ffff:9.9.9.9", "9.9.9.9"),
        (0, "", "fe80::1%eth0", "fe80::"),
        (0, "", "", "0.0.0.0"),
    ],
)
def test_who_asks_is_read_from_the_right_by_the_number_of_proxies(settings, proxies, told, peer, found):
    settings.PROXIES = proxies
    header = {"HTTP_X_FORWARDED_FOR": told} if told else {}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **header)) == found


def test_a_header_of_ones_own_gives_no_new_tries(alice):
    for n in range(5):
        sign_in(Client(), password="wrong", HTTP_X_FORWARDED_FOR=f"10.8.0.{n}")

    assert sign_in(Client(), HTTP_X_FORWARDED_FOR="10.8.0.99") == 429


def walk(browser, start, *minutes):
    """Open the dashboard at each of these minutes, and return the answers."""
    found = []
    for minute in minutes:
        with time_machine.travel(start + timedelta(minutes=minute)):
            found.append(browser.get("/admin/").status_code)
    return found


def test_a_session_ends_after_its_hours_however_busy(alice):
    browser, start = Client(), timezone.now()
    sign_in(browser)

    assert set(walk(browser, start, *range(20, 720, 20))) == {200}
    assert walk(browser, start, 721) == [302]
    with time_machine.travel(start + timedelta(minutes=721)):
        assert Session.objects.filter(expire_date__gt=timezone.now()).count() == 0


def test_a_session_ends_when_nothing_is_done_for_half_an_hour(alice):
    browser, start = Client(), timezone.now()
    sign_in(browser)

    assert walk(browser, start, 29, 58, 89) == [200, 200, 302]
    assert walk(browser, start, 59) == [302]


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(alice):
    browser, start = Client(), timezone.now()
    sign_in(browser)
    part = {"HTTP_HX_REQUEST": "true"}

    with time_machine.travel(start + timedelta(minutes=25)):
        assert browser.get("/admin/cron/", **part).status_code == 200
    with time_machine.travel(start + timedelta(minutes=31)):
        answer = browser.get("/admin/cron/", **part)

    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="made read-only by a pragma of SQLite")
def test_a_page_is_read_though_nothing_can_be_noted(alice, monkeypatch):
    monkeypatch.setitem(sessions._held, "until", 0.0)
    browser, start = Client(), timezone.now()
    sign_in(browser)
    assert walk(browser, start, 0) == [200]

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            assert walk(browser, start, 5, 6) == [200, 200]
        finally:
            cursor.execute("PRAGMA query_only = OFF")

    assert sessions._held["until"] > 0


def test_a_session_of_an_older_version_ends_too(alice):
    browser, start = Client(), timezone.now()
    browser.force_login(alice)
    session = browser.session
    for name in ("signed_in_at", "seen_at", "_session_expiry"):
        del session[name]
    session.save()

    assert walk(browser, start, 1, 30, 62) == [200, 200, 302]


def signed_in(person, count=2):
    browsers = [Client() for _ in range(count)]
    for browser in browsers:
        browser.force_login(person)
    return browsers


def are_in(browsers):
    return [browser.get("/admin/").status_code == 200 for browser in browsers]


def test_a_person_signs_out_everywhere(alice):
    here, there = signed_in(alice)
    others = signed_in(Person.objects.create_superuser("carol"), 1)
    assert "Sign out everywhere" in here.get("/admin/password_change/").text

    answer = here.post(reverse("admin:auth_user_sign_out_myself"))

    assert answer["Location"] == reverse("admin:index")
    assert are_in([here, there, *others]) == [False, False, True]
    assert Event.objects.filter(action="signed out everywhere", label="alice").exists()


def test_an_owner_signs_somebody_else_out(alice):
    kim = reader("kim")
    browsers, (owner,) = signed_in(kim), signed_in(alice, 1)
    page = reverse("admin:auth_user_change", args=[kim.pk])
    button = reverse("admin:auth_user_sign_out", args=[kim.pk])
    assert button in owner.get(page).text

    answer = owner.post(button, follow=True)

    assert "Sessions ended: 2" in answer.text
    assert are_in([*browsers, owner]) == [False, False, True]


def test_a_new_password_signs_out_everywhere_but_here(alice):
    here, there = signed_in(alice)
    new = "another-quiet-river"

    here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert are_in([here, there]) == [True, False]


def test_who_is_kept_out_and_let_in_again_must_sign_in(alice):
    kim = reader("kim")
    browsers = signed_in(kim)

    kim.is_active = False
    people.save(person=kim)
    kim.is_active = True
    people.save(person=kim)

    assert are_in(browsers) == [False, False]


def test_the_table_of_sessions_lets_nobody_in_who_reads_or_writes_it(alice):
    browser, thief = Client(), Client()
    sign_in(browser)
    key = browser.cookies[ours.SESSION_COOKIE_NAME].value
    row = Session.objects.get(session_key=session_store.stored_as(key))
    assert key not in row.session_key + row.session_data
    assert len(sessions.of_person(alice, key)) == 1

    thief.cookies[ours.SESSION_COOKIE_NAME] = row.session_key
    assert thief.get("/admin/").status_code == 302
    row.session_key = session_store.stored_as("a-key-that-the-thief-knows")
    row.save(force_insert=True)
    thief.cookies[ours.SESSION_COOKIE_NAME] = "a-key-that-the-thief-knows"
    assert thief.get("/admin/").status_code == 302
    assert browser.get("/admin/").status_code == 200
