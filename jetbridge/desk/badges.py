"""What desk adds to menu and header: the number of late jobs, and the how-to of the page."""

from django.contrib.auth.models import User as Person
from django.http import HttpRequest
from django.urls import reverse

from jetbridge.core import people
from jetbridge.desk.howto.pages import CHAPTERS
from jetbridge.jobs import status
from jetbridge.panel import header


def late_jobs(request: HttpRequest) -> str:
    """Return how many jobs are late; nothing when none is."""
    return str(len(status.late_jobs()) or "")


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return the chapter that explains the page, and whether the person's password is still the printed one."""
    match = request.resolver_match
    words = {"panel_howto": CHAPTERS.get(match.view_name, "") if match else ""}
    first = isinstance(request.user, Person) and people.has_first_password(request.user)
    return header.Addition(troubles=[_first_password()] if first else [], words=words)


def _first_password() -> header.Trouble:
    """Ask for a password of one's own; a notice, not a wall."""
    text = "It stands in the terminal where the panel was first started, for whoever can read that."
    url = reverse("admin:password_change")
    return header.Trouble("You still use the first password.", text, "amber", url=url, link="Change it")
