"""The Cron Status page: outcomes, lateness, Run now and Pause."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from jetbridge.core.jet.errors import JetBroken
from jetbridge.core.models import ApiCall, JobRun
from jetbridge.desk import badges
from jetbridge.jobs import queue, status
from jetbridge.jobs import schedules as schedules_service
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.registry import JOBS, scheduled
from jetbridge.jobs.runs import job_run
from jetbridge.panel import timeline
from tests.desk.cron_runs import PAGE, PRICES, crashed_run, finished_run


@pytest.fixture
def sent(monkeypatch):
    """What went to the broker; the broker itself is another process's business."""
    found = []
    monkeypatch.setattr(queue.current_app, "send_task", lambda name, **kwargs: found.append((name, kwargs)))
    return found


@pytest.fixture
def person(client, db):
    def logged_in(group):
        user = Person.objects.create_user(group, password=group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return logged_in


def test_every_job_has_its_row_with_title_and_purpose(admin_client):
    html = admin_client.get(PAGE).content.decode()

    assert all(job.title in html for job in JOBS.values())
    assert html.count("Never") == len(JOBS)


def test_a_run_that_achieved_nothing_is_not_green(admin_client):
    finished_run()

    html = admin_client.get(f"{PAGE}{PRICES}/row/").content.decode()

    assert '<span class="jb-chip jb-grey">Nothing to do</span>' in html
    assert "jb-green" not in html


def test_a_partial_run_says_n_of_m(admin_client):
    finished_run(done=3, failed=1)

    html = admin_client.get(f"{PAGE}{PRICES}/row/").content.decode()

    assert "3 of 4 (1 failed)" in html
    assert '<span class="jb-chip jb-amber">Partial</span>' in html


def test_the_page_takes_the_same_queries_with_one_run_and_with_many(admin_client):
    finished_run(done=1)
    admin_client.get(PAGE)
    with CaptureQueriesContext(connection) as with_one:
        admin_client.get(PAGE)
    for _ in range(30):
        finished_run(done=1)

    with CaptureQueriesContext(connection) as with_many:
        admin_client.get(PAGE)

    assert len(with_many) == len(with_one) < 80


def test_a_job_is_late_when_interval_and_grace_have_passed(db):
    finished_run(done=1)
    PeriodicTask.objects.update(date_changed=timezone.now() - timedelta(hours=1))
    JobLease.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=11))
    in_grace = PRICES in status.late_jobs()
    JobLease.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=13))

    assert (in_grace, PRICES in status.late_jobs()) == (False, True)


def test_a_paused_job_is_never_late(db):
    stale = timezone.now() - timedelta(days=2)
    PeriodicTask.objects.update(date_changed=stale, enabled=False)

    assert status.late_jobs() == set()


def test_the_menu_counts_late_jobs_and_shows_nothing_for_none(rf, db):
    PeriodicTask.objects.update(date_changed=timezone.now())
    fresh = badges.late_jobs(rf.get("/"))
    PeriodicTask.objects.update(date_changed=timezone.now() - timedelta(days=2))

    assert (fresh, badges.late_jobs(rf.get("/"))) == ("", str(len(scheduled())))


def test_run_now_sends_the_job_in_the_persons_name_and_follows_it(admin_client, admin_user, sent):
    page = admin_client.post(f"{PAGE}{PRICES}/run/", headers={"HX-Request": "true"})

    ((name, kwargs),) = sent
    assert name == PRICES
    assert kwargs["headers"] == {"jetbridge_trigger": "manual", "jetbridge_user": admin_user.pk}
    assert "Waiting for a worker" in page.content.decode()
    assert 'hx-trigger="every 2s"' in page.content.decode()


def test_without_scripts_run_now_leads_back_to_the_page_that_follows(admin_client, sent):
    page = admin_client.post(f"{PAGE}{PRICES}/run/", follow=True)

    assert "Waiting for a worker" in page.content.decode()


def test_a_followed_row_shows_the_outcome_once_the_run_is_over(admin_client):
    asked = int(timezone.now().timestamp())
    finished_run(done=2)

    html = admin_client.get(f"{PAGE}{PRICES}/row/", {"after": 0, "asked": asked}).content.decode()

    assert "2 of 2" in html
    assert "hx-trigger" not in html.split("<td>")[0]


def test_when_no_worker_comes_the_row_says_so_and_names_the_command(admin_client):
    asked = int((timezone.now() - timedelta(seconds=40)).timestamp())

    html = admin_client.get(f"{PAGE}{PRICES}/row/", {"after": 0, "asked": asked}).content.decode()

    assert "No worker took it up" in html
    assert "make worker" in html


