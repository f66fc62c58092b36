"""What desk adds to menu and header: the number of late jobs, and the how-to of the page."""

from django.http import HttpRequest

from jetbridge.desk.howto.pages import CHAPTERS
from jetbridge.jobs import status
from jetbridge.panel import header


def late_jobs(request: HttpRequest) -> str:
    """Return how many jobs are late; nothing when none is."""
    return str(len(status.late_jobs()) or "")


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return the chapter that explains the page, under the name that the header's template knows."""
    match = request.resolver_match
    return header.Addition(words={"panel_howto": CHAPTERS.get(match.view_name, "") if match else ""})
