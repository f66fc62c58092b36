"""The page of a person."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.urls import reverse

from jetbridge.core.models import Event

pytestmark = pytest.mark.django_db


def posted(person, **changes):
    """Give what the page of a person posts."""
    data = {
        "username": person.username, "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00",
        "is_active": "on", "is_staff": "on", "is_superuser": "on",
    } | changes  # fmt: skip
    return {name: value for name, value in data.items() if value}


@pytest.mark.parametrize("without", ["is_active", "is_staff", "is_superuser"])
def test_the_last_one_who_may_let_people_in_cannot_be_locked_out(client, merchant, without):
    client.force_login(merchant)

    page = client.post(
        reverse("admin:auth_user_change", args=[merchant.pk]), posted(merchant, **{without: ""})
    )

    merchant.refresh_from_db()
    assert "must be able to manage users" in page.content.decode()
    assert (merchant.is_active, merchant.is_staff, merchant.is_superuser) == (True, True, True)
    assert client.get(reverse("admin:auth_user_delete", args=[merchant.pk])).status_code == 403


def test_with_a_second_owner_the_first_may_go(client, merchant):
    kim = Person.objects.create_user("kim", is_staff=True)
    kim.groups.add(Group.objects.get(name="owner"))
    client.force_login(merchant)

    client.post(reverse("admin:auth_user_change", args=[merchant.pk]), posted(merchant, is_superuser=""))

    merchant.refresh_from_db()
    assert merchant.is_superuser is False


def test_a_last_superuser_may_become_an_owner_instead(client, merchant):
    client.force_login(merchant)
    owner = Group.objects.get(name="owner")

    client.post(
        reverse("admin:auth_user_change", args=[merchant.pk]),
        posted(merchant, is_superuser="", groups=owner.pk),
    )

    merchant.refresh_from_db()
    assert (merchant.is_superuser, merchant.is_active) == (False, True)


@pytest.fixture
def lone_owner(merchant):
    """The only one who may manage users is so by the group of owners."""
    merchant.is_superuser = False
    merchant.save()
    merchant.groups.add(Group.objects.get(name="owner"))
    return merchant


def test_the_group_that_lets_people_in_keeps_that_right(client, lone_owner):
    client.force_login(lone_owner)
    owner = Group.objects.get(name="owner")
    others = owner.permissions.exclude(codename="change_user").values_list("pk", flat=True)

    page = client.post(
        reverse("admin:auth_group_change", args=[owner.pk]), {"name": "owner", "permissions": list(others)}
    )

    assert "must be able to manage users" in page.content.decode()
    assert owner.permissions.filter(codename="change_user").exists()


def test_the_group_that_lets_people_in_is_not_deleted(client, lone_owner):
    client.force_login(lone_owner)
    owner = Group.objects.get(name="owner")

    page = client.post(reverse("admin:auth_group_delete", args=[owner.pk]), {"post": "yes"}, follow=True)

    assert "must be able to manage users" in page.content.decode()
    assert Group.objects.filter(pk=owner.pk).exists()
    assert not Event.objects.exists()


def test_another_group_is_changed_and_deleted_and_the_history_knows(client, lone_owner):
    client.force_login(lone_owner)
    viewer = Group.objects.get(name="viewer")
    kept = viewer.permissions.exclude(codename="view_order").values_list("pk", flat=True)

    client.post(
        reverse("admin:auth_group_change", args=[viewer.pk]), {"name": "viewer", "permissions": list(kept)}
    )
    client.post(reverse("admin:auth_group_delete", args=[viewer.pk]), {"post": "yes"})

    changed, deleted = Event.objects.order_by("pk")
    assert (changed.action, changed.before, changed.after) == (
        "group changed", {"permissions": ["orders.view_order"]}, {"permissions": []},
    )  # fmt: skip
    assert (deleted.action, deleted.label, deleted.user) == ("group deleted", "viewer", lone_owner)
    assert not Group.objects.filter(name="viewer").exists()


def test_whoever_lets_people_in_by_another_group_may_be_edited_and_not_moved(client, lone_owner):
    keepers = Group.objects.create(name="keepers")
    keepers.permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    Group.objects.get(name="owner").permissions.remove(*Permission.objects.filter(codename="change_user"))
    lone_owner.groups.set([keepers])
    client.force_login(lone_owner)
    address = reverse("admin:auth_user_change", args=[lone_owner.pk])
    owner = Group.objects.get(name="owner")

    client.post(address, posted(lone_owner, is_superuser="", groups=keepers.pk, first_name="Alice"))
    refused = client.post(address, posted(lone_owner, is_superuser="", groups=owner.pk))

    lone_owner.refresh_from_db()
    assert lone_owner.first_name == "Alice"
    assert "must be able to manage users" in refused.content.decode()
    assert list(lone_owner.groups.all()) == [keepers]


def test_the_history_knows_who_made_whom_a_superuser(client, merchant):
    kim = Person.objects.create_user("kim", is_staff=True)
    client.force_login(merchant)

    client.post(reverse("admin:auth_user_change", args=[kim.pk]), posted(kim))

    event = Event.objects.get()
    assert (event.action, event.label, event.user) == ("person changed", "kim", merchant)
    assert (event.before, event.after) == ({"superuser": False}, {"superuser": True})


def test_a_person_who_is_added_and_deleted_stands_in_the_history(client, merchant):
    client.force_login(merchant)
    secret = "a-long-quiet-river"

    client.post(
        reverse("admin:auth_user_add"),
        {"username": "kim", "password1": secret, "password2": secret, "usable_password": "true"},
    )
    client.post(
        reverse("admin:auth_user_delete", args=[Person.objects.get(username="kim").pk]), {"post": "yes"}
    )

    added, deleted = Event.objects.order_by("pk")
    assert (added.action, deleted.action, deleted.before["name"]) == ("person added", "person deleted", "kim")
    assert "river" not in str(added.after)


def test_the_list_names_people_as_they_are_known_and_says_who_is_kept_out(client, merchant):
    ana = Person.objects.create_user(
        "ar17", "ana@shop.example", first_name="Ana", last_name="Ruiz", is_staff=True
    )
    ana.groups.add(Group.objects.get(name="operations"))
    Person.objects.create_user("kim", is_staff=True, is_active=False)
    client.force_login(merchant)

    html = client.get(reverse("admin:auth_user_changelist")).content.decode()

    for words in ("Ana Ruiz", "ana@shop.example", "Operations", "Locked"):
        assert words in html
    assert "ar17" not in html
    assert html.count(">Locked<") == 1
