"""Pages behind Failed / Pending: try again, refresh from Jet, give up, say which product is meant."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from catalog.products.ownership import KeptByStore
from jetbridge.core import configuration
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.texts import counted
from jetbridge.jobs import followed, queue
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.store import services as store
from orders import selectors
from orders.forms import ChooseProductForm, ConsentForm, FixForm, RestockForm
from orders.models import FailedOrder, Order, OrderItem
from orders.selectors import RETRY
from orders.services import cancel_guard, rejection_stops, retries, unreadable_orders
from orders.services.cancel_guard import Consent, NotGuarded, NotPossible
from orders.services.holds import Fix
from orders.views import order as order_page

GRID = "admin:orders_failedorder_changelist"


@require_POST
@panel_page("orders.retry")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one failed order again; one that could not be read is fetched anew by the job."""
    failure = get_object_or_404(FailedOrder.objects.select_related("order"), pk=pk)
    if failure.order is None:
        queue.nudge(RETRY)
        messages.info(request, f"Order {failure} is being fetched again.")
    elif retries.retry(failure=failure):
        messages.success(request, f"Order {failure}: nothing stands in the way any more; it goes on.")
    else:
        failure.refresh_from_db()
        causes = " ".join(cause["message"] for cause in failure.causes)
        messages.warning(request, f"Order {failure} still waits. {causes}")
    return redirect(GRID)


@require_POST
@panel_page("orders.retry")
def update_status(request: HttpRequest) -> HttpResponse:
    """Ask the retry job to look now where each failed order stands at Jet, and follow it."""
    return followed.start(request, RETRY, back=reverse(GRID))


@panel_page("orders.reject")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject an order at Jet that could not be read; one that was stored has its own page for that."""
    failure = get_object_or_404(FailedOrder.objects.select_related("account"), pk=pk)
    if failure.order_id:
        return redirect("orders:reject", failure.order_id)
    form = ConsentForm(
        request.POST or None,
        outlook=cancel_guard.outlook(account=failure.account, unseen=1),
        may_pass=request.user.has_perm(cancel_guard.PERMISSION),
    )
    if form.is_valid() and _cancelled(request, failure, form):
        return redirect(GRID)
    lines = [
        f"Jet will be notified that order {failure} is not going to be filled. It was never imported, "
        "so it changes nothing in the store.",
        "This cannot be undone, and it lowers your acceptance rate: Jet expects more than 99 percent.",
    ]
    context = {"form": form, "lines": lines, "button": "Cancel Order", "back_url": reverse(GRID)}
    status = 422 if form.is_bound else 200
    return render_page(
        request, "orders/guard.html", title=f"Cancel order {failure}", context=context, status=status
    )


def _cancelled(request: HttpRequest, failure: FailedOrder, form: ConsentForm) -> bool:
    given = form.cleaned_data
    consent = Consent(given["reason"], bool(given.get("above_limit")), by=request.user)  # type: ignore[arg-type]
    try:
        with open_client(failure.account, purpose="failed orders", timeouts=WHILE_SOMEBODY_WAITS) as client:
            state = unreadable_orders.reject_unread(client=client, failure=failure, consent=consent)
    except (NotGuarded, NotPossible, JetFailure) as reason:
        form.add_error(None, str(reason))
        return False
    messages.info(request, f"Order {failure} is {FailedOrder.State(state).label.lower()} at Jet.")
    return True


@require_POST
@panel_page("orders.reject")
def stop_rejecting(request: HttpRequest) -> HttpResponse:
    """Keep the machine from rejecting held orders until somebody decides."""
    rejection_stops.stop(configuration.active_account(), reason="Stopped by hand.")
    messages.info(
        request, "Nothing is rejected by itself until you decide. Held orders become late at Jet meanwhile."
    )
    return redirect(GRID)


@panel_page("orders.reject")
def let_reject(request: HttpRequest) -> HttpResponse:
    """Decide that what is held may be rejected at its minute: what that makes of the rates, and why."""
    account = configuration.active_account()
    found = rejection_stops.forecast(account)
    if found is None:
        messages.info(request, "No order is about to be rejected, and nothing is stopped.")
        return redirect(GRID)
    form = ConsentForm(
        request.POST or None, outlook=found.outlook, may_pass=request.user.has_perm(cancel_guard.PERMISSION)
    )
    if form.is_valid() and _let_reject(request, form):
        return redirect(GRID)
    lines = [
        f"{found.lost}: each is tried once more, and rejected at its minute if it still cannot be filled. "
        "That cannot be undone.",
        found.lateness,
        "Later orders are counted anew: rejecting stops again where so many of them would pass the limit.",
    ]
    context = {
        "form": form, "lines": lines if found.orders else lines[2:], "back_url": reverse(GRID),
        "button": f"Let {counted(found.orders, 'order')} be rejected" if found.orders else "Let rejecting go on",
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    title = "Let held orders be rejected"
    return render_page(request, "orders/guard.html", title=title, context=context, status=status)


def _let_reject(request: HttpRequest, form: ConsentForm) -> bool:
    given = form.cleaned_data
    consent = Consent(given["reason"], bool(given.get("above_limit")), by=request.user)  # type: ignore[arg-type]
    try:
        allowed = rejection_stops.let_go_on(configuration.active_account(), consent=consent)
    except NotGuarded as lack:
        form.add_error(lack.field if lack.field in form.fields else None, lack.message)
        return False
    messages.info(request, f"{counted(allowed, 'order')} may be rejected now; each at its minute.")
    return True


@panel_page("orders.retry")
def restock(request: HttpRequest) -> HttpResponse:
    """Set the units on hand of all that held orders lack, on one page; the orders go on by themselves."""
    config, short = (
        configuration.current(),
        selectors.shortages(selectors.held(configuration.active_account())),
    )
    form = RestockForm(request.POST or None, short=short)
    is_stores = store.is_linked(config)
    if form.is_valid() and short and not is_stores and request.user.has_perm("catalog.change_product"):
        changed = retries.restock(form.quantities())
        said = f"{counted(len(changed), 'product')} restocked." if changed else "No quantity was changed."
        messages.info(request, f"{said} The orders that lacked them are tried again now.")
        return redirect(GRID)
    context = {
        "form": form, "short": short, "is_stores": is_stores, "back_url": reverse(GRID),
        "sends": config.auto_sync and config.sync_inventory_on_edit,
        "may_restock": request.user.has_perm("catalog.change_product"),
    }  # fmt: skip
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render_page(
        request, "orders/restock.html", title="Restock held orders", context=context, status=status
    )


@require_POST
@panel_page("orders.retry")
def fix(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Fix one line of a held order in place: restock, enable, or say which product is meant; and try it again."""
    found = get_object_or_404(selectors.order_page(pk))
    item = get_object_or_404(OrderItem.objects.select_related("product", "order"), pk=item_pk, order=found)
    form = FixForm(request.POST, item=item)
    back = reverse(GRID) if "from_list" in request.POST else order_page.url(pk)
    if not form.is_valid() and found.status == Order.Status.HELD:
        return order_page.page(request, found, order_page.empty_form(found), fix=form, status=422)
    try:
        _fix(request, form)
    except (NotPossible, KeptByStore) as reason:
        messages.warning(request, str(reason))
    else:
        failure = FailedOrder.objects.select_related("order").filter(order=found).first()
        if failure is not None and retries.retry(failure=failure):
            messages.success(request, f"Nothing stands in the way of order {found} any more; it goes on.")
        elif failure is not None:
            failure.refresh_from_db()
            messages.warning(request, " ".join(cause["message"] for cause in failure.causes))
    return redirect(back)


