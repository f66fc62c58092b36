"""The page before a buyer is forgotten: which orders, what stays, what is in the way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from jetbridge.panel.pages import panel_page, render_page
from orders.forms import ForgetForm
from orders.models import Order
from orders.services import privacy
from orders.views import order as order_page


@panel_page("orders.forget_buyer")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes and what stays, then forget the buyer of an order for good."""
    order = get_object_or_404(Order.objects.select_related("account", "customer"), pk=pk)
    alike = privacy.others_alike(privacy.orders_of([order]))
    form = ForgetForm(request.POST if request.method == "POST" else None, alike=alike)
    is_valid = form.is_valid()
    also = [each for each in alike if str(each.pk) in (form.cleaned_data if is_valid else {}).get("also", [])]
    if is_valid:
        try:
            receipt = privacy.forget(orders=[order, *also])
        except privacy.StillNeeded as reason:
            messages.warning(request, str(reason))
        else:
            messages.info(request, f"The buyer of order {order} is forgotten. Receipt {receipt}.")
            return redirect(order_page.url(pk))
    found = privacy.orders_of([order])
    context = {"order": order, "orders": found, "form": form, "in_the_way": privacy.in_the_way(found)}
    title, status = f"Forget the buyer of order {order}", 422 if form.is_bound else 200
    return render_page(request, "orders/forget.html", title=title, context=context, status=status)