def test_a_broker_that_is_away_is_told_and_nothing_is_followed(admin_client, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("refused")

    monkeypatch.setattr(queue.current_app, "send_task", refuse)

    page = admin_client.post(f"{PAGE}{PRICES}/run/", follow=True)

    assert "was not started: the broker does not answer" in page.content.decode()


def test_a_broker_that_is_away_reloads_the_page_and_puts_none_into_the_row(admin_client, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("refused")

    monkeypatch.setattr(queue.current_app, "send_task", refuse)

    answer = admin_client.post(f"{PAGE}{PRICES}/run/", headers={"HX-Request": "true"})

    assert (answer.headers["HX-Redirect"], answer.content) == (PAGE, b"")
    assert "was not started: the broker does not answer" in admin_client.get(PAGE).content.decode()


def test_run_now_is_never_done_by_a_link(admin_client, sent):
    assert admin_client.get(f"{PAGE}{PRICES}/run/").status_code == 405
    assert sent == []


def test_a_viewer_sees_the_page_without_its_buttons(person, sent):
    viewer = person("viewer")

    html = viewer.get(PAGE).content.decode()
    answers = [viewer.post(f"{PAGE}{PRICES}/{deed}/").status_code for deed in ("run", "pause", "resume")]

    assert "Run now" not in html
    assert answers == [403, 403, 403]


def test_a_runs_page_names_each_thing_with_its_reason_and_its_calls(admin_client, account):
    run = finished_run(done=1, failed=1)
    ApiCall.objects.create(
        account=account,
        at=timezone.now(),
        method="PUT",
        path="/api/x/price",
        status=400,
        correlation_id="c",
        job_run=run,
    )

    html = admin_client.get(f"{PAGE}runs/{run.pk}/").content.decode()

    assert "MUG-0" in html
    assert "The price is below zero." in html
    assert "/api/x/price" in html


@pytest.mark.parametrize(
    ("group", "seen"), [("owner", True), ("operations", True), ("merchant", False), ("viewer", False)]
)
def test_a_traceback_is_for_those_who_fix_the_panel(person, group, seen):
    run = crashed_run()

    html = person(group).get(f"{PAGE}runs/{run.pk}/").content.decode()

    assert ("Technical details" in html) == seen


def test_the_page_of_a_job_tells_what_was_done_to_its_schedule(admin_client):
    job = JOBS[PRICES]
    schedules_service.pause(job=job, note="Jet is down")
    schedules_service.resume(job=job)
    schedules_service.reschedule(job=job, every=timedelta(minutes=5), note="Christmas")

    html = admin_client.get(f"{PAGE}{PRICES}/").content.decode()

    assert html.count("<strong>Paused</strong>") == html.count("<strong>Resumed</strong>") == 1
    assert html.count("<strong>Rescheduled</strong>") == 1
    assert "Jet is down" in html


@pytest.mark.parametrize("table", ["periodictask", "intervalschedule", "crontabschedule"])
def test_no_form_changes_a_schedule_without_a_reason(admin_client, table):
    task = PeriodicTask.objects.select_related("interval").get(name=PRICES)
    keys = {"periodictask": task.pk, "intervalschedule": task.interval_id, "crontabschedule": 1}

    answers = [
        admin_client.post(f"/admin/django_celery_beat/{table}/{deed}/").status_code
        for deed in ("add", f"{keys[table]}/change", f"{keys[table]}/delete")
    ]

    assert set(answers) <= {403, 404}


def test_a_paused_job_says_who_paused_it_and_why(admin_client):
    admin_client.post(f"{PAGE}{PRICES}/pause/", {"note": "Jet is down"})

    html = admin_client.get(PAGE).content.decode()

    row = html.partition("<strong>Sync prices</strong>")[2].partition("</tr>")[0]
    assert "by admin" in row
    assert "Jet is down" in row


def test_a_job_whose_schedule_is_gone_is_red_and_counted_as_late(admin_client):
    PeriodicTask.objects.update(date_changed=timezone.now())
    PeriodicTask.objects.filter(name=PRICES).delete()

    html = admin_client.get(PAGE).content.decode()

    row = html.partition("<strong>Sync prices</strong>")[2].partition("</tr>")[0]
    assert '<span class="jb-chip jb-red">Not scheduled</span>' in row
    assert status.late_jobs() == {PRICES}


def test_a_schedule_that_somebody_wrote_by_hand_does_not_break_the_page(admin_client):
    odd = CrontabSchedule.objects.create(minute="*/20", hour="8-18")
    PeriodicTask.objects.filter(name=PRICES).update(crontab=odd, interval=None)

    page = admin_client.get(PAGE)

    assert page.status_code == 200
    assert "by the cron line */20 8-18 * * *" in page.content.decode()


def test_a_schedule_of_certain_days_is_not_called_one_of_each_day(db):
    monday = CrontabSchedule.objects.create(minute="0", hour="5", day_of_week="1")
    PeriodicTask.objects.filter(name=PRICES).update(crontab=monday, interval=None)

    assert status.job_state(PRICES).rhythm == "by the cron line 0 5 * * 1"


def titles(html):
    """The jobs above the fold, and those in it."""
    front, _, folded = html.partition("other jobs, ")
    return [re.findall("<strong>([^<]+)</strong></a>", part) for part in (front, folded)]


def test_the_six_jobs_that_earn_money_stand_on_top_and_the_others_are_folded(admin_client):
    PeriodicTask.objects.update(date_changed=timezone.now())

    front, folded = titles(admin_client.get(PAGE).content.decode())

    assert front == [
        "Import orders", "Retry failed orders", "Send shipments", "Sync inventory", "Sync prices", "Fetch returns",
    ]  # fmt: skip
    assert len(folded) == len(JOBS) - 6


def test_a_late_job_is_first_with_its_button_and_the_fold_counts_what_failed_and_runs_well_again(
    admin_client,
):
    PeriodicTask.objects.update(date_changed=timezone.now())
    PeriodicTask.objects.filter(name="desk.sweep").update(date_changed=timezone.now() - timedelta(days=1))
    finished_run("catalog.sync_statuses", done=1, failed=1)
    finished_run("catalog.sync_statuses", done=1)

    html = admin_client.get(PAGE).content.decode()
    front, folded = titles(html)

    assert (front[0], front[-1]) == ("Sweep", "Fetch returns")
    assert "Sync product statuses" in folded
    assert f"{len(folded)} other jobs, 1 with failures in the last 24 hours" in html
    assert html.count("jb-primary") == 1
    assert 'jb-primary" id="run-desksweep"' in html
    failed = JobRun.objects.order_by("pk").get(failed=1)
    assert f'href="{PAGE}runs/{failed.pk}/" aria-label="See the run of Sync product statuses' in html


def test_a_job_whose_last_run_failed_leaves_the_fold(admin_client):
    PeriodicTask.objects.update(date_changed=timezone.now())
    finished_run("catalog.sync_statuses", done=1, failed=1)

    front, _ = titles(admin_client.get(PAGE).content.decode())

    assert front[-1] == "Sync product statuses"


def test_the_row_of_a_job_keeps_a_failure_with_its_reason_for_a_day(admin_client):
    with pytest.raises(JetBroken), job_run(PRICES):
        raise JetBroken("503: Jet is down")
    finished_run(done=1)

    row = admin_client.get(f"{PAGE}{PRICES}/row/").content.decode()
    JobRun.objects.update(started_at=timezone.now() - timedelta(hours=25))

    assert "503: Jet is down" in row
    assert "503: Jet is down" not in admin_client.get(f"{PAGE}{PRICES}/row/").content.decode()


def test_the_page_of_a_run_says_when_its_worker_is_not_heard_from_any_more(admin_client):
    with job_run(PRICES) as recorder:
        address = f"{PAGE}runs/{recorder.run.pk}/"
        fresh = admin_client.get(address).content.decode()
        JobRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=41))
        silent = admin_client.get(address).content.decode()

    assert "not heard from" not in fresh
    assert re.search(
        r"Worker not heard from for 4\d s\. If it stays away, the next worker that comes ends this run",
        silent,
    )
    assert "not heard from" not in admin_client.get(address).content.decode()


