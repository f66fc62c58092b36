"""Pages of one product beside its form (what Jet holds, Sync with Jet), and the counts above the grid."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog import product_stages
from jetbridge.core import configuration
from jetbridge.core.pages import panel_page


@require_GET
@panel_page("catalog.view_product")
def product_funnel(request: HttpRequest) -> HttpResponse:
    """Answer the funnel's counts, asked for when the grid already stands."""
    stages = product_stages.funnel(configuration.active_account())
    return render(request, "catalog/product_funnel_counts.html", {"stages": stages})
