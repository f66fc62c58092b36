"""Vanished Products: what stands on Jet that the store does not have, to be linked to a product or archived."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.listings.facets import closings
from catalog.listings.forms.vanished import LinkForm
from catalog.listings.services import vanished as vanishing
from catalog.listings.texts.statuses import status_chip
from catalog.products.models import Product
from jetbridge.core.texts import counted
from jetbridge.jobs.queue import nudge
from jetbridge.panel.pages import panel_page, render_page

PER_PAGE = 50
# More references than this are counted on the question, not named.
NAMED = 50


@panel_page("catalog.view_listing")
@require_GET
def vanished(request: HttpRequest) -> HttpResponse:
    """List what Jet has open and the store does not know."""
    page = Paginator(vanishing.vanished(), PER_PAGE).get_page(request.GET.get("p"))
    rows = [(listing, status_chip(listing)) for listing in page]
    context = {
        "rows": rows,
        "page": page,
        "may_link": request.user.has_perm("catalog.link_vanished"),
        "may_archive": request.user.has_perm("catalog.archive"),
        "may_look": request.user.has_perm("catalog.view_live"),
    }
    return render_page(request, "catalog/vanished.html", title="Vanished Products", context=context)


@panel_page("catalog.view_live")
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Have Jet's list of SKUs read again."""
    nudge("catalog.sync_statuses")
    messages.info(request, "Jet's list of SKUs is being read; what is found appears here.")
    return redirect("catalog:vanished")


@panel_page("catalog.link_vanished")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Say which product a SKU of Jet stands for."""
    listing = get_object_or_404(vanishing.vanished(), sku=request.GET.get("sku", ""))
    form = LinkForm(request.POST or None)
    if form.is_valid():
        product: Product = form.cleaned_data["product_sku"]
        try:
            vanishing.link(listing=listing, product=product)
        except vanishing.CannotLink as reason:
            form.add_error("product_sku", str(reason))
        else:
            messages.success(
                request,
                f"{listing.sku} on Jet is {product.sku} from now on: its price and quantity are being sent, and "
                f"orders for {listing.sku} take it.",
            )
            return redirect("catalog:vanished")
    context = {
        "listing": listing,
        "form": form,
        "candidates": vanishing.candidates(listing),
        "cancel_url": reverse("catalog:vanished"),
    }
    return render_page(
        request, "catalog/link_vanished.html", title=f"Which product is {listing.sku}?", context=context
    )


@panel_page("catalog.archive")
@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """Close one or all of them on Jet, after a question."""
    chosen = vanishing.vanished()
    if request.GET.get("sku"):
        chosen = chosen.filter(sku=request.GET["sku"])
    if request.method == "POST":
        queued = closings.queue_archive(list(chosen), archived=True, by="vanished from the store")
        messages.info(
            request,
            f"{counted(queued, 'SKU')} being archived on Jet; each leaves this list when Jet says so.",
        )
        return redirect("catalog:vanished")
    lines = [
        f"{counted(chosen.count(), 'SKU')} will be closed on Jet and can no longer be bought there.",
        "It can be undone: import the product into the store, or link the SKU to one, then unarchive it.",
    ]
    context = {
        "lines": lines,
        "references": list(chosen.values_list("sku", flat=True)[:NAMED]),
        "button": "Archive on Jet",
        "danger": True,
        "cancel_url": reverse("catalog:vanished"),
    }
    return render_page(request, "panel/confirm.html", title="Archive vanished products?", context=context)
