"""Vanished Products: what stands on Jet that the store does not have, to be archived there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.models import Listing
from catalog.services import archives
from catalog.status_chips import status_chip
from jetbridge.core import configuration
from jetbridge.core.admin_report import counted
from jetbridge.core.pages import panel_page, render_page
from jetbridge.core.queue import nudge

PER_PAGE = 50
# More references than this are counted on the question, not named.
NAMED = 50


@panel_page("catalog.view_listing")
@require_GET
def vanished(request: HttpRequest) -> HttpResponse:
    """List what Jet has open and the store does not know."""
    page = Paginator(_vanished(), PER_PAGE).get_page(request.GET.get("p"))
    rows = [(listing, status_chip(listing)) for listing in page]
    context = {
        "rows": rows,
        "page": page,
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


@panel_page("catalog.archive")
@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """Close one or all of them on Jet, after a question."""
    chosen = _vanished()
    if request.GET.get("sku"):
        chosen = chosen.filter(sku=request.GET["sku"])
    listings = list(chosen.select_related("account"))
    if request.method == "POST":
        wanted = archives.want_archived(listings, archived=True, by="vanished from the store")
        messages.info(
            request,
            f"{counted(wanted, 'SKU')} being archived on Jet; each leaves this list when Jet says so.",
        )
        return redirect("catalog:vanished")
    lines = [
        f"{counted(len(listings), 'SKU')} will be closed on Jet and can no longer be bought there.",
        "It can be undone: import the product into the store, then unarchive it.",
    ]
    context = {
        "lines": lines,
        "references": [listing.sku for listing in listings[:NAMED]],
        "button": "Archive on Jet",
        "danger": True,
        "cancel_url": "../",
    }
    return render_page(request, "panel/confirm.html", title="Archive vanished products?", context=context)


def _vanished() -> QuerySet[Listing]:
    return (
        Listing.objects.filter(
            account=configuration.active_account(), product=None, first_sent_at__isnull=False
        )
        .exclude(status=Listing.Status.ARCHIVED)
        .order_by("sku")
    )
