"""Ship by Jet: takes the form, asks what the guard asks, follows the shipment, confirms a buyer's cancel."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from jetbridge.core import configuration, refusals
from jetbridge.core.texts import number_in
from jetbridge.panel.pages import panel_page, render_page
from orders import selectors
from orders.forms import ConsentForm, ShipForm
from orders.models import Order
from orders.services import cancel_guard, shipments
from orders.services.shipments import AlreadyQueued, ShipmentDraft, ShipmentRefused
from orders.views import order as order_page

CONFIRMED = "confirmed"


@require_POST
@panel_page("orders.ship")
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what the form asks for, cancels of our own behind the guard; the answer of Jet follows on the page."""
    found = get_object_or_404(selectors.order_page(pk))
    taken = shipments.already_made(found, number_in(request.POST.get("sequence"), digits=8) or 0)
    if taken:  # a second click or tab: what it asks for may not even fit the order any more
        messages.warning(request, taken)
        return redirect(order_page.url(pk))
    form = ShipForm(request.POST, items=found.items.all(), place=order_page.return_place())
    if not form.is_valid():
        return order_page.page(request, found, form, status=422)
    draft = form.draft()
    if draft.cancels and not request.user.has_perm("orders.cancel"):
        raise PermissionDenied("orders.cancel")
    if shipments.cancels_unasked(list(found.items.all()), draft):
        return _guarded(request, found, form, draft)
    return _queue(request, found, form, draft)


def _guarded(request: HttpRequest, found: Order, form: ShipForm, draft: ShipmentDraft) -> HttpResponse:
    """Say what the cancel makes of the rate, and go on with its reason; what is wrong with the form comes first."""
    items, config = list(found.items.all()), configuration.current()
    wrong = shipments.problems(order=found, items=items, draft=draft, config=config)
    if wrong:
        refusals.show(form, ShipmentRefused(wrong))
        return order_page.page(request, found, form, status=422)
    outlook = cancel_guard.outlook(account=found.account, orders=[found.pk])
    consent = ConsentForm(
        request.POST if CONFIRMED in request.POST else None,
        outlook=outlook,
        may_pass=request.user.has_perm(cancel_guard.PERMISSION),
    )
    if consent.is_valid():
        given = consent.cleaned_data
        draft = replace(draft, reason=given["reason"], above_limit=bool(given.get("above_limit")))
        return _queue(request, found, form, draft)
    left_out = {"csrfmiddlewaretoken", "reason", "above_limit", CONFIRMED}
    context = {
        "order": found,
        "form": consent,
        "lines": [shipments.sentence(draft, items), "Jet takes no cancel back."],
        "hidden": [(name, value) for name, value in request.POST.items() if name not in left_out],
        "button": "Ship and cancel" if draft.ships else "Cancel at Jet",
    }
    status = 422 if consent.is_bound else 200
    title = f"Cancel units of order {found}"
    return render_page(request, "orders/guard.html", title=title, context=context, status=status)


def _queue(request: HttpRequest, found: Order, form: ShipForm, draft: ShipmentDraft) -> HttpResponse:
    try:
        shipment = shipments.queue_shipment(order=found, draft=draft, user=request.user)  # type: ignore[arg-type]
    except ShipmentRefused as refused:
        refusals.show(form, refused)
        return order_page.page(request, found, form, status=422)
    except AlreadyQueued as already:
        messages.warning(request, str(already))
        return redirect(order_page.url(found.pk))
    return redirect(f"{order_page.url(found.pk)}#shipment-{shipment.sequence}")


@require_POST
@panel_page("orders.cancel")
def confirm_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel exactly the units that the buyer asked for, as the page showed them."""
    found = get_object_or_404(selectors.order_page(pk))
    draft = shipments.requested_cancel(found, sequence=number_in(request.POST.get("sequence"), digits=8) or 0)
    shown = {
        item.pk: number_in(request.POST.get(f"asked_{item.pk}"), digits=8) or 0 for item in found.items.all()
    }
    if shown != {item.pk: item.units_to_cancel for item in found.items.all()}:
        messages.warning(request, "What the buyer asks for has changed meanwhile. Look at it once more.")
        return redirect(f"{order_page.url(pk)}#cancel")
    try:
        shipments.queue_shipment(order=found, draft=draft, user=request.user)  # type: ignore[arg-type]
    except (ShipmentRefused, AlreadyQueued) as reason:
        messages.warning(request, str(reason))
    return redirect(order_page.url(pk))
