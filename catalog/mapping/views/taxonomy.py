"""Importing Jet's taxonomy in the browser: upload, look at what would change, accept or discard, go back."""

from collections import Counter
from itertools import chain
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from catalog.mapping import selectors
from catalog.mapping.forms import TaxonomyUploadForm
from catalog.mapping.models import TaxonomyImport
from catalog.mapping.services import taxonomy_imports
from catalog.mapping.taxonomy.files import TaxonomyUnreadable
from catalog.mapping.taxonomy.version_changes import changes_nothing
from jetbridge.core.texts import counted, number_in
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page

PERMISSION = "mapping.import_taxonomy"
LISTED = 10
# Reading takes a second; a row that waits longer than this waits for a worker.
IMPATIENT_SECONDS = 15
# Skipped rows on one page.
LINES = 100
# Which words of a difference the page shows, in which words.
KINDS = {"categories": "Categories", "attributes": "Attributes", "values": "Values", "links": "Links"}
WORDS = {
    "new": "new", "renamed": "renamed", "moved": "moved", "changed": "changed", "taxed": "other tax code",
    "revived": "back again", "retired": "retired", "same": "unchanged",
}  # fmt: skip


@panel_page(PERMISSION)
def taxonomy(request: HttpRequest) -> HttpResponse:
    """Show the upload form and the imports so far; keep what is uploaded and have it read."""
    form = (
        TaxonomyUploadForm(request.POST, request.FILES) if request.method == "POST" else TaxonomyUploadForm()
    )
    if form.is_valid():
        try:
            row = taxonomy_imports.start(uploads=form.uploads(), by=_person(request))
        except TaxonomyUnreadable as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("mapping:taxonomy_import", row.pk)
    rows = TaxonomyImport.objects.defer("errors", "difference").select_related("uploaded_by")[:LISTED]
    context = {"form": form, "imports": rows, "counts": selectors.stored_counts()}
    status = 422 if form.errors else 200
    return render_page(
        request, "mapping/taxonomy.html", title="Import Jet's categories", context=context, status=status
    )


@require_POST
@panel_page(PERMISSION)
def from_jet(request: HttpRequest) -> HttpResponse:
    """Have the taxonomy fetched from Jet's API."""
    return redirect("mapping:taxonomy_import", taxonomy_imports.start_from_jet(by=_person(request)).pk)


@require_GET
@panel_page(PERMISSION)
def taxonomy_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one import: its progress, what it would change, or what it did."""
    row = get_object_or_404(TaxonomyImport, pk=pk)
    return render_page(
        request, "mapping/taxonomy_import.html", title="Taxonomy import", context=_import_context(row)
    )


@require_GET
@panel_page(PERMISSION)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the page that follows a running import; a finished step has the page load itself anew."""
    row = get_object_or_404(TaxonomyImport.objects.defer("errors"), pk=pk)
    response = render(request, "mapping/taxonomy_progress.html", _progress_context(row))
    if not _is_running(row):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@panel_page(PERMISSION)
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Accept or discard what was shown, or go back to the version before it: at once, or after a look."""
    row = get_object_or_404(TaxonomyImport, pk=pk)
    try:
        if decision == "accept":
            taxonomy_imports.accept(taxonomy_import=row, moves=_selected(request))
        elif decision == "discard":
            taxonomy_imports.discard(taxonomy_import=row)
            messages.info(request, "Discarded. Nothing was changed.")
        elif decision in ("restore", "look"):
            at_once = decision == "restore"
            row = taxonomy_imports.start_restore(of=row, by=_person(request), at_once=at_once)
        else:
            raise Http404(decision)
    except taxonomy_imports.NotNow as problem:
        messages.error(request, str(problem))
    return redirect("mapping:taxonomy_import", row.pk)


@require_POST
@panel_page("mapping.map")
def move_mappings(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the selected mappings that an import broke to their successors; the mapping page can take it back."""
    row = get_object_or_404(TaxonomyImport, pk=pk, state=TaxonomyImport.State.DONE)
    report = taxonomy_imports.move_mappings(taxonomy_import=row, moves=_selected(request))
    if not report.changed:
        messages.warning(request, "No mapping was moved: none was selected, or they were changed since.")
        return redirect("mapping:taxonomy_import", row.pk)
    messages.success(
        request,
        f"{counted(len(report.changed), 'mapping')} moved on to successors. The products are being checked again.",
    )
    return redirect(f"{reverse('mapping:categories')}?{urlencode({'undo': report.request_id})}")


