"""The log pages: what they show, find and allow, and how many queries that takes."""

import html
import re
import shlex

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.jet import replay
from jetbridge.core.models import ApiCall, Event, StoreView
from jetbridge.inbox import notifications, readings
from jetbridge.inbox.models import Notification
from jetbridge.jobs.runs import job_run

CALLS = "/admin/core/apicall/"
EVENTS = "/admin/core/event/"
INBOX = "/admin/core/notification/"


def make_call(**given):
    account = configuration.active_account()
    values = {"method": "PUT", "path": "/api/merchant-skus/MUG-1", "status": 201, "reference": "MUG-1"}
    return ApiCall.objects.create(
        account=account, at=timezone.now(), correlation_id="c-1", **{**values, **given}
    )


@pytest.fixture
def viewer_client(client, db):
    viewer = Person.objects.create_user("vera", password="vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)
    return client


def test_a_call_is_found_by_its_sku(admin_client):
    make_call()
    make_call(path="/api/merchant-skus/CUP-2", reference="CUP-2")

    page = admin_client.get(CALLS, {"q": "CUP-2"})

    assert [call.reference for call in page.context["cl"].result_list] == ["CUP-2"]


def test_a_call_is_found_by_words_of_its_path(admin_client):
    make_call(path="/api/orders/ready", reference="")
    make_call()

    page = admin_client.get(CALLS, {"q": "orders/ready"})

    assert [call.path for call in page.context["cl"].result_list] == ["/api/orders/ready"]


@pytest.mark.parametrize(
    ("answer", "status"), [("taken", 201), ("refused", 400), ("broken", 503), ("none", None)]
)
def test_calls_are_filtered_by_what_jet_said(admin_client, answer, status):
    for each in (201, 400, 503, None):
        make_call(status=each)

    page = admin_client.get(CALLS, {"answer": answer})

    assert [call.status for call in page.context["cl"].result_list] == [status]
    assert "1 of 4 API calls" in page.content.decode()


def test_an_active_filter_is_a_chip_that_takes_it_off(admin_client):
    make_call(status=400)

    page = admin_client.get(CALLS, {"answer": "refused", "method": "PUT"})

    filters = {found.title: found.remove_url for found in page.context["cl"].active_filters}
    assert filters == {"answer": "?method=PUT", "method": "?answer=refused"}


def test_a_body_is_shown_indented_and_escaped(admin_client):
    call = make_call(request_body='{"product_title": "<script>alert(1)</script>"}')

    page = admin_client.get(f"{CALLS}{call.pk}/change/").content.decode()

    assert "{\n  &quot;product_title&quot;: &quot;&lt;script&gt;" in page


def test_the_call_list_costs_the_same_for_one_row_and_for_fifty(admin_client):
    make_call()
    admin_client.get(CALLS)
    with CaptureQueriesContext(connection) as for_one:
        admin_client.get(CALLS)
    for _ in range(50):
        make_call()

    with CaptureQueriesContext(connection) as for_fifty:
        page = admin_client.get(CALLS)

    assert len(page.context["cl"].result_list) == 50
    assert len(for_fifty) == len(for_one)


@pytest.mark.parametrize("address", [CALLS, EVENTS, "/admin/auditlog/logentry/"])
def test_the_first_cell_of_a_log_has_its_own_label_on_a_phone(admin_client, merchant, address):
    """The skin takes a first cell that is no link for a checkbox, and calls it so."""
    make_call()
    history.record("touched", merchant)
    StoreView.objects.create(code="de", name="German")

    page = admin_client.get(address).content.decode()

    assert 'data-label="When"' in page
    assert "Select record" not in page


def test_a_call_names_the_job_or_the_person_behind_it(admin_client, admin_user):
    with job_run("catalog.sync_prices") as recorder:
        make_call(path="/api/merchant-skus/BY-JOB", job_run=recorder.run)
    make_call(path="/api/merchant-skus/BY-HAND", user=admin_user)

    rows = admin_client.get(CALLS).content.decode().split("<tr")

    by_job = next(row for row in rows if "BY-JOB" in row)
    assert f'href="/admin/cron/runs/{recorder.run.pk}/"' in by_job
    assert "Sync prices" in by_job
    assert "admin" in next(row for row in rows if "BY-HAND" in row)


def test_the_call_list_leaves_bodies_and_tracebacks_where_they_are(admin_client):
    with job_run("catalog.sync_prices") as recorder:
        make_call(job_run=recorder.run)

    with CaptureQueriesContext(connection) as queries:
        admin_client.get(CALLS)

    (listing,) = [each["sql"] for each in queries if '"core_apicall"."path"' in each["sql"]]
    assert not [name for name in ("response_body", "traceback", '"items"') if name in listing]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/merchant-skus/X-1/price", "product"),
        ("/api/orders/withoutShipmentDetail/X-1", "order"),
        ("/api/returns/state/X-1", "return"),
        ("/api/refunds/state/X-1", "refund"),
        ("/api/files/X-1", "file"),
    ],
)
def test_a_call_leads_to_what_it_is_about(admin_client, path, kind):
    call = make_call(path=path, reference="X-1")

    page = admin_client.get(f"{CALLS}{call.pk}/change/").content.decode()

    link = re.search(rf'href="([^"]+)">The {kind} in the panel<', page)
    assert link
    assert admin_client.get(html.unescape(link[1])).status_code == 200


