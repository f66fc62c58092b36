"""The work list of shipping: scan or type a tracking number, Enter, and the next order stands there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from jetbridge.core import configuration, pictures, refusals
from jetbridge.core.texts import number_in
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
# Slip, label, done; and each item before the label.
SCAN, CHECK = "scan", "check"
MODES = (SCAN, CHECK)
# One carton of several: for the order that is shown alone.
CARTON = "carton"
EVERYTHING = {filters.STAGE: ["ship"]}


@panel_page(MAY)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Show the order to ship now, beside those that follow."""
    asked, account = _asked(request), configuration.active_account()
    pk = number_in(request.GET.get(ORDER)) or 0
    if SCAN in asked and not pk:
        return _scan(request, asked)
    listed = worklists.of(asked, account, request.user)
    is_beside = pk not in listed.keys and worklists.shippable(EVERYTHING, account).filter(pk=pk).exists()
    # An order may be scanned although the filter leaves it out.
    current = pk if is_beside else listed.start(pk)
    if current is None:
        return _nothing_left(request, asked)
    found = get_object_or_404(selectors.order_page(current))
    return _page(request, listed, found, _form(request, found))


def _scan(request: HttpRequest, asked: filters.Filters) -> HttpResponse:
    """Ask for a packing slip, and lead to its order."""
    slip, account, wrong = request.GET.get("slip", "").strip(), configuration.active_account(), ""
    if slip:
        found = worklists.named(slip, account)
        wrong = f"No order is known as {slip}." if found is None else ""
        if found is not None and not worklists.shippable(EVERYTHING, account).filter(pk=found.pk).exists():
            wrong = (
                f"Order {found} is not to be shipped: {found.get_status_display()}, on its way, or on hold."
            )
        elif found is not None and (other := worklists.opened_elsewhere(found, request.user)):
            wrong = f"Order {found} is open at {other}'s desk."
        elif found is not None:
            return redirect(_url(asked, found.pk))
    context = {**_around(request, asked), "wrong": wrong, "asked": [(key, asked[key][0]) for key in asked]}
    return render_page(request, "orders/work_scan.html", title="Scan a packing slip", context=context)


def _check(found: Order, form: WorkForm, typed: str) -> str | None:
    """Count a scanned item; say what is still to be scanned, or nothing once the label's turn has come."""
    line = worklists.scanned_line(typed, found)
    if line is not None and not form.scan(line):
        return f"More {line.sku} than the order holds: {line.units_open} are in it already."
    left = worklists.still_to_scan(found, form.scanned)
    if not left:
        return "All items are scanned: now the label." if line is not None else None
    skus = {item.pk: item.sku for item in found.items.all()}
    return f"Scan the items first: {', '.join(f'{units} x {skus[pk]}' for pk, units in left.items())}."


