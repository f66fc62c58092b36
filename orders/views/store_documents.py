"""What of an order stands in the linked store, on its page; and the buttons that have it sent there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jetbridge.panel.pages import panel_page
from jetbridge.store import deliveries
from jetbridge.store.models import StoreDocument
from orders import handovers, texts
from orders.documents import pages
from orders.models import Order

SHIP = "orders.ship"


def card(found: Order) -> dict[str, Any]:
    """Return what the page says of the store: each document with its state and where it stands there."""
    rows = StoreDocument.objects.filter(account=found.account_id, order_key=found.pk).order_by("pk")
    documents = [
        {
            "row": row,
            "name": row.store_number or (str(row.store_id) if row.store_id else ""),
            "url": row.admin_url,
            "tone": texts.SHIPMENT_TONES[row.state],
            "state": pages.state(row),
            "can_retry": deliveries.can_retry(row),
        }
        for row in rows
        if not row.is_given_up
    ]
    return {
        "store_documents": documents,
        "can_send_to_store": not documents and handovers.can_be_sent(found),
    }


@require_POST
@panel_page(SHIP)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an open order made in the store that was acknowledged before the store was linked."""
    found = get_object_or_404(Order, pk=pk)
    try:
        handovers.send_by_choice(found)
    except deliveries.NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.info(request, f"Order {found} is on its way to the store.")
    return redirect(_url(pk))


@require_POST
@panel_page(SHIP)
def retry(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Try a document again that the store did not take."""
    row = get_object_or_404(StoreDocument, pk=document, order_key=pk)
    try:
        handovers.retry(row)
    except deliveries.NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.info(request, f"{row} is on its way to the store again.")
    return redirect(_url(pk))


def _url(pk: int) -> str:
    return f"{reverse('admin:orders_order_change', args=[pk])}#store"
