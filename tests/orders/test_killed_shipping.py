"""A worker killed before any line around ship and cancel, its answer lost or not: the journal shows one shipment."""

import contextlib
import json

import pytest

from catalog.products.models import Product
from jetbridge.core.models import Event
from jetbridge.outbox.models import State
from orders.models import Invoice, Order, Shipment
from orders.services import shipments
from orders.services.shipments import AlreadyQueued
from tests.children import start_child
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
ORDERED = 3
# What is wanted: ship and cancel in one, a cancel alone, everything shipped.
LEAST_RATE = {"part": (2, 1), "cancel": (0, 3), "all": (3, 0)}
# CI kills before every n-th line, `make test-kill` before each.
STEP = 67


@pytest.fixture
def killer():
    """Ask the forking process for a worker that dies before a line; tells whether it died."""
    process = start_child("from tests.orders.killing import main; main()", stderr=None)

    def killed(order, ship, cancel, at):
        process.stdin.write(json.dumps({"order": order.pk, "ship": ship, "cancel": cancel, "at": at}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield killed
    process.clear_away()


@pytest.fixture
def story(account, place, import_orders, send_shipments, killer, sandbox):
    """Kill one worker, let the panel go on, and judge: story("part", 40) tells whether the worker died."""
    mug = ProductFactory(sku="MUG-1", quantity=100_000)

    def told(kind, at, *, lose_answer=False):
        jet_id = place("MUG-1", ORDERED)
        import_orders()
        order = Order.objects.get(jet_id=jet_id)
        before = Product.objects.get(pk=mug.pk).quantity
        ship, cancel = LEAST_RATE[kind]
        if lose_answer:
            sandbox.add_fault("drop_after", path=f"{jet_id}/shipped", method="PUT", times=1)
        outcome = killer(order, ship, cancel, at)
        sandbox.clear_faults()
        go_on(order, ship, cancel, send_shipments)
        judge(order, mug, before, ship, cancel, sandbox)
        return outcome

    return told


def go_on(order, ship, cancel, send_shipments):
    """Click again as the person whose page broke would, and let the next workers run."""
    with contextlib.suppress(AlreadyQueued):
        shipments.queue_shipment(order=order, draft=draft(order, ship=ship, cancel=cancel, sequence=1))
    for _ in range(3):
        let_time_pass()
        send_shipments()


def judge(order, mug, before, ship, cancel, sandbox):
    """The journal, Jet's order and our books all tell of one shipment."""
    order.refresh_from_db()
    item, product = order.items.get(), Product.objects.get(pk=mug.pk)
    applied = [call for call in sandbox.calls(path=f"{order.jet_id}/shipped") if call["applied"]]
    held = sandbox.held("orders", order.jet_id)
    assert len(applied) == 1
    assert len(held["shipments"]) == 1
    assert held["status"] == "complete"
    assert Shipment.objects.get(order=order).state == State.ACCEPTED
    assert order.status == (Order.Status.COMPLETE if ship else Order.Status.CANCELLED)
    assert (item.units_shipped, item.units_cancelled, item.units_reserved) == (ship, cancel, 0)
    assert Invoice.objects.filter(order=order).count() == (1 if ship else 0)
    assert (product.quantity, product.reserved) == (before - ship, 0)
    booked = Event.objects.filter(
        object_id=order.pk, kind="orders.order", action__in=["shipped", "cancelled"]
    )
    assert booked.count() == 1


def kill_at_each(story, kind, step, **how):
    """Kill before every step-th line until a worker comes through alive."""
    at = 1
    while story(kind, at, **how)["killed"]:
        at += step
    assert at > 1


@pytest.mark.parametrize("kind", LEAST_RATE)
def test_worker_killed_anywhere_ships_once(story, kind):
    kill_at_each(story, kind, STEP)


def test_worker_killed_anywhere_with_its_answer_lost_ships_once(story):
    kill_at_each(story, "part", STEP, lose_answer=True)


@pytest.mark.kill
@pytest.mark.timeout(5400)
@pytest.mark.parametrize("lose_answer", [False, True])
@pytest.mark.parametrize("kind", LEAST_RATE)
def test_worker_killed_before_each_line_in_turn_ships_once(story, kind, lose_answer):
    kill_at_each(story, kind, 1, lose_answer=lose_answer)
