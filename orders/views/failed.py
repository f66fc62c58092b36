"""Pages behind Failed / Pending: try again, give up, say which product is meant."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jetbridge.core import queue
from jetbridge.core.pages import panel_page, render_page
from orders.forms import ChooseProductForm
from orders.models import FailedOrder, Order, OrderItem
from orders.selectors import RETRY
from orders.services import choosing, retrying
from orders.services.acknowledging import NotPossible

GRID = "admin:orders_failedorder_changelist"


@require_POST
@panel_page("orders.retry")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one failed order again; one that could not be read is fetched anew by the job."""
    failure = get_object_or_404(FailedOrder.objects.select_related("order"), pk=pk)
    if failure.order is None:
        queue.nudge(RETRY)
        messages.info(request, f"Order {failure} is being fetched again.")
    elif retrying.retry(failure=failure):
        queue.nudge("orders.import_ready_orders")
        messages.success(request, f"Order {failure}: nothing stands in the way any more; it goes on.")
    else:
        failure.refresh_from_db()
        causes = " ".join(cause["message"] for cause in failure.causes)
        messages.warning(request, f"Order {failure} still waits. {causes}")
    return redirect(GRID)


@require_POST
@panel_page("orders.retry")
def retry_all(request: HttpRequest) -> HttpResponse:
    """Ask the retry job to look at all of them now."""
    if queue.run_now(RETRY, user=request.user):  # type: ignore[arg-type]
        messages.info(request, "All of them are being tried again. Reload this page in a moment.")
    else:
        messages.error(request, "The retry was not started: the queue does not answer. See Cron Status.")
    return redirect(GRID)


@panel_page("orders.retry")
def choose(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Say which product is meant by one line of a held order."""
    order = get_object_or_404(Order, pk=pk)
    item = get_object_or_404(OrderItem, pk=item_pk, order=order)
    form = ChooseProductForm(request.POST or None)
    back = reverse("admin:orders_order_change", args=[pk])
    if form.is_valid():
        try:
            choosing.choose_product(item=item, product=form.cleaned_data["product_sku"])
            messages.info(
                request, f"{item.sku} is taken for {form.cleaned_data['product_sku']}; trying again."
            )
        except NotPossible as reason:
            messages.warning(request, str(reason))
        return redirect(back)
    context = {"form": form, "item": item, "order": order, "cancel_url": back}
    return render_page(request, "orders/choose.html", title=f"Which product is {item.sku}?", context=context)
