"""Accept many: the best suggestion for every store category that has no place on Jet yet."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from catalog.mapping import jet_tree, store_tree
from catalog.mapping.models import JetCategory
from catalog.mapping.services import mappings
from catalog.mapping.store_tree import Branch
from catalog.mapping.suggestions import Suggestion
from catalog.models import StoreCategory
from jetbridge.core.pages import panel_page, render_page

PERMISSION = "mapping.map"
# From this score on a suggestion is ticked; a person still looks at it before it is accepted.
TICKED_FROM = 80
# The store's own root is no category of goods; nor is a page of more rows than this read by anybody.
MOST = 300


@dataclass(frozen=True)
class Offer:
    """One store category with its best suggestion."""

    branch: Branch
    best: Suggestion

    @property
    def key(self) -> str:
        """What the page sends back when it is accepted."""
        return f"{self.branch.id}:{self.best.jet_id}"

    @property
    def ticked(self) -> bool:
        """Tell whether it is good enough to be ticked beforehand."""
        return self.best.score >= TICKED_FROM and self.branch.products > 0


@panel_page(PERMISSION)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show the suggestions; map those that were ticked, all in one change that can be undone."""
    if request.method == "POST":
        return _accept(request)
    offers = _offers()
    return render_page(
        request, "mapping/suggestions.html", title="Accept many suggestions",
        context={"offers": offers[:MOST], "more": max(len(offers) - MOST, 0)},
    )  # fmt: skip


def _offers() -> list[Offer]:
    suggester = jet_tree.suggester()
    offers = []
    for branch in store_tree.load_store_tree().branches:
        if branch.is_open and branch.depth > 1:
            best = suggester.suggest(jet_tree.names_on(branch.full_path), limit=1)
            offers += [Offer(branch, each) for each in best]
    return sorted(offers, key=lambda each: -each.best.score)


def _accept(request: HttpRequest) -> HttpResponse:
    chosen = dict(_pair(text) for text in request.POST.getlist("accept"))
    categories = StoreCategory.objects.in_bulk([pk for pk in chosen if pk])
    jets = {each.jet_id: each for each in JetCategory.objects.filter(jet_id__in=set(chosen.values()))}
    pairs = [(category, jets[chosen[pk]]) for pk, category in categories.items() if chosen[pk] in jets]
    try:
        report = mappings.map_many(pairs=pairs)
    except mappings.NotMappable as problem:
        messages.error(request, f"Nothing was mapped: {problem}")
        return redirect("mapping:suggestions")
    if not report.changed:
        messages.warning(request, "Nothing was ticked, so nothing was mapped.")
        return redirect("mapping:suggestions")
    messages.success(
        request, f"{len(report.changed)} categories mapped. Their products are being checked again."
    )
    return redirect(f"{reverse('mapping:categories')}?{urlencode({'undo': report.request_id})}")


def _pair(text: str) -> tuple[int, int]:
    left, _, right = text.partition(":")
    sound = all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (left, right))
    return (int(left), int(right)) if sound else (0, 0)
