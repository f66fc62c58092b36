"""Messages to whoever supports the panel: kept first, then mailed with their bundle."""

import secrets
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from jetbridge.core import history
from jetbridge.core.reports import Report
from jetbridge.inbox import mail
from jetbridge.inbox.models import SupportMessage
from jetbridge.jobs.queue import nudge

# Without letters and digits that are taken for one another when read out over the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST = 20


def address() -> str:
    """Return where messages go, or nothing when nobody set it (JETBRIDGE_SUPPORT_EMAIL)."""
    return str(settings.SUPPORT_EMAIL)


@transaction.atomic
def write(
    *, subject: str, text: str, reply_to: str, bundle: bytes | None, by: int | None, now: datetime
) -> SupportMessage:
    """Keep a message, and its bundle beside it; the mail job sends it."""
    reference = f"S-{now:%y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
    place = default_storage.save(f"support/{reference}.zip", ContentFile(bundle)) if bundle else ""
    message = SupportMessage.objects.create(
        reference=reference,
        subject=" ".join(subject.split()),
        text=text,
        reply_to=reply_to,
        bundle=place,
        written_by_id=by,
        written_at=now,
    )
    history.record("asked support", message, message=f"{reference}: {message.subject}")
    nudge("core.send_mail")
    return message


def unsent() -> QuerySet[SupportMessage]:
    """Return the messages that wait, oldest first; without an address none does."""
    waiting = SupportMessage.objects.filter(sent_at=None).order_by("written_at")
    return waiting if address() else waiting.none()


def send_waiting(*, now: datetime) -> Report:
    """Mail what waits. Marked only after it went out: twice harms less than never."""
    report = Report()
    for message in unsent()[:MOST]:
        try:
            mail.send(_mail(message))
        except (mail.NotSent, OSError) as error:  # OSError: the bundle cannot be read
            message.last_error = str(error)
            message.save(update_fields=["last_error"])
            report.fail(message.reference, f"it was not mailed: {error}")
            continue
        SupportMessage.objects.filter(pk=message.pk).update(sent_at=now, last_error="")
        report.done += 1
    return report


def _mail(message: SupportMessage) -> mail.Message:
    subject = f"[{message.reference}] {message.subject}"
    return mail.Message(
        address(), subject, message.text, reply_to=message.reply_to, attachments=_bundle_of(message)
    )


def _bundle_of(message: SupportMessage) -> list[mail.Attachment]:
    if not message.bundle:
        return []
    with default_storage.open(message.bundle, "rb") as file:
        return [mail.Attachment(f"{message.reference}.zip", file.read(), "application/zip")]
