"""What is taken out of the grid: the chosen orders, or all that match, as CSV or as packing slips to print."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from jetbridge.core import configuration, store_days
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page
from orders import exports, filters, selectors
from orders.models import Order
from orders.views.mass_actions import filters_of

# Buyers' addresses by the thousand are another matter than one order on the screen.
TAKE = "orders.export_buyers"
# Slips on one page to print; more stand on the pages after it.
SLIPS = 100


@panel_page(TAKE)
def export(request: HttpRequest) -> HttpResponse:
    """Give the orders as CSV, one line of an order a row."""
    orders = asked(request.GET).order_by("pk")
    exports.record_taking("CSV", orders.count())
    return attachments.csv_stream(f"orders-{store_days.today()}.csv", exports.rows(orders))


@panel_page(TAKE)
def packing_slips(request: HttpRequest) -> HttpResponse:
    """Show the packing slips of many orders, each on a sheet of its own: what is open, else what was sent."""
    page = _number(request.GET.get("p", "1")) or 1
    rows = asked(request.GET).order_by("due_at", "pk")
    orders = list(selectors.with_parcels(rows)[(page - 1) * SLIPS : page * SLIPS + 1])
    exports.record_taking("Packing slips", len(orders[:SLIPS]))
    more = QueryDict(mutable=True)
    more.update(request.GET)
    more["p"] = str(page + 1)
    context = {
        "slips": [slip for order in orders[:SLIPS] for slip in slips_of(order)],
        "next_url": f"{reverse('orders:packing_slips')}?{more.urlencode()}" if len(orders) > SLIPS else "",
    }
    return render_page(request, "orders/packing_slips.html", title="Packing slips", context=context)


def asked(query: QueryDict) -> "QuerySet[Order]":
    """Return the orders that an address names: by their keys, else by the grid's filters."""
    account = configuration.active_account()
    if "ids" in query:
        ids = [_number(part) for part in query.get("ids", "").split(",")]
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


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
