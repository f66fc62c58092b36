"""Store Differences: documents that stand on one side only, or differently, each with the button that ends it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from jetbridge.core import configuration
from jetbridge.panel import cli_commands
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.store import services as store
from jetbridge.store.models import StoreCarrier, StoreDocument
from orders.documents import carriers, fixes, questions
from orders.documents.fixes import Choice, NotFixed
from orders.jet.shipments import CARRIERS

# So many are shown at once; whoever ends some sees the next.
MOST = 200


@panel_page("orders.view_order")
def differences(request: HttpRequest) -> HttpResponse:
    """List what stands on one side only."""
    account = configuration.active_account().pk
    rows = questions.open_ones(account)[: MOST + 1]
    waiting = questions.waiting_ones(account)[: MOST + 1]
    context = {
        "rows": [_shown(each) for each in rows[:MOST]],
        "waiting": [_shown(each) for each in waiting[:MOST]],
        "has_more": max(len(rows), len(waiting)) > MOST,
        "none_open": questions.none_open(),
        "is_linked": store.is_linked(configuration.current()),
        "carriers": CARRIERS,
        "methods": sorted(carriers.METHODS),
        "chosen": StoreCarrier.objects.all(),
        "panel_commands": cli_commands.of_page("orders:store_differences", {}),
    }
    return render_page(request, "orders/differences.html", title="Store Differences", context=context)


def _shown(document: StoreDocument) -> dict[str, Any]:
    label, asks = fixes.label(document), document.details.get("asks")
    return {
        "document": document,
        "fix": label,
        "asks": asks,
        "side": "The store" if document.origin == StoreDocument.Origin.STORE else "The panel",
        "name": document.details.get("title") or document.details.get("code"),
        "can_leave": label != "Leave as it is" and bool(asks),
    }


@require_POST
@panel_page("orders.ship")
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the button of one says."""
    document = _document(pk)
    choice = Choice(
        carrier=request.POST.get("carrier", ""),
        above_limit=bool(request.POST.get("above_limit")),
        by=request.user,  # type: ignore[arg-type]
    )
    try:
        messages.success(request, fixes.fix(document, choice))
    except NotFixed as reason:
        messages.error(request, str(reason))
    return redirect("orders:store_differences")


@require_POST
@panel_page("orders.ship")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave both sides as they are."""
    try:
        messages.success(request, fixes.leave(_document(pk)))
    except NotFixed as reason:
        messages.error(request, str(reason))
    return redirect("orders:store_differences")


@require_POST
@panel_page("orders.ship")
def carrier(request: HttpRequest) -> HttpResponse:
    """Say what Jet calls a carrier of the store; without a name, forget what was said."""
    said = [request.POST.get(name, "") for name in ("code", "title", "carrier", "method")]
    try:
        if request.POST.get("forget"):
            carriers.forget(said[0], said[1])
            messages.success(request, "It is asked about again when it is not known by its code.")
        else:
            messages.success(request, f"{carriers.choose(*said)} goes to Jet as {said[2]} from now on.")
    except carriers.NotACarrier as reason:
        messages.error(request, str(reason))
    return redirect("orders:store_differences")


def _document(pk: int) -> StoreDocument:
    return get_object_or_404(StoreDocument, pk=pk, account=configuration.active_account())
