"""When jobs run: pauses and rhythms, edited with a reason, true across month ends and clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jetbridge.core.models import Event
from jetbridge.jobs import beat_tables, status
from jetbridge.jobs.registry import JOBS, scheduled
from tests.desk.cron_runs import PAGE, PRICES, finished_run


def test_pausing_asks_for_a_reason_and_keeps_it_in_the_history(admin_client, admin_user):
    asked = admin_client.post(f"{PAGE}{PRICES}/pause/", {"note": ""}).content.decode()
    admin_client.post(f"{PAGE}{PRICES}/pause/", {"note": "Prices are being reworked."})

    task = PeriodicTask.objects.get(name=PRICES)
    event = Event.objects.get()
    assert "This field is required." in asked
    assert not task.enabled
    assert (event.action, event.note, event.user) == ("paused", "Prices are being reworked.", admin_user)


def test_pausing_says_what_it_delays(admin_client):
    html = admin_client.get(f"{PAGE}{PRICES}/pause/").content.decode()

    assert JOBS[PRICES].delays in html


def test_a_paused_job_is_resumed_by_one_click_and_only_once(admin_client):
    PeriodicTask.objects.filter(name=PRICES).update(enabled=False)

    pages = [admin_client.post(f"{PAGE}{PRICES}/resume/", follow=True).content.decode() for _ in range(2)]

    assert PeriodicTask.objects.get(name=PRICES).enabled
    assert "Sync prices runs again." in pages[0]
    assert "Sync prices was not paused." in pages[1]
    assert Event.objects.filter(action="resumed").count() == 1


def test_resuming_makes_the_running_schedule_read_its_table_again(admin_client):
    PeriodicTask.objects.filter(name=PRICES).update(
        enabled=False, date_changed=timezone.now() - timedelta(days=9)
    )

    admin_client.post(f"{PAGE}{PRICES}/resume/")

    assert PeriodicTask.objects.get(name=PRICES).date_changed > timezone.now() - timedelta(minutes=1)


def test_a_new_rhythm_is_kept_with_its_reason_and_survives_the_next_migrate(admin_client, admin_user):
    page = admin_client.post(
        f"{PAGE}{PRICES}/schedule/", {"every": 5, "note": "Prices move fast before Christmas."}, follow=True
    )
    beat_tables.seed()

    task, event = PeriodicTask.objects.get(name=PRICES), Event.objects.get()
    assert "Sync prices runs every 5 minutes." in page.content.decode()
    assert task.schedule.run_every == timedelta(minutes=5)
    assert task.expire_seconds == 300
    assert (event.action, event.user, event.note) == (
        "rescheduled",
        admin_user,
        "Prices move fast before Christmas.",
    )
    assert (event.before, event.after) == ({"schedule": "every 10 minutes"}, {"schedule": "every 5 minutes"})


def test_a_daily_job_gets_another_hour(admin_client):
    admin_client.post(f"{PAGE}desk.retention/schedule/", {"at_hour": 22, "note": "Nights are busy."})

    assert status.job_state("desk.retention").rhythm == "each day at 22:00 UTC"


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"every": 0, "note": "x"}, "greater than or equal to 1"),
        ({"every": "often", "note": "x"}, "Enter a whole number"),
        ({"every": 99999, "note": "x"}, "less than or equal to 1440"),
        ({"every": 5, "note": ""}, "This field is required"),
    ],
)
def test_a_rhythm_that_makes_no_sense_is_refused_beside_its_field(admin_client, told, complaint):
    page = admin_client.post(f"{PAGE}{PRICES}/schedule/", told)

    assert complaint in page.content.decode()
    assert status.job_state(PRICES).rhythm == "every 10 minutes"


def test_the_same_rhythm_again_leaves_no_trace(admin_client):
    admin_client.post(f"{PAGE}{PRICES}/schedule/", {"every": 10, "note": "No change."})

    assert not Event.objects.exists()


# A month's ends, a leap day, and the nights in which clocks change in America and Europe.
TURNS = (
    datetime(2026, 1, 31, 23, 59, tzinfo=UTC),
    datetime(2027, 2, 28, 23, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 59, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 59, tzinfo=UTC),
)


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_every_job_comes_round_across_month_ends_and_clock_changes(db, turn):
    for job in scheduled().values():
        task = PeriodicTask.objects.select_related("interval", "crontab").get(name=job.name)
        with time_machine.travel(turn + job.every, tick=False):
            due, _ = task.schedule.is_due(turn - timedelta(minutes=1))
            shortly_after, _ = task.schedule.is_due(turn + job.every - timedelta(seconds=1))

        assert due, job.name
        assert not shortly_after, job.name


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_the_next_run_that_the_page_names_lies_one_rhythm_ahead(db, turn):
    with time_machine.travel(turn, tick=False):
        for job in scheduled().values():
            finished_run(job.name, trigger="beat")
            state = status.job_state(job.name)

            assert turn < state.next_at <= turn + job.every, job.name


def test_the_next_run_is_known_before_the_schedule_started_any(db):
    finished_run(trigger="person")
    changed = PeriodicTask.objects.get(name=PRICES).date_changed

    gap = status.job_state(PRICES).next_at - (changed + JOBS[PRICES].every)

    assert abs(gap) < timedelta(seconds=2)


def test_a_run_that_is_due_is_told_as_any_moment(admin_client, db):
    PeriodicTask.objects.filter(name=PRICES).update(date_changed=timezone.now())
    with time_machine.travel(timezone.now() + JOBS[PRICES].every, tick=False):
        page = admin_client.get(PAGE).content.decode()

    row = page.partition("<strong>Sync prices</strong>")[2].partition("</tr>")[0]
    assert "any moment" in row
    assert "just now" not in row
