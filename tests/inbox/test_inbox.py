"""Each person has an inbox of his own: what he has read, what he wants to see, how much is new to him."""

import pytest
from django.contrib.auth.models import User as Person
from django.test import Client

from jetbridge.inbox import notifications, preferences, readings
from jetbridge.inbox.models import Notification
from jetbridge.inbox.preferences import Choice
from tests.readers import reader

pytestmark = pytest.mark.django_db
INBOX = "/admin/core/notification/"
TITLES = ("1 new order", "{count} new orders")


@pytest.fixture
def carol(db):
    return reader("carol")


def logged_in(person):
    client = Client()
    client.force_login(person)
    return client


def page_of(person):
    return logged_in(person).get(INBOX).content.decode()


def wants(person, *, least="info", **kinds):
    choices = {kind.replace("__", "."): choice for kind, choice in kinds.items()}
    preferences.save(person=person, kinds=choices, least_severity=least, digest_hour=None)


def read_all(person):
    return readings.mark_read(lines=Notification.objects.all(), by=person.pk)


def test_what_one_person_marks_as_read_stays_unread_for_the_others(bob, carol):
    notifications.notify("job.died", key="a", title="It died")

    logged_in(bob).post(f"{INBOX}mark-all-read/")

    assert "No unread notifications" in page_of(bob)
    assert "1 unread notifications" in page_of(carol)
    assert logged_in(carol).get(f"{INBOX}?read=no").content.decode().count("It died") == 1
    assert "It died" not in logged_in(bob).get(f"{INBOX}?read=no").content.decode()


def test_an_event_that_repeats_is_one_line_and_counts_for_each_what_is_new_to_him(bob, carol):
    notifications.notify_of_many("orders.new", titles=TITLES, amount=2)
    read_all(bob)
    notifications.notify_of_many("orders.new", titles=TITLES, amount=3)

    assert Notification.objects.count() == 1
    assert "3 new orders" in page_of(bob)
    assert "5 new orders" in page_of(carol)


def test_a_line_that_all_have_read_is_closed_and_the_next_event_begins_a_new_one(bob, carol):
    notifications.notify_of_many("orders.new", titles=TITLES, amount=2)
    closed = []
    for person in (bob, carol):
        read_all(person)
        closed.append(Notification.objects.get().read_at is not None)

    notifications.notify_of_many("orders.new", titles=TITLES)

    assert closed == [False, True]
    assert sorted(Notification.objects.values_list("title", flat=True)) == ["1 new order", "2 new orders"]


def test_a_person_who_left_or_hides_a_kind_keeps_no_line_open(bob, carol):
    gone = reader("gone")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    wants(carol, job__died=Choice(inbox=False))
    notifications.notify("job.died", key="a", title="It died")

    read_all(bob)

    assert Notification.objects.get().read_at is not None


def test_a_kind_that_a_person_hides_is_neither_listed_nor_counted_for_him(bob, carol):
    wants(bob, job__died=Choice(inbox=False))
    notifications.notify("job.died", key="a", title="It died")

    assert "It died" not in page_of(bob)
    assert "No unread notifications" in page_of(bob)
    assert "It died" in page_of(carol)


@pytest.mark.parametrize(("least", "seen"), [("info", 3), ("warning", 2), ("error", 1)])
def test_a_person_sees_nothing_below_the_severity_that_he_chose(bob, least, seen):
    wants(bob, least=least)
    for severity in ("info", "warning", "error"):
        notifications.notify("job.died", key=severity, title="It died", severity=severity)

    assert readings.unread(bob.pk).count() == seen
    assert page_of(bob).count(">It died<") == seen


def test_an_event_that_comes_while_a_person_reads_is_not_marked(bob):
    notifications.notify("job.died", key="a", title="It died")
    lines = Notification.objects.all()
    read_all(bob)
    Notification.objects.update(read_at=None, count=2)

    assert readings.unread(bob.pk).count() == 1
    assert readings.mark_read(lines=lines, by=bob.pk) == 1


def test_many_lines_are_marked_in_portions(bob, carol, monkeypatch):
    monkeypatch.setattr(readings, "CHUNK", 2)
    for key in "abcde":
        notifications.notify("job.died", key=key, title="It died")

    assert (read_all(bob), read_all(bob), readings.unread(carol.pk).count()) == (5, 0, 5)
