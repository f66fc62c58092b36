"""At night old logs go, failures later, and buyers of finished orders become anonymous."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core.models import ApiCall, Configuration, JetAccount, JobRun
from jetbridge.desk.services.nightly_cleanup import clean_up
from orders.models import Order
from orders.services import imports
from tests.factories import ProductFactory

NOW = timezone.now()


def call(account: JetAccount, *, days: int, status: int = 200) -> ApiCall:
    return ApiCall.objects.create(
        account=account,
        at=NOW - timedelta(days=days),
        method="GET",
        path="/x",
        status=status,
        correlation_id="c",
    )


def run(*, days: int, outcome: str) -> JobRun:
    moment = NOW - timedelta(days=days)
    return JobRun.objects.create(
        job="desk.sweep", started_at=moment, heartbeat_at=moment, finished_at=moment, outcome=outcome
    )


def heartbeat() -> None:
    return None


@pytest.fixture
def order(account: JetAccount, jet: JetClient, sandbox: Sandbox) -> Order:
    ProductFactory(sku="MUG-1")
    sandbox.place_orders(mode="test", items=[{"sku": "MUG-1", "quantity": 1}])
    for _ in imports.import_orders(client=jet, account=account, heartbeat=heartbeat):
        pass
    return Order.objects.get()


def test_failures_are_kept_three_times_as_long(account: JetAccount):
    ApiCall.objects.all().delete()
    kept = [call(account, days=29), call(account, days=60, status=503)]
    call(account, days=31)
    call(account, days=91, status=503)
    kept_run, _ = run(days=60, outcome="failed"), run(days=31, outcome="achieved")

    report = clean_up(now=NOW, heartbeat=heartbeat)

    assert report.done == 3
    assert list(ApiCall.objects.order_by("-at")) == kept
    assert list(JobRun.objects.all()) == [kept_run]


def test_a_finished_order_forgets_its_buyer_and_keeps_its_figures(order: Order):
    total, name = order.grand_total, order.recipient_name
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=NOW - timedelta(days=366))

    clean_up(now=NOW, heartbeat=heartbeat)

    order.refresh_from_db()
    order.customer.refresh_from_db()
    assert (order.recipient_name, order.address1, order.grand_total) == ("Anonymous", "", total)
    assert name not in str(order.document) + order.customer.name
    assert order.customer.hash_email == f"anonymous-{order.customer.pk}"


@pytest.mark.parametrize(("status", "days"), [("complete", 300), ("acknowledged", 366)])
def test_recent_and_open_orders_keep_their_buyer(order: Order, status: str, days: int):
    name = order.recipient_name
    Order.objects.update(status=status, placed_at=NOW - timedelta(days=days))

    report = clean_up(now=NOW, heartbeat=heartbeat)

    order.refresh_from_db()
    assert (report.done, order.recipient_name) == (0, name)


def test_calls_beyond_the_set_number_go_and_failures_stay_three_times_as_long(account: JetAccount):
    ApiCall.objects.all().delete()
    Configuration.objects.update_or_create(pk=1, defaults={"log_calls": 1000})
    newest = call(account, days=0)
    base = newest.pk
    ApiCall.objects.filter(pk=base).update(id=base + 4000)
    rows = {back: call(account, days=0) for back in (10, 1500)} | {
        back: call(account, days=0, status=503) for back in (1600, 3500)
    }
    for back, row in rows.items():
        ApiCall.objects.filter(pk=row.pk).update(id=base + 4000 - back)

    clean_up(now=NOW, heartbeat=heartbeat)

    left = sorted(base + 4000 - pk for pk in ApiCall.objects.values_list("pk", flat=True))
    assert left == [0, 10, 1600]


@pytest.mark.parametrize("placed", [True, False])
def test_an_order_that_never_ended_forgets_its_buyer_some_months_later(order: Order, placed: bool):
    past = NOW - timedelta(days=456)
    moment = {"placed_at": past} if placed else {"placed_at": None, "created_at": past}
    Order.objects.update(status=Order.Status.ACKNOWLEDGED, **moment)

    clean_up(now=NOW, heartbeat=heartbeat)

    order.refresh_from_db()
    assert (order.recipient_name, order.address1, order.status) == ("Anonymous", "", "acknowledged")


def test_a_buyer_who_is_called_anonymous_is_forgotten_like_every_other(order: Order):
    last_year = NOW - timedelta(days=366)
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=last_year, recipient_name="Anonymous")

    clean_up(now=NOW, heartbeat=heartbeat)

    order.refresh_from_db()
    assert (order.address1, order.anonymized_at is None) == ("", False)
