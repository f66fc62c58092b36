"""Clients are built in one place, share a token and log every call."""

import json

import pytest
from django.db import connection

from jetapi.sandbox import Sandbox
from jetbridge.core import configuration
from jetbridge.core.call_log import reference_of, store_reference_of
from jetbridge.core.jet import client as jet
from jetbridge.core.jet.errors import JetCallInvalid, JetKeysRefused, JetNotConfigured, JetUnreachable
from jetbridge.core.models import ApiCall, Configuration, JetAccount
from tests.sandboxes import move_jet


def logins(sandbox: Sandbox) -> int:
    return sum(1 for call in sandbox.calls() if call["path"].lower().endswith("/token"))


def test_two_clients_share_one_token(account: JetAccount, sandbox: Sandbox):
    before = logins(sandbox)

    for _ in range(2):
        with jet.open_client(configuration.active_account()) as client:
            client.authcheck()

    assert logins(sandbox) == before


def test_changed_keys_never_use_the_former_token(account: JetAccount):
    account.api_secret = "wrong"
    account.save()

    with pytest.raises(JetKeysRefused), jet.open_client(configuration.active_account()) as client:
        client.authcheck()


def test_a_revoked_token_is_renewed_once(account: JetAccount, sandbox: Sandbox):
    before = logins(sandbox)
    sandbox.add_fault(path=".*", kind="revoke_token", times=1)

    with jet.open_client(account) as client:
        client.authcheck()

    assert logins(sandbox) == before + 1


def test_every_call_is_logged_without_secret_or_token(account: JetAccount):
    ApiCall.objects.all().delete()
    JetAccount.objects.update(token="", token_expires_at=None)

    with jet.open_client(configuration.active_account(), purpose="a look") as client:
        client.authcheck()

    paths = [call.path for call in ApiCall.objects.order_by("pk")]
    bodies = "".join(call.request_body + call.response_body for call in ApiCall.objects.all())
    assert [path.rsplit("/", 1)[-1] for path in paths] == ["token", "authcheck"]
    assert account.api_secret not in bodies
    assert "eyJ" not in bodies


def test_secret_and_token_are_encrypted_at_rest(account: JetAccount):
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_secret, token FROM core_jetaccount WHERE mode = 'test'")
        secret, token = cursor.fetchone()

    assert account.api_secret not in secret
    assert "eyJ" not in token


def test_without_an_address_the_way_out_is_named(db: None):
    account = configuration.active_account()
    account.api_user, account.api_secret = "u", "s"

    with pytest.raises(JetNotConfigured, match="make run"), jet.open_client(account):
        pass


def test_an_empty_address_means_the_sandbox_of_this_run(db: None, settings, tmp_path):
    settings.JETBRIDGE_HOME = tmp_path
    (tmp_path / "run.json").write_text(json.dumps({"sandbox_url": "http://127.0.0.1:9"}))

    assert jet.base_url() == "http://127.0.0.1:9/api"


def test_switched_off_the_panel_speaks_to_nobody(account: JetAccount, sandbox: Sandbox):
    Configuration.objects.update(enabled=False)
    before = len(sandbox.calls())

    with pytest.raises(JetNotConfigured, match="switched off"), jet.open_client(account):
        pass

    assert len(sandbox.calls()) == before


def test_a_dead_jet_is_a_connection_error_and_logged(account: JetAccount):
    move_jet(account, "http://127.0.0.1:1/api")

    with pytest.raises(JetUnreachable), jet.open_client(account) as client:
        client.authcheck()

    assert ApiCall.objects.order_by("-pk")[0].error != ""


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/orders/ready", ""),
        ("/returns/inprogress", ""),
        ("/files/uploadToken", ""),
        ("/merchant-skus/MUG/price", "MUG"),
        ("/merchant-skus/A%2FB/inventory", "A/B"),
        ("/orders/withoutShipmentDetail/c4605a23", "c4605a23"),
        ("/returns/state/589a", "589a"),
    ],
)
def test_a_call_is_about_one_thing_and_a_list_is_about_none(path, subject):
    assert reference_of(path) == subject


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/rest/all/V1/products/A%2FB?fields=sku", "A/B"),
        ("/rest/default/V1/products?searchCriteria=", ""),
        ("/rest/all/V1/products/base-prices-information", ""),
        ("/rest/all/V1/products/attributes/color/options", ""),
        ("/rest/all/V1/order/17/ship", "17"),
        ("/rest/all/V1/inventory/get-product-salable-quantity/MUG/1", "MUG"),
    ],
)
def test_a_call_to_the_store_is_about_its_product_or_its_order(path, subject):
    assert store_reference_of(path) == subject


@pytest.mark.parametrize(
    ("api_url", "near"),
    [("", True), ("http://sandbox:8001/api", True), ("https://merchant-api.jet.com/api", False)],
)
def test_only_a_sandbox_leads_to_this_machine(account, settings, api_url, near):
    settings.SANDBOX_URL = "http://sandbox:8001"
    Configuration.objects.update(api_url=api_url)
    account.keep_secret("s", address=api_url)
    account.save()

    with pytest.raises((JetCallInvalid, JetUnreachable)) as caught, jet.open_client(account) as client:
        client.files.download_errors("http://127.0.0.1:1/x")

    assert isinstance(caught.value, JetUnreachable if near else JetCallInvalid)
