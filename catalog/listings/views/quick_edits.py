"""Price and quantity edited in the products grid: the cell becomes a field, and what was stored comes back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from catalog.listings.grid.grid_rows import dressed, row_of, value_cell
from catalog.products.models import Product
from catalog.rules.forms.quick_edits import QuickForm
from jetbridge.core import configuration
from jetbridge.panel.pages import panel_page

CELLS = ("price", "quantity")


@require_http_methods(["GET", "POST"])
@panel_page("catalog.change_product")
def product_cell(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer the field that edits a cell, the cell again when the edit is given up, or what was stored."""
    if name not in CELLS:
        raise Http404(name)
    product = get_object_or_404(Product, pk=pk)
    form = QuickForm(product, name, request.POST if request.method == "POST" else None)
    if "close" in request.GET or (request.method == "POST" and form.save()):
        return HttpResponse(_cell(pk, name, saved=request.method == "POST"))
    context = {"product": product, "name": name, "form": form}
    # Not an error's status: the page takes in successful answers only.
    return render(request, "catalog/product_cell.html", context)


def _cell(pk: int, name: str, *, saved: bool) -> str:
    config = configuration.current()
    product = dressed(Product.objects.filter(pk=pk), configuration.account(config.mode)).get()
    mark = '<span class="jb-saved" role="status">Saved</span>' if saved else ""
    return value_cell(product, row_of(product, config, may_edit=True), name) + mark
