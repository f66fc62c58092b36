"""Accept many: the best suggestion for every store category that has no place on Jet yet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from catalog.mapping import store_tree
from catalog.mapping.category_suggestions import offers
from catalog.mapping.models import JetCategory
from catalog.mapping.services import category_mappings
from catalog.products.models import StoreCategory
from jetbridge.core.texts import counted, number_in
from jetbridge.panel.pages import panel_page, render_page

PERMISSION = "mapping.map"
# Nobody reads a page of more rows.
MOST = 300


@panel_page(PERMISSION)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show the suggestions; map those that were selected, all in one change that can be undone."""
    if request.method == "POST":
        return _accept(request)
    found = offers()
    return render_page(
        request, "mapping/suggestions.html", title="Accept many suggestions",
        context={"offers": found[:MOST], "more": max(len(found) - MOST, 0)},
    )  # fmt: skip


def _accept(request: HttpRequest) -> HttpResponse:
    """Map what was chosen; once each product has its place on Jet, its attributes are next."""
    chosen = dict(_pair(text) for text in request.POST.getlist("accept"))
    categories = StoreCategory.objects.in_bulk([pk for pk in chosen if pk])
    jets = {each.jet_id: each for each in JetCategory.objects.filter(jet_id__in=set(chosen.values()))}
    pairs = [(category, jets[chosen[pk]]) for pk, category in categories.items() if chosen[pk] in jets]
    try:
        report = category_mappings.map_many(pairs=pairs)
    except category_mappings.NotMappable as problem:
        messages.error(request, f"Nothing was mapped: {problem}")
        return redirect("mapping:suggestions")
    if not report.changed:
        messages.warning(request, "Nothing was selected, so nothing was mapped.")
        return redirect("mapping:suggestions")
    messages.success(
        request, f"{counted(len(report.changed), 'category')} mapped. The products are being checked again."
    )
    tree = store_tree.load_store_tree()
    is_over = tree.counts_homeless and not tree.homeless
    page = reverse("mapping:attributes" if is_over else "mapping:categories")
    return redirect(f"{page}?{urlencode({'undo': report.request_id})}")


def _pair(text: str) -> tuple[int, int]:
    left, _, right = text.partition(":")
    return number_in(left) or 0, number_in(right) or 0