@require_GET
@panel_page(PERMISSION)
def skipped(request: HttpRequest, pk: int) -> HttpResponse:
    """List the skipped rows with line and reason, all or those of one cause, a page at a time."""
    row = get_object_or_404(TaxonomyImport, pk=pk)
    file, code = request.GET.get("file", ""), request.GET.get("cause", "")
    chosen = [each for each in row.errors if (not file or each[0] == file) and (not code or each[2] == code)]
    page = Paginator(chosen, LINES).get_page(request.GET.get("page"))
    context = {"row": row, "page": page, "causes": _causes(row), "file": file, "code": code}
    return render_page(request, "mapping/taxonomy_skipped.html", title="Skipped rows", context=context)


@require_GET
@panel_page(PERMISSION)
def skipped_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Give every skipped row as a CSV file."""
    row = get_object_or_404(TaxonomyImport, pk=pk)
    rows = chain([("file", "line", "code", "reason")], row.errors)
    return attachments.csv_file(f"skipped-rows-{pk}.csv", rows)


def _movable(row: TaxonomyImport) -> list[dict[str, Any]]:
    """The broken mappings with a successor; once the taxonomy is stored, those that nobody has settled since."""
    found = [each for each in row.difference.get("broken", ()) if each["successor"] and each.get("store_id")]
    if row.state != TaxonomyImport.State.DONE:
        return found
    open_ids = selectors.store_categories_mapped_to_retired({each["store_id"] for each in found})
    return [each for each in found if each["store_id"] in open_ids]


def _selected(request: HttpRequest) -> set[int]:
    """The store categories whose mappings shall move."""
    return {number for each in request.POST.getlist("move") if (number := number_in(each))}


def _causes(row: TaxonomyImport) -> list[tuple[str, str, int, int, str]]:
    """Each file and cause with how many rows, the first line, and its reason."""
    counts = Counter((file, code) for file, _, code, _ in row.errors)
    first = {(file, code): (line, reason) for file, line, code, reason in reversed(row.errors)}
    return [(*key, count, *first[key]) for key, count in counts.most_common()]


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _is_running(row: TaxonomyImport) -> bool:
    return row.state in (TaxonomyImport.State.READING, TaxonomyImport.State.ACCEPTED)


def _progress_context(row: TaxonomyImport) -> dict[str, Any]:
    waits = _is_running(row) and not row.progress
    seconds = (timezone.now() - row.at).total_seconds()
    return {"row": row, "running": _is_running(row), "no_worker": waits and seconds > IMPATIENT_SECONDS}


def _import_context(row: TaxonomyImport) -> dict[str, Any]:
    found = row.difference
    return {
        **_progress_context(row),
        "changes": [_change(label, found[kind]) for kind, label in KINDS.items() if kind in found],
        "broken": found.get("broken", []),
        "broken_attributes": found.get("broken_attributes", []),
        "broken_words": found.get("broken_words", []),
        "nothing": bool(found) and changes_nothing(found),
        "causes": _causes(row),
        "movable": _movable(row),
    }


def _change(label: str, counts: dict[str, Any]) -> dict[str, Any]:
    samples = counts.get("samples", {})
    parts = []
    for key, word in WORDS.items():
        if count := counts.get(key):
            shown = samples.get(key, [])
            parts.append({"word": word, "count": count, "samples": shown, "more": count - len(shown)})
    return {"label": label, "parts": parts}
