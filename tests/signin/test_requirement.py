"""Who must sign in with two steps is led to set it up before any other page."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client

from jetbridge.api import tokens
from jetbridge.api.models import Token
from tests.signin.codes import PASSWORD, set_up

pytestmark = pytest.mark.django_db
SET_UP = "/admin/my-sign-in/set-up/"


@pytest.fixture
def people():
    """An owner by group, a superuser and a viewer, each in a browser."""
    found = {"root": Person.objects.create_superuser("root", password=PASSWORD)}
    for name in ("owner", "viewer"):
        found[name] = Person.objects.create_user(name, password=PASSWORD, is_staff=True)
        found[name].groups.add(Group.objects.get(name=name))
    return found


def led(person, address="/admin/"):
    browser = Client()
    browser.force_login(person)
    return browser.get(address).get("Location") == SET_UP


@pytest.mark.parametrize(
    ("required", "who"), [("", set()), ("owners", {"root", "owner"}), ("all", {"root", "owner", "viewer"})]
)
def test_who_must_is_led_to_set_it_up(people, settings, required, who):
    settings.REQUIRE_SECOND_FACTOR = required

    assert {name for name, person in people.items() if led(person)} == who
    assert {name for name, person in people.items() if led(person, "/admin/orders/order/")} == who


def test_after_setting_it_up_every_page_opens(people, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    browser = Client()
    browser.force_login(people["viewer"])
    assert "before any other page" in browser.get(SET_UP).text

    set_up(browser)

    assert browser.get("/admin/").status_code == 200


def test_logging_out_stays_open(people, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    browser = Client()
    browser.force_login(people["viewer"])

    assert browser.get("/admin/cron/", headers={"HX-Request": "true"})["HX-Redirect"] == SET_UP
    assert browser.get("/admin/my-sign-in/").status_code == 200
    assert browser.post("/admin/cron/desk.sweep/run/").get("Location") == SET_UP
    assert browser.post("/admin/logout/").status_code in (200, 302)
    assert browser.get("/admin/")["Location"].startswith("/admin/login/")


def test_tokens_of_who_has_no_second_factor_keep_working(people, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    _, secret = tokens.create(person=people["owner"], name="warehouse", scope=Token.Scope.READ, days=1)

    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
