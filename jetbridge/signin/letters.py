"""Invitations and password resets: a link that sets a password, mailed to whom it is for."""

import re
from datetime import datetime, timedelta
from itertools import count

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from jetbridge.core import history, people
from jetbridge.core.reports import Report
from jetbridge.inbox import mail, mail_texts
from jetbridge.jobs.queue import nudge
from jetbridge.signin.models import Letter

MOST = 50
# Who asks again and again gets one mail in this time.
PAUSE = timedelta(minutes=10)
# A letter that no server took in this time goes no more: its reader asked for another long since.
GIVEN_UP = timedelta(days=1)
# What an address may hold and a user name may not.
NOT_IN_NAMES = re.compile(r"[^\w.+-]")
NO_ADDRESS = "The panel does not know its own address: set JETBRIDGE_TRUSTED_ORIGINS."
SUBJECTS = {
    Letter.Kind.INVITATION: "You are invited to JetBridge",
    Letter.Kind.RESET: "A new password for JetBridge",
}
TEXTS = {
    Letter.Kind.INVITATION: "You can work in JetBridge now. Your user name is {name}. Set your password here:",
    Letter.Kind.RESET: "Somebody asked for a new password for {name}. If it was not you, do nothing. Set it here:",
}


class Known(Exception):
    """Somebody has this e-mail address already."""


def goes_out() -> bool:
    """Return whether mail leaves this machine; else it is only written into the log."""
    return not str(settings.EMAIL_BACKEND).endswith("console.EmailBackend")


def link(person: Person) -> str:
    """Return the path of a page on which a person sets a password; it ends with its use, or after three days."""
    key = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("signin:password", args=[key, default_token_generator.make_token(person)])


@transaction.atomic
def invite(*, name: str, address: str, group: str) -> Person:
    """
    Add somebody without a password, and write the letter by which they set one.

    :param name: how others call them; what they log in with is made from the address
    :raises Known: the address is somebody's
    """
    if Person.objects.filter(Q(username__iexact=address) | Q(email__iexact=address)).exists():
        raise Known
    first, _, last = name.partition(" ")
    person = Person(
        username=user_name(address), email=address, first_name=first, last_name=last, is_staff=True
    )
    person.set_unusable_password()
    people.save(person=person, groups=Group.objects.filter(name=group))
    history.record("invited", person, message=f"As {group}.")
    write(person=person, kind=Letter.Kind.INVITATION)
    return person


def user_name(address: str) -> str:
    """Return what stands before the @ as far as it may be a user name; with a number where somebody has it."""
    own = NOT_IN_NAMES.sub("", address.lower().rpartition("@")[0]) or "colleague"
    names = (own if number == 1 else f"{own}{number}" for number in count(1))
    return next(name for name in names if not Person.objects.filter(username__iexact=name).exists())


def ask_for_reset(*, words: str) -> None:
    """Write a letter to whoever has this name or address, and can have a password; nobody learns whether it is so."""
    found = Person.objects.filter(Q(username=words) | Q(email__iexact=words), is_active=True, is_staff=True)
    for person in found.exclude(email="")[:MOST]:
        if person.has_usable_password() or person.letters.exists():
            write(person=person, kind=Letter.Kind.RESET)


@transaction.atomic
def write(*, person: Person, kind: str) -> bool:
    """Let a letter wait for the mail job, unless one was written just now; return whether one was."""
    now = timezone.now()
    if Letter.objects.filter(person=person, written_at__gt=now - PAUSE).exists():
        return False
    Letter.objects.create(person=person, kind=kind, written_at=now)
    history.record("link to set a password", person, message=f"{Letter.Kind(kind).label}, by mail.")
    nudge("core.send_mail")
    return True


def send_waiting(*, now: datetime) -> Report:
    """Mail what waits. Marked only after it went out: twice harms less than never."""
    report = Report()
    waiting = Letter.objects.filter(sent_at=None, written_at__gt=now - GIVEN_UP).select_related("person")
    for letter in waiting.order_by("pk")[:MOST]:
        address = mail_texts.link(link(letter.person))
        try:
            if "://" not in address:
                raise mail.NotSent(OSError(NO_ADDRESS))
            text = TEXTS[Letter.Kind(letter.kind)].format(name=letter.person.get_username())
            words = f"{text}\n\n{address}\n\nThe link serves once, within three days.\n"
            mail.send(mail.Message(letter.person.email, SUBJECTS[Letter.Kind(letter.kind)], words))
        except mail.NotSent as error:
            Letter.objects.filter(pk=letter.pk).update(last_error=str(error))
            report.fail(letter.person.email, f"it was not mailed: {error}")
            continue
        Letter.objects.filter(pk=letter.pk).update(sent_at=now, last_error="")
        report.done += 1
    return report
