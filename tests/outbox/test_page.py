"""The fragment that follows a delivery for ten seconds."""

import pytest
from django.contrib.auth.models import User as Person
from django.urls import reverse

from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import queue
from tests.outbox.app.models import Label
from tests.outbox.app.outboxes import Labels

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    """A label on its way."""
    found = Label.objects.create(content="first")
    queue(Labels(), [found])
    return found


def address(row, box="test.labels"):
    return reverse("outbox:sending", args=[box, row.pk])


def test_a_delivery_on_its_way_is_asked_after_again_in_a_second(admin_client, row):
    answer = admin_client.get(address(row), {"n": 3})

    assert "The label is being sent to Jet" in answer.text
    assert f'{address(row)}?n=4" hx-trigger="load delay:1s"' in answer.text
    assert "HX-Refresh" not in answer.headers


def test_after_ten_seconds_the_page_says_where_to_look_and_asks_no_more(admin_client, row):
    Label.objects.update(errors=["Busy."], attempts=1)

    answer = admin_client.get(address(row), {"n": 10})

    assert "No answer yet." in answer.text
    assert reverse("desk:cron") in answer.text
    assert "Last: Busy." in answer.text
    assert "hx-get" not in answer.text


def test_an_answer_has_the_page_around_it_loaded_again(admin_client, row):
    Label.objects.update(next_try_at=None, answer=Answer.REJECTED)

    answer = admin_client.get(address(row))

    assert "Jet has answered:</strong> Rejected" in answer.text
    assert answer.headers["HX-Refresh"] == "true"


def test_who_lacks_the_permission_of_the_box_is_turned_away(client, row):
    client.force_login(Person.objects.create_user("bob", is_staff=True))

    assert client.get(address(row)).status_code == 403


@pytest.mark.parametrize("box", ["test.labels", "test.none"])
def test_what_is_not_there_is_not_found(admin_client, row, box):
    Label.objects.all().delete()

    assert admin_client.get(address(row, box)).status_code == 404