def _fix(request: HttpRequest, form: FixForm) -> None:
    """
    Do what the form asks for.

    :raises NotPossible: the order is not held any more
    :raises KeptByStore: a linked store says how many there are, and what is enabled
    """
    given, product = form.cleaned_data, form.item.product
    if form.item.order.status != Order.Status.HELD:
        raise NotPossible(f"Order {form.item.order} is not held any more; there is nothing to fix.")
    if given["what"] == Fix.MAP:
        retries.choose_product(item=form.item, product=given["product"])
    elif not request.user.has_perm("catalog.change_product"):
        raise PermissionDenied("Only who may change products changes this one.")
    elif product is not None and given["what"] == Fix.RESTOCK:
        retries.restock({product: given["quantity"]})
    elif product is not None:
        retries.enable(product)


@panel_page("orders.retry")
def choose(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Say which product is meant by one line of a held order."""
    order = get_object_or_404(Order, pk=pk)
    item = get_object_or_404(OrderItem, pk=item_pk, order=order)
    form = ChooseProductForm(request.POST or None)
    back = order_page.url(pk)
    if form.is_valid():
        try:
            retries.choose_product(item=item, product=form.cleaned_data["product_sku"])
            messages.info(
                request, f"{item.sku} is taken for {form.cleaned_data['product_sku']}; trying again."
            )
        except NotPossible as reason:
            messages.warning(request, str(reason))
        return redirect(back)
    context = {
        "form": form,
        "item": item,
        "order": order,
        "candidates": selectors.candidates(item),
        "cancel_url": back,
    }
    return render_page(request, "orders/choose.html", title=f"Which product is {item.sku}?", context=context)
