"""Where somebody is signed in, and one browser signed out."""

import re

import pytest
from django.contrib.auth.models import User as Person
from django.test import Client

from jetbridge.core import sessions
from tests.signin.codes import PASSWORD, first_step

pytestmark = pytest.mark.django_db
OLD, CHROME = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"


def test_one_of_the_own_browsers_is_signed_out_and_nobody_elses():
    Person.objects.create_superuser("alice", password=PASSWORD)
    Person.objects.create_superuser("bob", password=PASSWORD)
    here, there = Client(), Client(REMOTE_ADDR="10.1.1.1", HTTP_USER_AGENT="Telephone/1")
    other = Client()
    first_step(here)
    first_step(there)
    first_step(other, "bob")

    page = here.get("/admin/my-sign-in/").text
    assert "Telephone/1" in page
    assert "10.1.1.1" in page
    (address,) = re.findall(r'action="(/admin/my-sign-in/sessions/\w+/end/)"', page)
    other.post(address)
    assert there.get("/admin/").status_code == 200
    here.post(address)

    assert [each.get("/admin/").status_code for each in (here, there, other)] == [200, 302, 200]


@pytest.mark.parametrize(
    ("signs", "name"),
    [
        (f"{OLD} (Windows NT 10.0; Win64) {CHROME} Edg/131.0", "Edge on Windows"),
        (f"{OLD} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18.1 Safari/605.1", "Safari on macOS"),
        (f"{OLD} (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/131.0 Mobile Safari/604.1", "Chrome on iPhone"),
        (f"{OLD} (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"),
        (f"{OLD} (Linux; Android 14) SamsungBrowser/26.0 {CHROME}", "Samsung Internet on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_know_it(signs, name):
    alice = Person.objects.create_superuser("alice", password=PASSWORD)
    first_step(Client(HTTP_USER_AGENT=signs))

    assert [one.browser for one in sessions.of_person(alice)] == [name]
