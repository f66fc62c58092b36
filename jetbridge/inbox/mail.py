"""The one door for mail: a message is sent, or it is said whether it may have gone out all the same."""

import smtplib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.mail import EmailMultiAlternatives

from jetbridge.core import generations
from jetbridge.core.reports import Report

# After these the mail surely did not go out: nobody took it, or the server said no.
SURELY_UNSENT = (
    ConnectionRefusedError,
    socket.gaierror,
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
)


# What rooms above let wait for the mail job: each sends what is due at a moment.
SENDERS: list[Callable[..., Report]] = []


def also_sends(sender: Callable[..., Report]) -> None:
    """Register what else the mail job sends."""
    SENDERS.append(sender)


class NotSent(Exception):
    """The mail server did not take a message, or did not say that it did; then it may have gone out."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"the mail server did not take it: {error}")
        self.is_certain = isinstance(error, SURELY_UNSENT)
        self.answer = str(error)


class Held(NotSent):
    """The database is older than what was mailed from it: none goes out."""

    def __init__(self) -> None:
        super().__init__(ConnectionRefusedError(generations.HELD))

    def __str__(self) -> str:
        return generations.HELD


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes
    kind: str


@dataclass(frozen=True)
class Message:
    """One mail to one address; html is the same once more, for programs that show it."""

    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    attachments: list[Attachment] = field(default_factory=list)


def send(message: Message) -> None:
    """
    Send one message now.

    :raises NotSent: the server does not answer or refuses; is_certain where nothing can have gone out
    """
    if generations.state().is_older:
        raise Held
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for each in message.attachments:
        mail.attach(each.name, each.content, each.kind)
    try:
        mail.send()
    except OSError as error:  # what smtplib raises is one, too
        raise NotSent(error) from error
