"""Ship many: a CSV of tracking numbers becomes a plan; nothing is sent before Start, wrong rows go home again."""

from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from jetbridge.core import configuration
from jetbridge.mass_actions.models import MassAction
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page
from orders.forms import ParcelFileForm
from orders.mass_actions import steps, tracking_files
from orders.mass_actions.tracking_files import COLUMNS, ParcelFile, UnreadableFile
from orders.views.mass_actions import person

MAY = "orders.ship"
BAD_COLUMNS = (*COLUMNS, "error")


@panel_page(MAY)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file; where it holds a parcel that can go, lead to its plan."""
    form = ParcelFileForm(request.POST or None, request.FILES or None)
    found = _read(form) if form.is_valid() else None
    if found is not None and found.parcels:
        ids = [int(pk) for pk in found.parcels]
        run = steps.draft(action="ship", ids=ids, options=found.options(), by=person(request))
        return redirect("orders:run", run.pk)
    context = {"form": form, "columns": COLUMNS, "found": found}
    status = 422 if form.is_bound else 200
    return render_page(request, "orders/parcels.html", title="Ship many", context=context, status=status)


def _read(form: ParcelFileForm) -> ParcelFile | None:
    given: dict[str, Any] = form.cleaned_data
    try:
        found = tracking_files.read(
            data=given["file"].read(),
            account=configuration.active_account(),
            carrier=given["carrier"],
            method=given["method"],
            confirm_identifiers=given["confirm_identifiers"],
        )
    except UnreadableFile as reason:
        form.add_error("file", str(reason))
        return None
    if not found.parcels:
        form.add_error(
            "file", "No row of this file can be shipped." if found.rows else "The file has no rows."
        )
    return found


@panel_page(MAY)
def bad_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the rows that were left out, with their reasons, to be fixed and uploaded again."""
    run = get_object_or_404(MassAction, pk=pk, scope=MassAction.Scope.ORDERS, action="ship")
    rows = ([row.get(name, "") for name in BAD_COLUMNS] for row in run.options.get("bad_rows", []))
    return attachments.csv_file(f"parcels-{pk}-bad-rows.csv", chain([BAD_COLUMNS], rows))
