"""Fetch orders, and fetching chosen ones: starts the job in a person's name, reports what it achieved."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from jetbridge.core import configuration
from jetbridge.core.texts import number_in
from jetbridge.jobs import followed
from jetbridge.panel.pages import panel_page, render_page
from orders.forms import FetchForm
from orders.models import OrderFetch
from orders.selectors import IMPORT
from orders.services import refreshes

MAY = "orders.import_orders"
# The page looks every two seconds; a worker that lives takes the job up within one of them.
PATIENCE = 10
LATELY = 10


@require_POST
@panel_page(MAY)
def fetch(request: HttpRequest) -> HttpResponse:
    """Ask the workers for a run of the import in this person's name, and lead to the page that follows it."""
    return followed.start(request, IMPORT, back=reverse("admin:orders_order_changelist"))


@panel_page(MAY)
def choose(request: HttpRequest) -> HttpResponse:
    """Fetch chosen orders again: ask by ids or days, and show what was asked lately."""
    account = configuration.active_account()
    form = FetchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        asked = refreshes.queue_fetch(
            account=account,
            jet_ids=given["ids"],
            since=given["since"],
            until=given["until"],
            compare_only=given["compare_only"],
            user=request.user,  # type: ignore[arg-type]
        )
        return redirect("orders:chosen", asked.pk)
    lately = OrderFetch.objects.filter(account=account).select_related("user").defer("rows")[:LATELY]
    context = {"form": form, "lately": lately}
    status = 422 if form.is_bound else 200
    title = "Fetch orders by ID or date"
    return render_page(request, "orders/fetch_choose.html", title=title, context=context, status=status)


@panel_page(MAY)
def chosen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a request goes and what differed; as a fragment when the page itself asks."""
    asked = get_object_or_404(OrderFetch.objects.select_related("user"), pk=pk)
    tries = number_in(request.GET.get("n")) or 0
    context = {
        "asked": asked,
        "waits": asked.state == OrderFetch.State.PENDING and tries >= PATIENCE,
        "next_url": f"{reverse('orders:chosen', args=[pk])}?{urlencode({'n': tries + 1})}",
    }
    if request.headers.get("HX-Request"):
        return render(request, "orders/fetch_chosen_body.html", context)
    return render_page(request, "orders/fetch_chosen.html", title=str(asked), context=context)
