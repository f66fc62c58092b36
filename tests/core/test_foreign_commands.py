"""Commands of the framework and of libraries: whom they let in and what they take out stands in the history."""

import json
from contextlib import nullcontext, suppress
from io import StringIO
from unittest.mock import Mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from auditlog.models import LogEntry
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.contrib.contenttypes.models import ContentType
from django.core.management import (
    call_command,
    execute_from_command_line,
    get_commands,
    load_command_class,
)
from django.db import OperationalError
from django.utils import timezone

import manage
from jetbridge.core import (
    configuration,
    first_data,
    history,
    history_check,
    history_seals,
    people,
    rights,
    roles,
)
from jetbridge.core.actors import account_on_machine, acting, current_actor
from jetbridge.core.foreign_commands import BEGUN, DONE, EXPORTED, SHELL
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Event
from jetbridge.desk.tasks import seal_history
from jetbridge.signin import factors, single_sign_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrecorded")]
# They change nobody's rights; what they may do to the history itself, its check finds.
HARMLESS = {
    "account_unsetmultipleprimaryemails", "auditlogmigratejson", "axes_list_attempts", "check",
    "clearsessions", "collectstatic", "compilemessages", "createcachetable", "diffsettings", "export_openapi_schema",
    "findstatic", "inspectdb", "makemessages", "makemigrations", "migrate", "optimizemigration", "runserver",
    "sendtestemail", "showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "startapp",
    "startproject", "test", "testserver",
}  # fmt: skip


def run(name, *arguments, **options):
    """Run a command as manage.py does, and return what it left in the history."""
    Event.objects.all().delete()
    with acting(name=account_on_machine()):
        call_command(name, *arguments, stdout=StringIO(), **options)
    return list(Event.objects.order_by("pk"))


def file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return str(tmp_path / name)


def create(tmp_path, monkeypatch):
    return run("createsuperuser", username="eve", email="eve@example.test", interactive=False)


def new_password(tmp_path, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "another-Pass-word-9")
    return run("changepassword", "kim")


def load(tmp_path, monkeypatch):
    group = Group.objects.get(name="owner")
    fields = {"username": "kim", "password": "x", "is_superuser": True, "groups": [group.pk]}
    row = {"model": "auth.user", "pk": Person.objects.get(username="kim").pk, "fields": fields}
    return run("loaddata", file(tmp_path, "people.json", json.dumps([row])))


def take_in(tmp_path, monkeypatch):
    text = f"id,username,is_superuser\n{Person.objects.get(username='kim').pk},kim,1\n"
    return run("import", "auth.User", file(tmp_path, "people.csv", text), interactive=False)


def no_stale_types(tmp_path, monkeypatch):
    stale = ContentType.objects.create(app_label="core", model="gone")
    right = Permission.objects.create(content_type=stale, codename="view_gone", name="Can view gone")
    Group.objects.get(name="viewer").permissions.add(right)
    return run("remove_stale_contenttypes", interactive=False)


def lift(name, *arguments):
    def tried(tmp_path, monkeypatch):
        AccessAttempt.objects.create(username="kim", ip_address="10.1.1.1", failures_since_start=5)
        return run(name, *arguments)

    return tried


def forget_places(tmp_path, monkeypatch):
    AccessLog.objects.create(username="kim", ip_address="10.1.1.1")
    AccessLog.objects.update(attempt_time=timezone.now().replace(year=2000))
    return run("axes_reset_logs")


# How each is tried, and what is expected of it in the history.
TRIED = {
    "createsuperuser": (create, "person added", "eve"),
    "changepassword": (new_password, "person changed", "kim"),
    "loaddata": (load, "person changed", "kim"),
    "import": (take_in, "person changed", "kim"),
    "remove_stale_contenttypes": (no_stale_types, "permission deleted", "gone | Can view gone"),
    "axes_reset": (lift("axes_reset"), "sign-in pauses lifted", "everybody"),
    "axes_reset_ip": (lift("axes_reset_ip", "10.1.1.1"), "sign-in pauses lifted", "everybody"),
    "axes_reset_username": (lift("axes_reset_username", "kim"), "sign-in pauses lifted", "kim"),
    "axes_reset_ip_username": (
        lift("axes_reset_ip_username", "10.1.1.1", "kim"),
        "sign-in pauses lifted",
        "kim",
    ),
    "axes_reset_logs": (forget_places, "known addresses forgotten", "everybody"),
    "axes_reset_failure_logs": (lift("axes_reset_failure_logs"), "failures forgotten", "everybody"),
}


