"""The Cron Status page: every job with its last outcome, Run now, Pause, and a page for each run."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from jetbridge.core import configuration
from jetbridge.core.job_titles import title_of
from jetbridge.core.models import ApiCall, JobRun
from jetbridge.core.texts import number_in
from jetbridge.desk.forms.pages import PauseForm, RescheduleForm, RunFilterForm
from jetbridge.jobs import heartbeats, queue, schedules, set_aside
from jetbridge.jobs import status as jobs
from jetbridge.jobs.registry import JOBS, Job
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.panel.paginator import CappedPaginator
from orders.selectors import IMPORT

SEE, RUN, PAUSE = "core.view_jobrun", "core.run_job", "core.pause_job"
# A run's page shows this many of its calls; the API log has them all.
CALLS_SHOWN = 50
# A page that follows a run looks every second; a worker that lives takes it up within one or two.
TRIES = 10
# What earns money, in the order in which a shop misses it; all else is plumbing while it runs well.
EARNING = (
    IMPORT,
    "orders.retry_failed_orders",
    "orders.send_shipments",
    "catalog.sync_inventory",
    "catalog.sync_prices",
    "returns.fetch_returns",
)


@panel_page(SEE)
def cron(request: HttpRequest) -> HttpResponse:
    """Show one row a job, late ones marked, and the helpers that jobs need."""
    states = jobs.job_states()
    if (name := request.GET.get("job", "")) in JOBS:
        followed = jobs.job_state(name, _asked(request))
        states = [followed if state.job.name == name else state for state in states]
    front, others = jobs.by_weight(states, EARNING)
    context = {
        "front": front,
        "others": others,
        "failed_others": sum(bool(state.failures) for state in others),
        "all": len(states),
        "late": sum(state.is_late for state in states),
        "held": _held(states),
        "lights": jobs.helpers(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/cron_body.html", context)
    return render_page(request, "desk/cron.html", title="Cron Status", context=context)


def _held(states: Sequence[jobs.JobState]) -> str:
    """Say what keeps jobs that are not late from running."""
    if not configuration.current().enabled:
        return "the panel is switched off, so that none runs"
    counts = {
        "paused": sum(state.paused for state in states),
        "set aside": sum(state.aside_since is not None for state in states),
        "without progress": sum(state.stalled_for is not None for state in states),
    }
    return ", ".join(
        f"{count} {'is' if count == 1 else 'are'} {word}" for word, count in counts.items() if count
    )


@panel_page(PAUSE)
def reschedule(request: HttpRequest, name: str) -> HttpResponse:
    """Let a job run more often or less, with a reason that stays in the history."""
    job = _scheduled(name)
    state = jobs.job_state(job.name)
    daily = job.at_hour is not None
    form = RescheduleForm(request.POST or None, daily=daily, initial=_rhythm(state))
    if form.is_valid():
        every, at_hour = form.cleaned_data.get("every"), form.cleaned_data.get("at_hour")
        changed = schedules.reschedule(
            job=job,
            every=timedelta(minutes=every) if every else None,
            at_hour=at_hour,
            note=form.cleaned_data["note"],
        )
        now = jobs.job_state(job.name).rhythm
        messages.info(request, f"{job.title} runs {now}." if changed else f"{job.title} ran {now} already.")
        return redirect("desk:cron")
    shipped = f"It comes with {f'{job.at_hour:02d}:00 UTC each day' if daily else _minutes(job.every)}."
    context = {
        "form": form,
        "lines": [
            f"{job.title} runs {state.rhythm}. {shipped}",
            f"What a rarer run delays: {job.delays} What people do still starts it at once.",
        ],
        "button": "Save",
        "cancel_url": reverse("desk:cron"),
    }
    title = f"Change how often {job.title} runs"
    return render_page(request, "panel/confirm.html", title=title, context=context)


@panel_page(SEE)
def followed(request: HttpRequest, name: str) -> HttpResponse:
    """Show how a run goes that a person asked for elsewhere; as a fragment when the page itself asks."""
    found, runs = _job(name), JobRun.objects.filter(job=name)
    after, tries = (number_in(request.GET.get(each)) or 0 for each in ("after", "n"))
    run = runs.filter(pk__gt=after).order_by("pk").first()
    if run is None:  # one that was already under way does the same work
        run = runs.filter(outcome=JobRun.Outcome.RUNNING).order_by("-pk").first()
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("desk:cron")
    address: dict[str, str | int] = {"after": after, "n": tries + 1, "back": back}
    asked = urlencode(address)
    context = {
        "job": found,
        "run": run,
        "is_over": run is not None and run.outcome != JobRun.Outcome.RUNNING,
        "waits": run is None and tries >= TRIES,
        "is_aside": run is None and set_aside.is_aside(name),
        "next_url": f"{reverse('desk:followed', args=[name])}?{asked}",
        "back": back,
        "imports": name == IMPORT,
        "acknowledges": configuration.current().auto_acknowledge,
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/followed_body.html", context)
    return render_page(request, "desk/followed.html", title=found.title, context=context)


@panel_page(SEE)
def row(request: HttpRequest, name: str) -> HttpResponse:
    """Return one row again, for the page that follows a run live."""
    return _row(request, jobs.job_state(_job(name).name, _asked(request)))


@require_POST
@panel_page(RUN)
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    """Send the job to the workers in this person's name, and follow it."""
    job = _job(name)
    asked = jobs.Asked(after=jobs.latest_run_id(job.name), at=timezone.now())
    sent = queue.run_now(job.name, user=request.user)  # type: ignore[arg-type]
    if not sent:
        messages.error(request, f"{job.title} was not started: the broker does not answer.")
        if request.headers.get("HX-Request"):  # a redirect would put the whole page into the row
            return HttpResponse(headers={"HX-Redirect": reverse("desk:cron")})
        return redirect("desk:cron")
    if request.headers.get("HX-Request"):
        return _row(request, jobs.job_state(job.name, asked))
    address: dict[str, str | int] = {
        "job": job.name,
        "after": asked.after,
        "asked": int(asked.at.timestamp()),
    }
    return redirect(f"{reverse('desk:cron')}?{urlencode(address)}")


