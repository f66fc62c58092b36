"""Who may do what: each table that says so is watched, and what is changed past everything is noticed."""

from dataclasses import replace
from io import StringIO
from itertools import pairwise

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from jetbridge.api import tokens, webhooks
from jetbridge.api.models import Token, Webhook
from jetbridge.core import configuration, history, people, rights
from jetbridge.core.actors import account_on_machine, acting
from jetbridge.core.models import Configuration, Event, HistoryHead, JobRun
from jetbridge.core.models.fields import encrypted
from jetbridge.desk.services import configuration as services
from jetbridge.desk.tasks import seal_history
from jetbridge.signin import factors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrecorded")]

# Tables of sign-in, or with a column that leads to a person, that give nobody anything.
GIVE_NOTHING = {
    "sessions.Session": "digests of keys; signed for its row with the secret key, which no table holds",
    "account.EmailConfirmation": "none are written",
    "socialaccount.SocialToken": "none are written",
    "signin.Letter": "its link is made when it goes, to the address that its person has then",
    "api.TokenDay": "counts", "api.KeyedRequest": "answers", "api.WebhookDelivery": "what is sent",
    "admin.LogEntry": "history", "auditlog.LogEntry": "history", "core.Event": "history",
    "axes.AccessAttempt": "wrong passwords", "axes.AccessLog": "sign-ins", "axes.AccessFailureLog": "wrong passwords",
    "axes.AccessAttemptExpiration": "wrong passwords",
    # Who did it, or what they chose to see; each step of what they started asks what they may do.
    "core.JobRun": "who", "core.ApiCall": "who", "core.SupportMessage": "who", "core.MassAction": "who",
    "core.SavedView": "seen", "core.NotificationPreference": "seen", "core.NotificationChoice": "seen",
    "core.NotificationReading": "seen", "core.NotificationMail": "seen", "core.NotificationDigest": "seen",
    "catalog.ImportFile": "who", "catalog.StockMovement": "who", "catalog.PriceReview": "who",
    "catalog.UploadFile": "who", "catalog.CatalogChange": "who", "mapping.TaxonomyImport": "who",
    "orders.OrderDesk": "who", "orders.OrderFetch": "who", "orders.Shipment": "who", "orders.OrderNote": "who",
    "returns.Refund": "who", "returns.ReturnRequest": "who", "returns.LedgerEntry": "who",
}  # fmt: skip


def test_each_table_that_says_who_may_do_what_is_watched():
    leads = {Person, Group, Permission}
    found = {
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label
        in ("auth", "sessions", "mfa", "account", "socialaccount", "axes", "api", "signin")
        or any(field.related_model in leads for field in model._meta.fields if field.is_relation)
    }
    of_project = {model for model in found if not model.__module__.startswith("tests.")}

    assert {model._meta.label for model in of_project - {*rights.parts}} == GIVE_NOTHING.keys()


@pytest.fixture
def kim():
    return Person.objects.create_user("kim", "kim@example.test", "right", is_staff=True)


@pytest.fixture
def token(kim):
    kim.user_permissions.add(Permission.objects.get(codename="use_api"))
    return tokens.create(person=Person.objects.get(pk=kim.pk), name="till", scope="read")[0]


def fresh_token(kim):
    now = timezone.now()
    return Token(person=kim, name="till", digest="d", created_at=now, expires_at=now)


ROWS = {
    Person: lambda kim: Person(username="eve"),
    Group: lambda kim: Group(name="guests"),
    Permission: lambda kim: Permission(name="x", codename="x", content_type_id=1),
    Authenticator: lambda kim: Authenticator(user=kim, type="totp", data={"secret": encrypted("A")}),
    SocialAccount: lambda kim: SocialAccount(user=kim, provider="sso", uid="1"),
    EmailAddress: lambda kim: EmailAddress(user=kim, email="eve@example.test"),
    SocialApp: lambda kim: SocialApp(provider="sso", name="sso", client_id="1"),
    Token: fresh_token,
    Webhook: lambda kim: Webhook(url="https://example.test", events=[], created_at=timezone.now()),
}
LINKS = {
    Person.groups.through: lambda kim: kim.groups.add(Group.objects.first()),
    Person.user_permissions.through: lambda kim: kim.user_permissions.add(Permission.objects.first()),
    Group.permissions.through: lambda kim: Group.objects.create(name="g").permissions.add(
        Permission.objects.first()
    ),
}


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_each_row_that_comes_changes_and_goes_is_recorded_with_who_did_it(kim, model):
    row = ROWS[model](kim)
    counts = [Event.objects.count()]
    for step in (row.save, row.save, row.delete):
        step()
        counts.append(Event.objects.count())

    # Saved again it is what it was.
    assert [after - before for before, after in pairwise(counts)] == [1, 0, 1]
    assert {*Event.objects.values_list("who", flat=True)} == {account_on_machine()}


def test_every_watched_table_is_tried():
    assert ROWS.keys() | LINKS.keys() | {Configuration} == {*rights.parts}


