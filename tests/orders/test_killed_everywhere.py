"""A worker dies at each commit and each call in turn; the next run makes everything whole, by Jet's own journal."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from catalog.listings.models import ListingFacet
from catalog.products.models import StockMovement
from orders import tasks
from orders.models import FailedOrder, Invoice, Order
from orders.services import shipments
from tests.children import end_of, spread
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass

pytestmark = pytest.mark.django_db(transaction=True)
PAST = timedelta(seconds=1)
SAMPLE = 17
CHILD = """
from tests.orders import killed
"""
SPREAD = spread(SAMPLE)


@pytest.fixture
def mugs(account):
    """A listed product with units for every order of a whole test."""
    mugs = ProductFactory(sku="MUG-1", quantity=100_000)
    ListingFactory(product=mugs, first_sent_at=timezone.now())
    return mugs


def dies(job: str, point: int) -> bool:
    """Run a job in a child that dies at the point; return whether it lived long enough to get there."""
    end = end_of(CHILD, f"killed.run({job!r}, {point})")
    assert end in (0, -9)
    return end == -9


def applied(sandbox, jet_id, deed):
    """Count how often the sandbox did this to an order."""
    calls = sandbox.calls(path=f"{jet_id}/{deed}$")
    return sum(call["applied"] and call["method"] == "PUT" for call in calls)


@pytest.mark.parametrize("step", SPREAD)
def test_import_is_whole_after_a_death_at_any_point(mugs, place, sandbox, step):
    for point in count(1, step):
        plain, double = place("MUG-1", 2), place(items=[{"sku": "MUG-1", "quantity": 1, "price": 5}] * 2)
        unknown = place(f"GONE-{point}", 1)

        died = dies("import", point)
        let_time_pass()
        tasks.import_ready_orders()

        orders = {order.jet_id: order for order in Order.objects.filter(jet_id__in=[plain, double, unknown])}
        moved = StockMovement.objects.filter(
            document__in=[f"order {each.number}" for each in orders.values()]
        )
        assert [orders[jet_id].status for jet_id in (plain, double, unknown)] == [
            Order.Status.ACKNOWLEDGED,
            Order.Status.ACKNOWLEDGED,
            Order.Status.HELD,
        ], f"dead at point {point}"
        reported = [applied(sandbox, jet_id, "acknowledge") for jet_id in (plain, double, unknown)]
        assert reported == [1, 1, 0], f"dead at point {point}"
        assert sorted(moved.values_list("reserved_change", flat=True)) == [1, 1, 2], f"dead at point {point}"
        assert FailedOrder.objects.filter(jet_id=unknown, state=FailedOrder.State.PENDING).count() == 1
        assert all(order.tagged_at for order in orders.values()), f"dead at point {point}"
        if not died:
            break

    mugs.refresh_from_db()
    assert mugs.reserved == 4 * Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() / 2
    assert ListingFacet.objects.get(facet=Facet.INVENTORY).next_try_at is not None
    assert point > SAMPLE, "nobody died"


@pytest.mark.parametrize("step", SPREAD)
def test_shipping_is_whole_after_a_death_at_any_point(mugs, place, sandbox, import_orders, step):
    for point in count(1, step):
        jet_id = place("MUG-1", 2)
        import_orders()
        order = Order.objects.get(jet_id=jet_id)
        shipments.queue_shipment(order=order, draft=draft(order))

        died = dies("ship", point)
        let_time_pass()
        tasks.send_shipments()

        order.refresh_from_db()
        assert order.status == Order.Status.COMPLETE, f"dead at point {point}"
        assert applied(sandbox, jet_id, "shipped") == 1, f"dead at point {point}"
        assert Invoice.objects.filter(order=order).count() == 1, f"dead at point {point}"
        if not died:
            break

    mugs.refresh_from_db()
    shipped = 2 * Order.objects.filter(status=Order.Status.COMPLETE).count()
    assert (mugs.quantity, mugs.reserved) == (100_000 - shipped, 0)
    assert point > SAMPLE, "nobody died"


@pytest.mark.parametrize("step", SPREAD)
def test_rejecting_in_time_is_whole_after_a_death_at_any_point(mugs, place, sandbox, import_orders, step):
    for point in count(1, step):
        jet_id = place(f"GONE-{point}", 1)
        import_orders()
        FailedOrder.objects.filter(jet_id=jet_id).update(reject_at=timezone.now() - PAST)
        Order.objects.filter(jet_id=jet_id).update(ready_at=timezone.now() - timedelta(minutes=13))

        died = dies("retry", point)
        let_time_pass()
        tasks.retry_failed_orders()
        tasks.import_ready_orders()

        assert Order.objects.get(jet_id=jet_id).status == Order.Status.REJECTED, f"dead at point {point}"
        assert FailedOrder.objects.get(jet_id=jet_id).state == FailedOrder.State.REJECTED
        assert applied(sandbox, jet_id, "acknowledge") == 1, f"dead at point {point}"
        if not died:
            break

    assert point > SAMPLE, "nobody died"
