"""My notifications: each person sets what is told to him; what is off for all is shown as such."""

import json

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.core.management import CommandError, call_command

from jetbridge.core import configuration, roles
from jetbridge.inbox import notifications, preferences
from jetbridge.inbox.kinds import names
from jetbridge.inbox.models import NotificationChoice
from jetbridge.inbox.preferences import Choice

pytestmark = pytest.mark.django_db
PAGE = "/admin/my-notifications/"


@pytest.fixture
def me(admin_client):
    return Person.objects.get(username="admin")


def filled(**changed):
    """What the form sends when nothing but this was changed."""
    data = {"least_severity": "info", "digest_hour": ""}
    for kind in names():
        data |= {f"inbox-{kind}": "on", f"mail-{kind}": preferences.default(kind).mail}
    return {key: value for key, value in (data | changed).items() if value is not None}


def test_deadlines_come_at_once_and_the_rest_in_the_digest(me):
    mails = {kind: preferences.of(me).choice(kind).mail for kind in names()}

    assert {kind for kind, mail in mails.items() if mail == "now"} == {
        "orders.cancel_asked", "orders.deadline", "orders.late", "orders.rejecting", "returns.deadline",
    }  # fmt: skip
    assert set(mails.values()) == {"now", "digest"}


def test_every_kind_is_offered_and_what_was_chosen_is_kept(admin_client, me):
    page = admin_client.get(PAGE).content.decode()
    changes = {
        "inbox-job.died": None,
        "mail-job.late": "never",
        "least_severity": "warning",
        "digest_hour": "0",
    }
    answer = admin_client.post(PAGE, filled(**changes))

    mine = preferences.of(me)
    assert all(f'name="mail-{kind}"' in page for kind in names())
    assert answer.status_code == 302
    assert (mine.choice("job.died"), mine.choice("job.late")) == (Choice(inbox=False), Choice(mail="never"))
    assert (mine.least_severity, mine.digest_hour) == ("warning", 0)


def test_what_is_as_by_default_is_not_written_down(admin_client, me):
    admin_client.post(PAGE, filled(**{"mail-job.died": "now"}))
    kept = NotificationChoice.objects.count()
    admin_client.post(PAGE, filled())

    assert (kept, NotificationChoice.objects.count()) == (1, 0)


def test_what_is_off_for_all_is_shown_as_such(admin_client):
    config = configuration.current()
    config.inbox_off, config.mail_off = ["job.died"], ["job.late"]
    config.save()

    page = admin_client.get(PAGE).content.decode()

    assert page.count("Off for all") == 1
    assert page.count("No mail for all") == 1


def test_an_answer_that_was_not_offered_saves_nothing(admin_client, me):
    answer = admin_client.post(PAGE, filled(**{"mail-job.died": "hourly"}))

    assert answer.status_code == 422
    assert not NotificationChoice.objects.exists()


def test_a_person_without_an_address_is_told_that_nothing_is_mailed(admin_client, me):
    Person.objects.filter(pk=me.pk).update(email="")

    assert "nothing is mailed to you" in admin_client.get(PAGE).content.decode()


def test_the_page_is_reached_from_the_inbox_and_from_the_user_menu(admin_client):
    page = admin_client.get("/admin/core/notification/").content.decode()

    assert page.count(f'href="{PAGE}"') == 2
    assert "Change password" in page


def test_the_command_lists_marks_and_sets(me, capsys):
    notifications.notify("job.died", key="a", title="It died")
    call_command("notifications", "admin", json=True)
    listed = json.loads(capsys.readouterr().out)
    changes = {"mail": ["job.died=never"], "inbox": ["job.late=off"], "hour": "6", "least": "warning"}
    call_command("notifications", "admin", json=True, mark_read=True, **changes)
    changed = json.loads(capsys.readouterr().out)

    assert [line["title"] for line in listed["unread"]] == ["It died"]
    assert (changed["marked"], changed["unread"], changed["hour"], changed["least"]) == (1, [], 6, "warning")
    assert (changed["kinds"]["job.died"]["mail"], changed["kinds"]["job.late"]["inbox"]) == ("never", False)


@pytest.mark.parametrize(
    ("person", "options"),
    [
        ("nobody", {}),
        ("admin", {"mail": ["no.kind=now"]}),
        ("admin", {"mail": ["job.died=hourly"]}),
        ("admin", {"hour": "24"}),
    ],
)
def test_the_command_refuses_what_makes_no_sense(me, person, options):
    with pytest.raises(CommandError):
        call_command("notifications", person, **options)


@pytest.mark.parametrize("role", roles.GROUPS)
def test_everybody_sets_their_own_and_nobody_anothers(client, me, role):
    person = Person.objects.create_user("one", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)

    answer = client.post(PAGE, filled(**{"mail-job.died": "never", "person": str(me.pk)}))

    assert answer.status_code == 302
    assert list(NotificationChoice.objects.values_list("person", flat=True)) == [person.pk]


def test_somebody_without_a_role_has_no_inbox_to_set(client, db):
    client.force_login(Person.objects.create_user("one", is_staff=True))

    assert client.get(PAGE).status_code == 403
