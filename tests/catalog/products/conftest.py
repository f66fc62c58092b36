"""What the tests of the products' pages share: people with and without rights."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client


@pytest.fixture
def viewer_client(db: None) -> Client:
    """A browser in the hands of somebody who may look and touch nothing."""
    person = Person.objects.create_user("vera", password="vera", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(person)
    return client
