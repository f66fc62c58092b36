"""Rejected files: one file with its errors and products, Resubmit, Fetch, delete, Clear All Logs."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.listings.badges import in_need
from catalog.listings.models import FileContent, UploadFile
from catalog.listings.services import file_uploads, rejected_files
from catalog.listings.texts.files import FILE_TONES
from catalog.listings.views.mass_actions import person
from jetbridge.core import configuration
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import ApiCall
from jetbridge.core.reports import Report
from jetbridge.core.retention import FAILURES_LAST
from jetbridge.core.texts import counted
from jetbridge.jobs.queue import nudge
from jetbridge.panel import action_reports, attachments
from jetbridge.panel.pages import panel_page, render_page

SHOWN = 200
# Characters of a document shown on the page; the download has all of them.
LONGEST = 100_000
# A page does not keep its person waiting for more files than this.
ASKED_HERE = 20
LIST = "admin:catalog_uploadfile_changelist"


@panel_page("catalog.view_uploadfile")
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what Jet said, whom it concerns, what was sent and what would be sent now."""
    found = _file(pk)
    rows = rejected_files.affected(found, built=SHOWN)
    family = rejected_files.family(found)
    context: dict[str, Any] = {
        "file": found,
        "tone": FILE_TONES[found.status],
        "rows": rows[:SHOWN],
        "others": rejected_files.taken(found) if rows else 0,
        "halves": family[1:],
        "is_open": any(each.status in UploadFile.OPEN for each in family),
        "checking": sum(row.item.verdict == row.item.Verdict.CHECKING for row in rows),
        "corrected": sum(
            row.still_refused and not row.obstacle and bool(row.changed) for row in rows[:SHOWN]
        ),
        "sendable": sum(row.still_refused and not row.obstacle for row in rows),
        "content": _shortened(found.content),
        "calls": ApiCall.objects.filter(reference=found.jet_file_id).order_by("-pk")[:10]
        if found.jet_file_id
        else (),
        "said": _shortened(found.body.said) if found.body.said else "",
        "longest": LONGEST,
        "left": sum(row.is_left for row in rows),
        "going": sum(row.is_going for row in rows),
        "may": request.user.has_perm("catalog.resubmit"),
        "more": max(len(rows) - SHOWN, 0),
    }
    return render_page(request, "catalog/file.html", title=found.name, context=context)


@panel_page("catalog.resubmit")
@require_POST
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the products whose refusal still stands, as they are now."""
    unchanged = request.POST.get("unchanged") == "1"
    report = rejected_files.resubmit(_file(pk), by=person(request), unchanged=unchanged)
    action_reports.show(
        request,
        report,
        done="being sent again; the new file appears in the list",
        thing="product",
        nothing="No product of this file is still to be sent, or none was corrected.",
    )
    return redirect(LIST) if report.done else redirect("catalog:file", pk)


@panel_page("catalog.resubmit")
@require_POST
def fetch(request: HttpRequest) -> HttpResponse:
    """Refresh from Jet every file that is on its way; many are left to the job."""
    account = configuration.active_account()
    if file_uploads.open_files(account).count() > ASKED_HERE:
        file_uploads.open_files(account).update(next_try_at=timezone.now())
        nudge("catalog.poll_files")
        messages.info(request, "Jet is being asked after the files; their verdicts appear here one by one.")
        return redirect(LIST)
    try:
        with open_client(purpose="Fetch Rejected Files", timeouts=WHILE_SOMEBODY_WAITS) as client:
            report = file_uploads.advance_files(client=client, account=account, at_once=True)
    except JetFailure as error:
        report = Report()
        report.fail("Jet", str(error))
    left = file_uploads.open_files(account).count()
    waiting = f"{counted(left, 'file')} still with Jet." if left else "No file is on its way."
    action_reports.show(request, report, done="processed by Jet", thing="product", nothing=waiting)
    return redirect(LIST)


@panel_page("catalog.delete_uploadfile")
@require_http_methods(["GET", "POST"])
def clear(request: HttpRequest) -> HttpResponse:
    """Delete all files that Jet is done with, after a question."""
    if request.method == "POST":
        report = rejected_files.clear_all(
            configuration.active_account(), refused=request.POST.get("refused") == "1"
        )
        action_reports.show(
            request, report, done="deleted", thing="file", nothing="No finished file is left."
        )
        return redirect(LIST)
    refused, done = in_need(), rejected_files.clearable(configuration.active_account()).count()
    days = configuration.current().log_days
    context = {
        "lines": [
            f"Cleared from this list, with what was sent and what Jet said: {counted(done, 'file')} "
            "that Jet is done with.",
            f"Without clearing, files go after {counted(days, 'day')}, refused ones after {days * FAILURES_LAST}.",
            "Nothing changes on Jet. This cannot be undone.",
        ],
        "refused": refused,
        "button": "Clear all logs",
        "danger": True,
        "cancel_url": "../../uploadfile/",
    }
    return render_page(request, "catalog/clear_files.html", title="Clear All Logs", context=context)


@panel_page("catalog.delete_uploadfile")
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one file, after a question."""
    found = _file(pk)
    if request.method == "POST":
        action_reports.show(request, rejected_files.delete_file(found), done="deleted", thing="file")
        return redirect(LIST)
    lines = [
        f"Deleted from this list: {found.name} with {counted(found.product_count, 'product')}.",
        "Nothing changes on Jet. This cannot be undone.",
    ]
    context = {"lines": lines, "button": "Delete", "danger": True, "cancel_url": "../"}
    return render_page(request, "panel/confirm.html", title="Delete the file?", context=context)


@panel_page("catalog.view_uploadfile")
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Give all of Jet's errors as a text file, in the order in which Jet gave them."""
    found = _file(pk)
    return _download("\n".join(map(str, found.errors)) + "\n", f"{found.name}.errors.txt", "text/plain")


@panel_page("catalog.view_uploadfile")
@require_GET
def content(request: HttpRequest, pk: int) -> HttpResponse:
    """Give exactly what was sent, as the JSON that travelled."""
    found = _file(pk)
    return _download(FileContent.texts([pk])[pk], found.name.removesuffix(".gz"), "application/json")


@panel_page("catalog.view_uploadfile")
@require_GET
def said(request: HttpRequest, pk: int) -> HttpResponse:
    """Give Jet's answer about a file as Jet sent it, its full error report included."""
    found = _file(pk)
    text = json.dumps(found.body.said, indent=2, ensure_ascii=False)
    return _download(text, f"{found.name.removesuffix('.json.gz')}.answer.json", "application/json")


def _download(text: str, name: str, kind: str) -> HttpResponse:
    return attachments.text_file(name, text, f"{kind}; charset=utf-8")


def _shortened(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)[:LONGEST]


def _file(pk: int) -> UploadFile:
    return get_object_or_404(UploadFile.objects.select_related("account", "run", "parent", "after"), pk=pk)
