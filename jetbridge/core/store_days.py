"""
The store's days: where each begins and ends, what moment a wall clock means, in the time zone of the configuration.

What is stored is UTC. A day without a time is the store's: nobody else in the code asks in which zone it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import Configuration

DAY = timedelta(days=1)
# Most of a state's people; where a state has two zones, the configuration asks before it is sure.
_STATES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_ZONE_OF_STATE = {state: name for name, states in _STATES.items() for state in states.split()}


def name_of(config: Configuration) -> str:
    """Return the zone that a configuration goes by: the chosen one, else its return address's, else UTC."""
    return config.time_zone or zone_of_address(config) or "UTC"


def zone_of_address(config: Configuration) -> str:
    """Return the zone of the return address' state; nothing where it names none."""
    return _ZONE_OF_STATE.get(config.return_state.strip().upper(), "")


class _Followed(tzinfo):
    """The store's zone, read once it is asked for: many a page and command shows no time."""

    @cached_property
    def zone(self) -> ZoneInfo:
        return _read()

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return self.zone.utcoffset(moment)

    def dst(self, moment: datetime | None) -> timedelta | None:
        return self.zone.dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        """Return its abbreviation at a moment; without one the name that databases know it by."""
        return self.zone.key if moment is None else self.zone.tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        return self.zone.fromutc(moment.replace(tzinfo=self.zone))


@contextmanager
def followed() -> Iterator[None]:
    """Have forms and templates go by the store's zone until the block ends, and read it only once."""
    with timezone.override(_Followed()):
        yield


def zone() -> ZoneInfo:
    """Return the zone of the store."""
    current = timezone.get_current_timezone()
    return current.zone if isinstance(current, _Followed) else _read()


def today(config: Configuration | None = None) -> date:
    """Return the day on which the store is now, or would be by other settings."""
    now = timezone.now()
    return now.astimezone(ZoneInfo(name_of(config))).date() if config else day_of(now)


def day_of(moment: datetime) -> date:
    """Return the store's day in which a moment lies."""
    return local(moment).date()


def local(moment: datetime) -> datetime:
    """Return a moment as the store's clock shows it."""
    return moment.astimezone(zone())


def start(day: date) -> datetime:
    """Return the first moment of a store's day, in UTC."""
    return at(day, time.min)


def end(day: date) -> datetime:
    """Return the moment at which a store's day is over, in UTC; the day may have 23 or 25 hours."""
    return start(day + DAY)


def at(day: date, clock: time) -> datetime:
    """Return when the store's clock shows a time that day, in UTC: the first time if twice, an hour on if never."""
    return datetime.combine(day, clock, zone()).astimezone(UTC)


def aware(moment: datetime) -> datetime:
    """Return a moment in UTC; one without an offset is what the store's clock shows."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone())).astimezone(UTC)


def within(column: str, since: date | None, until: date | None) -> Q:
    """Return what lies in these days of the store, the last one along; without one of them there is no such end."""
    found = Q(**{f"{column}__gte": start(since)}) if since else Q()
    return found & Q(**{f"{column}__lt": end(until)}) if until else found


def said() -> str:
    """Return a sentence that names the zone and what its clock is called now."""
    name, now = zone().key, f"{local(timezone.now()):%Z}"
    return f"Times and days are those of {name}{'' if name == now else f' ({now})'}."


def text(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return a moment for a text that leaves the panel or is kept: the store's clock and its zone; "" for none."""
    return f"{local(moment):{form} %Z}" if moment else ""


def _read() -> ZoneInfo:
    return ZoneInfo(name_of(configuration.current()))
