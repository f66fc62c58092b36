"""A job that a person starts from a list: the page that follows its run, and the way back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from jetbridge.jobs import queue, status


def start(request: HttpRequest, job: str, *, back: str) -> HttpResponse:
    """
    Ask the workers for a run in this person's name, and lead to the page that follows it.

    :param back: the address that the page leads back to
    """
    after = status.latest_run_id(job)
    if not queue.run_now(job, user=request.user):  # type: ignore[arg-type]
        messages.error(request, "Nothing was started: the queue does not answer. See Cron Status.")
        return redirect(back)
    asked: dict[str, str | int] = {"after": after, "back": back}
    return redirect(f"{reverse('desk:followed', args=[job])}?{urlencode(asked)}")
