"""Price Reviews: large price changes, accepted or declined one by one or many at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from catalog.listings.models import PriceReview
from catalog.listings.services import price_reviews as service
from jetbridge.core import configuration
from jetbridge.core.texts import counted, number_in
from jetbridge.panel.display import Tone
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.panel.paginator import CappedPaginator

PER_PAGE = 50
State = PriceReview.State
TONES: dict[str, Tone] = {
    State.OPEN: "amber", State.ACCEPTED: "green", State.DECLINED: "red", State.OVERTAKEN: "grey",
}  # fmt: skip


@panel_page("catalog.view_pricereview")
@require_GET
def price_reviews(request: HttpRequest) -> HttpResponse:
    """List the changes of one state, those that wait first of all."""
    state = _state(request.GET.get("state"))
    paginator: Paginator[PriceReview] = CappedPaginator(_reviews(state), PER_PAGE)
    page = paginator.get_page(request.GET.get("p"))
    context = {
        "rows": [(review, TONES[review.state]) for review in page],
        "page": page,
        "state": state,
        "states": State.choices,
        "config": configuration.current(),
        "may": request.user.has_perm("catalog.review_prices"),
        "matching": paginator.count,
    }
    return render_page(request, "catalog/price_reviews.html", title="Price Reviews", context=context)


@panel_page("catalog.review_prices")
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Accept or decline the chosen ones, or all that wait; the price job sends what was accepted."""
    decision, _, one = request.POST.get("decision", "").partition(":")
    if decision not in ("accept", "decline"):
        messages.error(request, "Choose Accept or Decline.")
        return redirect("catalog:price_reviews")
    chosen = _chosen(request, [one] if one else request.POST.getlist("review"))
    person = request.user if isinstance(request.user, Person) else None
    count = service.decide(reviews=chosen, accept=decision == "accept", by=person) if person else 0
    _report(request, count, decision)
    state = _state(request.POST.get("state"))
    return redirect("catalog:price_reviews") if state == State.OPEN else redirect(f"./?state={state}")


def _chosen(request: HttpRequest, ids: Sequence[str]) -> QuerySet[PriceReview]:
    reviews = _reviews(_state(request.POST.get("state")))
    if request.POST.get("all"):
        return reviews
    return reviews.filter(pk__in=[pk for each in ids if (pk := number_in(each))])


def _report(request: HttpRequest, count: int, decision: str) -> None:
    if not count:
        messages.info(request, "Nothing was chosen that still waits.")
    elif decision == "accept":
        messages.success(request, f"{counted(count, 'price change')} accepted: to be sent to Jet.")
    else:
        messages.success(request, f"{counted(count, 'price change')} declined: Jet keeps the former price.")


def _reviews(state: str) -> QuerySet[PriceReview]:
    return (
        PriceReview.objects.filter(listing__account=configuration.active_account(), state=state)
        .select_related("listing__product", "decided_by")
        .order_by("-pk")
    )


def _state(text: str | None) -> str:
    return text if text in State.values else State.OPEN
