"""The page of a person."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.urls import reverse

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
    assert "Nobody would be left" in page.content.decode()
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
