"""What the header of every page says: the mode, unread news, and whether worker and Jet answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from jetbridge import commands, help_pages
from jetbridge.core import configuration, display, facts, inbox
from jetbridge.core.counting import CountUpTo
from jetbridge.core.models import ApiCall, JetAccount, JobLease, Mode

# The sweep runs every minute, so a worker that took up nothing for three is not there.
WORKER_SILENCE = timedelta(minutes=3)
SEEN, CALL_AT, CALL_STATUS, UNREAD = "worker_seen", "last_call_at", "last_call_status", "unread"


@dataclass(frozen=True)
class Light:
    """One light of the header: what it stands for, its color, and the same in words."""

    name: str
    tone: display.Tone
    words: str


@dataclass(frozen=True)
class Trouble:
    """Something wrong that a person should know on every page, with the way out."""

    title: str
    text: str
    tone: display.Tone = "red"
    command: str = ""
    url: str = ""
    link: str = ""


def header_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the header and its banner show to a person who is logged in."""
    if not (request.user.is_active and request.user.is_staff):
        return {}
    config = configuration.current()
    account = configuration.account(config.mode)
    worker = _worker_light(facts.fact(request, SEEN))
    jet = _jet_light(account, facts.fact(request, CALL_AT), facts.fact(request, CALL_STATUS))
    return {
        "panel_live": config.mode == Mode.LIVE,
        "panel_lights": [worker, jet],
        "panel_unread": facts.worded(facts.fact(request, UNREAD)),
        "panel_commands": _commands(request),
        "panel_howto": _howto(request),
        "panel_troubles": _troubles(enabled=config.enabled, worker=worker, jet=jet),
    }


def _commands(request: HttpRequest) -> list[str]:
    match = request.resolver_match
    return commands.of_page(match.view_name, match.kwargs) if match else []


def _howto(request: HttpRequest) -> str:
    match = request.resolver_match
    return help_pages.PAGE_CHAPTERS.get(match.view_name, "") if match else ""


def worker_light() -> Light:
    """Tell when a worker last took up or went on with a job; leases are one row a job, so this is cheap."""
    return _worker_light(JobLease.objects.aggregate(last=Max("heartbeat_at"))["last"])


def _worker_light(seen: datetime | None) -> Light:
    if seen is None:
        return Light("Worker", "amber", "No worker has been seen yet")
    silent = timezone.now() - seen
    if silent > WORKER_SILENCE:
        return Light("Worker", "red", f"No worker seen for {display.span(silent.total_seconds())}")
    return Light("Worker", "green", f"Worker seen {display.distance(seen)}")


def jet_light(account: JetAccount | None) -> Light:
    """Tell what Jet answered last under the account that is switched on."""
    call = _last_call(account).first() if account else None
    return _jet_light(account, *(call or (None, None)))


def _jet_light(account: JetAccount | None, at: datetime | None, status: int | None) -> Light:
    if account is None or not account.is_complete:
        return Light("Jet", "amber", "API user, secret or fulfillment node is missing")
    if at is None:
        return Light("Jet", "grey", "Jet was not asked yet")
    when = display.distance(at)
    if status is None or status >= 500:
        return Light("Jet", "red", f"Jet did not answer {when}")
    if status in (401, 403):
        return Light("Jet", "red", f"Jet refused the keys {when}")
    return Light("Jet", "green", f"Jet answered {when}")


def _last_call(account: JetAccount) -> QuerySet[ApiCall, tuple[datetime, int | None]]:
    return ApiCall.objects.filter(account=account).order_by("-pk").values_list("at", "status")


def _seen_last(account: JetAccount) -> Subquery:
    beats = JobLease.objects.filter(heartbeat_at__isnull=False).order_by("-heartbeat_at")
    return Subquery(beats.values("heartbeat_at")[:1])


facts.add(SEEN, _seen_last)
facts.add(CALL_AT, lambda account: Subquery(_last_call(account).values("at")[:1]))
facts.add(CALL_STATUS, lambda account: Subquery(_last_call(account).values("status")[:1]))
facts.add_personal(UNREAD, lambda person: CountUpTo(inbox.unread(person).order_by(), facts.MOST))


def _troubles(*, enabled: bool, worker: Light, jet: Light) -> list[Trouble]:
    settings_page = _page("desk:configuration")
    found = []
    if not enabled:
        found.append(
            Trouble(
                "The panel is switched off.",
                "No job speaks to Jet.",
                "amber",
                url=settings_page,
                link="Switch on",
            )
        )
    if worker.tone != "green":
        text = "Nothing is sent to Jet and no order is fetched. Start one (and the schedule, make beat) with"
        found.append(Trouble(f"{worker.words}.", text, worker.tone, command="make worker"))
    if jet.tone in ("red", "amber"):
        found.append(
            Trouble(f"{jet.words}.", "", jet.tone, url=settings_page, link="Check the configuration")
        )
    return found


def _page(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