@pytest.fixture
def kim():
    return Person.objects.create_user("kim", password="right", is_staff=True)


@pytest.mark.parametrize("name", TRIED)
def test_a_foreign_command_that_changes_who_may_enter_stands_in_the_history(name, kim, tmp_path, monkeypatch):
    tried, action, label = TRIED[name]

    events = tried(tmp_path, monkeypatch)

    assert (action, label) in [(event.action, event.label) for event in events]
    assert {event.who for event in events} == {account_on_machine()}
    assert not AccessAttempt.objects.exists() or not name.startswith("axes_reset_") or "logs" in name


def test_each_foreign_command_is_tried_or_known_to_change_nobodys_rights():
    foreign = {
        name
        for name, app in get_commands().items()
        if not isinstance(load_command_class(app, name) if isinstance(app, str) else app, PanelCommand)
    }

    assert foreign - HARMLESS - TRIED.keys() - BEGUN.keys() - DONE.keys() == set(), (
        "say what they change or take out"
    )


def test_what_was_given_and_taken_is_named_from_either_side_of_the_link(kim):
    viewer, right = Group.objects.get(name="viewer"), Permission.objects.get(codename="change_user")
    steps = {
        "in": lambda: viewer.user_set.add(kim),
        "out": lambda: viewer.user_set.clear(),
        "own": lambda: kim.user_permissions.add(right),
        "none": lambda: right.user_set.remove(kim),
        "more": lambda: right.group_set.add(viewer),
        "less": lambda: viewer.permissions.remove(right),
    }
    found = {}
    for name, step in steps.items():
        with acting(name=account_on_machine()):
            step()
        event = Event.objects.latest("pk")
        found[name] = (event.label, event.before, event.after)

    named = "auth.change_user"
    assert found == {
        "in": ("kim", {"groups": []}, {"groups": ["viewer"]}),
        "out": ("kim", {"groups": ["viewer"]}, {"groups": []}),
        "own": ("kim", {"permissions": []}, {"permissions": [named]}),
        "none": ("kim", {"permissions": [named]}, {"permissions": []}),
        "more": ("viewer", {"permissions": []}, {"permissions": [named]}),
        "less": ("viewer", {"permissions": [named]}, {"permissions": []}),
    }


def test_what_a_service_does_for_a_command_stands_there_once(kim):
    Event.objects.all().delete()
    with acting(name=account_on_machine()):
        people.save(person=kim, groups=Group.objects.filter(name="viewer"))
        people.delete(person=kim)

    assert list(Event.objects.values_list("action", flat=True).order_by("pk")) == [
        "person changed",
        "person deleted",
    ]


DOORS = {"manage.py": manage.main, "python -m django": execute_from_command_line}


@pytest.mark.parametrize("name", ["check", *BEGUN])
@pytest.mark.parametrize("door", DOORS)
def test_by_each_door_the_account_is_named_and_what_is_taken_out_noted(monkeypatch, name, door):
    seen = []
    monkeypatch.setattr("django.core.management.base.connections", Mock())
    command = load_command_class(get_commands()[name], name)
    monkeypatch.setattr(type(command), "handle", lambda *_, **__: seen.append(current_actor().name))
    monkeypatch.setattr(type(command), "requires_system_checks", [])
    arguments = ["auth.User", "CSV"] if name == "export" else []

    for said in ([name, *arguments], ["help", name], [name, "--help"]):
        monkeypatch.setattr("sys.argv", ["manage.py", *said])
        with suppress(SystemExit):
            DOORS[door]()

    events = list(Event.objects.values_list("action", "who", "message"))
    assert seen == [account_on_machine()]
    words = " ".join([name, *arguments])
    assert events == ([(BEGUN[name], account_on_machine(), words)] if name in BEGUN else [])


