"""Dates as Jet wrote and read them (seven fraction digits, with offset)."""

import re
from datetime import UTC, date, datetime, time, timedelta

from .kit.wire import quoted

ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{0,9}))?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?"
)
SATURDAY = 5


def order_date(moment: datetime) -> str:
    """Word a date of an order or return: `2018-02-01T10:00:00.0000000Z`."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:26]}0Z"


def update_date(moment: datetime) -> str:
    """Word a `*_last_update`: `2018-02-01T10:00:00.0000000+00:00`."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:26]}0+00:00"


def plain_date(moment: datetime) -> str:
    """Word a date without a fraction: `2018-02-01T10:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse(text: str, *, naive_is_utc: bool = False) -> datetime:
    """
    Read any ISO-8601 date with `Z` or an offset and up to nine fraction digits.

    :raises ValueError: not a date, or one without an offset where one is needed
    """
    found = ISO.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{quoted(text)} is not an ISO-8601 date")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if offset is None and not naive_is_utc:
        raise ValueError(f"{quoted(text)} has no offset such as -05:00 or Z")
    micro = int(((fraction or "") + "000000")[:6])
    try:
        at = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro, UTC
        )
        return at - _offset(offset or "Z")
    except (OverflowError, ValueError):
        raise ValueError(f"{quoted(text)} is outside the calendar") from None


def check_date(value: object) -> str | None:
    """Accept a date with or without a time of day."""
    try:
        parse(value if isinstance(value, str) else "", naive_is_utc=True)
    except ValueError:
        return "must be an ISO-8601 date"
    return None


def check_timestamp(value: object) -> str | None:
    """Accept a date with time and offset, as the order calls need it."""
    try:
        parse(value if isinstance(value, str) else "")
    except ValueError:
        return "must be an ISO-8601 date with an offset, such as 2018-02-01T10:00:00.0000000-05:00"
    return None


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:].lstrip(":") or 0))


def add_business_days(moment: datetime, days: int) -> datetime:
    """Move on by whole business days (Monday to Friday; public holidays are not known here)."""
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < SATURDAY
    return moment


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
