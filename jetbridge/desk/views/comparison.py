"""What is to be done after a restore: how old the database is, what may be doubled, and the way to go on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jetbridge.core import generations
from jetbridge.desk.services import restored
from jetbridge.panel.pages import panel_page, render_page


@panel_page("core.lift_mark")
def compare_with_jet(request: HttpRequest) -> HttpResponse:
    """Say what is held and what may be doubled, then let deliveries go."""
    if request.method == "POST":
        done = restored.let_go()
        messages.info(request, restored.LIFTED if done else restored.NOT_HELD)
        return redirect("admin:index")
    found = generations.state()
    if not found.is_older:
        messages.info(request, restored.NOT_HELD)
        return redirect("desk:cron")
    context = {
        "lines": restored.warnings(found),
        "button": "Lift the mark",
        "danger": True,
        "cancel_url": reverse("desk:cron"),
    }
    return render_page(request, "panel/confirm.html", title="Older than Jet", context=context)
