"""A secret whose key is lost: the panel opens, says so, loses nothing, and takes the secret again."""

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as ours

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetNotConfigured
from jetbridge.core.models import JetAccount


@pytest.fixture
def lost(account, settings):
    """The account, seen by an installation whose key file is another one."""
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    return configuration.active_account()


@pytest.mark.parametrize("page", ["/admin/", "/admin/cron/", "/admin/configuration/"])
def test_the_panel_opens_and_says_which_key_is_missing(lost, admin_client, page):
    answer = admin_client.get(page)

    assert answer.status_code == 200
    assert "The stored API secret cannot be read" in answer.content.decode()
    assert "JETBRIDGE_FIELD_KEYS=new,old" in answer.content.decode()


def test_what_speaks_to_jet_says_so_too(lost):
    with pytest.raises(JetNotConfigured, match="field_keys"), open_client(lost):
        pass


def test_saving_the_account_meanwhile_keeps_the_secret_for_the_old_key(account, settings):
    old, secret = ours.FIELD_KEYS, account.api_secret
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    seen = configuration.active_account()
    seen.merchant_id = "changed meanwhile"
    seen.save()

    settings.FIELD_KEYS = [*settings.FIELD_KEYS, *old]

    found = JetAccount.objects.get(pk=account.pk)
    assert (found.api_secret, found.merchant_id) == (secret, "changed meanwhile")


def test_the_secret_can_be_entered_again(lost, admin_client):
    lost.api_secret = "typed again"
    lost.save()

    assert configuration.active_account().api_secret == "typed again"
