"""Webhooks in the browser: add one, switch it, see what was sent, send it again."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from jetbridge.api import webhooks
from jetbridge.api.forms import WebhookForm
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.core import refusals
from jetbridge.mass_actions.views import person
from jetbridge.outbox.models import State
from jetbridge.panel import cli_commands
from jetbridge.panel.display import Tone
from jetbridge.panel.pages import panel_page, render_page

PER_PAGE = 50
TONES: dict[str, Tone] = {
    State.PENDING: "blue",
    State.CLAIMED: "blue",
    State.UNKNOWN: "amber",
    State.ACCEPTED: "green",
    State.REJECTED: "red",
    State.BLOCKED: "red",
}


@panel_page(webhooks.PERMISSION)
def hooks(request: HttpRequest) -> HttpResponse:
    """List the webhooks, and add one; its secret is on this answer alone."""
    form = WebhookForm(request.POST or None)
    shown: dict[str, Any] = {}
    if form.is_valid():
        try:
            row, secret = webhooks.save(by=person(request), **form.cleaned_data)
            shown, form = {"made": row, "secret": secret}, WebhookForm()
        except webhooks.WebhookRefused as refused:
            refusals.show(form, refused)
    context = {"form": form, "hooks": Webhook.objects.all(), "as_command": "webhooks", **shown}
    status = 422 if form.is_bound else 200
    return render_page(request, "api/webhooks.html", title="Webhooks", context=context, status=status)


@panel_page(webhooks.PERMISSION)
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one webhook with the log of what was sent."""
    found = get_object_or_404(Webhook, pk=pk)
    page = Paginator(found.deliveries.order_by("-pk"), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "hook": found,
        "page": page,
        "rows": [(row, TONES.get(row.state, "grey")) for row in page],
        "panel_commands": cli_commands.of_page("api:webhook", {"id": pk}),
    }
    return render_page(request, "api/webhook.html", title=f"Webhook {pk}", context=context)


@require_POST
@panel_page(webhooks.PERMISSION)
def move(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Switch a webhook on or off, or delete it with its log."""
    found = get_object_or_404(Webhook, pk=pk)
    if step == "delete":
        webhooks.delete(webhook=found)
        messages.success(request, f"The webhook to {found.url} is deleted.")
        return redirect("api:webhooks")
    if step not in ("on", "off"):
        raise Http404(step)
    webhooks.save(webhook=found, is_active=step == "on")
    messages.success(request, f"The webhook is switched {step}.")
    return redirect("api:webhook", pk)


@require_POST
@panel_page(webhooks.PERMISSION)
def replay(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send an event of the log once more."""
    row = get_object_or_404(WebhookDelivery, webhook_id=pk, pk=number)
    if webhooks.replay(delivery=row):
        messages.info(request, f"{row.event} is being sent again.")
    else:
        messages.warning(request, f"{row.event} is on its way already.")
    return redirect("api:webhook", pk)