@require_POST
@panel_page(MAY)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an order for the person who has it open; asked by the page itself while somebody works on it."""
    found = get_object_or_404(Order.objects.defer("document"), pk=pk, account=configuration.active_account())
    by = person(request)
    return HttpResponse(worklists.take(found, by) if by else "", content_type="text/plain")


def _form(request: HttpRequest, found: Order) -> WorkForm:
    """Return the form of an order, filled in as it asks for, or as a refused parcel of it was typed."""
    typed = ship_defaults(found, carrier=selectors.last_carrier(found.account), now=timezone.now())
    is_carton = CARTON in request.GET
    return WorkForm(request.POST or None, order=found, typed=typed, is_carton=is_carton, initial=typed)


def _items(found: Order, form: WorkForm) -> list[dict[str, Any]]:
    """Return what is to be packed: where it lies, its picture, what was scanned of it."""
    items = [item for item in found.items.all() if item.units_open]
    images = worklists.pictures_of(items, configuration.current().image_base_url)
    for url in images.values():
        pictures.allow(url)
    return [
        {
            "item": item,
            "scanned": form.scanned[item.pk],
            "image": images.get(item.product_id or 0),
            "bin": worklists.bin_of(item),
            "part": form.part(item),
        }
        for item in items
    ]


def _page(
    request: HttpRequest, listed: WorkList, found: Order, form: WorkForm, *, said: str = "", status: int = 200
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
        "clock": texts.clock(found, config),
        "is_refused": texts.has_refused_shipment(found),
        "refused": " ".join(list(found.shipments.all())[-1].errors)
        if texts.has_refused_shipment(found)
        else "",
        "items": _items(found, form),
        **_cartons(found, form, asked),
        "checks": CHECK in asked,
        "has_cancel": found.has_cancel_request,
        "said": said,
        "opened_by": worklists.opened_elsewhere(found, request.user),
        "as_ordered": bool(found.requested_carrier),
        **_around(request, asked),
    }
    title = f"{filters.STAGES[filters.chosen_stage(asked)][0]}: {context['left']} left"
    return render_page(request, "orders/work.html", title=title, context=context, status=status)


def _cartons(found: Order, form: WorkForm, asked: filters.Filters) -> dict[str, Any]:
    """Return where the form is sent, and the way from the whole order to one carton of it, or back."""
    action, page = f"{reverse('orders:work_ship', args=[found.pk])}?{_query(asked)}", _url(asked, found.pk)
    if form.parts:
        return {"action": f"{action}&{CARTON}=1", "is_carton": True, "whole_url": page}
    units = sum(item.units_open for item in found.items.all())
    return {"action": action, "carton_url": f"{page}&{CARTON}=1" if units > 1 else ""}


def _around(request: HttpRequest, asked: filters.Filters) -> dict[str, Any]:
    """Return what stands on the page whichever order it shows."""
    query = _query(asked)
    plain = {key: values for key, values in asked.items() if key not in MODES}
    return {
        "list_url": _url(plain, None),
        "scan_url": _url({**plain, SCAN: ["1"]}, None),
        "check_url": _url({**plain, SCAN: ["1"], CHECK: ["1"]}, None),
        "mode": CHECK if CHECK in asked else SCAN if SCAN in asked else "",
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
    listed = worklists.of(asked, account, request.user)
    typed = request.POST.get("tracking_number", "").strip()
    if worklists.repeats(typed, request.user, timezone.now()):
        return redirect(_url(asked, pk))  # the scanner read the label twice
    if typed and (other := worklists.named(typed, account)):
        if not worklists.shippable(EVERYTHING, account).filter(pk=other.pk).exists():
            messages.warning(request, f"Order {other} is not to be shipped: {other.get_status_display()}.")
            return redirect(_url(asked, pk))
        return redirect(_url(asked, other.pk))
    form = _form(request, found)
    if CHECK in asked and (said := _check(found, form, typed)) is not None:
        return _page(request, listed, found, form, said=said)
    if not form.is_valid():
        return _page(request, listed, found, form, status=422)
    if not form.is_sure():
        return _page(request, listed, found, form)
    if not _queue(request, found, form):
        return _page(request, listed, found, form, status=422)
    return redirect(_url(asked, None if SCAN in asked else listed.after(pk)))


def _queue(request: HttpRequest, found: Order, form: WorkForm) -> bool:
    """Queue the parcel ten seconds from now; return whether the form may be left."""
    not_before = timezone.now() + worklists.UNDO
    try:
        shipments.queue_shipment(order=found, draft=form.draft(), user=person(request), not_before=not_before)
    except ShipmentRefused as refused:
        refusals.show(form, refused)
        return False
    except AlreadyQueued as already:
        messages.warning(request, f"Order {found}: {already}")
    else:
        if form.leaves_some:
            messages.info(
                request, f"The rest of order {found} comes back here once Jet has taken this carton."
            )
    return True


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
    modes = {name: ["1"] for name in MODES if request.GET.get(name)}
    return {**EVERYTHING, **PAGES.filters_of(request.GET), **modes}


def _query(asked: filters.Filters) -> str:
    return urlencode(asked, doseq=True)


def _url(asked: filters.Filters, pk: int | None) -> str:
    query = _query(asked if pk is None else {**asked, ORDER: [str(pk)]})
    return f"{reverse('orders:work')}?{query}"
