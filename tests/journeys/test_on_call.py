"""The person on call: a late job is noticed and started, a failed run is traced to the call that broke it."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.journeys.conftest import SandboxDesk, press, read_again
from tests.journeys.test_main_job import enter_the_keys
from tests.waiting import wait_for

pytestmark = pytest.mark.journey

PRICES, RETURNS = "catalog.sync_prices", "returns.fetch_returns"
# A job whose messages go to a queue that no worker reads comes late, as it does behind a stuck worker.
ASTRAY = """
from datetime import timedelta
from django.utils import timezone
from django_celery_beat.models import PeriodicTask, PeriodicTasks
from jetbridge.jobs.models import JobLease
past = timezone.now() - timedelta(hours=1)
PeriodicTask.objects.filter(name="catalog.sync_prices").update(queue="nobody", date_changed=past)
JobLease.objects.filter(name="catalog.sync_prices").update(heartbeat_at=past)
PeriodicTasks.update_changed()
"""


def row(page: Page, title: str):
    """Return a job's row on Cron Status."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True))


def told(installation: Installation) -> list[tuple[str, int]]:
    """Return the inbox's lines about late jobs, with their counts."""
    with closing(sqlite3.connect(installation.home / "jetbridge.sqlite3")) as database:
        query = "SELECT title, count FROM core_notification WHERE kind = 'job.late'"
        return list(database.execute(query))


def test_a_late_job_is_told_once_found_and_started_by_one_press(page: Page, installation: Installation):
    led_astray = installation.manage("shell", "-v", "0", "-c", ASTRAY)
    assert led_astray.returncode == 0, led_astray.stderr
    wait_for(lambda: told(installation), "the sweep tells of it")

    page.goto("/admin/core/notification/")
    press(page.get_by_role("link", name="Sync prices is late"))
    expect(page.get_by_role("heading", name="Timeline of its schedule")).to_be_visible()
    page.goto("/admin/")
    card = page.locator("section.jb-card", has=page.get_by_role("heading", name="Late jobs"))
    press(card.get_by_role("link", name=re.compile("^View jobs")))
    late = row(page, "Sync prices")
    expect(late.get_by_text("Late", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"1 of \d+ jobs is late"))).to_be_visible()

    late.get_by_role("button", name="Run Sync prices now").click()

    expect(row(page, "Sync prices").get_by_text("Late", exact=True)).to_have_count(0)
    wait_for(lambda: "jobs are on time" in read_again(page), "no job is late any more")
    assert told(installation) == [("Sync prices is late", 1)]


def test_a_failed_run_is_traced_to_the_call_that_broke_it(page: Page, desk: SandboxDesk):
    enter_the_keys(page, desk)
    desk.tell("faults", {"path": "/returns/", "kind": "status", "status": 503, "times": 40})
    page.goto("/admin/cron/")
    row(page, "Fetch returns").get_by_role("button", name="Run Fetch returns now").click()
    failed = row(page, "Fetch returns").get_by_role("link", name="Failed", exact=True)
    expect(failed).to_be_visible()

    press(failed)
    expect(page.get_by_text("Technical details")).to_be_visible()
    press(page.get_by_role("link", name=re.compile("GET .returns.created")).last)

    main = page.locator("main")
    expect(main.get_by_text("503 failed")).to_be_visible()
    expect(main.get_by_role("link", name=re.compile(r"Fetch returns #\d+"))).to_be_visible()
    expect(main.get_by_role("button", name="Copy as curl")).to_be_visible()
    expect(page.get_by_text(re.compile("that it cannot serve us"))).to_have_count(2)
