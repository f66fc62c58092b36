"""A person with a password and a browser in which they are signed in, at the gate as it is outside of tests."""

import pytest
from django.contrib.auth.models import User as Person
from django.test import Client

from tests.signin.codes import PASSWORD, first_step


@pytest.fixture
def gate(settings):
    """The gate is closed as it is outside of tests."""
    settings.AXES_ENABLED = True


@pytest.fixture
def alice(db):
    return Person.objects.create_superuser("alice", password=PASSWORD)


@pytest.fixture
def browser(alice):
    found = Client()
    first_step(found)
    return found
