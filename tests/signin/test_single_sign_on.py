"""Single sign-on against a provider that runs beside the test: who comes in, with which groups, and who does not."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client

from jetbridge import environment
from jetbridge.core.models import Event
from jetbridge.signin import factors, single_sign_on
from tests.signin import provider
from tests.signin.codes import PASSWORD, code, first_step

pytestmark = pytest.mark.django_db
ANNA = {"email": "anna@shop.example", "email_verified": True, "groups": ["/company/JetBridge-Operations"]}


@pytest.fixture(scope="module")
def running():
    with provider.running() as address:
        yield address


@pytest.fixture(autouse=True)
def issuer(running, settings):
    values, faults = environment.read(
        {
            "JETBRIDGE_OIDC_ISSUER": f"{running}/",
            "JETBRIDGE_OIDC_CLIENT_ID": provider.CLIENT,
            "JETBRIDGE_OIDC_CLIENT_SECRET": provider.SECRET,
        }
    )
    assert faults == []
    settings.SOCIALACCOUNT_PROVIDERS = environment.single_sign_on(values)
    settings.AXES_ENABLED = True
    return running


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def groups(person):
    return set(person.groups.values_list("name", flat=True))


def refused(issuer, sub, **claims):
    """Return the words of the login page that somebody is led back to."""
    provider.knows(issuer, sub, **claims)
    browser = Client()
    answer = provider.walk(browser, sub)
    assert answer["Location"] == "/admin/login/"
    assert not is_in(browser)
    return browser.get("/admin/login/").text


def test_the_login_page_leads_there_and_the_page_that_was_asked_for_follows(issuer):
    provider.knows(issuer, "anna", **ANNA)
    page = Client().get("/admin/login/?next=/admin/cron/").text
    assert 'href="/admin/login/sso/?next=/admin/cron/"' in page
    browser = Client()

    answer = provider.walk(browser, "anna", "/admin/login/sso/?next=/admin/cron/")

    assert answer["Location"] == "/admin/cron/"
    assert is_in(browser)


def test_somebody_new_is_added_with_the_groups_of_the_claim_and_without_a_password(issuer):
    provider.knows(issuer, "anna", **ANNA)

    provider.walk(Client(), "anna")

    anna = Person.objects.get(email="anna@shop.example")
    assert groups(anna) == {"operations"}
    assert not anna.has_usable_password()
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "person added",
        "signed in",
    ]


def test_the_claim_counts_at_each_login_and_other_groups_stay(issuer):
    provider.knows(issuer, "anna", **ANNA)
    provider.walk(Client(), "anna")
    anna = Person.objects.get(email="anna@shop.example")
    anna.groups.add(Group.objects.create(name="night shift"))

    provider.knows(issuer, "anna", **ANNA | {"groups": "viewer", "email": "anna@other.example"})
    provider.walk(Client(), "anna")

    assert groups(anna) == {"viewer", "night shift"}
    assert Person.objects.filter(username__startswith="anna").count() == 1


def test_who_has_the_address_here_is_linked_and_keeps_the_password(issuer):
    anna = Person.objects.create_user("anna", "Anna@shop.example", PASSWORD, is_staff=True)
    provider.knows(issuer, "anna", **ANNA)
    browser = Client()

    provider.walk(browser, "anna")

    assert is_in(browser)
    assert Person.objects.get(email__iexact=ANNA["email"]) == anna
    assert first_step(Client(), "anna")["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email_verified": False}, "does not say that your e-mail address is verified"),
        ({"email_verified": None}, "does not say that your e-mail address is verified"),
        ({"email": ""}, "does not say that your e-mail address is verified"),
        ({"groups": []}, "names no group of yours"),
        ({"groups": ["accounting"]}, "names no group of yours"),
        ({"groups": {"owner": True}}, "names no group of yours"),
    ],
)
def test_without_a_verified_address_and_a_group_nobody_comes_in(issuer, change, words):
    assert words in refused(issuer, "eve", **ANNA | change)
    assert not Person.objects.exists()
    assert Event.objects.get().action == "sign-in refused"


def test_who_is_refused_makes_nobody_wait(issuer):
    for _ in range(6):
        refused(issuer, "eve", **ANNA | {"groups": []})

    provider.knows(issuer, "anna", **ANNA)
    browser = Client()
    provider.walk(browser, "anna")
    assert is_in(browser)


def test_an_address_of_two_people_opens_neither(issuer):
    for name in ("anna", "shop"):
        Person.objects.create_user(name, ANNA["email"], is_staff=True)

    assert "Two people here have your e-mail address" in refused(issuer, "anna", **ANNA)


def test_an_address_given_to_somebody_new_opens_no_former_account_until_unlinked(issuer):
    provider.knows(issuer, "anna", **ANNA)
    provider.walk(Client(), "anna")

    assert "belongs to another identity" in refused(issuer, "anna-the-second", **ANNA)
    single_sign_on.unlink(person=Person.objects.get())
    browser = Client()
    provider.walk(browser, "anna-the-second")
    assert is_in(browser)


def test_who_is_locked_here_stays_out(issuer):
    provider.knows(issuer, "anna", **ANNA)
    provider.walk(Client(), "anna")
    Person.objects.update(is_active=False)

    assert "locked" in refused(issuer, "anna", **ANNA)


def test_the_last_one_who_lets_people_in_keeps_that_right(issuer):
    anna = Person.objects.create_user("anna", ANNA["email"], PASSWORD, is_staff=True)
    anna.groups.add(Group.objects.get(name="owner"))
    provider.knows(issuer, "anna", **ANNA)
    browser = Client()

    provider.walk(browser, "anna")

    assert is_in(browser)
    assert groups(anna) == {"owner"}
    assert Event.objects.filter(action="groups kept").exists()


def test_a_second_factor_is_asked_after_single_sign_on_too(issuer):
    anna = Person.objects.create_user("anna", ANNA["email"], is_staff=True)
    factors.set_up_app(person=anna, secret="JBSWY3DPEHPK3PXP")
    provider.knows(issuer, "anna", **ANNA)
    browser = Client()

    answer = provider.walk(browser, "anna")

    assert answer["Location"] == "/admin/login/code/"
    assert not is_in(browser)
    browser.post("/admin/login/code/", {"code": code("JBSWY3DPEHPK3PXP")})
    assert is_in(browser)


def test_made_up_answers_of_the_provider_wait_by_their_address_alone(issuer):
    provider.knows(issuer, "anna", **ANNA)
    guesser = Client(REMOTE_ADDR="10.1.1.1")

    answers = [guesser.get("/admin/login/sso/callback/?code=x&state=y").status_code for _ in range(6)]

    assert answers == [302, 302, 302, 302, 429, 429]
    assert guesser.get("/admin/login/sso/").status_code == 429
    browser = Client(REMOTE_ADDR="10.1.1.2")
    provider.walk(browser, "anna")
    assert is_in(browser)


def test_a_provider_that_is_down_leaves_passwords_working(settings):
    Person.objects.create_superuser("alice", password=PASSWORD)
    values, _ = environment.read(
        {"JETBRIDGE_OIDC_ISSUER": "http://127.0.0.1:9", "JETBRIDGE_OIDC_CLIENT_ID": "panel"}
    )
    settings.SOCIALACCOUNT_PROVIDERS = environment.single_sign_on(values)
    browser = Client()

    assert browser.get("/admin/login/sso/")["Location"] == "/admin/login/"
    assert "does not answer" in browser.get("/admin/login/").text
    assert first_step(browser)["Location"] == "/admin/"


def test_without_a_provider_there_is_no_door(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}

    assert Client().get("/admin/login/sso/").status_code == 404
    assert "Single sign-on" not in Client().get("/admin/login/").text


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"groups": "owner, viewer"}, {"owner", "viewer"}),
        ({"groups": ["Owner", 7, None]}, {"owner"}),
        ({"groups": 7}, set()),
        ({}, set()),
    ],
)
def test_a_claim_names_groups_as_providers_write_them(claims, found):
    assert single_sign_on.groups_of(claims) == found


def test_a_claim_within_another_is_reached_by_dots(settings):
    settings.OIDC_GROUPS_CLAIM = "realm_access.roles"

    assert single_sign_on.groups_of({"realm_access": {"roles": ["jetbridge-merchant"]}}) == {"merchant"}


@pytest.mark.parametrize(
    "text",
    ["http://login.example.com", "ftp://login.example.com", "https://", "https://a.example/?x=1", "login"],
)
def test_who_vouches_for_people_is_reached_over_https(text):
    _, faults = environment.read({"JETBRIDGE_OIDC_ISSUER": text, "JETBRIDGE_OIDC_CLIENT_ID": "panel"})

    assert len(faults) == 1


def test_a_provider_without_a_client_stops_the_start():
    _, faults = environment.read({"JETBRIDGE_OIDC_ISSUER": "https://login.example.com"})

    assert faults == ["JETBRIDGE_OIDC_CLIENT_ID is empty; JETBRIDGE_OIDC_ISSUER needs it."]
