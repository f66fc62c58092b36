"""The page of one settlement: the report's sums, each figure beside our own, and the rows behind ours."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from jetbridge.jobs import followed
from jetbridge.panel import timeline
from jetbridge.panel.pages import panel_page, render_page
from returns import settlement_comparisons, texts
from returns.models import Settlement

# Enough to find a difference by eye; the sums above count all.
SHOWN_ROWS = 200


@panel_page("returns.view_settlement")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Settlement.objects.select_related("account"), pk=pk)
    compared = settlement_comparisons.compare(found)
    sold = list(settlement_comparisons.sold_in(found)[: SHOWN_ROWS + 1])
    memos = list(settlement_comparisons.given_back_in(found)[: SHOWN_ROWS + 1])
    context: dict[str, Any] = {
        "settlement": found,
        "tone": texts.SETTLEMENT_TONES[found.state],
        "state": found.jet_state if found.state == Settlement.State.OTHER else found.get_state_display(),
        "compared": compared,
        "tables": [
            ("Orders of the week", compared.orders),
            ("Returns and refunds of the week", compared.returns),
        ],
        "sold": sold[:SHOWN_ROWS],
        "memos": memos[:SHOWN_ROWS],
        "shown": SHOWN_ROWS,
        "more": len(sold) > SHOWN_ROWS or len(memos) > SHOWN_ROWS,
        "entries": timeline.of(found, reference=found.jet_id),
    }
    return render_page(request, "returns/settlement.html", title=f"Settlement {found}", context=context)


@require_POST
@panel_page("returns.fetch_returns")
def fetch(request: HttpRequest) -> HttpResponse:
    """Ask the workers to look for settlements now, and follow it."""
    return followed.start(
        request, "returns.fetch_settlements", back=reverse("admin:returns_settlement_changelist")
    )
