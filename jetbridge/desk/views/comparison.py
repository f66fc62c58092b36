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

COLUMNS = {
    "same": "Unchanged",
    "new": "New here",
    "changed": "Different",
    "gone": "Unknown at Jet",
    "unread": "Not read",
    "left": "Still to read",
}


@panel_page("core.lift_mark")
def compare_with_jet(request: HttpRequest) -> HttpResponse:
    """Show the last comparison; begin one, or lift the mark of a restore."""
    if request.method == "POST":
        return _lift(request) if request.POST.get("do") == "lift" else _begin(request)
    found, kept = generations.state(), list(Comparison.objects.all())
    last = next((each for each in kept if str(each.pk) == request.GET.get("of")), kept[0] if kept else None)
    counts = (last.counts if last.finished_at else comparisons.counts(last)) if last else {}
    # What is not written down yet has no numbers: nobody knows how much there is to read.
    rows = [
        (part.title, [(label, counts.get(part.kind, {}).get(name, 0)) for name, label in COLUMNS.items()])
        for part in comparisons.PARTS
        if last is not None and part.kind in last.listed
    ]
    numbers = [number for _, cells in rows for number in cells]
    is_of_mark = last is not None and found.is_older and last.marked_at == found.doubted_until
    context = {
        "lines": restored.warnings(found) if found.is_older else [],
        "last": last,
        "rows": rows,
        "labels": COLUMNS.values(),
        "to_come": [part.title for part in comparisons.PARTS if last and part.kind not in last.listed],
        "earlier": [each for each in kept if each.finished_at and each != last],
        "can_lift": is_of_mark and last is not None and last.finished_at is not None,
        "is_running": last is not None and last.finished_at is None,
        "is_whole": last is not None
        and not last.full
        and not any(n for label, n in numbers if label == COLUMNS["unread"]),
        "read": sum(number for label, number in numbers if label != COLUMNS["left"]),
        "total": sum(number for _, number in numbers),
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
