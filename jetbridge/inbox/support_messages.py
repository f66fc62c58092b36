"""Messages to whoever supports the panel: kept first, then mailed with their bundle."""

import secrets
import zipfile
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from jetbridge.core import history
from jetbridge.core.models import Event
from jetbridge.core.reports import Report
from jetbridge.inbox import mail
from jetbridge.inbox.models import SupportMessage
from jetbridge.jobs.queue import nudge

# Without letters and digits that are taken for one another when read out over the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST = 20
FOLDER = "support"
# How the nightly cleanup calls them.
KIND = "support messages"


def address() -> str:
    """Return where messages go, or nothing when nobody set it (JETBRIDGE_SUPPORT_EMAIL)."""
    return str(settings.SUPPORT_EMAIL)


@transaction.atomic
def write(
    *, subject: str, text: str, reply_to: str, bundle: bytes | None, by: int | None, now: datetime
) -> SupportMessage:
    """Keep a message, and its bundle beside it; the mail job sends it."""
    reference = f"S-{now:%y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
    place = default_storage.save(f"{FOLDER}/{reference}.zip", ContentFile(bundle)) if bundle else ""
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
        _delete_bundle(message)  # who helps has it; nobody here reads it again
        report.done += 1
    return report


def forget_old(before: datetime, heartbeat: Callable[[], None]) -> int:
    """Delete messages written before a moment with their bundles, sent or not; return how many."""
    old = SupportMessage.objects.filter(written_at__lt=before).order_by("pk")
    for message in (found := list(old)):
        # The file first: a row that is left is found again, a file that is left is not.
        _delete_bundle(message)
        with transaction.atomic():
            rows = Event.objects.filter(kind=message._meta.label_lower, object_id=str(message.pk))
            history.erase(rows, "message", "note", "before", "after", reason="Its message grew old.")
            SupportMessage.objects.filter(pk=message.pk).delete()
        heartbeat()
    _delete_strays(before=before)
    return len(found)


def remove_words(has_one: Callable[[str], bool]) -> int:
    """Delete bundles in which a buyer is named who is forgotten; return how many."""
    done = 0
    for message in SupportMessage.objects.exclude(bundle=""):
        if default_storage.exists(message.bundle) and has_one(_text_of(message.bundle)):
            _delete_bundle(message)
            done += 1
    return done


def _text_of(place: str) -> str:
    with default_storage.open(place, "rb") as file, zipfile.ZipFile(file) as bundle:
        return "\n".join(bundle.read(name).decode(errors="replace") for name in bundle.namelist())


def _delete_bundle(message: SupportMessage) -> None:
    if message.bundle:
        default_storage.delete(message.bundle)
        SupportMessage.objects.filter(pk=message.pk).update(bundle="")


def _delete_strays(*, before: datetime) -> None:
    """A process that died after it wrote a bundle left it without a message."""
    if not default_storage.exists(FOLDER):
        return
    known = set(SupportMessage.objects.values_list("bundle", flat=True))
    for name in default_storage.listdir(FOLDER)[1]:
        place = f"{FOLDER}/{name}"
        if place not in known and default_storage.get_modified_time(place) < before:
            default_storage.delete(place)


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
