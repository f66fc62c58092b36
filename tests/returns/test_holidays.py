"""Business days: weekends and federal holidays, as observed, do not count."""

from datetime import UTC, date, datetime

import pytest

from returns.holidays import add_business_days, federal_holidays


def test_holidays_of_2026_are_those_the_government_observes():
    assert sorted(federal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
        date(2027, 1, 1),
    ]


@pytest.mark.parametrize("year", [2021, 2027, 2032, 2038])
def test_memorial_day_is_the_last_monday_of_may(year):
    monday = max(day for day in federal_holidays(year) if day.month == 5)

    assert monday.weekday() == 0
    assert 25 <= monday.day <= 31


def test_new_years_day_on_a_saturday_is_observed_in_the_old_year():
    assert date(2021, 12, 31) in federal_holidays(2021)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-23", "2026-11-25"),
        ("2026-11-20", "2026-11-24"),
        ("2026-11-25", "2026-11-30"),
        ("2026-11-21", "2026-11-24"),
    ],
)
def test_two_business_days_skip_weekends_and_thanksgiving(opened, due):
    moment = datetime.fromisoformat(opened).replace(hour=15, tzinfo=UTC)

    assert add_business_days(moment, 2) == datetime.fromisoformat(due).replace(hour=15, tzinfo=UTC)