def test_nobody_writes_a_log_by_hand(admin_client):
    call = make_call()

    answers = [
        admin_client.get(f"{CALLS}add/").status_code,
        admin_client.post(f"{CALLS}{call.pk}/delete/", {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403]
    assert ApiCall.objects.count() == 1


def test_an_event_shows_before_and_after_and_leads_to_its_calls(admin_client):
    account = configuration.active_account()
    event = history.record("configured", account, before={"api_user": "old"}, after={"api_user": "new"})
    Event.objects.filter(pk=event.pk).update(request_id="r-7")

    html = admin_client.get(f"{EVENTS}{event.pk}/change/").content.decode()

    assert "old" in html
    assert "new" in html
    assert f"{CALLS}?q=r-7" in html


def test_an_event_about_a_thing_that_has_no_page_shows_its_name(admin_client):
    view = StoreView.objects.create(code="gone", name="Gone view")
    event = history.record("deleted", view)
    Event.objects.filter(pk=event.pk).update(kind="old.model")

    page = admin_client.get(EVENTS)

    assert "Gone view" in page.content.decode()


def test_a_notification_is_read_once_by_one_person(merchant):
    notifications.notify("orders.imported", key="o1", title="3 orders were imported")

    counts = [readings.mark_read(lines=Notification.objects.all(), by=merchant.pk) for _ in range(2)]

    assert counts == [1, 0]
    assert Notification.objects.get().read_at is not None


def test_all_are_marked_as_read_by_one_button(admin_client):
    for key in ("o1", "o2"):
        notifications.notify("orders.imported", key=key, title="Orders were imported")

    page = admin_client.post(f"{INBOX}mark-all-read/", follow=True)

    assert Notification.objects.filter(read_at=None).count() == 0
    assert "2 notifications marked as read." in page.content.decode()


def test_marking_is_never_done_by_a_link(admin_client):
    assert admin_client.get(f"{INBOX}mark-all-read/").status_code == 405


def test_a_viewer_reads_the_inbox_and_marks_it_for_himself(viewer_client):
    notifications.notify("orders.imported", key="o1", title="3 orders were imported")

    page = viewer_client.get(INBOX)
    answer = viewer_client.post(f"{INBOX}mark-all-read/")

    assert "3 orders were imported" in page.content.decode()
    assert "Mark all as read" in page.content.decode()
    assert answer.status_code == 302
    assert "Mark all as read" not in viewer_client.get(INBOX).content.decode()


def test_chosen_notifications_are_marked_by_the_mass_action(admin_client):
    notifications.notify("orders.imported", key="o1", title="Orders were imported")
    notifications.notify("orders.imported", key="o2", title="Orders were imported")
    first = Notification.objects.earliest("pk")

    admin_client.post(INBOX, {"action": "mark_read", "_selected_action": [first.pk]})

    assert list(Notification.objects.filter(read_at=None).values_list("key", flat=True)) == ["o2"]


def test_notifications_are_filtered_by_what_they_are_about_in_words(admin_client):
    notifications.notify("job.late", key="a", title="Sync prices is late")
    notifications.notify("orders.new", key="b", title="An order came")

    page = admin_client.get(INBOX, {"kind": "job.late"}).content.decode()

    assert "Sync prices is late" in page
    assert "An order came" not in page
    assert "Late jobs" in page


@pytest.mark.parametrize(
    "address", ["/admin/auth/user/", "/admin/auth/group/", "/admin/django_celery_beat/periodictask/"]
)
def test_people_and_schedules_stand_in_the_panels_skin(admin_client, address):
    page = admin_client.get(address)

    assert page.status_code == 200
    assert "jetbridge/panel.css" in page.content.decode()


def test_an_edit_in_a_form_is_told_field_by_field(admin_client, admin_user):
    view = StoreView.objects.create(code="us", name="Old name")
    LogEntry.objects.log_create(
        view, action=LogEntry.Action.UPDATE, changes={"name": ["Old name", "New name"]}, actor=admin_user
    )
    edit = LogEntry.objects.latest("pk")

    grid = admin_client.get("/admin/auditlog/logentry/").content.decode()
    page = admin_client.get(f"/admin/auditlog/logentry/{edit.pk}/change/").content.decode()

    assert "Edits in forms" in grid
    assert "Old name" in page
    assert "New name" in page


def test_a_viewer_reads_the_edits_too(viewer_client):
    assert viewer_client.get("/admin/auditlog/logentry/").status_code == 200


def page_of(client, call):
    return html.unescape(client.get(f"{CALLS}{call.pk}/change/").content.decode())


def test_a_call_is_copied_as_a_curl_line_whose_secrets_are_variables(admin_client):
    call = make_call(path="/merchant-skus/O%27Neil/price", request_body='{"price": 9.9, "note": "it\'s"}')

    page = page_of(admin_client, call)

    line = replay.curl(call)
    assert line in page
    assert shlex.split(line) == [
        "curl",
        "-X",
        "PUT",
        "$JET_API/merchant-skus/O%27Neil/price",
        "-H",
        "Authorization: Bearer $JET_TOKEN",
        "-H",
        "Content-Type: application/json",
        "--data",
        '{"price": 9.9, "note": "it\'s"}',
    ]


@pytest.mark.parametrize(
    ("path", "method", "reason"),
    [
        ("/merchant-skus/MUG-1/inventory", "PATCH", "Stock may have changed"),
        ("/orders/1/shipped", "PUT", "A shipment must reach Jet once"),
        ("/orders/1/acknowledge", "PUT", "acknowledged once"),
        ("/refunds/1/2", "POST", "would give the money twice"),
        ("/token", "POST", "asks for a token"),
        ("/setup/shipping", "PUT", "changes something at Jet"),
        ("https://store.example/upload/1", "PUT", "signed address"),
    ],
)
def test_a_call_that_changes_something_is_not_sent_again_and_says_why(
    admin_client, sandbox, account, path, method, reason
):
    call = make_call(path=path, method=method)
    before = len(sandbox.calls())

    page = page_of(admin_client, call)
    answer = admin_client.post(f"{CALLS}{call.pk}/again/", follow=True).content.decode()

    assert reason in page
    assert "Send again" not in page
    assert "was not sent again" in answer
    assert len(sandbox.calls()) == before


def test_a_reading_call_is_sent_again_and_leads_to_its_new_answer(admin_client, sandbox, account):
    call = make_call(path="/orders/ready", method="GET", status=503)

    page = admin_client.post(f"{CALLS}{call.pk}/again/", follow=True)

    fresh = ApiCall.objects.latest("pk")
    assert page.redirect_chain[-1][0] == f"{CALLS}{fresh.pk}/change/"
    assert (fresh.path, fresh.status, fresh.purpose) == ("/orders/ready", 200, f"again #{call.pk}")


def test_a_refusal_of_the_repeated_call_is_its_answer(admin_client, sandbox, account):
    call = make_call(path="/orders/withoutShipmentDetail/none", method="GET")

    admin_client.post(f"{CALLS}{call.pk}/again/")

    assert ApiCall.objects.latest("pk").status in (400, 404)


def test_a_viewer_does_not_send_again(viewer_client, account):
    call = make_call(path="/orders/ready", method="GET")

    assert "Send again" not in page_of(viewer_client, call)
    assert viewer_client.post(f"{CALLS}{call.pk}/again/").status_code == 403


def test_calls_are_filtered_by_job_and_by_person(admin_client, admin_user):
    by_job = make_call(purpose="orders.import_ready_orders")
    by_person = make_call(user=admin_user)

    jobs = admin_client.get(CALLS, {"job": "orders.import_ready_orders"}).context["cl"].result_list
    people = admin_client.get(CALLS, {"person": admin_user.pk}).context["cl"].result_list

    assert [list(jobs), list(people)] == [[by_job], [by_person]]


def test_a_question_to_which_jet_says_no_is_no_refusal(admin_client):
    make_call(method="GET", status=404)
    asked = admin_client.get(CALLS).content.decode()
    make_call(method="PUT", status=404)
    sent = admin_client.get(CALLS).content.decode()

    assert ("404 not there" in asked, "404 refused" in asked) == (True, False)
    assert "404 refused" in sent


def test_calls_are_found_by_their_status(admin_client):
    make_call()
    refused = make_call(status=409)

    page = admin_client.get(CALLS, {"q": "409"})

    assert list(page.context["cl"].result_list) == [refused]


def test_a_call_whose_answer_is_nested_deep_is_shown_as_it_came(admin_client, account):
    call = ApiCall.objects.create(
        account=account, at=timezone.now(), method="GET", path="/x", duration_ms=1, response_body="[" * 3000
    )

    answer = admin_client.get(f"/admin/core/apicall/{call.pk}/change/")

    assert answer.status_code == 200
    assert "[[[[" in answer.text
