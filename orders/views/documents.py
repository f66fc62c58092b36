"""Printable pages of an order: invoice and packing slip."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from jetbridge.panel.pages import panel_page, render_page
from orders.models import Invoice, Shipment, SlipLogo

SEE = "orders.view_order"


@panel_page(SEE)
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an invoice as it is printed."""
    rows = Invoice.objects.select_related("order", "shipment").prefetch_related("items__order_item")
    found = get_object_or_404(rows, pk=pk)
    context = {"invoice": found, "order": found.order}
    return render_page(request, "orders/invoice.html", title=f"Invoice {found}", context=context)


@panel_page(SEE)
def packing_slip(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """Show what is in a parcel, without prices."""
    rows = Shipment.objects.select_related("order__desk").prefetch_related("items__order_item")
    found = get_object_or_404(rows, order_id=pk, sequence=sequence)
    context = {"shipment": found, "order": found.order, "logo": SlipLogo.version()}
    return render_page(request, "orders/packing_slip.html", title=f"Packing slip {found}", context=context)
