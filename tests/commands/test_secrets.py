"""Secrets that commands take: by standard input, from a file, typed; one on the command line is warned of."""

import io
import sys

import pytest
from django.contrib.auth.models import User as Person
from django.core.management import CommandError, call_command

from jetbridge.core import configuration
from jetbridge.core.management import files

pytestmark = pytest.mark.django_db
PHRASE = "a-long-quiet-river"


@pytest.fixture
def warned():
    return io.StringIO()


def secret():
    return configuration.account("test").api_secret


def test_standard_input_and_a_file_are_read_without_a_warning(monkeypatch, tmp_path, warned):
    monkeypatch.setattr(sys, "stdin", io.StringIO("from-stdin\nmore\n"))
    call_command("configure", mode="test", api_secret="-", stderr=warned)
    first = secret()
    kept = tmp_path / "secret"
    kept.write_bytes(b"\xef\xbb\xbffrom-file\r\n")

    call_command("configure", mode="test", api_secret=f"@{kept}", stderr=warned)

    assert (first, secret()) == ("from-stdin", "from-file")
    assert warned.getvalue() == ""


def test_a_value_on_the_command_line_is_taken_with_a_warning(warned):
    call_command("configure", mode="test", api_secret="typed", stderr=warned)

    assert secret() == "typed"
    assert "seen by everybody" in warned.getvalue()
    assert "typed" not in warned.getvalue()


def test_without_a_value_it_is_asked_for(monkeypatch, warned):
    monkeypatch.setattr(files, "getpass", lambda prompt: "asked-for")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    call_command("configure", "--mode", "test", "--api-secret", stderr=warned)

    assert secret() == "asked-for"


def test_without_a_terminal_it_cannot_be_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    with pytest.raises(CommandError, match="no terminal"):
        call_command("configure", "--mode", "test", "--api-secret")


def test_a_password_takes_the_same_ways(tmp_path, warned):
    kept = tmp_path / "password"
    kept.write_text(PHRASE)

    call_command("people", "kim", create=True, password=f"@{kept}", stderr=warned)
    call_command("people", "lee", create=True, password=PHRASE, stderr=warned)

    assert all(Person.objects.get(username=name).check_password(PHRASE) for name in ("kim", "lee"))
    assert warned.getvalue().count("Warning") == 1


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("configure", mode="test", api_secret=f"@{tmp_path / 'none'}")
