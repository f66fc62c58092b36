"""Business days in the United States: weekends and federal holidays do not count."""

from datetime import date, datetime, timedelta
from functools import lru_cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def add_business_days(moment: datetime, days: int) -> datetime:
    """Move on by whole business days; the time of day stays."""
    while days:
        moment += timedelta(days=1)
        days -= is_business_day(moment.date())
    return moment


def is_business_day(day: date) -> bool:
    """Return whether a day is neither a weekend's nor a federal holiday, as observed."""
    return day.weekday() < SATURDAY and day not in federal_holidays(day.year)


@lru_cache(maxsize=32)
def federal_holidays(year: int) -> frozenset[date]:
    """Return the days on which the federal holidays of a year are observed."""
    fixed = [
        date(year, 1, 1),
        date(year + 1, 1, 1),  # a New Year's Day on a Saturday is observed in the old year
        date(year, 6, 19),
        date(year, 7, 4),
        date(year, 11, 11),
        date(year, 12, 25),
    ]
    floating = [
        _nth(year, 1, MONDAY, 3),
        _nth(year, 2, MONDAY, 3),
        _nth(year, 6, MONDAY, 1) - timedelta(days=7),  # the last Monday of May
        _nth(year, 9, MONDAY, 1),
        _nth(year, 10, MONDAY, 2),
        _nth(year, 11, THURSDAY, 4),
    ]
    if date(year, 5, 31).weekday() == MONDAY:
        floating[2] = date(year, 5, 31)
    return frozenset([*(_observed(day) for day in fixed), *floating])


def _observed(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
