"""What the inbox says goes out by mail once, and waits while the mail server does not answer."""

import re
import smtplib
from datetime import UTC, datetime

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from jetbridge.core.models import Configuration
from jetbridge.home import PROJECT_ROOT
from jetbridge.inbox import mail, merchant_mail, notifications, selectors
from jetbridge.inbox.models import Notification

pytestmark = pytest.mark.django_db
ROOMS = ("jetbridge", "catalog", "orders", "returns")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def address(db: None) -> str:
    Configuration.objects.update_or_create(pk=1, defaults={"notification_email": "shop@example.test"})
    return "shop@example.test"


def tell(key: str, title: str = "Order 7 is new") -> None:
    notifications.notify("order.new", key=key, title=title, text="2 x MUG-1", mail=True)


def test_all_that_waits_is_one_message_sent_once(address: str):
    tell("a")
    tell("b", "Order 8\nBcc: thief@example.test")

    reports = [merchant_mail.send_waiting(now=NOW) for _ in range(2)]

    assert [report.done for report in reports] == [2, 0]
    assert len(outbox.outbox) == 1
    assert outbox.outbox[0].to == [address]
    assert "2 x MUG-1" in outbox.outbox[0].body


def test_a_line_break_in_a_title_makes_no_header(address: str):
    tell("a", "Order 8\nBcc: thief@example.test")

    merchant_mail.send_waiting(now=NOW)

    assert outbox.outbox[0].subject == "JetBridge: Order 8 Bcc: thief@example.test"
    assert outbox.outbox[0].bcc == []


def test_a_mail_server_that_refuses_leaves_the_lines_waiting(address: str, monkeypatch):
    def refuse(*_: object) -> int:
        raise ConnectionRefusedError("nobody listens")

    tell("a")
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)

    report = merchant_mail.send_waiting(now=NOW)

    assert (report.done, report.failed) == (0, 1)
    assert selectors.unsent_jobs() == ["core.send_mail"]


def test_without_an_address_nothing_is_sent_and_nothing_waits_for_ever():
    tell("a")

    report = merchant_mail.send_waiting(now=NOW)

    assert (report.done, report.skipped, outbox.outbox) == (0, 1, [])
    assert "Configuration" in report.note
    assert selectors.unsent_jobs() == []
    assert Notification.objects.get().title == "Order 7 is new"


def test_mail_leaves_by_one_way_only():
    sources = [path for room in ROOMS for path in (PROJECT_ROOT / room).rglob("*.py")]
    # Settings may name a backend; whoever sends imports.
    imported = re.compile(r"^\s*(from|import) django\.core(\.| import )mail\b", re.MULTILINE)
    senders = [path for path in sources if imported.search(path.read_text())]

    assert [path.relative_to(PROJECT_ROOT).as_posix() for path in senders] == ["jetbridge/inbox/mail.py"]


@pytest.mark.parametrize(
    ("error", "is_certain"),
    [
        (ConnectionRefusedError("nobody listens"), True),
        (smtplib.SMTPDataError(550, b"no"), True),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError("too late"), False),
    ],
)
def test_a_message_that_was_not_sent_says_whether_it_may_have_gone_out(error, is_certain, monkeypatch):
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", fail)

    with pytest.raises(mail.NotSent) as unsent:
        mail.send(mail.Message("shop@example.test", "Order 7", "2 x MUG-1"))

    assert unsent.value.is_certain == is_certain
