"""The exceptions' tabs of a product: what Jet holds beside what the store has, and bringing the two in line."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from catalog.listings.facets import registry
from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing
from catalog.listings.services import previews, product_sync
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.jet import errors
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.texts import number_in
from jetbridge.panel.pages import panel_page

# A tab fetches from Jet so often for what is on its way; each time is a call.
ASKED_AGAIN = 5


@require_GET
@panel_page("catalog.view_live")
def exceptions(request: HttpRequest, pk: int, facet: str) -> HttpResponse:
    """Fetch from Jet the exceptions that it holds, for their tab; asked again while they are on the way."""
    asked, product = _with_tab(facet), get_object_or_404(Product, pk=pk)
    account = configuration.active_account()
    may_sync = request.user.has_perm("catalog.sync")
    context: dict[str, Any] = {
        "product": product,
        "facet": facet,
        "may_sync": may_sync,
        "asked": number_in(request.GET.get("n"), digits=2) or 0,
    }
    try:
        with open_client(account, purpose="View exceptions", timeouts=WHILE_SOMEBODY_WAITS) as client:
            context["part"] = previews.exceptions(
                client=client, product=product, account=account, facet=asked
            )
    except JetFailure as error:
        context["trouble"] = errors.in_words(error)
    context["again"] = context["asked"] + 1 if context["asked"] < ASKED_AGAIN else 0
    return render(request, "catalog/product_exceptions.html", context)


@require_POST
@panel_page("catalog.sync")
def send_exceptions(request: HttpRequest, pk: int, facet: str) -> HttpResponse:
    """Send shipping or return exceptions as the store has them, where Jet holds others."""
    asked, product = _with_tab(facet), get_object_or_404(Product, pk=pk)
    account, by = configuration.active_account(), request.user.get_username()
    try:
        product_sync.queue_exceptions(product=product, account=account, facet=asked, by=by)
    except Listing.DoesNotExist as error:
        raise Http404(facet) from error
    messages.info(request, f"{product.sku}: {asked.label.lower()} are being sent as the store has them.")
    return redirect(f"{reverse('admin:catalog_product_change', args=[pk])}#{asked.tab}")


def _with_tab(name: str) -> Facet:
    """
    Return the facet of this name whose rows stand on a tab of their own.

    :raises Http404: there is none
    """
    for facet in registry.that(lambda facet: facet.tab and facet == name):
        return facet
    raise Http404(name)
