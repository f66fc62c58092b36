"""The page before a reject: what is sent to Jet, what it makes of the rate, and why."""

import shlex

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from jetbridge.panel.pages import panel_page, render_page
from orders.forms import RejectForm
from orders.models import Order
from orders.services import acknowledgements, cancel_guard
from orders.services.cancel_guard import Consent, NotGuarded, NotPossible
from orders.views import order as order_page


@panel_page("orders.reject")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a rejection does, then ask for it."""
    found = get_object_or_404(Order.objects.select_related("account"), pk=pk)
    form = RejectForm(
        request.POST or None,
        outlook=cancel_guard.outlook(account=found.account, orders=[pk]),
        may_pass=request.user.has_perm(cancel_guard.PERMISSION),
    )
    if form.is_valid() and _reject(request, found, form):
        return redirect(order_page.url(pk))
    context = {
        "order": found,
        "form": form,
        "as_command": f"reject_order {shlex.quote(str(found))}",
        "lines": [
            f"Jet will be notified that order {found} is not going to be filled. The buyer gets nothing from you.",
            "This cannot be undone, and it lowers your acceptance rate: Jet expects more than 99 percent.",
        ],
        "button": "Reject the order",
    }
    status = 422 if form.is_bound else 200
    return render_page(
        request, "orders/guard.html", title=f"Reject order {found}", context=context, status=status
    )


def _reject(request: HttpRequest, found: Order, form: RejectForm) -> bool:
    """Ask for the reject; return whether the page is done with."""
    given = form.cleaned_data
    consent = Consent(given["reason"], bool(given.get("above_limit")), by=request.user)  # type: ignore[arg-type]
    try:
        acknowledgements.queue_rejection(order=found, consent=consent, status=given["status"])
    except NotGuarded as lack:
        form.add_error(lack.field if lack.field in form.fields else None, lack.message)
        return False
    except NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.info(request, f"Order {found} is being rejected at Jet.")
    return True
