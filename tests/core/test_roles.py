"""Groups and schedules that every migrate leaves behind."""

import pytest
from django.contrib.auth.models import Group, Permission
from django_celery_beat.models import PeriodicTask

from jetbridge.core import roles
from jetbridge.jobs import beat_tables
from jetbridge.jobs.registry import scheduled

pytestmark = pytest.mark.django_db


def test_a_fresh_installation_has_the_four_groups_with_owners_holding_everything():
    counts = {group.name: group.permissions.count() for group in Group.objects.all()}

    assert set(counts) == set(roles.GROUPS)
    assert counts["owner"] == Permission.objects.count()
    assert counts["owner"] > counts["merchant"] > counts["operations"] > counts["viewer"]


def test_a_viewer_may_look_and_touch_nothing():
    codenames = Group.objects.get(name="viewer").permissions.values_list("codename", flat=True)

    assert codenames
    # By a token of their own they look as on the pages.
    assert all(codename.startswith("view_") or codename == "use_api" for codename in codenames)


def test_every_permission_that_a_group_is_promised_exists():
    known = {
        f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")
    }

    assert set(roles.HOLDERS) - known == set()


def test_what_an_operator_took_from_a_group_stays_taken():
    merchant = Group.objects.get(name="merchant")
    merchant.permissions.remove(Permission.objects.get(codename="upload"))

    roles.deal()

    assert not merchant.permissions.filter(codename="upload").exists()


def test_a_permission_that_an_upgrade_brings_is_dealt_to_its_groups():
    upload = Permission.objects.get(codename="upload")
    upload.group_set.clear()

    roles.deal()

    assert set(upload.group_set.values_list("name", flat=True)) == {"owner", "merchant", "operations"}


def test_every_job_has_one_schedule_whose_messages_expire_with_the_interval():
    rows = {row.name: row for row in PeriodicTask.objects.all()}

    assert set(rows) == set(scheduled())
    assert all(rows[job.name].task == job.name for job in scheduled().values())
    assert all(rows[job.name].expire_seconds == job.every.total_seconds() for job in scheduled().values())


def test_an_operators_edit_of_a_schedule_survives_the_next_migrate():
    PeriodicTask.objects.filter(name="desk.sweep").update(enabled=False)
    PeriodicTask.objects.filter(name="catalog.sync_prices").delete()

    made = beat_tables.seed()

    assert made == ["catalog.sync_prices"]
    assert not PeriodicTask.objects.get(name="desk.sweep").enabled
