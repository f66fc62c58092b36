"""Asking a person: messages with a reference, mailed once, and a bundle without secrets or buyers."""

import io
import json
import smtplib
import zipfile

import pytest
from django.conf import settings as panel_settings
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from jetapi.errors import JetError
from jetbridge.core.jet.client import open_client
from jetbridge.desk.services import support_bundles
from jetbridge.inbox import support_messages
from jetbridge.inbox.models import SupportMessage
from jetbridge.inbox.selectors import unsent_jobs
from jetbridge.jobs.runs import job_run
from orders.services import imports
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/help/support/"
WORDS = {"subject": "An order stands still", "text": "Order 123 is held.", "reply_to": "a@example.test"}


@pytest.fixture(autouse=True)
def somebody(settings, tmp_path):
    settings.SUPPORT_EMAIL = "help@example.test"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def opened(content: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return {name: json.loads(bundle.read(name)) for name in bundle.namelist()}


def test_a_message_is_kept_mailed_once_and_named_by_its_reference(admin_client, admin_user):
    page = admin_client.post(PAGE, {**WORDS, "attach": "on"}, follow=True).content.decode()
    message = SupportMessage.objects.get()
    first, second = (support_messages.send_waiting(now=timezone.now()) for _ in range(2))

    assert message.reference in page
    assert (first.done, second.done) == (1, 0)
    (sent,) = mail.outbox
    assert sent.subject == f"[{message.reference}] An order stands still"
    assert (sent.to, sent.reply_to) == (["help@example.test"], ["a@example.test"])
    ((name, content, kind),) = sent.attachments
    assert (name, kind) == (f"{message.reference}.zip", "application/zip")
    assert "versions.json" in opened(content)


def test_a_mail_server_that_refuses_leaves_the_message_waiting_with_the_reason(monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPServerDisconnected("gone")

    support_messages.write(subject="x", text="y", reply_to="", bundle=None, by=None, now=timezone.now())
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)

    report = support_messages.send_waiting(now=timezone.now())

    message = SupportMessage.objects.get()
    assert report.failed == 1
    assert (message.sent_at, message.last_error) == (None, "the mail server did not take it: gone")
    assert unsent_jobs() == ["core.send_mail"]


def test_without_an_address_the_page_says_so_and_keeps_the_message(admin_client, settings):
    settings.SUPPORT_EMAIL = ""

    before = admin_client.get(PAGE).content.decode()
    after = admin_client.post(PAGE, WORDS, follow=True).content.decode()

    assert "JETBRIDGE_SUPPORT_EMAIL" in before
    assert "It is kept; no support address is set." in after
    assert unsent_jobs() == []
    settings.SUPPORT_EMAIL = "help@example.test"
    assert unsent_jobs() == ["core.send_mail"]


def test_a_message_without_words_is_refused_beside_the_field(admin_client):
    page = admin_client.post(PAGE, {**WORDS, "text": ""}).content.decode()

    assert "This field is required." in page
    assert not SupportMessage.objects.exists()


def test_a_line_break_in_the_subject_makes_no_second_mail_header(admin_client):
    admin_client.post(PAGE, {**WORDS, "subject": "x\nBcc: all@example.test"})

    support_messages.send_waiting(now=timezone.now())

    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert sent.recipients() == ["help@example.test"]


def test_the_bundle_holds_what_a_helper_needs_and_neither_secret_nor_buyer(account, sandbox):
    ProductFactory(sku="MUG-1")
    order_id = sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 1, "price": 10.0}])[0]
    document = sandbox.held("orders", order_id)
    with job_run("orders.import_ready_orders") as run, open_client(account) as jet:
        run.add(imports.import_ready_orders(client=jet, account=account, ids=[order_id, "none"]))
        with pytest.raises(JetError):
            jet.read(f"/orders/withoutShipmentDetail/{account.api_secret}")

    content = support_bundles.build(tracebacks=True)

    parts = opened(content)
    assert set(parts) == {
        "versions.json", "health.json", "configuration.json", "mappings.json", "jobs.json", "errors.json",
    }  # fmt: skip
    assert parts["versions.json"]["packages"]["django"]
    assert parts["errors.json"]["calls"]
    account.refresh_from_db()
    shown = json.dumps(parts)
    for hidden in (
        account.api_secret,
        account.token,
        panel_settings.SECRET_KEY,
        document["buyer"]["name"],
        document["shipping_to"]["address"]["address1"],
    ):
        assert hidden
        assert hidden not in shown


def test_the_bundle_is_downloaded_and_written_by_a_command(admin_client, tmp_path, capsys):
    answer = admin_client.get(f"{PAGE}bundle/")
    call_command("support_bundle", output=tmp_path / "b.zip", json=True)

    assert answer["Content-Type"] == "application/zip"
    assert "versions.json" in opened(answer.content)
    assert "versions.json" in opened((tmp_path / "b.zip").read_bytes())
    assert json.loads(capsys.readouterr().out)["bytes"] > 500


def test_the_shell_asks_too(capsys):
    call_command("ask_support", "It hurts", "Here.", no_bundle=True, json=True)

    assert json.loads(capsys.readouterr().out)["reference"] == SupportMessage.objects.get().reference


def test_a_viewers_bundle_holds_no_traceback_and_nobodys_holds_the_words_of_an_exception(client):
    def broken(name: str) -> None:
        raise RuntimeError(f'{name} lives in Tucson\n  File "{name}"')

    with pytest.raises(RuntimeError), job_run("orders.import_ready_orders"):
        broken("Ben Castillo")
    viewer = Person.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)

    seen = json.dumps(opened(client.get(f"{PAGE}bundle/").content))
    owners = json.dumps(opened(support_bundles.build(tracebacks=True)))

    assert "Castillo" not in seen + owners
    assert "in broken" not in seen
    assert "in broken" in owners
    assert "RuntimeError" in owners
