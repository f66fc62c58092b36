"""Follows one delivery on its way for ten seconds, inside the page of whatever is sent."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

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
    asked = request.GET.get("n", "")
    tries = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    context = {"row": row, "box": found(), "n": tries + 1, "is_over": tries >= FOLLOWED_SECONDS}
    response = render(request, "outbox/sending.html", context)
    if not row.is_pending:
        response["HX-Refresh"] = "true"
    return response