@pytest.mark.parametrize("name", BEGUN)
def test_nothing_is_taken_out_that_cannot_be_noted_and_a_shell_opens(monkeypatch, name):
    seen = []
    monkeypatch.setattr(history, "record", Mock(side_effect=OperationalError("locked")))
    command = load_command_class(get_commands()[name], name)
    monkeypatch.setattr(type(command), "handle", lambda *_, **__: seen.append(name))
    monkeypatch.setattr(type(command), "requires_system_checks", [])

    with pytest.raises(OperationalError) if BEGUN[name] == EXPORTED else nullcontext():
        command.execute(force_color=False, no_color=False, skip_checks=True)

    assert bool(seen) == (BEGUN[name] == SHELL)


def test_edits_that_a_command_deletes_are_missed_and_the_history_says_who_did_it():
    LogEntry.objects.log_create(configuration.current(), action=1, changes={"a": ["b", "c"]})
    history_seals.seal(heartbeat=lambda: None)

    events = run("auditlogflush", yes=True)

    assert [(event.action, event.who) for event in events] == [("edits deleted", account_on_machine())]
    assert "missing" in {each.kind for each in history_check.Check().breaks()}


def test_what_an_upgrade_deals_out_stands_in_the_history_and_a_first_start_does_not():
    fresh = Permission.objects.get(codename="change_configuration")
    for name in ("owner", "merchant"):
        Group.objects.get(name=name).permissions.remove(fresh)
    Event.objects.all().delete()

    first_data._deal("default", in_history=True)
    upgraded = {event.label: event.after for event in Event.objects.all()}
    Group.objects.all().delete()
    Event.objects.all().delete()
    first_data._deal("default", in_history=True)

    given = {"permissions": ["core.change_configuration"]}
    assert upgraded == {"owner": given, "merchant": given}
    assert set(roles.GROUPS) == set(Group.objects.values_list("name", flat=True))
    assert not Event.objects.exists()


@pytest.mark.parametrize("left", [(), *([name] for name in roles.GROUPS)], ids=lambda left: "".join(left))
def test_a_group_that_comes_with_an_upgrade_stands_in_the_history_and_accuses_nobody(left):
    kim = Person.objects.create_user("kim", is_staff=True)
    seal_history()
    people.delete_group(group=Group.objects.get(name=roles.VIEWER))
    for group in Group.objects.exclude(name__in=left) if left else ():
        people.delete_group(group=group)
    before = {group.name: people.rights_of(group) for group in Group.objects.all()}

    first_data._deal("default", in_history=True)
    now = {group.name: people.rights_of(group) for group in Group.objects.all()}
    said = {event.label: event.after for event in Event.objects.filter(action="group added")}
    seal_history()

    assert said == {name: rights for name, rights in now.items() if name not in before}
    assert said
    assert not Event.objects.filter(action=rights.UNRECORDED).exists()
    assert not kim.groups.exists()


@pytest.mark.parametrize(
    ("model", "values"),
    [(Authenticator, {"type": "totp", "data": {}}), (SocialAccount, {"provider": "sso", "uid": "1"})],
)
def test_another_way_to_prove_who_one_is_stands_in_the_history_as_it_comes_and_goes(kim, model, values):
    Event.objects.all().delete()
    with acting(name=account_on_machine()):
        model.objects.create(user=kim, **values)
        model.objects.filter(user=kim).delete()
        factors.remove(person=kim)
        single_sign_on.unlink(person=kim)

    said = Event.objects.order_by("pk").values_list("action", "label", "message")
    words = [(action, label, message.partition(":")[0]) for action, label, message in said]
    assert words == [("person changed", "kim", word) for word in ("Added", "Deleted")]


def test_what_our_command_does_to_second_factors_stands_there_once(kim):
    Authenticator.objects.create(user=kim, type="totp", data={})
    Event.objects.all().delete()

    call_command("sign_in", "kim", remove_second_step=True, stdout=StringIO())

    assert list(Event.objects.values_list("action", flat=True)) == ["two-step sign-in removed"]
