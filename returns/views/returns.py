"""The page of one return: left what the customer asks, right what you give back, the deadline on top."""

import shlex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jetbridge.core import refusals
from jetbridge.jobs import followed, queue
from jetbridge.panel import cli_commands, timeline
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.store.models import StoreDocument
from orders.documents import pages as store_pages
from returns import outboxes, selectors, texts
from returns.forms import CompletionForm
from returns.models import CreditMemo, ReturnRequest
from returns.services import completions, ledger
from returns.services.completions import AlreadyAnswered, AnswerRefused

SEE = "returns.view_returnrequest"


@panel_page(SEE)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(selectors.return_page(pk))
    return _page(request, found, CompletionForm(items=found.items.all()))


def _page(
    request: HttpRequest, found: ReturnRequest, form: CompletionForm, status: int = 200
) -> HttpResponse:
    ids = [item.order_item_id for item in found.items.all() if item.order_item_id]
    earlier: dict[int, list[str]] = {}
    for entry in selectors.entries_of(ids):
        if not (entry.return_item and entry.return_item.return_request_id == found.pk):
            earlier.setdefault(entry.order_item_id, []).append(ledger.describe(entry))
    can_complete = found.status == ReturnRequest.Status.CREATED and not found.is_pending
    next_one = None if can_complete else selectors.to_complete(found.account).exclude(pk=found.pk).first()
    context: dict[str, Any] = {
        "return": found,
        "next_one": next_one,
        "box": outboxes.Completions(),
        "form": form if can_complete and request.user.has_perm("returns.complete_return") else None,
        "earlier": earlier,
        "deadline": texts.deadline(found.complete_by),
        "status_tone": texts.RETURN_TONES[found.status],
        "send_tone": texts.SEND_TONES[found.state],
        "as_command": f"complete_return {shlex.quote(found.jet_id)}",
        "panel_commands": cli_commands.of_page("returns:return", {"return": found.jet_id}),
        "memo": getattr(found, "credit_memo", None),
        "store_documents": _in_store(getattr(found, "credit_memo", None)),
        "entries": timeline.of(found),
    }
    return render_page(
        request, "returns/return.html", title=f"Return {found}", context=context, status=status
    )


def _in_store(memo: CreditMemo | None) -> list[dict[str, Any]]:
    """Return what the store has, or shall have, of what was given back."""
    if memo is None:
        return []
    rows = StoreDocument.objects.filter(kind=StoreDocument.Kind.CREDIT_MEMO, source_key=str(memo.number))
    return store_pages.shown(rows.filter(account=memo.order.account_id))


@require_POST
@panel_page("returns.complete_return")
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answer; Jet's reply follows on the page."""
    found = get_object_or_404(selectors.return_page(pk))
    form = CompletionForm(request.POST, items=found.items.all())
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        completions.queue_completion(return_request=found, answer=form.answer(), user=request.user)  # type: ignore[arg-type]
    except AnswerRefused as refused:
        refusals.show(form, refused)
        return _page(request, found, form, status=422)
    except AlreadyAnswered as already:
        messages.warning(request, str(already))
    return redirect(reverse("admin:returns_returnrequest_change", args=[pk]))


@require_POST
@panel_page("returns.fetch_returns")
def fetch(request: HttpRequest) -> HttpResponse:
    """Ask the workers to fetch new returns now, and follow it."""
    queue.nudge("returns.sync_return_statuses")
    return followed.start(
        request, "returns.fetch_returns", back=reverse("admin:returns_returnrequest_changelist")
    )


@panel_page(SEE)
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a credit memo as it is printed."""
    rows = CreditMemo.objects.select_related("order", "return_request", "refund")
    found = get_object_or_404(rows.prefetch_related("items__order_item"), pk=pk)
    context = {"memo": found, "order": found.order}
    return render_page(request, "returns/memo.html", title=f"Credit memo {found}", context=context)
