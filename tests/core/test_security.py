"""The gate: what a guesser gets, and what every answer's headers say."""

import pytest
from django.contrib.auth.models import User as Person
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

pytestmark = pytest.mark.django_db


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
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_session_ends_after_half_a_day_and_its_cookie_is_kept_from_scripts(client, merchant, settings):
    answer = client.post("/admin/login/", {"username": "alice", "password": "alice"})

    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert 12 * 3600 - 5 <= cookie["max-age"] <= 12 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("password", ["short-words", "123456789012345", "password1234", "alice@example.test"])
def test_a_weak_password_is_refused(merchant, password):
    with pytest.raises(ValidationError):
        validate_password(password, merchant)


def test_a_long_phrase_is_taken(merchant):
    validate_password("a-long-quiet-river", merchant)
