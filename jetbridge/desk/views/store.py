"""The store's keys on the Store tab: save, validate, connect, disconnect."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jetbridge.desk.forms.store import StoreKeysForm
from jetbridge.desk.services import store as connections
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.store import companion
from jetbridge.store import services as links
from jetbridge.store.magento.probes import Inspection
from jetbridge.store.models import StoreLink

DO = "core.change_configuration"


@require_POST
@panel_page(DO)
def save_keys(request: HttpRequest) -> HttpResponse:
    """Save the keys; the page then checks them with the store."""
    form = StoreKeysForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    changed = links.save_keys(**form.values())
    messages.success(request, f"Store keys: {'saved' if changed else 'unchanged'}.")
    return _to_tab(check=links.link().is_complete)


@require_POST
@panel_page("core.validate_account")
def validate(request: HttpRequest) -> HttpResponse:
    """Ask the store what is typed, saved or not; only a check of what is saved is kept."""
    stored, saved = links.link(), True
    asked = stored
    if "store-calls" in request.POST:
        form = StoreKeysForm(request.POST)
        if not form.is_valid():
            return _refused(request, form)
        asked = links.typed(stored, **form.values())
        saved = links.is_saved(asked)
    found, text = _checked(asked, keep=saved)
    if request.headers.get("HX-Request"):
        return render(
            request, "desk/configuration_store_check.html", {"found": found, "text": text, "saved": saved}
        )
    (messages.success if found and found.ok else messages.error)(request, text)
    return _to_tab()


@require_POST
@panel_page(DO)
def connect(request: HttpRequest) -> HttpResponse:
    """Check everything and switch to the store."""
    try:
        found = connections.connect()
    except links.NotLinked as problem:
        messages.error(request, str(problem))
        return _to_tab()
    if found.ok:
        messages.success(request, f"Connected. {links.summary(found)}")
    else:
        messages.error(request, f"Not connected. {links.summary(found)}")
    return _to_tab()


@require_safe
@panel_page("core.view_configuration")
def module(request: HttpRequest) -> HttpResponse:
    """Give the companion module as an archive."""
    return attachments.text_file(companion.NAME, companion.archive(), "application/zip")


@panel_page(DO)
def disconnect(request: HttpRequest) -> HttpResponse:
    """Ask, then go back to files."""
    if request.method == "POST":
        connections.disconnect()
        messages.success(request, "Disconnected. The keys and everything that was read stay.")
        return _to_tab()
    lines = [
        "From now on nothing is asked of the Magento store.",
        "Its keys and settings stay saved, and so does all data.",
    ]
    context = {"lines": lines, "button": "Disconnect", "cancel_url": _to_tab().url}
    return render_page(request, "panel/confirm.html", title="Disconnect the store", context=context)


def _checked(asked: StoreLink, *, keep: bool) -> tuple[Inspection | None, str]:
    try:
        found = links.check(asked)
    except links.NotLinked as problem:
        return None, str(problem)
    if keep:
        links.keep_check(found)
    return found, links.summary(found)


def _refused(request: HttpRequest, form: StoreKeysForm) -> HttpResponse:
    text = " ".join(str(error) for texts in form.errors.values() for error in texts)
    if request.headers.get("HX-Request"):
        return render(request, "desk/configuration_store_check.html", {"text": text}, status=422)
    messages.error(request, text)
    return _to_tab()


def _to_tab(*, check: bool = False) -> HttpResponseRedirect:
    address = reverse("desk:configuration_tab", args=["store"])
    return HttpResponseRedirect(f"{address}?check=store" if check else address)
