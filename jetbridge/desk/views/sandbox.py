"""Practice with the sandbox in one press each: keys, categories of a small store, the review at an end, the clock."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jetbridge.core import configuration
from jetbridge.core.models import Mode
from jetbridge.core.texts import number_in
from jetbridge.desk.demo import practice
from jetbridge.desk.demo.sandbox import SandboxAway
from jetbridge.desk.jet import accounts
from jetbridge.panel.pages import panel_page


@require_POST
@panel_page("core.change_configuration")
def fill_keys(request: HttpRequest, mode: str) -> HttpResponse:
    """Store the sandbox's keys and check them: on the dashboard at once, else on the page that follows."""
    if mode not in Mode.values:
        raise Http404(mode)
    account = configuration.account(Mode(mode))
    try:
        practice.fill_keys(account=account)
    except SandboxAway as problem:
        messages.error(request, f"Nothing was filled in: {problem}")
        return redirect("desk:configuration")
    if "home" not in request.POST:
        return redirect(f"{reverse('desk:configuration')}?check={mode}")
    check = accounts.check_account(account=account)
    accounts.keep_check(account=account, check=check)
    (messages.success if check.passed else messages.error)(request, check.message)
    return redirect("admin:index")


@require_POST
@panel_page("core.validate_account")
def finish_review(request: HttpRequest) -> HttpResponse:
    """Let the sandbox end every review that has begun, and have the statuses read."""
    try:
        count = practice.finish_review(account=configuration.active_account())
    except SandboxAway as problem:
        messages.error(request, f"No review was finished: {problem}")
    else:
        messages.info(request, practice.said_of_reviews(count))
    return redirect("admin:catalog_product_changelist" if "grid" in request.POST else "admin:index")


@require_POST
@panel_page("mapping.import_taxonomy")
def load_taxonomy(request: HttpRequest) -> HttpResponse:
    """Store the small taxonomy of our own; Jet's files can be imported beside it at any time."""
    messages.success(request, f"Practice categories: {practice.load_taxonomy()}")
    return redirect("mapping:suggestions")


@require_POST
@panel_page("core.validate_account")
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the sandbox's clock on by minutes, or back to real time by none; deadlines at Jet follow it."""
    minutes = number_in(request.POST.get("minutes"), digits=5)
    try:
        if minutes is None:
            raise practice.ClockStays("Choose by how much.")
        by = timedelta(minutes=minutes) if minutes else None
        offset = practice.move_clock(account=configuration.active_account(), by=by)
    except (SandboxAway, practice.ClockStays) as problem:
        messages.error(request, f"The clock was not moved: {problem}")
    else:
        messages.info(request, f"{practice.said_of_clock(offset)} Countdowns and alarms of orders follow it.")
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("admin:index")
