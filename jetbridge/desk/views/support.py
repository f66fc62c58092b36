"""Asking a person: a message with a reference, and the bundle that says what this installation is like."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from jetbridge.desk.forms.pages import SupportForm
from jetbridge.desk.services import support_bundles
from jetbridge.inbox import support_messages
from jetbridge.inbox.models import SupportMessage
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page

SEE = "core.view_configuration"
SHOWN = 20


@panel_page(SEE)
def ask(request: HttpRequest) -> HttpResponse:
    """Take a message; it is kept with its reference before it is mailed."""
    form = SupportForm(request.POST or None, initial={"reply_to": getattr(request.user, "email", "")})
    if form.is_valid():
        message = support_messages.write(
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
            reply_to=form.cleaned_data["reply_to"],
            bundle=_build(request) if form.cleaned_data["attach"] else None,
            by=request.user.pk,
            now=timezone.now(),
        )
        words = (
            "It is on its way." if support_messages.address() else "It is kept; no support address is set."
        )
        messages.info(request, f"Your message has the reference {message.reference}. {words}")
        return redirect("desk:support")
    context = {
        "form": form,
        "address": support_messages.address(),
        "sent": SupportMessage.objects.select_related("written_by")[:SHOWN],
    }
    return render_page(request, "desk/support.html", title="Help and Support", context=context)


@panel_page(SEE)
def bundle(request: HttpRequest) -> HttpResponse:
    """Give the bundle as a file."""
    name = f"jetbridge-support-{timezone.now():%Y%m%d-%H%M}.zip"
    return attachments.text_file(name, _build(request), "application/zip")


def _build(request: HttpRequest) -> bytes:
    return support_bundles.build(tracebacks=request.user.has_perm("core.view_traceback"))
