"""Tokens: what is kept of them, whom they let in and for how long, what the history says of them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User as Person
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone

from jetbridge.api import allowances, tokens
from jetbridge.api.models import Token, TokenDay
from jetbridge.core.models import Event
from tests.api.programs import Program, program_of, somebody
from tests.children import outcome, start_child

pytestmark = pytest.mark.django_db


def command(*words: str) -> dict:
    out = StringIO()
    call_command("api_tokens", *words, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_of_a_secret_nothing_but_a_digest_and_its_start_is_kept(warehouse):
    token = Token.objects.get()

    assert warehouse.secret.startswith("jb_")
    assert len(warehouse.secret) > 40
    assert token.digest == tokens.digest_of(warehouse.secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_token")
        assert warehouse.secret not in str(cursor.fetchall())


def test_a_token_says_whom_it_speaks_for(warehouse):
    answer = warehouse.get("me")

    assert answer.status_code == 200
    me = answer.json()
    assert (me["person"], me["groups"], me["mode"]) == ("olga", ["operations"], "test")
    assert "orders.ship" in me["permissions"]
    assert "returns.refund" not in me["permissions"]
    assert me["token"]["scope"] == "write"
    assert "digest" not in me["token"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer jb_", "Bearer jb_unknown", "Basic abc", "Bearer \xff"]
)
def test_whoever_has_no_open_token_is_told_how_to_get_in(header):
    answer = Client().get("/api/v1/me", headers={"authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "api.no_token"


def test_a_session_of_the_panel_opens_nothing(client):
    client.force_login(somebody("olga", "owner"))

    assert client.get("/api/v1/me").status_code == 401


def test_a_token_ends_with_its_time_its_revocation_and_its_person(warehouse):
    assert warehouse.get("me").status_code == 200

    with time_machine.travel(timezone.now() + timedelta(days=tokens.DAYS, minutes=1)):
        assert warehouse.get("me").status_code == 401
    person = Token.objects.get().person
    for column in ("is_active", "is_staff"):
        setattr(person, column, False)
        person.save()
        assert warehouse.get("me").status_code == 401
        setattr(person, column, True)
        person.save()
    tokens.revoke(token=Token.objects.get())
    assert warehouse.get("me").status_code == 401


def test_whoever_may_not_use_the_api_any_more_is_refused_by_name(warehouse):
    Token.objects.get().person.groups.clear()

    answer = warehouse.get("me")

    assert answer.status_code == 403
    assert answer.json()["code"] == "api.not_permitted"
    assert "api.use_api" in answer.json()["detail"]


def test_the_last_use_is_stored_at_most_once_a_minute(warehouse):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        warehouse.get("me")
        first = Token.objects.get().last_used_at
        clock.shift(59)
        warehouse.get("me")
        assert Token.objects.get().last_used_at == first
        clock.shift(1)
        warehouse.get("me")
        assert Token.objects.get().last_used_at == first + timedelta(seconds=60)


def test_reads_are_one_row_a_token_and_day(warehouse):
    with time_machine.travel("2026-03-01T23:59:30Z", tick=False) as clock:
        for _ in range(3):
            warehouse.get("me")
        clock.shift(60)
        warehouse.get("me")

    rows = list(TokenDay.objects.order_by("day").values_list("day__day", "reads"))
    assert rows == [(1, 3), (2, 1)]


def test_beyond_600_calls_a_minute_a_token_waits_and_others_do_not(warehouse, office, monkeypatch):
    monkeypatch.setattr(allowances, "CALLS_A_MINUTE", 3)
    with time_machine.travel("2026-03-01T12:00:10Z", tick=False) as clock:
        answers = [warehouse.get("me") for _ in range(5)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].headers["Retry-After"] == "50"
        assert answers[-1].json()["code"] == "api.too_many_calls"
        assert office.get("me").status_code == 200
        clock.shift(50)
        assert warehouse.get("me").status_code == 200


def test_an_address_that_may_be_of_several_views_is_one_call(warehouse):
    for address in ("products/prices", "products/A/validate", "me"):
        warehouse.get(address)

    row = TokenDay.objects.get()
    assert (row.calls, row.reads) == (3, 3)


def test_making_and_revoking_stand_in_the_history():
    person = somebody("olga", "operations")
    token, secret = tokens.create(person=person, name=" Label  printer ", scope="write", days=7)
    tokens.revoke(token=token)
    tokens.revoke(token=token)

    rows = Event.objects.filter(kind="api.token").order_by("pk")
    assert [row.action for row in rows] == ["API token made", "API token revoked"]
    assert "Label printer" in rows[0].label
    assert secret not in str(list(rows.values()))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"name": ""}, "Name"), ({"name": "x" * 81}, "80"), ({"scope": "all"}, "scope"), ({"days": 0}, "366")],
)
def test_a_token_without_sense_is_refused(wrong, words):
    given = {"name": "Printer", "scope": "read", "days": 3} | wrong

    with pytest.raises(tokens.TokenRefused, match=words):
        tokens.create(person=somebody("olga", "viewer"), **given)
    assert not Token.objects.exists()


def test_the_command_makes_lists_and_revokes():
    somebody("olga", "operations")

    made = command("olga", "--create", "Printer", "--scope", "write", "--days", "5")
    assert Program(made["token"]).get("me").status_code == 200
    assert "token" not in command("olga", "--create", "Other", "--dry-run")
    listed = command("olga")["tokens"]
    assert [(row["name"], row["scope"]) for row in listed] == [("Printer", "write")]
    assert made["token"] not in str(listed)
    assert command("olga", "--revoke", str(made["id"]))["revoked_at"]
    assert Program(made["token"]).get("me").status_code == 401
    with pytest.raises(CommandError, match="has no token 99"):
        command("olga", "--revoke", "99")
    with pytest.raises(CommandError, match="--create"):
        command("olga", "--days", "3")


def test_the_page_shows_a_secret_once_and_revokes(client):
    client.force_login(somebody("olga", "operations"))

    answer = client.post("/admin/api-tokens/", {"name": "Printer", "scope": "write", "days": 5})
    page = answer.content.decode()
    secret = page.partition('jb-break">')[2].partition("<")[0]
    assert "no-store" in answer.headers["Cache-Control"]
    assert Program(secret).get("me").status_code == 200
    again = client.get("/admin/api-tokens/").content.decode()
    assert secret not in again
    assert "Printer" in again
    assert client.post("/admin/api-tokens/", {"name": "", "scope": "all", "days": 0}).status_code == 422
    client.post(f"/admin/api-tokens/{Token.objects.get().pk}/revoke/")
    assert Program(secret).get("me").status_code == 401


def test_only_who_manages_users_sees_and_revokes_others_tokens(client):
    program, token = program_of(somebody("olga", "operations")), Token.objects.get()
    address = f"/admin/api-tokens/{token.pk}/revoke/"

    client.force_login(somebody("mara", "merchant"))
    assert token.name not in client.get("/admin/api-tokens/").content.decode()
    assert client.post(address).status_code == 404
    assert program.get("me").status_code == 200
    client.force_login(somebody("otto", "owner"))
    assert token.name in client.get("/admin/api-tokens/").content.decode()
    client.post(address)
    assert program.get("me").status_code == 401


COUNTS = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from jetbridge.api import allowances
from jetbridge.api.models import Token
allowances.CALLS_A_MINUTE = 50
token, now = Token.objects.get(), datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
print("ready", flush=True)
while not Path(sys.argv[1]).exists():
    time.sleep(0.002)
print(sum(not allowances.take(token, reads=True, now=now) for _ in range(60)))
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_web_workers_count_the_same_minute(tmp_path):
    program_of(somebody("olga", "operations"))
    gate = tmp_path / "gate"
    children = [start_child(COUNTS, str(gate)) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    gate.touch()

    assert sum(int(outcome(child)) for child in children) == 50
    assert TokenDay.objects.get().reads == 50


def test_wrong_tokens_wait_as_wrong_passwords_do_and_keep_nobody_out(settings, client, warehouse):
    settings.AXES_ENABLED = True
    guesser = Program("jb_guess")

    answers = [guesser.get("me") for _ in range(settings.AXES_FAILURE_LIMIT + 3)]

    assert [answer.status_code for answer in answers] == [401] * settings.AXES_FAILURE_LIMIT + [429] * 3
    assert answers[-1].json()["code"] == "api.too_many_calls"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert AccessAttempt.objects.get().failures_since_start == settings.AXES_FAILURE_LIMIT
    assert Event.objects.filter(action="sign-ins paused").count() == 1
    assert warehouse.get("me").status_code == 200
    Person.objects.create_superuser("alice", password="right")
    assert client.post("/admin/login/", {"username": "alice", "password": "right"}).status_code == 302


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "multipart/form-data", "application/json"]
)
def test_a_body_that_cannot_be_read_of_whom_nobody_knows_is_not_looked_at(settings, client, kind):
    settings.AXES_ENABLED = True

    answer = client.generic(
        "POST", "/api/v1/refunds", b"\xff--x", content_type=kind, HTTP_AUTHORIZATION="Bearer jb_no"
    )

    assert answer.status_code == 401
