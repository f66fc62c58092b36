"""Actions of the drift report: compare now, reconcile one figure."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from catalog.listings.models import Drift
from catalog.listings.services import drift_reports, reconciliation
from catalog.listings.views.mass_actions import person
from jetbridge.core import configuration
from jetbridge.jobs.queue import run_now
from jetbridge.panel.pages import panel_page

GRID = "admin:catalog_drift_changelist"


@panel_page("catalog.view_live")
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Have the share that is next compared now."""
    user = person(request)
    if user is not None and run_now(drift_reports.JOB, user=user):
        messages.info(request, "Jet is being asked; what differs appears here, what agrees again leaves.")
    else:
        messages.error(request, "No worker could be asked. Cron Status says what is wrong.")
    return redirect(GRID)


@panel_page("catalog.reconcile")
@require_POST
def reconcile(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one figure as the store has it now."""
    rows = reconciliation.reconciled(Drift.objects.filter(account=configuration.active_account()))
    row = get_object_or_404(rows.select_related("listing__product"), pk=pk)
    reconciliation.reconcile([row], by=request.user.get_username())
    what = str(row.get_figure_display()).lower()
    messages.info(request, f"{row.listing.sku}: {what} is being sent; the line leaves when Jet took it.")
    return redirect(GRID)
