"""Where somebody is signed in, and one browser signed out."""

import re

import pytest
from django.contrib.auth.models import User as Person
from django.test import Client

from tests.signin.codes import PASSWORD, first_step

pytestmark = pytest.mark.django_db


def test_one_of_the_own_browsers_is_signed_out_and_nobody_elses():
    Person.objects.create_superuser("alice", password=PASSWORD)
    Person.objects.create_superuser("bob", password=PASSWORD)
    here, there = Client(), Client(REMOTE_ADDR="10.1.1.1", HTTP_USER_AGENT="Telephone/1")
    other = Client()
    first_step(here)
    first_step(there)
    first_step(other, "bob")

    page = here.get("/admin/my-sign-in/").text
    assert "Telephone/1" in page
    assert "10.1.1.1" in page
    (address,) = re.findall(r'action="(/admin/my-sign-in/sessions/\w+/end/)"', page)
    other.post(address)
    assert there.get("/admin/").status_code == 200
    here.post(address)

    assert [each.get("/admin/").status_code for each in (here, there, other)] == [200, 302, 200]
