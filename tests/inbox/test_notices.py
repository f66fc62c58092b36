"""Notifications: one line an event, grouped where many come, off by kind, mailed with a link."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JobRun
from jetbridge.inbox import kinds, merchant_mail, notifications
from jetbridge.inbox.models import Notification

pytestmark = pytest.mark.django_db
TITLES = ("1 new order", "{count} new orders")


@pytest.fixture
def settings_of(db):
    """Change the configuration: settings_of(mail_off=[...])."""

    def change(**values):
        config = configuration.current()
        for name, value in values.items():
            setattr(config, name, value)
        config.save()

    return change


def test_the_same_open_event_is_one_line_with_a_count():
    for _ in range(3):
        notifications.notify("job.died", key="a", title="It died")

    line = Notification.objects.get()
    assert (line.title, line.count) == ("It died", 3)


def test_many_things_of_a_kind_are_one_line_that_says_how_many():
    notifications.notify_of_many("orders.new", titles=TITLES)
    first = Notification.objects.get().title
    notifications.notify_of_many("orders.new", titles=TITLES, amount=4)

    line = Notification.objects.get()
    assert (first, line.title, line.count) == ("1 new order", "5 new orders", 5)


def test_a_read_line_is_closed_and_the_next_event_begins_a_new_one():
    notifications.notify_of_many("orders.new", titles=TITLES, amount=2)
    Notification.objects.update(read_at=timezone.now())

    notifications.notify_of_many("orders.new", titles=TITLES)

    assert sorted(Notification.objects.values_list("title", flat=True)) == ["1 new order", "2 new orders"]


def test_more_of_a_kind_is_mailed_again_and_a_going_event_is_not(settings_of, mailoutbox):
    settings_of(notification_email="shop@example.test")
    for _ in range(2):
        notifications.notify_of_many("orders.new", titles=TITLES)
        notifications.notify("orders.late", key="o1", title="It waits", mail=True)
        merchant_mail.send_waiting(now=timezone.now())

    assert [message.body.count("It waits") for message in mailoutbox] == [1, 0]
    assert "1 new order (2 not read yet)" in mailoutbox[1].body


def test_what_comes_more_than_an_hour_later_is_a_line_of_its_own():
    notifications.notify_of_many("orders.new", titles=TITLES, amount=2)
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=61))

    notifications.notify_of_many("orders.new", titles=TITLES, amount=3)

    assert sorted(Notification.objects.values_list("title", "count")) == [
        ("2 new orders", 2),
        ("3 new orders", 3),
    ]


def test_a_kind_that_is_off_leaves_no_line(settings_of):
    settings_of(inbox_off=["orders.new"])

    notifications.notify_of_many("orders.new", titles=TITLES)
    notifications.notify("orders.late", key="o1", title="It waits")

    assert [line.kind for line in Notification.objects.all()] == ["orders.late"]


def test_a_kind_without_mail_stands_in_the_inbox_only(settings_of):
    settings_of(mail_off=["orders.new"], notification_email="shop@example.test")
    notifications.notify_of_many("orders.new", titles=TITLES)

    report = merchant_mail.send_waiting(now=timezone.now())

    assert (report.done, Notification.objects.count(), outbox.outbox) == (0, 1, [])


def test_a_mail_leads_to_the_page(settings_of, settings, mailoutbox):
    settings.CSRF_TRUSTED_ORIGINS = ["https://panel.example.test"]
    settings_of(notification_email="shop@example.test")
    notifications.notify_of_many("orders.new", titles=TITLES)

    merchant_mail.send_waiting(now=timezone.now())

    assert "https://panel.example.test/admin/orders/order/" in mailoutbox[0].body


def test_a_line_about_an_object_leads_to_its_page_and_not_to_that_of_its_kind():
    now = timezone.now()
    run = JobRun.objects.create(job="orders.import_ready_orders", started_at=now, heartbeat_at=now)

    notifications.notify("job.late", key="orders.import_ready_orders", title="It is late", about=run)

    assert Notification.objects.get().url == reverse("desk:run", args=[run.pk])


def test_a_line_about_no_object_leads_to_the_page_of_its_kind():
    notifications.notify("orders.deadline", key="o1", title="It waits")
    notifications.notify("job.late", key="orders.import_ready_orders", title="It is late")
    notifications.notify("job.died", key="orders.import_ready_orders", title="It died")

    assert list(Notification.objects.order_by("pk").values_list("url", flat=True)) == [
        "/admin/orders/order/?stage=risk",
        "/admin/cron/orders.import_ready_orders/",
        "",
    ]


@pytest.mark.parametrize("code", kinds.pages())
def test_the_page_of_every_kind_is_there(code, admin_client):
    address = kinds.address_of(code, "orders.import_ready_orders")

    assert admin_client.get(address).status_code == 200


def test_configuration_offers_each_kind_to_be_switched_off(admin_client):
    page = admin_client.get(reverse("desk:configuration_tab", args=["notifications"])).content.decode()

    assert all(name.replace("'", "&#x27;") in page for name in kinds.names().values())


def test_every_kind_that_is_told_can_be_switched_off():
    shown = set(_kinds_in_source())

    assert shown <= kinds.names().keys(), shown - kinds.names().keys()


def _kinds_in_source():
    """Find what notify is called with, in the services' own words."""
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    for app in ("orders", "catalog", "returns", "jetbridge"):
        for path in (root / app).rglob("*.py"):
            text = path.read_text()
            yield from re.findall(r"\bnotify(?:_of_many)?\(\s*\"([\w.]+)\"", text)
            if "notifications.notify(" in text:
                yield from re.findall(r"^(?:KIND|LATE) = \"([\w.]+)\"", text, re.MULTILINE)
