"""What a person wants by mail at once goes to that person once, and again only when there is something new."""

import pytest
from django.contrib.auth.models import User as Person
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.inbox import alerts, merchant_mail, notifications, preferences, selectors
from jetbridge.inbox import readings as inbox
from jetbridge.inbox.models import Notification, NotificationMail
from jetbridge.inbox.preferences import Choice
from tests.readers import reader

pytestmark = pytest.mark.django_db
DEADLINE = "orders.deadline"


def tell(kind=DEADLINE, **options):
    notifications.notify(kind, key="o1", title="Order 7 will be late", text="In 3 minutes.", **options)


def send():
    return alerts.send_waiting(now=timezone.now())


def wants(person, kind=DEADLINE, *, mail="now", inbox=True, least="info"):
    choices = {kind: Choice(inbox, mail)}
    preferences.save(person=person, kinds=choices, least_severity=least, digest_hour=None)


def test_a_deadline_is_mailed_at_once_to_everybody_with_an_address(bob):
    reader("carol", "")
    Person.objects.create_user("stranger", "stranger@example.test", is_staff=True)
    tell()

    reports = [send().done for _ in range(2)]

    assert reports == [1, 0]
    assert [message.to for message in outbox.outbox] == [["bob@example.test"]]
    assert "In 3 minutes." in outbox.outbox[0].body


def test_what_is_not_pressing_waits_for_the_digest_unless_a_person_wants_it_at_once(bob):
    wants(reader("carol"), "job.died")
    tell("job.died")
    send()

    assert [message.to for message in outbox.outbox] == [["carol@example.test"]]


def test_a_repeat_is_mailed_again_only_to_whom_has_read_the_line_since(bob):
    reader("carol")
    tell()
    send()
    inbox.mark_read(lines=Notification.objects.all(), by=bob.pk)
    tell()
    send()

    assert [message.to[0][:3] for message in outbox.outbox] == ["bob", "car", "bob"]


def test_a_kind_that_says_how_many_came_is_mailed_each_time_more_come(bob):
    wants(bob, "orders.new")
    for _ in range(2):
        notifications.notify_of_many("orders.new", titles=("1 new order", "{count} new orders"))
        send()

    assert [message.subject for message in outbox.outbox] == [
        "JetBridge: 1 new order",
        "JetBridge: 1 new order (2 not read yet)",
    ]


def test_a_kind_without_mail_for_all_or_below_the_chosen_severity_is_not_mailed(bob):
    wants(bob, least="error")
    tell(severity="warning")
    config = configuration.current()
    config.mail_off = ["orders.late"]
    config.save()
    tell("orders.late", severity="error")

    assert not NotificationMail.objects.exists()


def test_a_person_who_does_not_want_it_any_more_before_it_went_out_gets_nothing(bob):
    tell()
    wants(bob, mail="never")

    report = send()

    assert (report.skipped, outbox.outbox, selectors.unsent_jobs()) == (1, [], [])


def test_a_hidden_kind_can_still_be_mailed(bob):
    wants(bob, inbox=False)
    tell()
    send()

    assert len(outbox.outbox) == 1


def test_the_merchants_own_address_gets_each_line_once(bob):
    config = configuration.current()
    config.notification_email = "Bob@example.test"
    config.save()
    tell(mail=True)
    merchant_mail.send_waiting(now=timezone.now())
    send()

    assert len(outbox.outbox) == 1


def test_a_mail_server_that_refuses_leaves_the_mail_waiting(bob, monkeypatch):
    def refuse(*_):
        raise ConnectionRefusedError("nobody listens")

    tell()
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)

    assert (send().failed, selectors.unsent_jobs()) == (1, ["core.send_mail"])