def run_job():
    seal_history()
    run = JobRun.objects.latest("pk")
    return run.failed


@pytest.mark.parametrize("model", {**ROWS, **LINKS}, ids=lambda model: model.__name__)
def test_a_row_that_comes_without_a_record_is_noticed_once_unless_it_gives_nothing(kim, model):
    assert run_job() == 0
    Event.objects.all().delete()
    with people.recorded():
        (LINKS[model](kim) if model in LINKS else ROWS[model](kim).save())
    gives = model is not Permission

    fails = pytest.raises(CommandError, match="The history has nothing of it")
    if gives:
        with fails:
            call_command("verify_history", stdout=StringIO())
    assert [bool(run_job()), bool(run_job())] == [gives, False]
    assert Event.objects.filter(action=rights.UNRECORDED).exists() == gives


def test_sql_that_makes_somebody_a_superuser_is_noticed_although_they_sign_in(kim):
    # What made kim is recorded, and explains what the next reading finds.
    assert [run_job(), run_job()] == [0, 0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET is_superuser = %s WHERE username = 'kim'", [True])
    history.record("signed in", kim)

    assert run_job() == 1
    event = Event.objects.get(action=rights.UNRECORDED)
    assert (event.label, event.job) == ("kim", "desk.seal_history")


def by_sql(kim):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET is_superuser = %s WHERE username = 'kim'", [True])


def secretly(kim):
    with people.recorded():
        Token.objects.bulk_create([fresh_token(kim)])


RECORDED = {
    "groups": lambda kim: people.save(
        person=Person.objects.get(pk=kim.pk), groups=Group.objects.filter(name="viewer")
    ),
    "password": lambda kim: people.save(person=Person.objects.get(pk=kim.pk), password="a new one"),
    "codes": lambda kim: factors.renew_codes(person=kim),
    "name": lambda kim: Person.objects.get(pk=kim.pk).save(),
}


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("hidden", [by_sql, secretly], ids=lambda each: each.__name__)
@pytest.mark.parametrize("recorded", RECORDED)
def test_nothing_hides_behind_what_is_recorded_of_the_same_person_meanwhile(kim, recorded, hidden, first):
    run_job()
    for step in (hidden, RECORDED[recorded]) if first else (RECORDED[recorded], hidden):
        step(kim)

    assert [run_job(), run_job()] == [1, 0]


def test_a_token_that_is_revoked_explains_no_other(kim, token):
    run_job()
    secretly(kim)
    tokens.revoke(token=token)

    assert run_job() == 1


def test_an_address_to_which_secrets_go_changes_by_the_configuration_only(kim):
    configuration.current()
    run_job()
    services.save(changes={"api_url": "https://api.example.test/api"})
    assert run_job() == 0

    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_configuration SET api_url = 'https://elsewhere.example.test/'")
    services.save(changes={"image_base_url": "https://images.example.test/"})
    assert run_job() == 1


def test_what_services_do_is_explained_however_the_sealer_runs_beside_it(kim, token):
    run_job()
    reading = rights.read()
    with acting(user=kim):
        tokens.revoke(token=token)
        people.save(person=kim, groups=Group.objects.filter(name="viewer"))
        webhooks.save(url="https://example.com/", events=["order.held"])
        factors.renew_codes(person=kim)

    assert rights.note(reading) == []
    assert [run_job(), run_job()] == [0, 0]
    people.delete_group(group=Group.objects.get(name="viewer"))
    assert [run_job(), run_job()] == [0, 0]
    people.delete(person=kim)
    assert [run_job(), run_job()] == [0, 0]
    assert not Event.objects.filter(action=rights.UNRECORDED).exists()


def test_the_use_of_a_factor_changes_nothing_and_another_secret_does(kim):
    factor = Authenticator.objects.create(user=kim, type="totp", data={"secret": encrypted("A")})
    first = rights.read().state
    Authenticator.objects.filter(pk=factor.pk).update(data={"secret": encrypted("A"), "counter": 9})
    used = rights.read().state
    Authenticator.objects.filter(pk=factor.pk).update(data={"secret": encrypted("B"), "counter": 9})

    assert first == used != rights.read().state


def test_what_was_noted_cannot_be_replaced_without_a_trace(kim):
    run_job()
    HistoryHead.objects.update(rights={"seal": 0, "columns": "", "state": {}})

    with pytest.raises(CommandError, match="It is not what was sealed"):
        call_command("verify_history", stdout=StringIO())
    assert [run_job(), run_job()] == [1, 0]


def test_where_other_columns_decide_since_an_upgrade_nobody_is_accused(kim, monkeypatch):
    run_job()
    part = rights.parts[Group]
    monkeypatch.setitem(rights.parts, Group, replace(part, columns=("name", "id")))

    assert [run_job(), run_job()] == [0, 0]
    call_command("verify_history", stdout=StringIO())


def test_a_password_that_is_stored_by_itself_stands_in_the_history(kim):
    kim.set_password("another")
    kim.save(update_fields=["password"])

    assert Event.objects.latest("pk").message == "A new password was set."