def test_the_trend_tells_outcomes_in_words_and_colors_and_the_longest_run(admin_client):
    finished_run()
    finished_run(done=1, failed=1)
    slow = finished_run(done=2)
    JobRun.objects.filter(pk=slow.pk).update(started_at=slow.finished_at - timedelta(seconds=7))

    row = admin_client.get(f"{PAGE}{PRICES}/row/").content.decode()

    assert "The last 3 runs: " in row
    assert all(
        words in row for words in ("1 nothing to do", "1 partial", "1 achieved", "the longest took 7.0 s")
    )
    assert [row.count(f'rect class="jb-{tone}"') for tone in ("grey", "amber", "green")] == [1, 1, 1]


def test_what_the_schedule_itself_writes_is_no_edit_of_a_person(db):
    task = PeriodicTask.objects.get(name=PRICES)
    before = len(timeline.of(task))
    task.last_run_at, task.total_run_count = timezone.now(), 7
    task.save()

    assert len(timeline.of(task)) == before


def test_a_run_that_failed_as_a_whole_says_why_once(admin_client):
    with pytest.raises(JetBroken), job_run(PRICES):
        raise JetBroken("503: Jet is being mended")

    html = admin_client.get(f"{PAGE}runs/{JobRun.objects.latest('pk').pk}/").content.decode()

    facts = html.partition('<dl class="jb-facts">')[2].partition("</dl>")[0]
    assert facts.count("<dd>503: Jet is being mended") == 1
    assert facts.count("Failed</span></span>") == 1


