"""A secret goes only to the address that it was entered for, whichever door changes the address."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jetapi.sandbox import Sandbox
from jetbridge.core import configuration, people
from jetbridge.core.actors import acting
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetNotConfigured, SecretBoundElsewhere
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.addresses import validate_address
from jetbridge.desk.forms.configuration import form_of
from jetbridge.desk.jet import accounts
from jetbridge.desk.services import configuration as settings_service
from jetbridge.desk.services import configuration_files
from jetbridge.desk.services.configuration_files import BadFile
from tests.sandboxes import ServedSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> Iterator[ServedSandbox]:
    """A server at another address that would take the secret, were it sent there."""
    box = Sandbox(state=":memory:")
    with box.serve(port=0) as url:
        yield ServedSandbox(box, url)


@pytest.fixture
def owner() -> Client:
    return _client("owner")


@pytest.fixture
def dealer() -> Client:
    return _client("merchant")


def _client(role: str) -> Client:
    person, client = Person.objects.create_user(role, is_staff=True), Client()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    return client


def _by_form(client: Client, address: str) -> None:
    client.post(reverse("desk:configuration_tab", args=["connection"]), {"enabled": "on", "api_url": address})


def _by_file(client: Client, address: str) -> None:
    client.post(reverse("desk:import_configuration"), {"accepted": _file(address).decode()})


def _by_undo(client: Client, address: str) -> None:
    here = configuration.current().api_url
    Configuration.objects.update(api_url=address)
    settings_service.save(changes={"api_url": here})
    client.post(reverse("desk:undo_configuration", args=["connection"]))


def _by_command(client: Client, address: str) -> None:
    call_command("configure", api_url=address, json=True, stdout=io.StringIO())


def _by_loading(client: Client, address: str) -> None:
    configuration_files.apply(configuration_files.load(_file(address)))


def _by_hand(client: Client, address: str) -> None:
    Configuration.objects.update(api_url=address)


def _file(address: str) -> bytes:
    document = json.loads(configuration_files.dump())
    document["settings"]["api_url"] = address
    return json.dumps(document).encode()


ALL_DOORS = [_by_form, _by_file, _by_undo, _by_command, _by_loading, _by_hand]


@pytest.mark.parametrize("door", ALL_DOORS)
def test_no_door_leads_the_secret_to_another_address(door, owner, account, other):
    door(owner, f"{other.url}/api")
    assert configuration.current().api_url == f"{other.url}/api"

    asked = owner.post(reverse("desk:validate_account", args=["test"]), follow=True).content.decode()
    with pytest.raises(SecretBoundElsewhere, match="Enter the secret again"), open_client():
        pass

    assert "was entered for http://127.0.0.1" in asked
    assert other.box.calls() == []


def test_entered_again_the_secret_goes_to_the_new_address(owner, account, other):
    _by_form(owner, f"{other.url}/api")
    page = owner.get(reverse("desk:configuration")).content.decode()
    fields = {"api_user": account.api_user, "fulfillment_node_id": account.fulfillment_node_id}
    typed = {f"test-{name}": value for name, value in fields.items()}

    save = reverse("desk:save_account", args=["test"])
    without = owner.post(save, typed)
    owner.post(save, {**typed, "test-api_secret": account.api_secret})
    with open_client() as client:
        client.authcheck()

    assert "it is not sent to" in page
    assert "Nothing speaks to Jet until the secret is entered again" in page
    assert without.status_code == 422
    assert other.box.calls()


def test_set_back_to_the_former_address_the_secret_serves_again(account, other):
    here = configuration.current().api_url
    settings_service.save(changes={"api_url": f"{other.url}/api"})
    settings_service.save(changes={"api_url": here})

    with open_client() as client:
        client.authcheck()


def test_the_sandbox_is_one_place_on_whatever_port_it_runs(account, other, settings):
    Configuration.objects.update(api_url="")
    account.keep_secret(account.api_secret, address="")
    account.save()
    settings.SANDBOX_URL = other.url

    with open_client() as client:
        client.authcheck()

    assert other.box.calls()


@pytest.mark.parametrize("door", [_by_form, _by_file, _by_undo])
def test_a_merchant_cannot_change_the_address_by_any_door(door, dealer, account, other):
    here = configuration.current().api_url

    door(dealer, f"{other.url}/api")

    assert configuration.current().api_url == here


@pytest.mark.parametrize("setting", people.ADDRESSES)
def test_the_service_refuses_whoever_lacks_the_permission(dealer, account, setting):
    merchant = Person.objects.get(username="merchant")

    with acting(user=merchant), pytest.raises(ValidationError, match="owner"):
        settings_service.save(changes={setting: "https://elsewhere.example.com/api"})


def test_each_setting_that_says_where_secrets_go_has_a_permission_of_its_own():
    checked = {field.name for field in Configuration._meta.fields if validate_address in field.validators}

    assert checked == people.ADDRESSES.keys()
    assert len({*people.ADDRESSES.values()}) == len(checked)


def test_a_merchant_cannot_change_the_stores_address_by_any_door(dealer, owner, account):
    tab, other = reverse("desk:configuration_tab", args=["store"]), "https://elsewhere.example.com"
    form = form_of("store")(instance=configuration.current())
    typed = {name: value for name, value in form.initial.items() if value not in (None, [], "")}
    document = json.loads(configuration_files.dump())
    document["settings"]["store_url"] = other
    seen = []
    for client in (dealer, owner):
        client.post(tab, {**typed, "store_url": other})
        client.post(reverse("desk:import_configuration"), {"accepted": json.dumps(document)})
        seen.append(configuration.current().store_url)
    settings_service.save(changes={"store_url": ""})
    dealer.post(reverse("desk:undo_configuration", args=["store"]))

    assert seen == ["", other]
    assert configuration.current().store_url == ""


def test_a_merchant_still_saves_the_rest_of_the_form_and_sees_why_not_the_address(dealer, account):
    page = dealer.get(reverse("desk:configuration")).content.decode()
    dealer.post(reverse("desk:configuration_tab", args=["connection"]), {})

    assert "Only an owner can change it" in page
    assert configuration.current().enabled is False


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.test/api", "https://u:p@evil.test/api", "ftp://evil.test/api", "http://2130706433/api",
        "http://[::ffff:10.0.0.1]/api", "http://localhost./api", "http://127.0.0.1@evil.test/api",
    ],
)  # fmt: skip
def test_an_address_that_no_secret_may_go_to_is_refused_by_every_door(address, owner, account):
    here, came_in = configuration.current().api_url, []

    for door in ALL_DOORS[:-1]:
        with suppress(CommandError, ValidationError, BadFile):
            door(owner, address)
        if configuration.current().api_url != here:
            came_in.append(door.__name__)
            Configuration.objects.update(api_url=here)
    assert came_in == []

    _by_hand(owner, address)
    accounts.save_account(account=account, api_secret="typed again")
    with pytest.raises(JetNotConfigured, match="cannot be used"), open_client():
        pass


def test_what_is_typed_while_the_address_changes_goes_to_neither(owner, account, other):
    shown_at = account.secret_origin
    Configuration.objects.update(api_url=f"{other.url}/api")
    typed = {"test-api_user": "u", "test-fulfillment_node_id": "n", "test-entered_for": shown_at}

    answer = owner.post(reverse("desk:save_account", args=["test"]), {**typed, "test-api_secret": "s3cret"})
    owner.post(reverse("desk:validate_account", args=["test"]), {**typed, "test-api_secret": "s3cret"})

    assert "The API URL was changed meanwhile" in answer.content.decode()
    assert JetAccount.objects.get(pk=account.pk).api_secret == account.api_secret
    assert other.box.calls() == []


def test_the_command_says_which_secret_to_enter_again(account, other):
    out = io.StringIO()
    call_command("configure", api_url=f"{other.url}/api", stdout=out)

    shown = io.StringIO()
    call_command("configure", json=True, stdout=shown)

    assert "configure --mode test --api-secret -" in out.getvalue()
    assert json.loads(shown.getvalue())["enter_secret_again"] == ["test"]


def test_address_and_secret_are_entered_in_one_command(account, other):
    secret = account.api_secret
    call_command("configure", api_url=f"{other.url}/api", api_secret=secret, json=True, stdout=io.StringIO())

    with open_client() as client:
        client.authcheck()

    assert other.box.calls()


def test_the_mode_is_not_switched_to_keys_of_another_address(account, other):
    live = configuration.account("live")
    accounts.save_account(account=live, api_user="u", api_secret="s", fulfillment_node_id="f")
    settings_service.save(changes={"api_url": f"{other.url}/api"})

    with pytest.raises(settings_service.NotSwitched, match="was entered for"):
        settings_service.switch_mode(mode="live")


def test_the_import_page_shows_the_address_that_would_be_set(owner, account, other):
    file = SimpleUploadedFile("c.json", _file(f"{other.url}/api"))

    page = owner.post(reverse("desk:import_configuration"), {"file": file}).content.decode()

    assert f"{other.url}/api" in page
