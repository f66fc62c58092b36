"""People and groups from a shell: as on their pages, and nobody locks the last one out."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person

from jetbridge.core.models import Event
from tests.commands.answers import answer, refusal

pytestmark = pytest.mark.django_db


def test_a_person_is_created_with_a_password_that_is_told_once(capsys):
    reported = answer(capsys, "people", "kim", create=True, groups="merchant", email="kim@example.test")
    again = answer(capsys, "people", "kim")

    kim = Person.objects.get(username="kim")
    assert kim.check_password(reported["password"])
    assert (kim.is_staff, reported["groups"], kim.email) == (True, ["merchant"], "kim@example.test")
    assert "password" not in again


def test_a_dry_run_of_a_new_person_lets_nobody_in(capsys):
    reported = answer(capsys, "people", "kim", create=True, groups="viewer", dry_run=True)

    assert (reported["name"], reported["dry_run"], "password" in reported) == ("kim", True, False)
    assert not Person.objects.exists()


def test_a_person_is_locked_unlocked_moved_and_deleted(capsys, merchant):
    answer(capsys, "people", "kim", create=True, groups="viewer")

    locked = answer(capsys, "people", "kim", lock=True)
    moved = answer(capsys, "people", "kim", unlock=True, groups="merchant,operations")
    listed = answer(capsys, "people")
    answer(capsys, "people", "kim", delete=True)

    assert (locked["active"], moved["active"]) == (False, True)
    assert moved["groups"] == ["merchant", "operations"]
    assert [row["name"] for row in listed["people"]] == ["alice", "kim"]
    assert not Person.objects.filter(username="kim").exists()


def test_a_password_comes_from_standard_input_and_must_be_a_good_one(capsys, merchant, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    weak = refusal("people", "alice", password="-")
    monkeypatch.setattr("sys.stdin", io.StringIO("a-long-quiet-river\n"))
    answer(capsys, "people", "alice", password="-")

    merchant.refresh_from_db()
    assert "too short" in str(weak)
    assert merchant.check_password("a-long-quiet-river")


def test_the_history_knows_who_was_let_in_raised_locked_and_deleted(capsys, merchant):
    made = answer(capsys, "people", "kim", create=True, groups="viewer")
    answer(capsys, "people", "kim", superuser="yes", groups="merchant")
    answer(capsys, "people", "kim", lock=True)
    answer(capsys, "people", "kim", unlock=True, dry_run=True)
    answer(capsys, "people", "kim", delete=True)

    added, raised, locked, deleted = Event.objects.filter(label="kim").order_by("pk")
    assert (added.action, added.after["groups"]) == ("person added", ["viewer"])
    assert raised.before == {"superuser": False, "groups": ["viewer"]}
    assert raised.after == {"superuser": True, "groups": ["merchant"]}
    assert (locked.before, locked.after) == ({"active": True}, {"active": False})
    assert (deleted.action, deleted.before["superuser"]) == ("person deleted", True)
    assert made["password"] not in str(list(Event.objects.values()))


def test_the_history_knows_of_a_new_password_and_not_which(capsys, merchant, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a-long-quiet-river\n"))

    answer(capsys, "people", "alice", password="-")

    event = Event.objects.get()
    assert (event.message, event.before, event.after) == ("A new password was set.", None, None)


def test_the_history_knows_what_a_group_was_given_and_what_went_with_it(capsys):
    answer(capsys, "people", "kim", create=True, groups="viewer")
    answer(capsys, "roles", "viewer", give=["core.run_job"])
    answer(capsys, "roles", "viewer", delete=True)

    given, deleted = Event.objects.filter(kind="auth.group").order_by("pk")
    assert (given.action, given.before, given.after) == (
        "group changed", {"permissions": []}, {"permissions": ["core.run_job"]},
    )  # fmt: skip
    assert (deleted.action, deleted.before["people"]) == ("group deleted", ["kim"])


@pytest.mark.parametrize("deed", [{"lock": True}, {"delete": True}, {"superuser": "no"}])
def test_the_last_one_who_may_let_people_in_stays(merchant, deed):
    refused = refusal("people", "alice", **deed)

    merchant.refresh_from_db()
    assert "must be able to manage users" in str(refused)
    assert (merchant.is_active, merchant.is_superuser) == (True, True)


def test_an_owner_beside_the_superuser_is_enough(capsys, merchant):
    answer(capsys, "people", "kim", create=True, groups="owner")

    assert answer(capsys, "people", "alice", lock=True)["active"] is False
    assert "must be able to manage users" in str(refusal("people", "kim", groups="viewer"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nobody"], 1),
        (["alice", "--groups", "kings"], 2),
        (["--lock"], 2),
        (["alice", "--create"], 1),
        (["--groups", "viewer"], 2),
        (["alice", "--delete", "--groups", ""], 2),
        (["alice", "--delete", "--superuser", "no"], 2),
    ],
)
def test_what_cannot_be_meant_is_refused(merchant, words, code):
    assert refusal("people", *words).returncode == code
    assert Person.objects.filter(username="alice", is_superuser=True).exists()


def test_a_group_is_given_and_taken_permissions(capsys):
    given = answer(capsys, "roles", "viewer", give=["core.run_job"])
    taken = answer(capsys, "roles", "viewer", take=["core.run_job"])
    made = answer(capsys, "roles", "packers", create=True, give=["orders.ship"])
    answer(capsys, "roles", "packers", delete=True, dry_run=True)

    assert "core.run_job" in given["permissions"]
    assert "core.run_job" not in taken["permissions"]
    assert made["permissions"] == ["orders.ship"]
    assert Group.objects.filter(name="packers").exists()
    assert answer(capsys, "roles")["groups"]["owner"] == Permission.objects.count()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["kings"], 1),
        (["viewer", "--give", "core.fly"], 2),
        (["--give", "core.run_job"], 2),
        (["viewer", "--delete", "--give", "core.run_job"], 2),
        (["viewer", "--delete", "--take", "core.view_event"], 2),
    ],
)
def test_an_unknown_group_or_permission_and_a_contradiction_are_refused(words, code):
    assert refusal("roles", *words).returncode == code
    assert Group.objects.filter(name="viewer").exists()


def test_a_person_is_signed_out_everywhere(capsys, client, merchant):
    client.force_login(merchant)

    answer(capsys, "people", merchant.username, sign_out=True)

    assert client.get("/admin/").status_code == 302