def test_a_running_run_is_followed_live(admin_client):
    with job_run(PRICES) as run:
        html = admin_client.get(f"{PAGE}runs/{run.run.pk}/").content.decode()

    assert 'hx-trigger="every 2s"' in html
    assert ">Running</span>" in html


def test_a_jobs_runs_are_listed_and_filtered_by_outcome(admin_client):
    achieved, nothing = finished_run(done=1), finished_run()

    html = admin_client.get(f"{PAGE}{PRICES}/", {"outcome": "achieved"}).content.decode()

    assert f"#{achieved.pk}<" in html
    assert f"#{nothing.pk}<" not in html


@pytest.mark.parametrize("deed", ["", "row/", "pause/"])
def test_a_job_that_does_not_exist_is_not_found(admin_client, deed):
    assert admin_client.get(f"{PAGE}no.such_job/{deed}").status_code == 404


@pytest.mark.parametrize(
    "address", ["?job=x&after=a&asked=1", "?job=catalog.sync_prices&after=1&asked=9999999999999"]
)
def test_a_mangled_address_shows_the_plain_page(admin_client, address):
    assert admin_client.get(PAGE + address).status_code == 200


def test_the_page_brings_its_own_news_and_stands_still_while_a_run_is_waited_for(admin_client):
    page = admin_client.get(PAGE).content.decode()
    news = admin_client.get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert "every 10s" in page
    assert "<html" not in news
    assert all(job.title in news for job in JOBS.values())


def test_runs_are_filtered_by_trigger_and_day(admin_client):
    by_nudge, by_beat = finished_run(done=1, trigger="nudge"), finished_run(done=1, trigger="beat")
    old = finished_run(done=1, trigger="beat")
    JobRun.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=9))
    today = timezone.now().date().isoformat()

    html = admin_client.get(f"{PAGE}{PRICES}/", {"trigger": "beat", "since": today}).content.decode()

    assert f"#{by_beat.pk}<" in html
    assert f"#{by_nudge.pk}<" not in html
    assert f"#{old.pk}<" not in html


def test_a_day_that_cannot_be_read_is_named(admin_client):
    assert (
        "Enter a valid date" in admin_client.get(f"{PAGE}{PRICES}/", {"since": "yesterday"}).content.decode()
    )


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("orders:fetch", "admin:orders_order_changelist"),
        ("orders:update_status", "admin:orders_failedorder_changelist"),
        ("returns:fetch", "admin:returns_returnrequest_changelist"),
        ("returns:refund_sync", "admin:returns_refund_changelist"),
        ("returns:fetch_settlements", "admin:returns_settlement_changelist"),
    ],
)
def test_what_a_list_asks_jet_for_is_followed_on_one_page_and_leads_back(admin_client, sent, address, back):
    led = admin_client.post(reverse(address))
    job = sent[-1][0] if address != "returns:fetch" else "returns.fetch_returns"

    waiting = admin_client.get(led.url).content.decode()
    finished_run(job, done=2)
    over = admin_client.get(led.url, headers={"HX-Request": "true"}).content.decode()

    assert led.url.startswith(f"{PAGE}{job}/followed/")
    assert "load delay:1s" in waiting
    assert "2 of 2" in over
    assert "load delay" not in over
    assert f'href="{reverse(back)}"' in over


def test_a_page_that_follows_leads_back_to_no_other_site(admin_client):
    finished_run(done=1)

    html = admin_client.get(f"{PAGE}{PRICES}/followed/", {"back": "https://evil.example/"}).content.decode()

    assert "evil.example" not in html
    assert f'<a class="jb-button jb-primary" href="{PAGE}">' in html
