"""The page before a buyer is forgotten: which orders, what stays, what is in the way."""

import shlex

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from jetbridge.panel.pages import panel_page, render_page
from orders.models import Order
from orders.services import privacy
from orders.views import order as order_page


@panel_page("orders.forget_buyer")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes and what stays, then forget the buyer of an order for good."""
    order = get_object_or_404(Order.objects.select_related("account", "customer"), pk=pk)
    alike = privacy.others_alike(privacy.orders_of([order]))
    also = [each for each in alike if str(each.pk) in request.POST.getlist("also")]
    found = privacy.orders_of([order, *also])
    is_sure = request.POST.get("sure") == "yes"
    if request.method == "POST" and is_sure:
        try:
            receipt = privacy.forget(orders=[order, *also])
        except privacy.StillNeeded as reason:
            messages.warning(request, str(reason))
        else:
            messages.info(request, f"The buyer of order {order} is forgotten. Receipt {receipt}.")
            return redirect(order_page.url(pk))
    context = {
        "order": order,
        "orders": found,
        "alike": alike,
        "also": also,
        "in_the_way": privacy.in_the_way(found),
        "is_unsure": request.method == "POST" and not is_sure,
        "as_command": f"forget_buyer {shlex.quote(str(order))}",
    }
    title, status = f"Forget the buyer of order {order}", 422 if request.method == "POST" else 200
    return render_page(request, "orders/forget.html", title=title, context=context, status=status)
