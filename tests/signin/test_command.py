"""`manage.py sign_in`: what somebody on the server does for who lost the telephone."""

import json

import pytest
from django.contrib.auth.models import User as Person
from django.core.management import call_command
from django.test import Client

from jetbridge.signin import factors

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def alice(db):
    person = Person.objects.create_superuser("alice")
    factors.set_up_app(person=person, secret=SECRET)
    return person


def run(capsys, *words):
    call_command("sign_in", "alice", *words, "--json")
    return json.loads(capsys.readouterr().out)


def test_it_shows_factors_and_sessions(alice, capsys):
    Client().force_login(alice)

    shown = run(capsys)

    assert shown["second_factors"] == ["authenticator app"]
    assert (shown["recovery_codes_left"], len(shown["sessions"])) == (10, 1)


def test_it_removes_the_second_step(alice, capsys):
    assert run(capsys, "--remove-second-step", "--dry-run")["removed"] == 1
    assert factors.has_factor(alice)

    assert run(capsys, "--remove-second-step")["removed"] == 1
    assert not factors.has_factor(alice)


def test_new_codes_of_a_dry_run_open_nothing(alice, capsys):
    assert run(capsys, "--new-codes", "--dry-run")["codes"] == []

    made = run(capsys, "--new-codes")["codes"]

    assert factors.accepted(alice, made[0]) is not None


def test_it_ends_one_session(alice, capsys):
    here, there = Client(), Client()
    for each in (here, there):
        each.force_login(alice)
    mark = run(capsys)["sessions"][0]["id"]

    assert len(run(capsys, "--end", mark)["sessions"]) == 1
    assert sorted(each.get("/admin/").status_code for each in (here, there)) == [200, 302]
