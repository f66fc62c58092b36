"""Importing products in the browser: upload, look at what would change, confirm, see what became of it."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from catalog.products.forms.imports import ImportForm, ReadingForm
from catalog.products.models import ImportFile
from catalog.products.services import import_files as service
from catalog.products.services import store_pulls
from jetbridge.core import configuration
from jetbridge.core.texts import counted
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.store import services as links

PERMISSION = "catalog.import_products"
LISTED = 20
# Reading begins within a second; a file that waits longer than this waits for a worker.
IMPATIENT_SECONDS = 15
State = ImportFile.State
RUNNING = (State.UPLOADED, State.CONFIRMED)
# Rows that were taken or left out on purpose, and why; all others are bad ones.
REMARKS = frozenset({"doubled_sku", "no_texts", "continuation", "price_ignored", "part_of_unit"})
LOSS_WORDS = {"disables": "disabled", "closes": "marked out of stock", "zeroes": "set to no units"}
FIELD_WORDS = {
    "kind": "type", "attribute_set": "attribute set", "enabled": "enabled", "special_price": "special price",
    "special_price_from": "special price from", "special_price_to": "special price to",
    "short_description": "short description", "manage_stock": "manage stock", "is_in_stock": "in stock",
    "variation_codes": "variation attributes",
}  # fmt: skip


@panel_page(PERMISSION)
def imports(request: HttpRequest) -> HttpResponse:
    """Show the upload form and the files so far; keep what is uploaded and have it read."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        row = service.start(
            upload=form.cleaned_data["file"], separator=form.cleaned_data["separator"], by=_person(request)
        )
        return redirect("catalog:import_file", row.pk)
    rows = ImportFile.objects.defer("errors", "samples").select_related("uploaded_by")
    page = Paginator(rows, LISTED).get_page(request.GET.get("page"))
    return render_page(
        request,
        "catalog/imports.html",
        title="Import Products",
        context={"form": form, "page": page, "is_linked": links.is_linked(configuration.current())},
        status=422 if form.errors else 200,
    )


@require_POST
@panel_page(PERMISSION)
def import_store(request: HttpRequest) -> HttpResponse:
    """Have the linked store read whole, into a preview first."""
    if not links.is_linked(configuration.current()):
        messages.error(request, "The store is kept by files: upload one.")
        return redirect("catalog:imports")
    try:
        row = store_pulls.start(by=_person(request))
    except links.NotLinked as problem:
        messages.error(request, str(problem))
        return redirect("catalog:imports")
    return redirect("catalog:import_file", row.pk)


@require_GET
@panel_page(PERMISSION)
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one file: its progress, what it would change, or what it did."""
    row = get_object_or_404(ImportFile.objects.select_related("uploaded_by"), pk=pk)
    return render_page(request, "catalog/import_file.html", title="Product import", context=_context(row))


@require_GET
@panel_page(PERMISSION)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the page that follows a running import; a finished step has the page load itself anew."""
    row = get_object_or_404(ImportFile.objects.defer("errors", "samples"), pk=pk)
    response = render(request, "catalog/import_progress.html", _progress(row))
    if row.state not in RUNNING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@panel_page(PERMISSION)
def import_decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Confirm or discard what the preview showed."""
    row = get_object_or_404(ImportFile, pk=pk)
    try:
        if decision == "confirm":
            service.accept(file=row)
        elif decision == "again":
            _read_again(request, row)
        elif decision == "discard":
            service.discard(file=row)
            messages.info(request, f"{row.name} is discarded. Nothing was changed.")
        else:
            raise Http404(decision)
    except service.NotNow as problem:
        messages.error(request, str(problem))
    return redirect("catalog:import_file", row.pk)


@require_GET
@panel_page(PERMISSION)
def import_bad_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the bad rows as a CSV to fix and upload again."""
    row = get_object_or_404(ImportFile, pk=pk)
    stored = row.bad_rows.name or ""
    if not stored or not row.bad_rows.storage.exists(stored):
        raise Http404("no bad rows")
    name = f"bad-rows-of-{Path(row.name).name.split('.')[0]}.csv"
    return attachments.stored_csv(name, row.bad_rows.open("rb"))


def _read_again(request: HttpRequest, row: ImportFile) -> None:
    form = ReadingForm(request.POST, file=row)
    if form.is_valid():
        service.read_again(file=row, options=form.options())
    else:
        messages.error(request, "Choose one of the listed ways to read the file.")


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _progress(row: ImportFile) -> dict[str, Any]:
    running = row.state in RUNNING
    seconds = (timezone.now() - row.created_at).total_seconds()
    waits = row.state == State.UPLOADED and not row.rows and seconds > IMPATIENT_SECONDS
    text = f"{counted(row.rows, 'row')} read" if row.rows else ""
    return {"row": row, "running": running, "no_worker": waits, "progress_text": text}


def _context(row: ImportFile) -> dict[str, Any]:
    remarks = [each for each in row.errors if each["code"] in REMARKS]
    failures = [each for each in row.errors if each not in remarks]
    causes = Counter((each["column"] or "row", each["code"].replace("_", " ")) for each in failures)
    return {
        **_progress(row),
        "failures": failures,
        "remarks": remarks,
        "causes": causes.most_common(6) if len(causes) > 1 else [],
        "outcomes": _outcomes(row),
        "updated": [_shown(each) for each in row.samples.get("updated", ())],
        "created": row.samples.get("created", ()),
        "effects": _effects(row),
        "losses": _losses(row),
        "reading": ReadingForm(file=row) if row.state == State.PREVIEWED else None,
        "nothing": row.state == State.PREVIEWED and not (row.created or row.updated),
    }


def _outcomes(row: ImportFile) -> list[tuple[str, int, str]]:
    done = row.state == State.DONE
    return [
        ("Created" if done else "New", row.created, "green"),
        ("Updated" if done else "Changed", row.updated, "blue"),
        ("Unchanged", row.unchanged, "grey"),
        ("Skipped", row.skipped, "grey"),
        ("Bad rows", row.failed, "red" if row.failed else "grey"),
    ]


def _effects(row: ImportFile) -> str:
    """Say what importing does, without what it does not."""
    parts = [f"makes {counted(row.created, 'new product')}"] if row.created else []
    if row.updated:
        parts.append(f"changes {counted(row.updated, 'product')}")
    text = f"{counted(row.rows, 'row')} read. Importing {' and '.join(parts)}"
    bad = f"; {counted(row.failed, 'bad row')} left out" if row.failed else ""
    return f"{text}{bad}."


def _losses(row: ImportFile) -> list[str]:
    """Say what the file takes off sale, which nobody should confirm unawares."""
    return [
        f"{counted(count, 'product')} {words}"
        for key, words in LOSS_WORDS.items()
        if (count := row.losses.get(key, 0))
    ]


def _shown(sample: dict[str, Any]) -> dict[str, Any]:
    changes = [{**each, "field": FIELD_WORDS.get(each["field"], each["field"])} for each in sample["changes"]]
    return {**sample, "changes": changes}
