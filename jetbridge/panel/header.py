"""What the header of every page says: the mode, unread news, and whether worker and Jet answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.counting import CountUpTo
from jetbridge.core.models import ApiCall, JetAccount, Mode
from jetbridge.inbox import readings
from jetbridge.jobs import heartbeats
from jetbridge.panel import cli_commands, display, facts, help_links

Part = heartbeats.Part
WORKER_SEEN, SCHEDULE_SEEN, UNREAD = "worker_seen", "schedule_seen", "unread"
CALL_AT, CALL_STATUS = "last_call_at", "last_call_status"


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
    worker = _part_light(Part.WORKER, facts.fact(request, WORKER_SEEN))
    schedule = _part_light(Part.SCHEDULE, facts.fact(request, SCHEDULE_SEEN))
    status = facts.fact(request, CALL_STATUS)
    jet = _jet_light(account, facts.fact(request, CALL_AT), status)
    return {
        "panel_live": config.mode == Mode.LIVE,
        "panel_lights": [worker, jet],
        "panel_unread": facts.worded(facts.fact(request, UNREAD)),
        "panel_commands": _commands(request),
        "panel_howto": _howto(request),
        "panel_troubles": [
            *_switch_troubles(config.enabled),
            *_part_troubles(worker, schedule),
            *_jet_troubles(account, status, jet),
        ],
    }


def _commands(request: HttpRequest) -> list[str]:
    match = request.resolver_match
    return cli_commands.of_page(match.view_name, match.kwargs) if match else []


def _howto(request: HttpRequest) -> str:
    match = request.resolver_match
    return help_links.PAGE_CHAPTERS.get(match.view_name, "") if match else ""


def part_light(part: heartbeats.Part) -> Light:
    """Tell when a worker, or the schedule, last showed that it lives; a row a process, so this is cheap."""
    return _part_light(part, heartbeats.seen(part))


def _part_light(part: heartbeats.Part, seen: datetime | None) -> Light:
    if seen is None:
        return Light(part.label, "amber", f"No {part} has been seen yet")
    if heartbeats.is_silent(seen, timezone.now()):
        silent = timezone.now() - seen
        return Light(part.label, "red", f"No {part} seen for {display.span(silent.total_seconds())}")
    return Light(part.label, "green", f"{part.label} seen {display.distance(seen)}")


def jet_light(account: JetAccount | None) -> Light:
    """Tell what Jet answered last under the account that is switched on."""
    call = _last_call(account).first() if account else None
    return _jet_light(account, *(call or (None, None)))


def _jet_light(account: JetAccount | None, at: datetime | None, status: int | None) -> Light:
    if account is not None and account.has_unreadable_secret:
        words = "The stored API secret cannot be read: field_keys is not the file it was saved with"
        return Light("Jet", "red", words)
    if account is None or not account.is_complete:
        return Light("Jet", "amber", "API user, secret or fulfillment node is missing")
    if at is None:
        return Light("Jet", "grey", "Jet was not asked yet")
    when = display.distance(at)
    if status is None:
        return Light("Jet", "red", f"Jet did not answer {when}")
    if status >= 500:
        return Light("Jet", "red", f"Jet answered {when} that it cannot serve us ({status})")
    if status in (401, 403):
        return Light("Jet", "red", f"Jet refused the keys {when}")
    return Light("Jet", "green", f"Jet answered {when}")


def _last_call(account: JetAccount) -> QuerySet[ApiCall, tuple[datetime, int | None]]:
    return ApiCall.objects.filter(account=account).order_by("-pk").values_list("at", "status")


facts.add(WORKER_SEEN, lambda account: heartbeats.last(Part.WORKER))
facts.add(SCHEDULE_SEEN, lambda account: heartbeats.last(Part.SCHEDULE))
facts.add(CALL_AT, lambda account: Subquery(_last_call(account).values("at")[:1]))
facts.add(CALL_STATUS, lambda account: Subquery(_last_call(account).values("status")[:1]))
facts.add_personal(UNREAD, lambda person: CountUpTo(readings.unread(person).order_by(), facts.MOST))


def _switch_troubles(enabled: bool) -> list[Trouble]:
    if enabled:
        return []
    settings_page = _page("desk:configuration")
    return [
        Trouble(
            "The panel is switched off.",
            "No job speaks to Jet.",
            "amber",
            url=settings_page,
            link="Switch on",
        )
    ]


def _part_troubles(worker: Light, schedule: Light) -> list[Trouble]:
    """A missing worker is told alone: without it, a schedule achieves nothing."""
    if worker.tone != "green":
        text = "Nothing is sent to Jet and no order is fetched. Start one (and the schedule, make beat) with"
        return [Trouble(f"{worker.words}.", text, worker.tone, command="make worker")]
    if schedule.tone != "green":
        text = "Jobs start only when somebody does something: no order is fetched by itself. Start it with"
        return [Trouble(f"{schedule.words}.", text, schedule.tone, command="make beat")]
    return []


def _jet_troubles(account: JetAccount, status: int | None, jet: Light) -> list[Trouble]:
    """Keys are mended in Configuration; a Jet that is away is waited for."""
    if jet.tone not in ("red", "amber"):
        return []
    title = f"{jet.words}."
    if account.has_unreadable_secret:
        text = "Put the old key behind the new one (JETBRIDGE_FIELD_KEYS=new,old), or enter the secret again."
        return [Trouble(title, text, jet.tone, url=_page("desk:configuration"), link="Enter the secret")]
    if not account.is_complete or status in (401, 403):
        page, link = _page("desk:configuration"), "Check the configuration"
        return [Trouble(title, "", jet.tone, url=page, link=link)]
    text = "Nothing is lost: what waits is sent as soon as Jet serves us again."
    calls = f"{_page('admin:core_apicall_changelist')}?answer={'none' if status is None else 'broken'}"
    return [Trouble(title, text, jet.tone, url=calls, link="Look at the calls")]


def _page(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
