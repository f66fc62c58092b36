"""Jobs, mass actions, rejected files and notifications for programs."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from catalog.listings.models import UploadFile
from jetbridge.inbox.models import Notification
from jetbridge.jobs import queue
from jetbridge.mass_actions.models import MassAction
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_a_job_is_asked_for_in_the_persons_name(warehouse, monkeypatch):
    sent = []
    monkeypatch.setattr(
        queue, "_send", lambda name, headers, countdown=None: sent.append((name, headers)) or True
    )

    answer = warehouse.post("jobs/orders.import_ready_orders/run")

    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    assert [name for name, _ in sent] == ["orders.import_ready_orders"]
    assert warehouse.post("jobs/orders.none/run").status_code == 404
    monkeypatch.setattr(queue, "_send", lambda *a, **k: False)
    assert warehouse.post("jobs/orders.import_ready_orders/run").status_code == 503


def test_a_job_says_how_it_stands(looker):
    shown = {row["name"]: row for row in looker.get("jobs?limit=500").json()["items"]}

    assert shown["orders.import_ready_orders"]["paused"] is False
    assert looker.post("jobs/orders.import_ready_orders/run").status_code == 403


def test_notifications_and_rejected_files_are_listed(looker, account):
    now = timezone.now()
    for n in range(2):
        Notification.objects.create(
            kind="k", key=str(n), title=f"T{n}", created_at=now, updated_at=now, read_at=now if n else None
        )
    for status in ("Processed with errors", "Acknowledged"):
        UploadFile.objects.create(account=account, kind="skus", name=status, status=status, error_count=1)

    assert len(looker.get("notifications").json()["items"]) == 2
    assert [row["title"] for row in looker.get("notifications?unread=true").json()["items"]] == ["T0"]
    assert [row["name"] for row in looker.get("rejected-files").json()["items"]] == ["Processed with errors"]


def test_rejected_files_are_followed_by_when_jet_refused_them(looker, account):
    now = timezone.now()
    for hours in (3, 1, 2):
        at = now - timedelta(hours=hours)
        UploadFile.objects.create(
            account=account, kind="skus", name=f"{hours} h", status=UploadFile.Status.ERRORS, finished_at=at
        )
    since = quote((now - timedelta(hours=2, minutes=1)).isoformat())

    first = looker.get(f"rejected-files?limit=1&changed_since={since}").json()
    second = looker.get(f"rejected-files?limit=1&changed_since={since}&cursor={first['next']}").json()

    assert [row["name"] for row in (*first["items"], *second["items"])] == ["2 h", "1 h"]
    assert (first["items"][0]["changed_at"] is not None, second["next"]) == (True, None)


def test_a_mass_action_is_planned_started_and_watched(office, account):
    for sku in ("A", "B"):
        ProductFactory(sku=sku)
    body = {"scope": "catalog", "action": "validate", "names": ["A", "B"]}

    planned = office.post("mass-actions", body, key="plan")

    assert planned.status_code == 201, planned.content
    plan = planned.json()
    assert (plan["state"], plan["chosen"], plan["will_go"]) == ("draft", 2, 2)
    assert office.post("mass-actions", body, key="plan").json()["id"] == plan["id"]
    started = office.post(f"mass-actions/{plan['id']}/start")
    assert (started.status_code, started.json()["state"]) == (202, "running")
    again = office.post(f"mass-actions/{plan['id']}/start", {})
    assert (again.status_code, again.json()["code"]) == (409, "api.not_possible")
    assert office.get(f"mass-actions/{plan['id']}").json()["state"] == "running"
    assert MassAction.objects.count() == 1


def test_a_guarded_action_asks_what_its_plans_page_asks(office, warehouse, three):
    body = {"scope": "orders", "action": "cancel", "names": [each.number for each in three]}
    planned = office.post("mass-actions", body)
    assert planned.status_code == 201, planned.content
    address = f"mass-actions/{planned.json()['id']}/start"

    answer = office.post(address, {})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    answer = warehouse.post(address, {"reason": "Fire.", "above_limit": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "api.not_permitted")
    assert office.post(address, {"reason": "Fire.", "above_limit": True}).status_code == 202


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"action": "none"}, "action"),
        ({"names": ["NONE"]}, "names"),
        ({"all": True}, "names"),
        ({"names": None}, "names"),
        ({"names": None, "filters": {"none": "1"}}, "filters.none"),
        ({"scope": "people"}, "scope"),
    ],
)
def test_a_plan_without_sense_is_refused(office, account, wrong, field):
    ProductFactory(sku="A")
    answer = office.post("mass-actions", {"scope": "catalog", "action": "validate", "names": ["A"]} | wrong)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not MassAction.objects.exists()


def test_an_action_needs_its_own_permission(looker, account):
    ProductFactory(sku="A")

    answer = looker.post("mass-actions", {"scope": "catalog", "action": "upload", "all": True})

    assert (answer.status_code, answer.json()["code"]) == (403, "api.not_permitted")
    assert looker.get("mass-actions/1").status_code == 404
