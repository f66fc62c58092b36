"""Add New Refund, and the page of one refund: what was sent, Jet's answer, the credit memo."""

import shlex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from jetbridge.core import configuration, refusals
from jetbridge.jobs import followed
from jetbridge.outbox.models import State
from jetbridge.panel import timeline
from jetbridge.panel.pages import panel_page, render_page
from orders.models import Order
from returns import outboxes, selectors, texts
from returns.forms import RefundForm
from returns.models import Refund
from returns.services import ledger, refunds
from returns.services.refunds import AlreadyQueued, AlreadySent, NotRefused, RefundRefused

SEE = "returns.view_refund"
REFUND = "returns.refund"


@panel_page(REFUND)
def add(request: HttpRequest) -> HttpResponse:
    """Find the order, show its items, take the refund."""
    name = (request.GET.get("order") or request.POST.get("order") or "").strip()
    order = selectors.find_order(configuration.active_account(), name)
    if order is None:
        context = {"name": name, "order": None}
        return render_page(request, "returns/refund_add.html", title="Add New Refund", context=context)
    items = selectors.order_lines(order)
    if request.method != "POST":
        return _add_page(
            request, order, RefundForm(items=items, initial={"alt_refund_id": refunds.new_alt_id()})
        )
    form = RefundForm(request.POST, items=items)
    if not form.is_valid():
        return _add_page(request, order, form, status=422)
    return _submit(request, order, form)


def _submit(request: HttpRequest, order: Order, form: RefundForm) -> HttpResponse:
    try:
        refund = refunds.queue_refund(order=order, draft=form.draft(), user=request.user)  # type: ignore[arg-type]
    except RefundRefused as refused:
        refusals.show(form, refused)
        return _add_page(request, order, form, status=422)
    except AlreadyQueued as already:
        messages.warning(request, str(already))
        refund = already.refund
    return redirect("admin:returns_refund_change", refund.pk)


def _add_page(request: HttpRequest, order: Order, form: RefundForm, status: int = 200) -> HttpResponse:
    earlier: dict[int, list[str]] = {}
    for entry in selectors.entries_of([item.pk for item in form.left]):
        earlier.setdefault(entry.order_item_id, []).append(ledger.describe(entry))
    context: dict[str, Any] = {
        "name": str(order),
        "as_command": f"refund_order {shlex.quote(str(order))}",
        "order": order,
        "form": form,
        "earlier": earlier,
        "open_returns": selectors.open_returns_of(order),
        "window": refunds.window_of(order, timezone.now()),
        "has_shipped": any(item.units_shipped for item in form.left),
        "can_refund": any(left.units for left in form.left.values()),
    }
    title = f"Add New Refund for order {order}"
    return render_page(request, "returns/refund_add.html", title=title, context=context, status=status)


@panel_page(SEE)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(selectors.refund_page(pk))
    items = list(found.items.all())
    context: dict[str, Any] = {
        "refund": found,
        "box": outboxes.Refunds(),
        "items": items,
        "total": sum(item.principal + item.tax + item.shipping + item.shipping_tax for item in items),
        "status_tone": texts.REFUND_TONES[found.status],
        "send_tone": texts.SEND_TONES[found.state],
        "memo": getattr(found, "credit_memo", None),
        "can_delete": _is_unsent(found) and request.user.has_perm(REFUND),
        "can_close": _is_left(found) and request.user.has_perm(REFUND),
        "entries": timeline.of(found),
    }
    return render_page(request, "returns/refund.html", title=f"Refund {found}", context=context)


def _is_unsent(refund: Refund) -> bool:
    return refund.state == State.PENDING


def _is_left(refund: Refund) -> bool:
    return refund.state in (State.REJECTED, State.BLOCKED) and refund.closed_at is None


@panel_page(REFUND)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a refund that was not sent yet, after a look at what that means."""
    found = get_object_or_404(Refund, pk=pk)
    address = reverse("admin:returns_refund_change", args=[pk])
    if request.method == "POST":
        try:
            refunds.delete_unsent(refund=found)
        except AlreadySent as sent:
            messages.error(request, str(sent))
            return redirect(address)
        messages.success(request, f"Refund {found} was deleted; nothing was sent to Jet.")
        return redirect("admin:returns_refund_changelist")
    context = {
        "lines": [
            f"Refund {found} is deleted before it is sent to Jet, and the buyer is not paid.",
            "What it promised is free again for another refund or return. This cannot be undone.",
        ],
        "button": "Delete refund",
        "danger": True,
        "cancel_url": address,
    }
    return render_page(request, "panel/confirm.html", title=f"Delete refund {found}?", context=context)


@require_POST
@panel_page(REFUND)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a refused refund off the list of what waits for a person."""
    found = get_object_or_404(Refund, pk=pk)
    try:
        refunds.close(refund=found)
    except NotRefused as lack:
        messages.error(request, str(lack))
    else:
        messages.success(request, f"Refund {found} is closed: nothing more is paid for it.")
    return redirect("admin:returns_refund_change", pk)


@require_POST
@panel_page("returns.fetch_returns")
def sync(request: HttpRequest) -> HttpResponse:
    """Ask the workers to read the refunds under way again, and follow it."""
    return followed.start(
        request, "returns.sync_refund_statuses", back=reverse("admin:returns_refund_changelist")
    )
