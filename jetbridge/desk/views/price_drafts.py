"""What is done with a drafted price rule: put in force, or discarded."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jetbridge.desk.services import price_drafts
from jetbridge.panel.pages import panel_page


@require_POST
@panel_page("core.change_configuration")
def price_draft(request: HttpRequest, step: str) -> HttpResponse:
    """Put the draft in force, or discard it."""
    if step == "apply":
        return _apply(request)
    if step != "discard":
        raise Http404(step)
    if price_drafts.discard():
        messages.success(request, "The draft is gone; what was in force stays in force.")
    else:
        messages.info(request, "There is no draft any more.")
    return redirect("desk:configuration_tab", "prices")


def _apply(request: HttpRequest) -> HttpResponse:
    try:
        saved = price_drafts.put_in_force()
    except ValidationError as problems:
        messages.error(request, f"The draft is not in force: {' '.join(problems.messages)}")
        return redirect("desk:configuration_tab", "prices")
    if saved.changed:
        messages.success(request, "The draft is in force; prices that differ are sent again.")
    else:
        messages.info(request, "Nothing was changed.")
    return redirect("desk:configuration_tab", "prices")
