"""Follows one delivery on its way for ten seconds, inside the page of whatever is sent."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from jetbridge.core.texts import number_in
from jetbridge.jobs import due_times
from jetbridge.jobs.registry import JOBS
from jetbridge.outbox import boxes
from jetbridge.panel.pages import panel_page

# Looked at once a second for so many seconds; after them the page says where to look.
FOLLOWED_SECONDS = 10


@panel_page("")
def sending(request: HttpRequest, box: str, pk: int) -> HttpResponse:
    """Say where a delivery stands; once nothing of it is pending, have the page around it loaded again."""
    found = boxes.named(box)
    if found is None:
        raise Http404
    if not request.user.has_perm(found.permission):
        raise PermissionDenied(found.permission)
    row = get_object_or_404(found.model, pk=pk)
    tries = number_in(request.GET.get("n"), digits=3) or 0
    box_of, is_over = found(), tries >= FOLLOWED_SECONDS
    context = {"row": row, "box": box_of, "n": tries + 1, "is_over": is_over}
    if is_over and box_of.job in JOBS and (job := due_times.expected(box_of.job)).stopped:
        context["stopped"] = f"“{job.job.title}” {job.stopped}"
    response = render(request, "outbox/sending.html", context)
    if not row.is_pending:
        response["HX-Refresh"] = "true"
    return response
