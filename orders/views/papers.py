"""What is taken out of the grid: orders as CSV, as packing slips with the merchant's logo, as a pick list."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jetbridge.core import configuration, store_days
from jetbridge.core.texts import number_in
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page
from orders import exports, filters, selectors, worklists
from orders.forms.tracking_files import LogoForm
from orders.models import Order, SlipLogo
from orders.services import notes
from orders.views.mass_actions import filters_of, person

# Buyers' addresses by the thousand are another matter than one order on the screen.
TAKE = "orders.export_buyers"
# Slips on one page to print; more stand on the pages after it.
SLIPS = 100
# Orders of one pick list.
PICKED = 500


@panel_page(TAKE)
def export(request: HttpRequest) -> HttpResponse:
    """Give the orders as CSV, one line of an order a row."""
    orders = asked(request.GET).order_by("pk")
    exports.record_taking("CSV", orders.count())
    return attachments.csv_stream(f"orders-{store_days.today()}.csv", exports.rows(orders))


@panel_page(TAKE)
def packing_slips(request: HttpRequest) -> HttpResponse:
    """Show the packing slips of many orders, each on a sheet of its own: what is open, else what was sent."""
    page = number_in(request.GET.get("p")) or 1
    rows = asked(request.GET).order_by("due_at", "pk")
    orders = list(selectors.with_parcels(rows)[(page - 1) * SLIPS : page * SLIPS + 1])
    exports.record_taking("Packing slips", len(orders[:SLIPS]))
    more = QueryDict(mutable=True)
    more.update(request.GET)
    more["p"] = str(page + 1)
    slips = [slip for order in orders[:SLIPS] for slip in slips_of(order)]
    context = {
        "sender": _sender(),
        "logo": SlipLogo.version(),
        "printed": _keys(slip["order"] for slip in slips),
        **_size(request),
        "slips": slips,
        "next_url": f"{reverse('orders:packing_slips')}?{more.urlencode()}" if len(orders) > SLIPS else "",
    }
    return render_page(request, "orders/packing_slips.html", title="Packing slips", context=context)


@panel_page(TAKE)
def pick_list(request: HttpRequest) -> HttpResponse:
    """Show what is to be fetched from the shelves for orders to ship, by bin and SKU, all of them together."""
    rows = asked(request.GET).filter(status__in=Order.SHIPPABLE).order_by("due_at", "pk")
    orders = list(rows.defer("document").prefetch_related("items__product")[:PICKED])
    exports.record_taking("Pick list", len(orders))
    found: dict[str, dict[str, Any]] = {}
    for order in orders:
        for item in order.items.all():
            if units := item.units_open - item.units_to_cancel:
                line = found.setdefault(
                    item.sku, {"item": item, "bin": worklists.bin_of(item), "units": 0, "orders": []}
                )
                line["units"] += units
                line["orders"].append(f"{order} ({units})" if units > 1 else str(order))
    context = {
        "lines": sorted(found.values(), key=lambda line: (line["bin"] == "", line["bin"], line["item"].sku)),
        "count": len(orders),
        "printed": _keys(orders),
        **_size(request),
    }
    return render_page(request, "orders/pick_list.html", title="Pick list", context=context)


@require_POST
@panel_page(TAKE)
def printed(request: HttpRequest) -> HttpResponse:
    """Note of orders that their paper was printed, when and by whom; the page says so as it is printed."""
    ids = [number_in(part) or 0 for part in request.POST.get("ids", "").split(",")][:PICKED]
    orders = Order.objects.filter(account=configuration.active_account(), pk__in=ids).values_list(
        "pk", flat=True
    )
    notes.record_print(list(orders), by=person(request))
    return HttpResponse(status=204)


@panel_page("core.change_configuration")
def logo(request: HttpRequest) -> HttpResponse:
    """Take the picture that stands on packing slips, or take it off."""
    if request.method == "POST" and "remove" in request.POST:
        messages.info(request, "The logo is removed." if notes.remove_logo() else "There was no logo.")
        return redirect("orders:logo")
    form = LogoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        notes.keep_logo(form.cleaned_data["file"])
        messages.success(request, "The logo stands on packing slips from now on.")
        return redirect("orders:logo")
    context = {"form": form, "logo": SlipLogo.version()}
    status = 422 if form.is_bound else 200
    return render_page(
        request, "orders/logo.html", title="Logo on packing slips", context=context, status=status
    )


@panel_page("orders.view_order")
def logo_picture(request: HttpRequest) -> HttpResponse:
    """Give the logo to the page that shows it; its address changes with it."""
    found = get_object_or_404(SlipLogo, pk=1)
    answer = HttpResponse(bytes(found.picture), content_type=found.media_type)
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def _sender() -> list[str]:
    """Return the address that parcels come back to, in lines."""
    config = configuration.current()
    city = " ".join(filter(None, (config.return_city, config.return_state, config.return_zip)))
    return [line for line in (config.return_address1, config.return_address2, city) if line]


def _size(request: HttpRequest) -> dict[str, str]:
    """Return the paper: letter, or the label printer's, and the address of the same page on the other one."""
    size = "4x6" if request.GET.get("paper") == "4x6" else "letter"
    other = request.GET.copy()
    paper = "letter" if size == "4x6" else "4x6"
    other["paper"] = paper
    return {"paper": size, "other_paper": paper, "other_url": f"{request.path}?{other.urlencode()}"}


def _keys(orders: Iterable[Order]) -> str:
    return ",".join(str(pk) for pk in dict.fromkeys(order.pk for order in orders))


def asked(query: QueryDict) -> "QuerySet[Order]":
    """Return the orders that an address names: by their keys, else by the grid's filters."""
    account = configuration.active_account()
    if "ids" in query:
        ids = [number_in(part) or 0 for part in query.get("ids", "").split(",")]
        return Order.objects.filter(account=account, pk__in=ids)
    return filters.matching(filters_of(query), account)


def slips_of(order: Order) -> list[dict[str, Any]]:
    """Return what is to be packed for an order; of a finished one its parcels, of an unanswered one nothing."""
    if order.is_open or order.status == Order.Status.CREATED:
        if order.status not in Order.SHIPPABLE:
            return []  # Jet may still take it away
        lines = [(item, item.units_open - item.units_to_cancel) for item in order.items.all()]
        packed = [(item, units) for item, units in lines if units > 0]
        return [{"order": order, "lines": packed, "shipment": None}] if packed else []
    return [
        {
            "order": order,
            "shipment": shipment,
            "lines": [
                (line.order_item, line.units_shipped) for line in shipment.items.all() if line.units_shipped
            ],
        }
        for shipment in order.shipments.all()
        if shipment.tracking_number
    ]
