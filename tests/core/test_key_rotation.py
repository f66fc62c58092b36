"""Rotating the keys of secrets at rest: after it nobody needs the old key, whatever table a secret stands in."""

import json

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as ours
from django.core.management import CommandError, call_command
from django.db import connection

from jetbridge.core import configuration, key_rotation
from jetbridge.core.models import Event, JetAccount
from jetbridge.core.models.fields import EncryptedTextField
from jetbridge.desk.jet import accounts
from jetbridge.home import field_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_key(account, settings):
    """A new key in front of the one that the account was saved with."""
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *ours.FIELD_KEYS]
    return settings.FIELD_KEYS[0]


def stored(column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM core_jetaccount WHERE mode = 'test'")
        return cursor.fetchone()[0]


def test_after_it_the_old_key_may_be_dropped(account, new_key, settings, capsys):
    secret, token = account.api_secret, account.token
    assert secret
    assert token

    call_command("rotate_keys", json=True)

    settings.FIELD_KEYS = [new_key]
    found = JetAccount.objects.get(pk=account.pk)
    assert (found.api_secret, found.token) == (secret, token)
    assert json.loads(capsys.readouterr().out) == {"rewritten": 2, "already": 0, "unreadable": []}
    assert Event.objects.filter(action="keys rotated").count() == 1


def test_a_second_run_finds_nothing_to_do(account, new_key, capsys):
    call_command("rotate_keys", json=True)
    before = stored("api_secret")
    capsys.readouterr()

    call_command("rotate_keys", json=True)

    assert json.loads(capsys.readouterr().out)["already"] == 2
    assert stored("api_secret") == before


def test_a_dry_run_changes_nothing(account, new_key):
    before = stored("api_secret")

    call_command("rotate_keys", dry_run=True)

    assert stored("api_secret") == before


def test_a_secret_that_no_key_reads_is_named_and_kept(account, settings, capsys):
    before = stored("api_secret")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match=r"core\.jetaccount"):
        call_command("rotate_keys")

    assert stored("api_secret") == before


def test_every_encrypted_column_of_every_table_is_rewritten():
    there = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    }

    assert {(model, field.name) for model, field in key_rotation.encrypted_columns()} == there
    assert {name for _, name in there} >= {"api_secret", "token"}


def test_saving_the_same_secret_again_writes_it_under_the_new_key(account, new_key, settings):
    secret = account.api_secret

    changed = accounts.save_account(account=account, api_secret=secret)

    settings.FIELD_KEYS = [new_key]
    assert changed == []
    assert configuration.active_account().api_secret == secret


@pytest.mark.parametrize("between", [",", ", ", "\n", "\r\n", " "])
def test_a_new_key_stands_before_the_old_however_they_are_separated(between):
    new, old = (Fernet.generate_key().decode() for _ in range(2))

    assert field_keys(f"{new}{between}{old}\n") == [new, old]
    with pytest.raises(ValueError, match="no key"):
        field_keys(new + old)
