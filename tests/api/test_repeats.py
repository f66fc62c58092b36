"""Idempotency-Key: the work is done once whoever repeats the request, at once, later, or after a death in between."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from jetbridge.api import repeats
from jetbridge.api.models import KeyedRequest, Token
from orders.models import Order, Shipment
from tests.api.programs import program_of, somebody
from tests.children import end_of, outcome, start_child

PARCEL = {"tracking": "1Z1", "carrier": "UPS"}
REQUEST = """
import json, os, sys
from django.test import Client
def ship(secret, number, key="k"):
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    return client.post(
        f"/api/v1/orders/{number}/ship", json.dumps({"tracking": "1Z1", "carrier": "UPS"}),
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}", "idempotency-key": key},
    )
"""
WAITS = (
    REQUEST
    + """
import time
from pathlib import Path
gate, secret, number = sys.argv[1:4]
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.002)
answer = ship(secret, number)
print(answer.status_code, answer.json().get("id", answer.json().get("code")))
"""
)
DIES = """
def dying(at):
    from jetbridge.api import repeats
    from jetbridge.api.models import KeyedRequest
    from django.db.models.query import QuerySet
    from orders.services import shipments
    if at == "before":
        shipments._queue = lambda *a: os._exit(9)
    if at == "between":
        kept = QuerySet.update
        def update(rows, **columns):
            if rows.model is KeyedRequest and "status" in columns:
                os._exit(9)
            return kept(rows, **columns)
        QuerySet.update = update
    if at == "after":
        once = repeats.once
        def gone(request, work):
            once(request, work)
            os._exit(9)
        repeats.once = gone
"""


@pytest.mark.django_db
def test_a_repeat_is_answered_alike_and_does_nothing(warehouse, acknowledged):
    address = f"orders/{acknowledged.number}/ship"

    first, again = (warehouse.post(address, PARCEL, key="parcel-1") for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 202
    assert Shipment.objects.count() == 1


@pytest.mark.django_db
def test_a_secret_is_repeated_and_kept_in_no_plain_text(office):
    hook = {"url": "https://hooks.example.com/a", "events": ["order.shipped"]}

    first, again = (office.post("webhooks", hook, key="hook") for _ in range(2))

    secret = first.json()["secret"]
    assert secret
    assert again.json() == first.json()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_keyedrequest")
        assert secret not in str(cursor.fetchall())


@pytest.mark.django_db
def test_a_refusal_is_repeated_too(warehouse, acknowledged):
    address = f"orders/{acknowledged.number}/ship"
    wrong = {**PARCEL, "tracking": "1.23457E+11"}

    first, again = (warehouse.post(address, wrong, key="parcel-1") for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 422
    assert KeyedRequest.objects.get().status == 422


@pytest.mark.django_db
def test_a_key_stands_for_one_request_of_one_token(warehouse, office, three):
    first, second, third = (each.number for each in three)
    assert warehouse.post(f"orders/{first}/ship", PARCEL, key="k").status_code == 202

    other = warehouse.post(f"orders/{first}/ship", {**PARCEL, "tracking": "1Z2"}, key="k")
    assert (other.status_code, other.json()["code"]) == (422, "api.key_reused")
    assert warehouse.post(f"orders/{second}/ship", PARCEL, key="k").status_code == 202
    assert office.post(f"orders/{third}/ship", PARCEL, key="k").status_code == 202
    assert Shipment.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 256, "caf\xe9"])
def test_a_key_that_is_none_is_refused(warehouse, acknowledged, key):
    answer = warehouse.post(f"orders/{acknowledged.number}/ship", PARCEL, key=key)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.django_db
def test_while_the_first_runs_another_is_told_to_wait(warehouse, acknowledged):
    warehouse.post(f"orders/{acknowledged.number}/ship", PARCEL, key="k")
    KeyedRequest.objects.update(status=None, answer=None)

    answer = warehouse.post(f"orders/{acknowledged.number}/ship", PARCEL, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "api.still_running")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day(warehouse, acknowledged):
    address = f"orders/{acknowledged.number}/ship"
    warehouse.post(address, PARCEL, key="k")

    with time_machine.travel(timezone.now() + repeats.KEPT + timedelta(minutes=1)):
        answer = warehouse.post(address, {**PARCEL, "tracking": "1Z2"}, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "api.already_queued")


@pytest.mark.django_db
def test_a_fault_of_ours_leaves_nothing_and_is_tried_anew(warehouse, acknowledged, monkeypatch):
    address = f"orders/{acknowledged.number}/ship"
    with monkeypatch.context() as patch:
        patch.setattr("jetbridge.core.history.record", lambda *a, **k: 1 / 0)
        assert warehouse.post(address, PARCEL, key="k").status_code == 500
    assert not Shipment.objects.exists()
    assert not KeyedRequest.objects.exists()

    assert warehouse.post(address, PARCEL, key="k").status_code == 202


@pytest.mark.django_db
def test_whoever_was_overtaken_takes_back_what_he_did(warehouse, acknowledged, monkeypatch):
    taken = repeats._taken

    def overtaken(request, key):
        row = taken(request, key)
        KeyedRequest.objects.filter(pk=row.pk).update(holder="somebody else")
        return row

    monkeypatch.setattr(repeats, "_taken", overtaken)
    answer = warehouse.post(f"orders/{acknowledged.number}/ship", PARCEL, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "api.still_running")
    assert not Shipment.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_of_two_at_once_one_works_and_both_say_the_same(acknowledged, tmp_path):
    program = program_of(somebody("otto", "operations"))
    gate = tmp_path / "gate"
    children = [start_child(WAITS, str(gate), program.secret, acknowledged.number) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    gate.touch()
    said = sorted(outcome(child) for child in children)

    made = Shipment.objects.get()
    assert f"202 {made.alt_shipment_id}" in said
    assert set(said) <= {f"202 {made.alt_shipment_id}", "409 api.still_running"}
    again = program.post(f"orders/{acknowledged.number}/ship", PARCEL, key="k")
    assert (again.status_code, again.json()["id"]) == (202, made.alt_shipment_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", ["before", "between", "after"])
def test_a_death_leaves_work_and_answer_or_neither(acknowledged, at):
    program = program_of(somebody("otto", "operations"))
    number = acknowledged.number

    assert end_of(REQUEST + DIES, f"dying({at!r}); ship({program.secret!r}, {number!r})") == 9

    assert Shipment.objects.count() == (1 if at == "after" else 0)
    assert KeyedRequest.objects.get().status == (202 if at == "after" else None)
    with time_machine.travel(timezone.now() + repeats.LEASE + timedelta(seconds=1)):
        answer = program.post(f"orders/{number}/ship", PARCEL, key="k")
    assert answer.status_code == 202
    assert answer.json()["id"] == Shipment.objects.get().alt_shipment_id
    assert Order.objects.get().shipments.count() == 1
    assert Token.objects.count() == 1
