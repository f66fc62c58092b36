"""Compare with Jet: how far it is, what was found and taken over; after a restore, letting deliveries go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jetbridge.core import generations
from jetbridge.core.models import Comparison
from jetbridge.desk.services import comparisons, restored
from jetbridge.jobs import queue
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.panel.paginator import CappedPaginator

COLUMNS = ("same", "new", "changed", "gone", "unread", "left")


@panel_page("core.lift_mark")
def compare_with_jet(request: HttpRequest) -> HttpResponse:
    """Show the last comparison; begin one, or lift the mark of a restore."""
    if request.method == "POST":
        return _lift(request) if request.POST.get("do") == "lift" else _begin(request)
    found, last = generations.state(), Comparison.objects.first()
    counts = (last.counts if last.finished_at else comparisons.counts(last)) if last else {}
    rows = [
        (part.title, [counts.get(part.kind, {}).get(name, 0) for name in COLUMNS])
        for part in comparisons.PARTS
    ]
    is_of_mark = last is not None and found.is_older and last.marked_at == found.doubted_until
    context = {
        "lines": restored.warnings(found) if found.is_older else [],
        "last": last,
        "rows": rows if last else [],
        "titles": {part.kind: part.title for part in comparisons.PARTS},
        "can_lift": is_of_mark and last is not None and last.finished_at is not None,
        "is_running": last is not None and last.finished_at is None,
        "read": sum(sum(numbers[:-1]) for _, numbers in rows),
        "total": sum(sum(numbers) for _, numbers in rows),
        "page": CappedPaginator(comparisons.named(last), 100).get_page(request.GET.get("p"))
        if last
        else None,
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/comparison_body.html", context)
    return render_page(request, "desk/comparison.html", title="Compare with Jet", context=context)


def _begin(request: HttpRequest) -> HttpResponse:
    """Ask the workers for a comparison in this person's name."""
    if not queue.run_now(comparisons.JOB, user=request.user):  # type: ignore[arg-type]
        messages.error(request, "The comparison was not started: the queue does not answer. See Cron Status.")
    else:
        messages.info(request, "The comparison begins as soon as a worker takes it up.")
    return redirect("desk:compare_with_jet")


def _lift(request: HttpRequest) -> HttpResponse:
    try:
        done = comparisons.lift_by_hand()
    except comparisons.NotCompared as lack:
        messages.error(request, str(lack))
    else:
        messages.info(request, restored.LIFTED if done else restored.NOT_HELD)
    return redirect("desk:compare_with_jet")
