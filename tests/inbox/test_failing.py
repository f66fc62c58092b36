"""A job that fails again and again is reported: once for what Jet causes, once for each job that fails by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from jetbridge.core.jet.errors import JetBroken, JetFailure, JetKeysRefused, JetNotConfigured
from jetbridge.core.models import Configuration, JobRun
from jetbridge.inbox import merchant_mail
from jetbridge.inbox.models import Notification
from jetbridge.jobs.runs import job_run

pytestmark = pytest.mark.django_db
PRICES, ORDERS, NIGHTLY = "catalog.sync_prices", "orders.import_ready_orders", "desk.retention"


def fail(job, error):
    with pytest.raises(type(error)), job_run(job):
        raise error


def lines():
    return list(Notification.objects.order_by("pk").values_list("title", "count"))


def away():
    return JetBroken("503: Being mended")


def test_a_job_that_fails_once_gets_a_second_try_before_anybody_is_told():
    fail(PRICES, away())

    assert lines() == []


def test_a_jet_that_is_away_is_one_line_whatever_jobs_it_stops():
    for _ in range(3):
        fail(PRICES, away())
        fail(ORDERS, JetFailure("No answer"))

    assert lines() == [("Jobs are failing: Jet is unavailable", 4)]


def test_refused_keys_say_where_they_are_fixed():
    for _ in range(2):
        fail(PRICES, JetKeysRefused("401"))

    line = Notification.objects.get()
    assert (line.title, line.severity) == ("Jobs are failing: Jet refuses the keys", "error")
    assert "Validate the account in Configuration." in line.text


def test_what_a_job_does_to_itself_is_its_own_line_and_leads_to_the_run():
    for job in (PRICES, PRICES, ORDERS, ORDERS):
        fail(job, RuntimeError("no such column"))

    assert lines() == [("Sync prices fails", 1), ("Import orders fails", 1)]
    newest = JobRun.objects.latest("pk")
    assert Notification.objects.latest("pk").url == f"/admin/cron/runs/{newest.pk}/"


def test_a_nightly_job_is_told_of_at_once():
    fail(NIGHTLY, RuntimeError("disk full"))

    assert lines() == [("Clean up fails", 1)]


def test_a_job_that_went_well_in_between_is_not_told_of():
    fail(PRICES, away())
    with job_run(PRICES):
        pass
    fail(PRICES, away())

    assert lines() == []


def test_keys_that_were_never_entered_fill_no_inbox():
    for _ in range(2):
        with job_run(NIGHTLY):
            raise JetNotConfigured("no keys yet")

    assert lines() == []


def test_it_goes_out_by_mail_once_while_nobody_has_read_it(mailoutbox):
    Configuration.objects.update_or_create(pk=1, defaults={"notification_email": "shop@example.test"})
    for _ in range(4):
        fail(PRICES, away())
        merchant_mail.send_waiting(now=timezone.now() + timedelta(minutes=1))

    assert len(mailoutbox) == 1
    assert "Jobs are failing: Jet is unavailable" in mailoutbox[0].subject + mailoutbox[0].body


def test_what_a_database_quotes_of_a_row_is_not_mailed(mailoutbox):
    Configuration.objects.update_or_create(pk=1, defaults={"notification_email": "shop@example.test"})
    fail(NIGHTLY, IntegrityError("DETAIL: Failing row contains (Ann Low, 1 Mill Lane)."))
    merchant_mail.send_waiting(now=timezone.now() + timedelta(minutes=1))

    reported = Notification.objects.get().text + mailoutbox[0].subject + mailoutbox[0].body
    assert "IntegrityError." in reported
    assert "Mill Lane" not in reported
    assert f"/admin/cron/runs/{JobRun.objects.get().pk}/" in reported
    assert "Mill Lane" in JobRun.objects.get().message


def test_a_job_that_somebody_stopped_by_hand_is_not_told_of():
    fail(NIGHTLY, KeyboardInterrupt())

    assert lines() == []