@require_POST
@panel_page(RUN)
def try_again(request: HttpRequest, name: str) -> HttpResponse:
    """Let a job run again that was set aside because it held its worker."""
    job = _job(name)
    freed = set_aside.try_again(job.name)
    said = "is tried again. Held once more, it is set aside again." if freed else "was not set aside."
    messages.info(request, f"{job.title} {said}")
    return redirect("desk:cron")


@panel_page(PAUSE)
def pause(request: HttpRequest, name: str) -> HttpResponse:
    """Say what stands still while the job is paused, then pause it with a reason."""
    job = _scheduled(name)
    form = PauseForm(request.POST or None)
    if form.is_valid():
        done = schedules.pause(job=job, note=form.cleaned_data["note"])
        messages.info(request, f"{job.title} is paused." if done else f"{job.title} was paused already.")
        return redirect("desk:cron")
    context = {
        "form": form,
        "lines": [
            f"{job.title} will not run until somebody resumes it; neither schedule nor nudge starts it.",
            f"What that delays: {job.delays} Run now still works, and nothing is lost meanwhile.",
        ],
        "button": "Pause",
        "danger": True,
        "cancel_url": reverse("desk:cron"),
    }
    return render_page(request, "panel/confirm.html", title=f"Pause {job.title}", context=context)


@require_POST
@panel_page(PAUSE)
def resume(request: HttpRequest, name: str) -> HttpResponse:
    """Let the schedule start the job again."""
    job = _scheduled(name)
    done = schedules.resume(job=job)
    messages.info(request, f"{job.title} runs again." if done else f"{job.title} was not paused.")
    return redirect("desk:cron")


@panel_page(SEE)
def job(request: HttpRequest, name: str) -> HttpResponse:
    """Show a job's runs, newest first."""
    found = _job(name)
    runs = JobRun.objects.filter(job=found.name).defer("items", "traceback").select_related("started_by")
    chosen = RunFilterForm(request.GET or None)
    page = CappedPaginator(chosen.apply(runs.order_by("-started_at")), 50).get_page(request.GET.get("p"))
    context = {
        "state": jobs.job_state(found.name),
        "entries": jobs.timeline_of(found.name),
        "page": page,
        "filter": chosen,
        "query": urlencode({key: str(value) for key, value in request.GET.items() if key != "p" and value}),
    }
    return render_page(request, "desk/job.html", title=found.title, context=context)


@panel_page(SEE)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one run achieved, what stood in the way, and its calls; live while it runs."""
    found = get_object_or_404(JobRun.objects.select_related("started_by"), pk=pk)
    calls = ApiCall.objects.filter(job_run=found).defer("request_body", "response_body").order_by("pk")
    is_running = found.outcome == JobRun.Outcome.RUNNING
    context: dict[str, Any] = {
        "run": found,
        "job": JOBS.get(found.job),
        "tone": jobs.TONES[found.outcome],
        "calls": calls[:CALLS_SHOWN],
        "calls_shown": CALLS_SHOWN,
        "is_running": is_running,
        "silence": heartbeats.not_heard(found.heartbeat_at, timezone.now()) if is_running else "",
        "log_days": configuration.current().log_days,
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/run_body.html", context)
    title = f"{title_of(found.job)}, run {found.pk}"
    return render_page(request, "desk/run.html", title=title, context=context)


def _job(name: str) -> Job:
    if name not in JOBS:
        raise Http404(f"There is no job {name}.")
    return JOBS[name]


def _scheduled(name: str) -> Job:
    job = _job(name)
    if not job.is_scheduled:
        raise Http404(f"{job.title} starts when it is asked for; it has no schedule.")
    return job


def _row(request: HttpRequest, state: jobs.JobState) -> HttpResponse:
    return render(request, "desk/cron_row.html", {"state": state})


def _rhythm(state: jobs.JobState) -> dict[str, int]:
    hour = getattr(state.schedule, "hour", None)
    if hour:
        return {"at_hour": min(hour)}
    return {"every": state.every // timedelta(minutes=1)}


def _minutes(every: timedelta) -> str:
    minutes = every // timedelta(minutes=1)
    return "a run a minute" if minutes == 1 else f"a run every {minutes} minutes"


def _asked(request: HttpRequest) -> jobs.Asked | None:
    after, at = number_in(request.GET.get("after")), number_in(request.GET.get("asked"), digits=10)
    return None if after is None or at is None else jobs.Asked(after, datetime.fromtimestamp(at, UTC))
