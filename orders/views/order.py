"""The order page: everything Jet sent, the next step, Ship by Jet, documents and the timeline."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from jetapi.errors import JetError
from jetbridge.core import queue, timeline
from jetbridge.core.jet import open_client
from jetbridge.core.pages import panel_page, render_page
from orders import selectors, words
from orders.forms import RejectForm, ShipForm, ship_defaults
from orders.models import FailedOrder, Order
from orders.services import acknowledging, imports, retrying, shipping
from orders.services.acknowledging import NotPossible
from orders.services.shipping import AlreadyWanted, ShipmentRefused

SEE = "orders.view_order"
FOLLOWED_SECONDS = 10


@panel_page(SEE)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one order."""
    found = get_object_or_404(selectors.order_page(pk))
    return _page(request, found, _form(found))


def _form(found: Order) -> ShipForm:
    defaults = ship_defaults(found, carrier=selectors.last_carrier(found.account), now=timezone.now())
    return ShipForm(items=found.items.all(), initial=defaults)


def _page(request: HttpRequest, found: Order, form: ShipForm, status: int = 200) -> HttpResponse:
    failure = getattr(found, "failure", None)
    context: dict[str, Any] = {
        "order": found,
        "form": form if words.can_ship(found) and request.user.has_perm("orders.ship") else None,
        "step": words.next_step(found),
        "status_tone": words.ORDER_TONES[found.status],
        "shipments": _shipments(found),
        "failure": failure if failure and failure.state in FailedOrder.UNRESOLVED else None,
        "can_reject": found.status in Order.UNANSWERED and not found.acknowledge_wanted_at,
        "memos": _related(found, "credit_memos"),
        "returns": _related(found, "returns"),
        "entries": timeline.of(found),
        "document": json.dumps(found.document, indent=2, ensure_ascii=False),
        "unsettled": next((each for each in found.shipments.all() if not each.is_settled), None),
    }
    return render_page(request, "orders/order.html", title=f"Order {found}", context=context, status=status)


def _related(found: Order, relation: str) -> list[Any]:
    """Return rows that the app above relates to an order; this app's types do not know them."""
    return list(getattr(found, relation).all())


def _shipments(found: Order) -> list[dict[str, Any]]:
    return [
        {
            "row": shipment,
            "tone": words.SHIPMENT_TONES[shipment.state],
            "invoice": getattr(shipment, "invoice", None),
        }
        for shipment in found.shipments.all()
    ]


@require_POST
@panel_page("orders.ship")
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what the form wants; the answer of Jet follows on the page."""
    found = get_object_or_404(selectors.order_page(pk))
    form = ShipForm(request.POST, items=found.items.all())
    if not form.is_valid():
        return _page(request, found, form, status=422)
    wish = form.wish()
    if any(units.cancelled for units in wish.units.values()) and not request.user.has_perm("orders.cancel"):
        raise PermissionDenied("orders.cancel")
    try:
        shipment = shipping.want_shipment(order=found, wish=wish, user=request.user)  # type: ignore[arg-type]
    except ShipmentRefused as refused:
        form.add_problems(refused)
        return _page(request, found, form, status=422)
    except AlreadyWanted as already:
        messages.warning(request, str(already))
        return redirect(_url(pk))
    return redirect(f"{_url(pk)}#shipment-{shipment.sequence}")


@panel_page(SEE)
def sending(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """Tell where a shipment stands, for the page that follows it live for ten seconds."""
    found = get_object_or_404(Order.objects.filter(pk=pk))
    shipment = get_object_or_404(found.shipments.all(), sequence=sequence)
    asked = request.GET.get("n", "")
    tries = int(asked) if asked.isdigit() else 0
    context = {"order": found, "shipment": shipment, "n": tries + 1, "give_up": tries >= FOLLOWED_SECONDS}
    response = render(request, "orders/sending.html", context)
    if shipment.is_settled:
        response["HX-Refresh"] = "true"  # the whole page has changed: units, status, invoice
    return response


@require_POST
@panel_page("orders.acknowledge")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the acknowledgement of a ready order."""
    found = get_object_or_404(Order, pk=pk)
    try:
        acknowledging.want_acknowledgement(order=found)
    except NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.info(request, f"Order {found} is being acknowledged.")
    return redirect(_url(pk))


@panel_page("orders.reject")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a rejection does, then ask for it."""
    found = get_object_or_404(Order, pk=pk)
    form = RejectForm(request.POST or None)
    if form.is_valid():
        try:
            acknowledging.want_rejection(order=found, **form.cleaned_data)
            messages.info(request, f"Order {found} is being rejected at Jet.")
        except NotPossible as reason:
            messages.warning(request, str(reason))
        return redirect(_url(pk))
    context = {
        "form": form,
        "lines": [
            f"Jet will be told that order {found} is not going to be filled. The buyer gets nothing from you.",
            "This cannot be undone, and it lowers your acceptance rate: Jet expects more than 99 percent.",
        ],
        "button": "Reject the order",
        "danger": True,
        "cancel_url": _url(pk),
    }
    return render_page(request, "panel/confirm.html", title=f"Reject order {found}", context=context)


@require_POST
@panel_page("orders.retry")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a held order again, now."""
    failure = get_object_or_404(FailedOrder.objects.select_related("order"), order_id=pk)
    if retrying.retry(failure=failure):
        queue.nudge("orders.import_ready_orders")
        messages.success(request, f"Nothing stands in the way of order {failure.order} any more.")
    else:
        failure.refresh_from_db()
        messages.warning(
            request, " ".join(cause["message"] for cause in failure.causes) or "Nothing has changed."
        )
    return redirect(_url(pk))


@require_POST
@panel_page("orders.import_orders")
def sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over anew what Jet holds of one order."""
    found = get_object_or_404(Order.objects.select_related("account"), pk=pk)
    try:
        with open_client(found.account, purpose="order page") as client:
            report = imports.import_one(client=client, account=found.account, jet_id=found.jet_id)
    except JetError as error:
        messages.error(request, f"Jet could not be asked: {error}")
    else:
        messages.info(
            request, "Taken over from Jet." if report.done else "Jet holds nothing new of this order."
        )
    return redirect(_url(pk))


def _url(pk: int) -> str:
    return reverse("admin:orders_order_change", args=[pk])
