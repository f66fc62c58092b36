"""The work list of shipping: scan or type a tracking number, Enter, and the next order stands there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from jetbridge.core import configuration, refusals
from jetbridge.panel.pages import panel_page, render_page
from orders import filters, selectors, texts, worklists
from orders.forms.shipments import ship_defaults
from orders.forms.worklists import WorkForm
from orders.models import Order
from orders.services import shipments
from orders.services.shipments import AlreadyQueued, ShipmentRefused
from orders.views.mass_actions import PAGES, person
from orders.worklists import WorkList

MAY = "orders.ship"
ORDER = "order"
EVERYTHING = {filters.STAGE: ["ship"]}


@panel_page(MAY)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Show the order to ship now, beside those that follow."""
    asked, account = _asked(request), configuration.active_account()
    listed = worklists.of(asked, account)
    pk = _number(request.GET.get(ORDER, ""))
    is_beside = pk not in listed.keys and worklists.shippable(EVERYTHING, account).filter(pk=pk).exists()
    # An order may be scanned although the filter leaves it out.
    current = pk if is_beside else listed.start(pk)
    if current is None:
        return _nothing_left(request, asked)
    found = get_object_or_404(selectors.order_page(current))
    return _page(request, listed, found, _form(found))


def _form(found: Order, data: Any = None) -> WorkForm:
    """Return the form of an order, filled in as it asks for, or as a refused parcel of it was typed."""
    typed = ship_defaults(found, carrier=selectors.last_carrier(found.account), now=timezone.now())
    return WorkForm(data, order=found, typed=typed, initial=typed)


def _page(
    request: HttpRequest, listed: WorkList, found: Order, form: WorkForm, *, status: int = 200
) -> HttpResponse:
    asked, around = _asked(request), listed.around(found.pk)
    rows = {row.pk: row for row in Order.objects.filter(pk__in=around).defer("document")}
    config = configuration.current()
    for row in rows.values():
        row.__dict__["clock"] = texts.clock(row, config)
    context: dict[str, Any] = {
        "order": found,
        "form": form,
        "rows": [(rows[pk], _url(asked, pk)) for pk in around if pk in rows],
        "place": listed.place(found.pk),
        "left": f"{len(listed.keys):,}{'+' if listed.is_capped else ''}",
        "next_url": _url(asked, listed.after(found.pk)),
        "previous_url": _url(asked, listed.before(found.pk)),
        "action": f"{reverse('orders:work_ship', args=[found.pk])}?{_query(asked)}",
        "clock": texts.clock(found, config),
        "is_refused": texts.has_refused_shipment(found),
        "refused": " ".join(list(found.shipments.all())[-1].errors)
        if texts.has_refused_shipment(found)
        else "",
        "items": [item for item in found.items.all() if item.units_open],
        "has_cancel": found.has_cancel_request,
        "as_ordered": bool(found.requested_carrier),
        **_around(request, asked),
    }
    title = f"{filters.STAGES[filters.chosen_stage(asked)][0]}: {context['left']} left"
    return render_page(request, "orders/work.html", title=title, context=context, status=status)


def _around(request: HttpRequest, asked: filters.Filters) -> dict[str, Any]:
    """Return what stands on the page whichever order it shows."""
    query = _query(asked)
    return {
        "undo": list(worklists.can_be_undone(request.user)[:3]),
        "query": query,
        "grid_url": f"{reverse('admin:orders_order_changelist')}?{query}",
        "cancels": worklists.shippable(asked, configuration.active_account()).filter(has_cancel_request=True)[
            :1
        ],
    }


def _nothing_left(request: HttpRequest, asked: filters.Filters) -> HttpResponse:
    context = {**_around(request, asked), "today": worklists.today(request.user)}
    return render_page(request, "orders/work_done.html", title="Nothing left to ship here", context=context)


@require_POST
@panel_page(MAY)
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """Ship what is open of an order, ten seconds from now, and lead to the next one."""
    asked, account = _asked(request), configuration.active_account()
    found = get_object_or_404(selectors.order_page(pk), account=account)
    listed, typed = worklists.of(asked, account), request.POST.get("tracking_number", "").strip()
    if worklists.repeats(typed, request.user, timezone.now()):
        return redirect(_url(asked, pk))  # the scanner read the label twice
    if typed and (other := worklists.named(typed, account)):
        if not worklists.shippable(EVERYTHING, account).filter(pk=other.pk).exists():
            messages.warning(request, f"Order {other} is not to be shipped: {other.get_status_display()}.")
            return redirect(_url(asked, pk))
        return redirect(_url(asked, other.pk))
    form = _form(found, request.POST)
    if not form.is_valid():
        return _page(request, listed, found, form, status=422)
    if not form.is_sure():
        return _page(request, listed, found, form)
    following = listed.after(pk)
    not_before = timezone.now() + worklists.UNDO
    try:
        shipments.queue_shipment(order=found, draft=form.draft(), user=person(request), not_before=not_before)
    except ShipmentRefused as refused:
        refusals.show(form, refused)
        return _page(request, listed, found, form, status=422)
    except AlreadyQueued as already:
        messages.warning(request, f"Order {found}: {already}")
    return redirect(_url(asked, following))


@require_POST
@panel_page(MAY)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a parcel of one's own that no worker has taken up, and lead to its order."""
    asked = _asked(request)
    rows = worklists.can_be_undone(request.user).filter(pk=pk)
    withdrawn = shipments.withdraw(rows, reason="Undone in the work list.")
    if not withdrawn:
        messages.warning(request, "Too late to undo: it is on its way to Jet.")
        return redirect(_url(asked, None))
    messages.info(request, f"Order {withdrawn[0].order} was not shipped.")
    return redirect(_url(asked, withdrawn[0].order_id))


def _asked(request: HttpRequest) -> filters.Filters:
    """Return the grid's filters in the address; without any, everything that is to be shipped."""
    return {**EVERYTHING, **PAGES.filters_of(request.GET)}


def _query(asked: filters.Filters) -> str:
    return urlencode(asked, doseq=True)


def _url(asked: filters.Filters, pk: int | None) -> str:
    query = _query(asked if pk is None else {**asked, ORDER: [str(pk)]})
    return f"{reverse('orders:work')}?{query}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
