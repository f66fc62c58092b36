"""Invitations and forgotten passwords: a link that serves once, mailed by the job, and never a way around."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User as Person
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from jetbridge.core.models import Event
from jetbridge.signin import factors, letters
from jetbridge.signin.models import Letter
from tests.readers import reader
from tests.signin.codes import PASSWORD, first_step

pytestmark = pytest.mark.django_db
NEW = "another-quiet-river"
LINK = re.compile(r"(https?://[^\s<]+/admin/set-password/[^\s<]+)")


@pytest.fixture(autouse=True)
def address(settings):
    """The panel knows where it is."""
    settings.CSRF_TRUSTED_ORIGINS = ["https://panel.example.com"]


@pytest.fixture
def owner(db):
    Person.objects.create_superuser("alice", password=PASSWORD)
    browser = Client()
    first_step(browser)
    return browser


def mailed():
    """Let the mail job work, and return the path of the link in the last mail."""
    letters.send_waiting(now=timezone.now())
    return urlsplit(LINK.search(mail.outbox[-1].body)[1]).path


def set_password(path, new=NEW):
    browser = Client()
    page = browser.get(path, follow=True)
    return browser.post(page.request["PATH_INFO"], {"new_password1": new, "new_password2": new})


def invite(owner, name="Kim de Vries", address="kim@shop.example", group="viewer"):
    return owner.post("/admin/invite/", {"name": name, "address": address, "group": group})


def test_a_colleague_is_invited_sets_a_password_and_logs_in(owner):
    page = invite(owner)

    assert "Kim de Vries is invited" in page.text
    assert not LINK.search(page.text)
    assert mail.outbox == []
    path = mailed()
    assert mail.outbox[0].to == ["kim@shop.example"]
    kim = Person.objects.get(username="kim")
    assert (kim.get_full_name(), kim.last_name) == ("Kim de Vries", "de Vries")
    assert "user name is kim." in mail.outbox[0].body
    assert (list(kim.groups.values_list("name", flat=True)), kim.has_usable_password()) == (["viewer"], False)
    assert first_step(Client(), "kim", "").status_code == 200

    assert set_password(path)["Location"] == "/admin/login/"

    assert first_step(Client(), "kim", NEW)["Location"] == "/admin/"
    assert {"invited", "person added"} <= set(Event.objects.values_list("action", flat=True))


def test_the_role_that_stands_there_at_first_may_the_least(owner):
    assert re.findall(r'value="(\w+)"[^>]* checked', owner.get("/admin/invite/").text) == ["viewer"]


@pytest.mark.parametrize(
    ("address", "user_name"),
    [
        ("Alice@other.example", "alice3"),
        ("o'neil+jet@shop.example", "oneil+jet"),
        ("'@shop.example", "colleague"),
    ],
)
def test_a_user_name_is_made_from_the_address_and_is_nobody_elses(owner, address, user_name):
    Person.objects.create_user("ALICE2", "somebody@shop.example")

    assert invite(owner, address=address).status_code == 200

    assert Person.objects.get(username=user_name).email == address


def test_where_no_mail_leaves_the_inviter_sees_the_link(owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    path = urlsplit(LINK.search(invite(owner).text)[1]).path

    set_password(path)
    assert first_step(Client(), "kim", NEW)["Location"] == "/admin/"


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"address": "Bob@shop.example"},
        {"address": "no"},
        {"group": "x"},
        {"address": "eve@x.example"},
    ],
)
def test_an_address_of_somebody_invites_nobody(owner, given):
    Person.objects.create_user("bob", "bob@shop.example")
    Person.objects.create_user("Eve@x.example")

    assert invite(owner, **given).status_code == 422
    assert not Letter.objects.exists()


def test_a_link_serves_once_and_for_three_days(owner):
    invite(owner)
    path = mailed()

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert "serves no more" in Client().get(path, follow=True).text
    set_password(path)

    assert "serves no more" in Client().get(path, follow=True).text


def test_a_weak_password_is_refused(owner):
    invite(owner)

    assert set_password(mailed(), "short").status_code == 200
    assert not Person.objects.get(username="kim").has_usable_password()


@pytest.mark.parametrize("words", ["kim", "KIM@example.test"])
def test_a_forgotten_password_is_set_by_a_mailed_link_and_ends_sessions(db, words):
    kim = reader("kim")
    kim.set_password(PASSWORD)
    kim.save()
    there = Client()
    first_step(there, "kim")

    answer = Client().post("/admin/password-reset/", {"words": words}, headers={"Host": "testserver"})
    assert answer["Location"] == "/admin/login/"
    path = mailed()
    set_password(path)

    assert there.get("/admin/").status_code == 302
    assert first_step(Client(), "kim", PASSWORD).status_code == 200
    assert first_step(Client(), "kim", NEW)["Location"] == "/admin/"


def test_a_new_password_opens_no_account_with_a_second_factor(db):
    kim = reader("kim")
    kim.set_password(PASSWORD)
    kim.save()
    factors.set_up_app(person=kim, secret="JBSWY3DPEHPK3PXP")
    Client().post("/admin/password-reset/", {"words": "kim"})
    set_password(mailed())

    assert first_step(Client(), "kim", NEW)["Location"] == "/admin/login/code/"


def test_nobody_learns_who_has_an_account_and_asking_again_mails_nothing_more(db):
    kim = reader("kim")
    kim.set_password(PASSWORD)
    kim.save()
    reader("sso-only")

    answers = {
        Client().post("/admin/password-reset/", {"words": words}, follow=True).text.count("is on its way")
        for words in ("kim", "kim", "nobody", "sso-only")
    }

    assert answers == {1}
    assert Letter.objects.count() == 1


def test_people_who_share_an_address_get_a_link_each(db):
    for name in ("kim", "kit"):
        person = reader(name, "shop@example.test")
        person.set_password(PASSWORD)
        person.save()

    Client().post("/admin/password-reset/", {"words": "shop@example.test"})
    letters.send_waiting(now=timezone.now())

    assert sorted(re.findall(r"password for (\w+)", "".join(each.body for each in mail.outbox))) == [
        "kim",
        "kit",
    ]


def test_without_an_address_of_the_panel_no_mail_leaves_and_the_run_says_why(owner, settings):
    settings.CSRF_TRUSTED_ORIGINS = []
    invite(owner)

    report = letters.send_waiting(now=timezone.now())

    assert mail.outbox == []
    assert "JETBRIDGE_TRUSTED_ORIGINS" in Letter.objects.get().last_error
    assert report.done == 0


def test_a_persons_page_sends_links_ends_sessions_and_removes_factors(owner):
    kim = reader("kim")
    factors.set_up_app(person=kim, secret="JBSWY3DPEHPK3PXP")
    there = Client(HTTP_USER_AGENT="Telephone/1")
    there.force_login(kim)
    page = f"/admin/auth/user/{kim.pk}/change/"
    text = owner.get(page).text
    assert "authenticator app" in text
    (end,) = re.findall(rf'action="(/admin/people/{kim.pk}/sessions/\w+/end/)"', text)

    owner.post(end)
    owner.post(f"/admin/people/{kim.pk}/remove-second-step/")
    owner.post(f"/admin/people/{kim.pk}/link/")

    assert there.get("/admin/").status_code == 302
    assert not factors.has_factor(kim)
    set_password(mailed())
    assert first_step(Client(), "kim", NEW)["Location"] == "/admin/"


def test_the_command_invites_too(db, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    call_command("invite", "Kim", "kim@shop.example", "--role", "viewer", "--dry-run")
    assert not Person.objects.exists()
    call_command("invite", "Kim", "kim@shop.example", "--role", "viewer")

    set_password(urlsplit(LINK.search(capsys.readouterr().out)[1]).path)
    assert first_step(Client(), "kim", NEW)["Location"] == "/admin/"
