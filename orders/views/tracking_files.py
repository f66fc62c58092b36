"""Ship many: a CSV of tracking numbers becomes a plan; nothing is sent before Start, wrong rows go home again."""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from jetbridge.core import configuration, store_days
from jetbridge.mass_actions.models import MassAction
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page
from orders import exports, filters
from orders.forms import ParcelFileForm
from orders.forms.tracking_files import ParcelColumnsForm
from orders.mass_actions import labelers, parcel_columns, steps
from orders.mass_actions.parcel_columns import COLUMNS
from orders.mass_actions.tracking_files import ParcelFile, UnknownColumns, UnreadableFile
from orders.views.mass_actions import person

MAY = "orders.ship"
MOST_COLUMNS = 200
BAD_COLUMNS = (*COLUMNS, "error")


@panel_page(MAY)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file; where it holds a parcel that can go, lead to its plan."""
    form = ParcelFileForm(request.POST or None, request.FILES or None)
    try:
        found = _read(form) if form.is_valid() else None
    except UnknownColumns as unknown:
        return _ask_for_columns(
            request, ParcelColumnsForm(header=unknown.header, found=unknown.found), str(unknown)
        )
    if found is not None and found.parcels:
        ids = [int(pk) for pk in found.parcels]
        run = steps.draft(action="ship", ids=ids, options=found.options(), by=person(request))
        return redirect("orders:run", run.pk)
    context = {"form": form, "columns": COLUMNS, "found": found}
    status = 422 if form.is_bound else 200
    return render_page(request, "orders/parcels.html", title="Ship many", context=context, status=status)


def _ask_for_columns(request: HttpRequest, form: ParcelColumnsForm, reason: str = "") -> HttpResponse:
    context = {"form": form, "reason": reason}
    return render_page(
        request, "orders/parcel_columns.html", title="Which column is which?", context=context, status=422
    )


@panel_page(MAY)
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Remember which column is which, for every file of these headers."""
    header = request.POST.getlist("header")[:MOST_COLUMNS]
    form = ParcelColumnsForm(request.POST, header=header, found={})
    if not form.is_valid():
        return _ask_for_columns(request, form)
    parcel_columns.keep(header, form.columns())
    messages.success(request, "The columns of such files are known from now on. Choose the file once more.")
    return redirect("orders:parcels")


@panel_page("orders.export_buyers")
def to_ship(request: HttpRequest) -> HttpResponse:
    """Give the orders to ship as a file for a shipping program; with tracking numbers in it, it comes back here."""
    orders = filters.matching({filters.STAGE: ["ship"]}, configuration.active_account()).order_by(
        "due_at", "pk"
    )
    exports.record_taking("Orders to ship", orders.count())
    return attachments.csv_stream(
        f"orders-to-ship-{store_days.today()}.csv", labelers.current().hand_over(orders)
    )


def _read(form: ParcelFileForm) -> ParcelFile | None:
    given: dict[str, Any] = form.cleaned_data
    try:
        found = labelers.current().take_back(
            given["file"].read(),
            account=configuration.active_account(),
            carrier=given["carrier"],
            method=given["method"],
            confirm_identifiers=given["confirm_identifiers"],
        )
    except UnknownColumns:
        raise
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
