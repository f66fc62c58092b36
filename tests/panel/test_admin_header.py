"""The header: mode, lights, bell, and a banner only when something is wrong."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import ApiCall, Configuration, Mode
from jetbridge.inbox import notifications
from jetbridge.jobs import heartbeats, lights
from jetbridge.jobs.heartbeats import Part
from jetbridge.jobs.models import ProcessHeartbeat
from jetbridge.jobs.runs import job_run
from jetbridge.panel import header


@pytest.fixture
def complete_account(db):
    account = configuration.active_account()
    account.api_user, account.fulfillment_node_id = "u", "n-1"
    account.keep_secret("s", address="")
    account.save()
    return account


@pytest.fixture
def parts(db):
    """A worker and a schedule that showed a moment ago that they live."""
    for part in Part:
        heartbeats.show(part, "machine-1")


def silent(part, **ago):
    ProcessHeartbeat.objects.filter(part=part).update(seen_at=timezone.now() - timedelta(**ago))


def answered(account, status):
    ApiCall.objects.create(
        account=account, at=timezone.now(), method="GET", path="/api/x", status=status, correlation_id="c"
    )


@pytest.mark.parametrize("part", Part)
def test_a_part_that_showed_itself_is_green(parts, part):
    assert lights.part_light(part).tone == "green"


@pytest.mark.parametrize("part", Part)
def test_a_part_that_never_came_is_amber(db, part):
    assert lights.part_light(part).words == f"No {part} has been seen yet"


@pytest.mark.parametrize("part", Part)
def test_a_part_silent_for_over_three_minutes_is_red(parts, part):
    silent(part, minutes=4, seconds=1)

    light = lights.part_light(part)

    assert (light.tone, light.words) == ("red", f"No {part} seen for 4 minutes")


def test_one_of_two_workers_that_lives_is_enough(parts):
    heartbeats.show(Part.WORKER, "machine-2")
    ProcessHeartbeat.objects.filter(name="machine-1").update(seen_at=timezone.now() - timedelta(hours=9))

    assert lights.part_light(Part.WORKER).tone == "green"


def test_a_job_run_by_a_command_is_no_worker(db):
    with job_run("desk.sweep"):
        pass

    assert lights.part_light(Part.WORKER).tone == "amber"


@pytest.mark.parametrize(
    ("status", "tone", "word"),
    [
        (201, "green", "answered"),
        (404, "green", "answered"),
        (401, "red", "refused"),
        (503, "red", "cannot serve us (503)"),
        (None, "red", "did not"),
    ],
)
def test_jets_light_says_what_it_answered_last(complete_account, status, tone, word):
    answered(complete_account, status)

    light = header.jet_light(complete_account)

    assert light.tone == tone
    assert word in light.words


def test_an_incomplete_account_is_amber(db):
    assert header.jet_light(configuration.active_account()).tone == "amber"


def test_without_a_worker_the_banner_names_the_command_that_starts_one(admin_client):
    html = admin_client.get("/admin/core/event/").content.decode()

    assert "No worker has been seen yet." in html
    assert "make worker" in html


def test_a_worker_that_is_away_is_named_with_its_command(admin_client, parts):
    silent(Part.WORKER, minutes=4)

    (trouble,) = [each for each in troubles(admin_client) if each.command]

    assert (trouble.title, trouble.command) == ("No worker seen for 4 minutes.", "make worker")


def test_a_schedule_that_is_away_is_not_taken_for_a_missing_worker(admin_client, parts):
    silent(Part.SCHEDULE, minutes=4)

    (trouble,) = [each for each in troubles(admin_client) if each.command]

    assert (trouble.title, trouble.command) == ("No schedule seen for 4 minutes.", "make beat")


@pytest.mark.parametrize(
    ("status", "link", "address"),
    [
        (503, "View calls", "/admin/core/apicall/?answer=broken"),
        (None, "View calls", "/admin/core/apicall/?answer=none"),
        (401, "Check the configuration", "/admin/configuration/"),
    ],
)
def test_a_jet_that_is_away_is_waited_for_and_refused_keys_are_looked_at(
    admin_client, complete_account, parts, status, link, address
):
    answered(complete_account, status)

    (trouble,) = troubles(admin_client)

    assert (trouble.link, trouble.url) == (link, address)
    assert admin_client.get(trouble.url).status_code == 200


def troubles(client):
    return client.get("/admin/core/event/").context["panel_troubles"]


def test_when_all_is_well_there_is_no_banner(admin_client, complete_account, parts):
    answered(complete_account, 200)

    page = admin_client.get("/admin/core/event/")

    assert page.context["panel_troubles"] == []
    assert "jb-banner" not in page.content.decode()


def test_live_keys_are_shown_in_word(admin_client):
    Configuration.objects.update_or_create(pk=1, defaults={"mode": Mode.LIVE})

    html = admin_client.get("/admin/core/event/").content.decode()

    assert ">LIVE<" in html
    assert ">TEST<" not in html


def test_the_bell_counts_what_is_unread(admin_client):
    notifications.notify("orders.imported", key="o1", title="An order was imported")
    notifications.notify("orders.imported", key="o1", title="An order was imported")
    notifications.notify("orders.imported", key="o2", title="An order was imported")

    html = admin_client.get("/admin/core/event/").content.decode()

    assert '<span class="jb-bell-count">2</span>' in html


def test_the_login_page_says_nothing_of_the_business(client, db):
    html = client.get("/admin/login/").content.decode()

    assert "jb-light" not in html
