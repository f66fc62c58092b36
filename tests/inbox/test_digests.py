"""The daily digest: one mail a person and day, grouped by kind, at the person's hour, and in no case two."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import User as Person
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from jetbridge.core import configuration
from jetbridge.core.models import JobRun
from jetbridge.inbox import digests, notifications, preferences, readings, tasks
from jetbridge.inbox.models import Notification, NotificationDigest
from jetbridge.inbox.preferences import Choice
from tests.readers import reader

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TITLES = ("1 new order", "{count} new orders")
CRON_STATUS = SimpleNamespace(get_absolute_url=lambda: "/admin/cron/")


def configured(**values):
    config = configuration.current()
    for name, value in values.items():
        setattr(config, name, value)
    config.save()


def wants(person, *, least="info", hour=None, **kinds):
    choices = {kind.replace("__", "."): choice for kind, choice in kinds.items()}
    preferences.save(person=person, kinds=choices, least_severity=least, digest_hour=hour)


def tell(kind="job.died", key="a", at=NOON - timedelta(hours=1), **options):
    with time_machine.travel(at, tick=False):
        notifications.notify(kind, key=key, title=f"{kind} {key}", about=CRON_STATUS, **options)


def send(now=NOON):
    return digests.send_due(now=now, heartbeat=lambda: None)


def test_a_digest_groups_by_kind_with_counts_and_links_as_text_and_html(bob, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://panel.example.test"]
    for _ in range(3):
        tell()
    tell(key="<b>", text="5 < 6")
    with time_machine.travel(NOON - timedelta(minutes=5), tick=False):
        notifications.notify_of_many("orders.new", titles=TITLES, amount=4)

    report = send()

    message = outbox.outbox[0]
    html = message.alternatives[0].content
    assert (report.done, message.to) == (1, ["bob@example.test"])
    assert message.subject == "JetBridge: 8 notifications since the last digest"
    assert "New orders: 4\n- 4 new orders" in message.body
    assert "Jobs whose worker died: 4" in message.body
    assert "- job.died a (3 times)\n  https://panel.example.test/admin/cron/" in message.body
    assert "5 < 6" in message.body
    assert 'href="https://panel.example.test/admin/cron/">job.died &lt;b&gt;</a>' in html
    assert "https://panel.example.test/admin/my-notifications/" in html


def test_a_day_has_one_digest_and_the_next_tells_only_what_is_new(bob):
    tell()
    send()
    tell(key="b", at=NOON + timedelta(hours=1))
    send(NOON + timedelta(hours=2))
    send(NOON + timedelta(days=1))

    assert [("died a" in mail.body, "died b" in mail.body) for mail in outbox.outbox] == [
        (True, False),
        (False, True),
    ]


def test_nothing_is_sent_when_there_is_nothing(bob):
    report = send()

    assert (report.done, report.note, outbox.outbox) == (
        0,
        "Nothing new happened that belongs in a digest.",
        [],
    )


def test_a_person_without_an_address_gets_none(db):
    reader("carol", "")
    tell()

    assert (send().done, NotificationDigest.objects.count()) == (0, 0)


def test_somebody_who_may_not_read_the_inbox_gets_none(db):
    Person.objects.create_user("stranger", "stranger@example.test", is_staff=True)
    tell()

    assert send().done == 0


@pytest.mark.parametrize(
    "off",
    [
        lambda bob: configured(mail_off=["job.died"]),
        lambda bob: configured(inbox_off=["job.died"]),
        lambda bob: wants(bob, job__died=Choice(mail="never")),
        lambda bob: wants(bob, job__died=Choice(mail="now")),
        lambda bob: wants(bob, least="warning"),
        lambda bob: readings.mark_read(lines=Notification.objects.all(), by=bob.pk),
    ],
    ids=["no-mail-for-all", "off-for-all", "never", "at-once", "too-small", "read-already"],
)
def test_what_is_off_mailed_at_once_or_read_already_is_not_in_the_digest(bob, off):
    tell()
    off(bob)

    assert (send().done, outbox.outbox) == (0, [])


def test_a_digest_tells_only_what_came_since_the_person_read_a_line(bob):
    reader("carol")
    for _ in range(2):
        tell()
    readings.mark_read(lines=Notification.objects.all(), by=bob.pk)
    tell()
    send()

    bodies = {mail.to[0]: mail.body for mail in outbox.outbox}
    assert "died: 1" in bodies["bob@example.test"]
    assert "died: 3" in bodies["carol@example.test"]


@pytest.mark.parametrize(("hour", "sent"), [(None, True), (12, True), (13, False)])
def test_a_persons_own_hour_goes_before_the_hour_for_all(bob, hour, sent):
    wants(bob, hour=hour)
    tell()

    assert send().done == int(sent)


@pytest.mark.parametrize(
    ("hour", "sent"),
    [
        # New York, 8 March 2026: 02:00 does not exist; 06:59 UTC is 01:59, 07:00 UTC is 03:00.
        (2, ["03-08 07:00", "03-09 06:00"]),
        (1, ["03-08 06:00", "03-09 05:00"]),
    ],
)
def test_the_day_the_clock_jumps_ahead_has_one_digest(bob, hour, sent):
    configured(time_zone="America/New_York", digest_hour=hour)

    assert sent_at(datetime(2026, 3, 8, 5, tzinfo=UTC), hours=30) == sent


def test_the_day_the_clock_goes_back_has_one_digest_though_the_hour_comes_twice(bob):
    configured(time_zone="America/New_York", digest_hour=1)

    # 1 November 2026: 01:00 is at 05:00 and again at 06:00 UTC; the day after at 06:00 UTC.
    assert sent_at(datetime(2026, 11, 1, 4, 30, tzinfo=UTC), hours=26) == ["11-01 05:00", "11-02 06:00"]


def sent_at(start, *, hours):
    """Run the job each half hour, with news each time; return when mails went out."""
    found = []
    for half in range(hours * 2):
        now = start + timedelta(minutes=30 * half)
        tell(at=now - timedelta(minutes=1))
        found += [f"{now:%m-%d %H:%M}"] * send(now).done
    return found


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(bob):
    tell()
    start, counts = Barrier(2), []

    def work():
        start.wait()
        counts.append(send().done)
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 1]
    assert len(outbox.outbox) == 1


def test_a_worker_killed_while_it_sends_leaves_a_day_without_a_second_mail(bob, monkeypatch):
    tell()

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(EmailBackend, "send_messages", killed)
        send()
    again = send(NOON + timedelta(hours=1)).done
    next_day = send(NOON + timedelta(days=1)).done

    assert (again, next_day) == (0, 1)
    assert "died a" in outbox.outbox[0].body


@pytest.mark.parametrize(
    ("error", "tried_again"), [(ConnectionRefusedError("no"), 1), (SMTPServerDisconnected("gone"), 0)]
)
def test_only_a_mail_that_surely_did_not_go_out_is_tried_again(bob, monkeypatch, error, tried_again):
    tell()

    def refuse(*_):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        first = send()
    second = send()

    assert (first.failed, second.done) == (1, tried_again)


def test_the_job_says_whom_it_mailed_and_what_stood_in_the_way(bob):
    configured(digest_hour=0)
    notifications.notify("job.died", key="a", title="It died")
    tasks.send_digests()

    run = JobRun.objects.get(job="core.send_digests")
    assert (run.outcome, run.done) == ("achieved", 1)
