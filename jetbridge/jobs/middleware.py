"""What a person's click set going is said beside what keeps it from going."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from jetbridge.jobs import due_times, queue


class HeldUpMiddleware:
    """
    Say on the page after a click which of the jobs that it asked for wait for a person.

    Views say "is being sent" of what they queue, and need not know who paused what. That no worker is there, or
    the panel is off, stands on every page already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return self._get_response(request)
        with queue.listening() as asked:
            response = self._get_response(request)
        # Only a page that comes next shows messages.
        shows = response.status_code == 302 and (asked.nudged or asked.started)
        if shows and (reasons := due_times.held_up(asked.nudged, asked.started)):
            messages.warning(request, f"What follows from it waits: {'; '.join(reasons.values())}.")
        return response
