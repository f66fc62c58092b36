"""The shop's days: midnight and the clock's jumps in New York, a zone of a quarter hour, and UTC below all."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jetbridge.core import configuration, store_days

NEW_YORK, KATHMANDU = "America/New_York", "Asia/Kathmandu"


def shop(zone):
    """Put the shop somewhere."""
    config = configuration.current()
    config.time_zone = zone
    config.save(update_fields=["time_zone"])


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "start", "end"),
    [
        ("UTC", "2026-03-08", "2026-03-08 00:00", "2026-03-09 00:00"),
        (NEW_YORK, "2026-03-07", "2026-03-07 05:00", "2026-03-08 05:00"),
        (NEW_YORK, "2026-03-08", "2026-03-08 05:00", "2026-03-09 04:00"),  # 23 hours
        (NEW_YORK, "2026-11-01", "2026-11-01 04:00", "2026-11-02 05:00"),  # 25 hours
        (KATHMANDU, "2026-11-01", "2026-10-31 18:15", "2026-11-01 18:15"),
        (
            "America/Havana",
            "2026-03-08",
            "2026-03-08 05:00",
            "2026-03-09 04:00",
        ),  # its midnight does not exist
        ("America/Havana", "2026-11-01", "2026-11-01 04:00", "2026-11-02 05:00"),
    ],
)
def test_a_day_begins_and_ends_at_the_shops_midnight(db, zone, day, start, end):
    shop(zone)
    day = date.fromisoformat(day)

    assert (store_days.start(day), store_days.end(day)) == (utc(start), utc(end))


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        (NEW_YORK, "2026-01-01 04:59:59", "2025-12-31"),
        (NEW_YORK, "2026-01-01 05:00:00", "2026-01-01"),
        (KATHMANDU, "2025-12-31 18:14:59", "2025-12-31"),
        (KATHMANDU, "2025-12-31 18:15:00", "2026-01-01"),
    ],
)
def test_today_turns_at_the_shops_midnight(db, time_machine, zone, moment, day):
    shop(zone)
    time_machine.move_to(utc(moment), tick=False)

    assert store_days.today().isoformat() == day
    with store_days.followed():
        assert timezone.localdate().isoformat() == store_days.today().isoformat() == day
        assert Template("{{ now|date:'Y-m-d' }}").render(Context({"now": timezone.now()})) == day


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        ("2026-03-08", "02:30", "2026-03-08 07:30"),  # skipped: 03:30 in summer time
        ("2026-11-01", "01:30", "2026-11-01 05:30"),  # twice: the first
        ("2026-11-01", "09:00", "2026-11-01 14:00"),
    ],
)
def test_a_wall_clock_that_jumps_has_one_moment(db, day, clock, moment):
    shop(NEW_YORK)

    found = store_days.at(date.fromisoformat(day), time.fromisoformat(clock))

    assert found == store_days.aware(datetime.fromisoformat(f"{day} {clock}")) == utc(moment)
    assert found.tzinfo is UTC


@pytest.mark.django_db
@given(
    zone=st.sampled_from(
        [NEW_YORK, KATHMANDU, "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
    ),
    moment=st.integers(1_325_500_000, 2_145_800_000),
)
def test_each_moment_lies_in_one_day(zone, moment):
    shop(zone)
    moment = datetime.fromtimestamp(moment, UTC)

    day = store_days.day_of(moment)

    assert store_days.start(day) <= moment < store_days.end(day)
    assert store_days.end(day) == store_days.start(day + timedelta(days=1))


def test_without_a_chosen_zone_it_is_the_return_addresses_else_utc(db):
    config = configuration.current()
    config.time_zone, config.return_state = "", "tx "

    assert store_days.name_of(config) == "America/Chicago"
    config.return_state = "Ontario"
    assert store_days.name_of(config) == "UTC"
    config.time_zone = KATHMANDU
    assert store_days.name_of(config) == KATHMANDU


def test_the_zone_is_read_once_in_a_door(db, django_assert_num_queries):
    shop(NEW_YORK)

    with store_days.followed(), django_assert_num_queries(1):
        assert "EST" in store_days.text(utc("2026-01-01 05:00"))
        assert timezone.localtime(utc("2026-07-01 05:00")).tzname() == "EDT"
        assert store_days.zone().key == timezone.get_current_timezone_name() == NEW_YORK
