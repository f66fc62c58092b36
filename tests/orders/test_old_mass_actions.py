"""Mass actions of homes from before go on: what each order waits for, and from which order the walk goes on."""

from importlib import import_module

import pytest
from django.db import connection

from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from orders.mass_actions import steps
from orders.models import Order, Shipment
from orders.services import acknowledgements, shipments
from tests.factories import ProductFactory
from tests.orders.drafts import draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def migrate():
    """Do to the rows of this home what the upgrade does."""
    one_walk = import_module("jetbridge.core.migrations.0022_one_walk")
    awaited = import_module("orders.migrations.0017_awaited_deliveries")
    with connection.cursor() as cursor:
        cursor.execute(one_walk.GO_ON, [False])
        for statement in (awaited.ANSWERS, awaited.SHIPMENTS, awaited.CODES):
            cursor.execute(statement)


@pytest.fixture
def old(account, place, import_orders):
    """A run as an old head left it: all listed and walked over once, some orders taken up by the second walk."""
    ProductFactory(sku="MUG-1", quantity=100)
    for _ in range(5):
        place("MUG-1")
    import_orders()
    orders = list(Order.objects.order_by("pk"))
    Order.objects.filter(pk=orders[0].pk).update(status=Order.Status.READY)
    run = steps.draft(action="cancel", ids=[order.pk for order in orders], options={"reason": "Flooded"})
    steps.start(run)
    lifecycle.list_chosen(run, steps.RUNS.chosen(run), name="number")
    acknowledgements.reject_by_rule(order=Order.objects.get(pk=orders[0].pk), reason="Flooded")
    shipments.queue_shipment(order=orders[1], draft=draft(orders[1]))
    codes = ["answer", "shipment-1", "shipment-7", "", ""]
    for order, code in zip(orders, codes, strict=True):
        MassActionItem.objects.filter(object_id=order.pk).update(code=code)
    left_out = {"state": "skipped", "code": "closed", "reason": "Complete, cancelled or rejected"}
    MassActionItem.objects.filter(object_id=orders[3].pk).update(**left_out)
    MassAction.objects.filter(pk=run.pk).update(
        listed=True, expanded=True, cursor=orders[4].pk, chosen=5, skipped=1
    )
    return run, orders


@pytest.mark.parametrize("is_paused", [False, True])
def test_run_of_an_old_home_goes_on_where_it_stood(old, jet, is_paused):
    run, orders = old
    if is_paused:
        steps.pause(run)

    migrate()

    awaited = dict(run.items.values_list("object_id", "box"))
    assert [awaited[order.pk] for order in orders[:3]] == [
        "orders.rejections", "orders.shipments", "orders.shipments",
    ]  # fmt: skip
    assert not run.items.filter(code="answer").exists()
    run.refresh_from_db()
    assert (run.expanded, run.cursor) == (False, orders[4].pk - 1)
    if is_paused:
        steps.resume(run)
    steps.advance(client=jet)

    run.refresh_from_db()
    outcomes = dict(run.items.values_list("object_id", "reason"))
    assert (run.state, run.done, run.failed, run.skipped) == (MassAction.State.DONE, 2, 2, 1)
    # Jet holds it acknowledged, and says so: that is the answer it waited for.
    assert outcomes[orders[0].pk].startswith("Jet: ")
    assert outcomes[orders[2].pk] == "It was withdrawn before it was sent."
    assert outcomes[orders[3].pk] == "Complete, cancelled or rejected"
    assert Shipment.objects.count() == 2


def test_run_that_came_to_nothing_yet_starts_at_its_first_object(old):
    run, orders = old
    run.items.update(state="waiting", code="")
    MassAction.objects.filter(pk=run.pk).update(skipped=0)

    migrate()

    run.refresh_from_db()
    assert lifecycle.next_ids(run, 9) == [order.pk for order in orders]
