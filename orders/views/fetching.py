"""Fetch Latest Jet Orders: starts the import job in a person's name and reports what it achieved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from jetbridge.core import queue
from jetbridge.core.models import JobRun
from jetbridge.core.pages import panel_page, render_page
from orders.selectors import IMPORT

MAY = "orders.import_orders"
# The page looks every two seconds; a worker that lives takes the job up within one of them.
PATIENCE = 10


@require_POST
@panel_page(MAY)
def fetch(request: HttpRequest) -> HttpResponse:
    """Ask the workers for a run of the import in this person's name, and lead to the page that follows it."""
    last = JobRun.objects.filter(job=IMPORT).order_by("-pk").values_list("pk", flat=True).first() or 0
    if not queue.run_now(IMPORT, user=request.user):  # type: ignore[arg-type]
        messages.error(request, "The import was not started: the queue does not answer. See Cron Status.")
        return redirect("admin:orders_order_changelist")
    return redirect(f"{reverse('orders:fetched')}?{urlencode({'after': last})}")


@panel_page(MAY)
def fetched(request: HttpRequest) -> HttpResponse:
    """Show how the import goes; as a fragment when the page itself asks."""
    after, tries = (_number(request, name) for name in ("after", "n"))
    runs = JobRun.objects.filter(job=IMPORT)
    run = runs.filter(pk__gt=after).order_by("pk").first()
    if run is None:  # one that was already under way does the same work
        run = runs.filter(outcome=JobRun.Outcome.RUNNING).order_by("-pk").first()
    is_over = run is not None and run.outcome != JobRun.Outcome.RUNNING
    context = {
        "run": run,
        "is_over": is_over,
        "waits": run is None and tries >= PATIENCE,
        "next_url": f"{reverse('orders:fetched')}?{urlencode({'after': after, 'n': tries + 1})}",
    }
    if request.headers.get("HX-Request"):
        return render(request, "orders/fetched_body.html", context)
    return render_page(request, "orders/fetched.html", title="Fetch Latest Jet Orders", context=context)


def _number(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdigit() and len(given) < 18 else 0
