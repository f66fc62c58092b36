"""What the header of every page says: the mode, whether Jet answers, and what the rooms above add to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jetbridge.core import configuration, pictures, store_days
from jetbridge.core.models import ApiCall, Configuration, JetAccount, Mode
from jetbridge.panel import cli_commands, display, facts

CALL_AT, CALL_STATUS = "last_call_at", "last_call_status"


@dataclass(frozen=True)
class Light:
    """One light of the header: what it stands for, its color, and the same in words."""

    name: str
    tone: display.Tone
    words: str


@dataclass(frozen=True)
class Trouble:
    """Something wrong that a person should know on every page, with the fix."""

    title: str
    text: str
    tone: display.Tone = "red"
    command: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Addition:
    """What a room above adds: lights, troubles, and words by the names that templates know them by."""

    lights: list[Light] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)


Adder = Callable[[HttpRequest], Addition]
_adders: list[Adder] = []


def add(adder: Adder) -> Adder:
    """Have a room of the floors above asked for its part of every header."""
    _adders.append(adder)
    return adder


def header_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the header and its banner show to a person who is logged in."""
    if not (request.user.is_active and request.user.is_staff):
        return {}
    config = configuration.current()
    pictures.allow(config.image_base_url)
    account = configuration.account(config.mode)
    status = facts.fact(request, CALL_STATUS)
    jet = _jet_light(account, facts.fact(request, CALL_AT), status, config)
    added = [adder(request) for adder in _adders]
    context: dict[str, Any] = {
        "panel_zone": store_days.said(),
        "panel_live": config.mode == Mode.LIVE,
        "panel_practice": account.is_practice,
        "panel_clock": _moved(account),
        "panel_lights": [*(light for each in added for light in each.lights), jet],
        "panel_commands": _commands(request),
        "panel_troubles": [
            *_switch_troubles(config.enabled),
            *_zone_troubles(request, config),
            *(trouble for each in added for trouble in each.troubles),
            *_jet_troubles(account, status, jet, config),
        ],
    }
    for each in added:
        context |= each.words
    return context


def _moved(account: JetAccount) -> str:
    """Say how far the sandbox's clock was moved; nothing where it shows real time."""
    seconds = account.clock_offset.total_seconds()
    words = display.span(abs(seconds)).replace("minute", "min").removesuffix("s")
    return f"{'+' if seconds > 0 else '-'}{words}" if seconds else ""


def _commands(request: HttpRequest) -> list[str]:
    match = request.resolver_match
    return cli_commands.of_page(match.view_name, match.kwargs) if match else []


def jet_light(account: JetAccount | None) -> Light:
    """Return what Jet answered last under the account that is switched on."""
    at, status = (_last_call(account).first() if account else None) or (None, None)
    return _jet_light(account, at, status, configuration.current())


def _jet_light(
    account: JetAccount | None, at: datetime | None, status: int | None, config: Configuration
) -> Light:
    if account is not None and account.has_unreadable_secret:
        words = "The stored API secret cannot be read: field_keys is not the file it was saved with"
        return Light("Jet", "red", words)
    if account is not None and account.has_secret_for_elsewhere(config.api_url):
        return Light(
            "Jet", "red", "The API secret was entered for another API URL and is not sent to this one"
        )
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
    return ApiCall.objects.filter(account=account, store=None).order_by("-pk").values_list("at", "status")


facts.add(CALL_AT, lambda account: Subquery(_last_call(account).values("at")[:1]))
facts.add(CALL_STATUS, lambda account: Subquery(_last_call(account).values("status")[:1]))


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


def _zone_troubles(request: HttpRequest, config: Configuration) -> list[Trouble]:
    """Ask where the store is until a person says it, on the two pages where one looks first."""
    store = _page("desk:configuration_tab", "store")
    pages = (_page("admin:index"), _page("desk:configuration"))
    if (
        config.time_zone
        or request.path not in pages
        or not request.user.has_perm("core.change_configuration")
    ):
        return []
    text = f"Until it is chosen, its days begin at midnight in {store_days.name_of(config)}."
    return [Trouble("In which time zone is the store?", text, "blue", url=store, link="Choose it")]


def _jet_troubles(
    account: JetAccount, status: int | None, jet: Light, config: Configuration
) -> list[Trouble]:
    """Keys are fixed in Configuration; a Jet that is away is waited for."""
    if jet.tone not in ("red", "amber"):
        return []
    title = f"{jet.words}."
    if account.has_unreadable_secret:
        text = "Put the old key behind the new one (JETBRIDGE_FIELD_KEYS=new,old), or enter the secret again."
        return [Trouble(title, text, jet.tone, url=_page("desk:configuration"), link="Enter the secret")]
    if account.has_secret_for_elsewhere(config.api_url):
        text = "Nothing speaks to Jet until the secret is entered again, or the API URL is set back."
        return [Trouble(title, text, jet.tone, url=_page("desk:configuration"), link="Enter the secret")]
    if not account.is_complete or status in (401, 403):
        page, link = _page("desk:configuration"), "Check the configuration"
        return [Trouble(title, "", jet.tone, url=page, link=link)]
    text = "Nothing is lost: what waits is sent as soon as Jet serves us again."
    calls = f"{_page('admin:core_apicall_changelist')}?answer={'none' if status is None else 'broken'}"
    return [Trouble(title, text, jet.tone, url=calls, link="View calls")]


def _page(name: str, *of: str) -> str:
    try:
        return reverse(name, args=of)
    except NoReverseMatch:
        return ""
