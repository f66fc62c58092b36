"""Keys at Jet: what Validate says when they, the node or Jet itself are wrong, and that secrets stay secret."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from catalog.products.models import Attribute
from jetapi.http.timeouts import Timeouts
from jetbridge.core import configuration
from jetbridge.core.models import Event, JetAccount
from jetbridge.desk.jet import accounts
from jetbridge.desk.services import configuration as settings_service
from tests.sandboxes import move_jet

pytestmark = pytest.mark.django_db
QUICK = Timeouts(connect=0.5, read=0.5, total=1)


def check(account, **changed):
    return accounts.check_account(account=accounts.typed(account=account, **changed), patience=QUICK)


def test_right_keys_and_node_are_accepted(account):
    found = check(account)

    assert (found.passed, found.code) == (True, "ok")


def test_a_wrong_secret_is_named_as_such(account):
    found = check(account, api_secret="nonsense")

    assert (found.passed, found.code) == (False, "keys")
    assert "does not accept this API user and secret" in found.message


def test_an_unknown_node_is_told_apart_from_wrong_keys_and_the_known_ones_are_named(account):
    found = check(account, fulfillment_node_id="0123")

    assert (found.passed, found.code) == (False, "node")
    assert "The keys are right" in found.message
    assert account.fulfillment_node_id in found.message


def test_the_merchant_id_in_place_of_the_node_is_recognized(account):
    found = check(account, fulfillment_node_id=account.merchant_id)

    assert "That is the merchant ID." in found.message


def test_a_dead_jet_is_told_apart_from_wrong_keys(account):
    move_jet(account, "http://127.0.0.1:9/api")

    found = check(account)

    assert (found.passed, found.code) == (False, "unreachable")
    assert "http://127.0.0.1:9/api" in found.message


def test_a_slow_jet_is_told_apart_from_a_dead_one(account, sandbox):
    sandbox.add_fault("slow", ".*", seconds=2, times=5)

    found = check(account)

    assert (found.passed, found.code) == (False, "slow")


def test_missing_keys_are_named_without_asking_jet(db):
    found = accounts.check_account(account=configuration.account("live"))

    assert (found.code, found.message) == ("incomplete", "Enter API user and API secret first.")


def test_saving_keys_forgets_the_token_and_the_former_check_and_tells_no_secret(account):
    accounts.keep_check(account=account, check=accounts.check_account(account=account))
    assert account.check_passed

    accounts.save_account(account=account, api_user="other", api_secret="s3cret-value")

    account.refresh_from_db()
    assert (account.token, account.check_passed) == ("", None)
    event = Event.objects.get(action=accounts.SAVED)
    assert event.after == {"api_user": "other", "api_secret": "(kept secret, changed)"}
    assert "s3cret-value" not in json.dumps([event.before, event.after, event.message])


def test_an_empty_secret_keeps_the_stored_one(account):
    secret = account.api_secret

    changed = accounts.save_account(account=account, api_secret="", merchant_id="m-1")

    assert changed == ["merchant_id"]
    assert JetAccount.objects.get(pk=account.pk).api_secret == secret


def test_a_node_of_a_wrong_form_saves_nothing(account):
    with pytest.raises(ValidationError, match="Letters, digits and dashes"):
        accounts.save_account(account=account, api_user="other", fulfillment_node_id="a b")

    assert JetAccount.objects.get(pk=account.pk).api_user == account.api_user


def test_the_page_never_holds_a_secret(admin_client, account):
    page = admin_client.get(reverse("desk:configuration")).content.decode()

    assert account.api_secret not in page
    assert "Saved. Type to replace it." in page
    assert account.fulfillment_node_id in page


def test_validate_judges_what_is_typed_and_keeps_only_what_is_saved(admin_client, account):
    url = reverse("desk:validate_account", args=["test"])
    typed = {"test-api_user": account.api_user, "test-fulfillment_node_id": account.fulfillment_node_id}

    wrong = admin_client.post(url, {**typed, "test-api_secret": "no"}, headers={"HX-Request": "true"})
    account.refresh_from_db()
    assert b"does not accept" in wrong.content
    assert account.checked_at is None

    right = admin_client.post(
        url, {**typed, "test-merchant_id": account.merchant_id, "test-api_secret": ""}, headers={"HX-Request": "true"}
    )  # fmt: skip
    account.refresh_from_db()
    assert b"Jet accepts the keys" in right.content
    assert account.check_passed is True


def test_the_page_stays_usable_while_jet_is_away(admin_client, account):
    move_jet(account, "http://127.0.0.1:9/api")

    response = admin_client.post(reverse("desk:validate_account", args=["test"]), follow=True)

    assert response.status_code == 200
    assert b"cannot be reached at http://127.0.0.1:9/api" in response.content


def test_validate_also_looks_the_mapped_codes_up(admin_client, account):
    Attribute.objects.create(code="brand", label="Brand")
    url = reverse("desk:validate_account", args=["test"])

    page = admin_client.post(url, headers={"HX-Request": "true"}).content.decode()

    assert "Jet accepts the keys" in page
    # name, description and weight are columns of the product itself.
    assert "4 mapped attribute codes exist in the store. Not there: " in page
    assert "upc (UPC)" in page
    assert "brand (Brand)" not in page


def test_the_field_mapping_is_validated_before_it_is_saved(admin_client):
    Attribute.objects.create(code="maker", label="Maker")
    url = reverse("desk:check_mapping")

    wrong = admin_client.post(url, {"brand": "maker", "EAN": "nowhere"}).content.decode()
    right = admin_client.post(url, {"brand": "Maker", "product_title": "name"}).content.decode()

    assert "1 mapped attribute codes exist in the store. Not there: nowhere (EAN)." in wrong
    assert "All 2 mapped attribute codes exist in the store." in right


def test_saved_keys_are_validated_when_the_page_comes_back(admin_client, account):
    data = {"test-api_user": account.api_user, "test-fulfillment_node_id": account.fulfillment_node_id}

    response = admin_client.post(reverse("desk:save_account", args=["test"]), data, follow=True)

    assert b'hx-trigger="load"' in response.content


def test_the_mode_is_switched_only_to_a_complete_account(admin_client, account):
    url = reverse("desk:switch_mode", args=["live"])

    refused = admin_client.post(url, follow=True)
    assert b"lacks API user, secret or fulfillment node" in refused.content
    assert configuration.current().mode == "test"

    accounts.save_account(
        account=configuration.account("live"), api_user="u", api_secret="s", fulfillment_node_id="f"
    )
    assert b"real buyers" in admin_client.get(url).content
    admin_client.post(url)

    assert configuration.current().mode == "live"
    assert Event.objects.get(action=settings_service.SWITCHED).after == {"mode": "live"}


def run(command, *args, **options):
    out = io.StringIO()
    call_command(command, *args, json=True, stdout=out, **options)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_commands_set_and_validate_the_keys(account):
    keys = {"api_user": account.api_user, "fulfillment_node_id": account.fulfillment_node_id}
    secret = account.api_secret
    accounts.save_account(account=account, api_user="x", api_secret="y", fulfillment_node_id="z")

    with pytest.raises(CommandError, match="does not accept"):
        run("validate_account")
    said = run("configure", mode="test", api_secret=secret, **keys)

    assert set(said["changed"]) == {"api_user", "api_secret", "fulfillment_node_id"}
    assert said["account"]["api_secret"] == "saved"
    assert secret not in json.dumps(said).replace("test-secret-", "")
    assert run("validate_account")["passed"] is True


def test_one_timeline_tells_of_settings_keys_and_mode_without_secrets(account, admin_client):
    settings_service.save(changes={"log_days": 45})
    accounts.save_account(account=account, api_user="another", api_secret="s3cret", fulfillment_node_id="")

    html = admin_client.get(reverse("desk:configuration_history")).content.decode()

    assert html.index("Account saved") < html.index("Configuration changed")
    assert "How long logs are kept: <del>30</del>" in html
    assert "s3cret" not in html
