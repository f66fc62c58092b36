"""The gate: what a stranger reaches, what a guesser gets, and what every answer's headers say."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jetbridge.core import roles
from jetbridge.panel.pages import PERMISSIONS

pytestmark = pytest.mark.django_db

OPEN = {"healthz", "readyz", "admin/login/", "admin/logout/", ""}
# What stands in an address where an object's key or a word is wanted.
DUMMIES = {
    "int": "0",
    "slug": "none",
    "str": "none",
    "path": "none",
    "uuid": "00000000-0000-0000-0000-000000000000",
}


def addresses(resolver: URLResolver | None = None, prefix: str = ""):
    """Yield every address of the panel with its view, dummies for its arguments."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield filled(route, pattern), pattern


def filled(route: str, pattern: URLPattern) -> str:
    for name, converter in getattr(pattern.pattern, "converters", {}).items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        route = route.replace(f"<{kind}:{name}>", DUMMIES.get(kind, "none")).replace(f"<{name}>", "none")
    return route


def plain_routes():
    found = [(route, pattern) for route, pattern in addresses() if "(?P" not in route and "^" not in route]
    assert len(found) > 100
    return found


def panel_pages():
    """Return every page behind `panel_page` with the permission that it asks for."""
    return [
        (route, PERMISSIONS[name])
        for route, pattern in plain_routes()
        if (name := f"{pattern.callback.__module__}.{pattern.callback.__qualname__}") in PERMISSIONS
    ]


def test_a_stranger_reaches_the_login_and_the_health_checks_only():
    stranger, reached = Client(), []
    for route, _ in plain_routes():
        for ask in (stranger.get, stranger.post):
            answer = ask(f"/{route}")
            turned_away = answer.status_code in (403, 404, 405) or (
                answer.status_code in (301, 302) and "/admin/login/" in answer.headers["Location"]
            )
            if not turned_away and route not in OPEN and not route.startswith("static"):
                reached.append((route, answer.status_code))

    assert sorted(set(reached)) == []


@pytest.mark.parametrize("role", roles.GROUPS)
def test_a_page_opens_for_the_roles_that_hold_its_permission_and_for_no_other(role):
    person = Person.objects.create_user(role, password="x", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client(raise_request_exception=False)
    client.force_login(person)
    allowed = person.get_all_permissions()
    astray = []

    for route, permission in panel_pages():
        statuses = {ask(f"/{route}").status_code for ask in (client.get, client.post)} - {405}
        # A page that may be looked at may still refuse to be saved.
        refused = statuses == {403}
        if permission and refused == (permission in allowed):
            astray.append((route, permission, statuses))

    assert astray == []


def test_five_wrong_passwords_lock_the_name_at_this_address_and_a_right_one_no_longer_helps(settings):
    settings.AXES_ENABLED = True
    Person.objects.create_superuser("alice", password="right")
    login = {"username": "alice", "password": "wrong"}
    guesser = Client()

    statuses = [guesser.post("/admin/login/", login).status_code for _ in range(5)]
    answer = guesser.post("/admin/login/", {**login, "password": "right"})

    assert statuses[:4] == [200] * 4
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text
    assert "0:15:00" in answer.text


def test_somebody_at_another_address_may_still_log_in(settings):
    settings.AXES_ENABLED = True
    Person.objects.create_superuser("alice", password="right")
    guesser = Client()
    for _ in range(6):
        guesser.post("/admin/login/", {"username": "alice", "password": "wrong"})

    answer = Client(REMOTE_ADDR="127.0.0.9").post("/admin/login/", {"username": "alice", "password": "right"})

    assert answer.status_code == 302


def test_every_answer_carries_the_policy_and_the_secure_headers(client, merchant):
    client.force_login(merchant)

    headers = client.get("/admin/").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_session_ends_after_half_a_day_and_its_cookie_is_kept_from_scripts(client, merchant, settings):
    answer = client.post("/admin/login/", {"username": "alice", "password": "alice"})

    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 12 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_pages_asked_above_are_all_pages_of_the_panel():
    routed = {
        f"{pattern.callback.__module__}.{pattern.callback.__qualname__}" for _, pattern in plain_routes()
    }

    assert set(PERMISSIONS) - routed == set()
    assert len(panel_pages()) > 40
