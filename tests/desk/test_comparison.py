"""A database that was put back is compared with Jet: nothing is lost, nothing happens twice, by Jet's own journal."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalog.listings import tasks as catalog
from catalog.listings.models import Listing, UploadFile
from catalog.listings.services import direct_updates, upload_files, upload_requests
from catalog.products.models import Product
from jetbridge.core import generations
from jetbridge.core.models import ComparedItem, Comparison, Configuration, JobRun
from jetbridge.desk import tasks
from jetbridge.desk.services import comparisons
from jetbridge.jobs.runs import JobAlreadyRunning
from jetbridge.outbox.models import Answer
from orders import tasks as orders
from orders.jet import orders as orders_at_jet
from orders.models import FailedOrder, Order, Shipment
from orders.services import shipments
from returns import tasks as returns
from returns.models import LedgerBalance, Refund, ReturnRequest
from returns.services import completions, refunds
from tests.children import end_of, outcome, start_child
from tests.core import copies
from tests.factories import JetCategoryFactory, ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass
from tests.returns.answers import answer
from tests.returns.refund_drafts import refund_draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
STOCK = 40
SKU = "MUG-1"
CHILD = """
from jetbridge.desk import tasks
from tests.orders import killed
killed.JOBS.update(compare=tasks.compare_with_jet)
"""
WORKER = """
import sys
from jetbridge.desk import tasks
from jetbridge.jobs.runs import JobAlreadyRunning
from orders import tasks as orders
sys.stdin.readline()
for job in (tasks.compare_with_jet, orders.import_ready_orders, orders.send_shipments):
    try:
        job()
    except JobAlreadyRunning:
        pass
"""


def run(*jobs):
    """Run jobs, each twice, with a look of the sweep between."""
    for _ in range(2):
        let_time_pass()
        for job in (tasks.sweep_unsent, *jobs):
            job()


def run_all():
    """Run what the schedule and the sweep's nudges would."""
    run(
        orders.import_ready_orders, orders.send_acknowledgements, orders.send_shipments, returns.fetch_returns,
        returns.send_returns, returns.send_refunds, returns.sync_return_statuses, returns.sync_refund_statuses,
        catalog.sync.sync_inventory, tasks.compare_with_jet, orders.send_shipments, returns.send_returns,
        returns.send_refunds, catalog.sync.sync_inventory,
    )  # fmt: skip


def compare():
    let_time_pass()
    tasks.compare_with_jet()
    return Comparison.objects.first()


@dataclass
class Day:
    """A merchant's day at Jet: what was sold, by order."""

    sandbox: object
    sold: Counter = field(default_factory=Counter)

    def place(self, units):
        (jet_id,) = self.sandbox.place_orders(items=[{"sku": SKU, "quantity": units, "price": 10.0}])
        self.sold[jet_id] = units
        return jet_id

    def order(self, jet_id):
        return Order.objects.get(jet_id=jet_id)

    def sell(self, units):
        jet_id = self.place(units)
        run(orders.import_ready_orders)
        return jet_id

    def ship(self, jet_id, units, **changes):
        order = self.order(jet_id)
        return shipments.queue_shipment(order=order, draft=draft(order, ship=units, **changes))


@pytest.fixture
def mug(account, jet, sandbox):
    """A product with units that stands on Jet with its quantity."""
    sandbox.set_clock(transitions="at_once")
    product = ProductFactory(sku=SKU, quantity=STOCK, mapped=JetCategoryFactory())
    upload_requests.queue_upload(products=[product], account=account)
    assert direct_updates.send_pending(client=jet, account=account).failed == 0
    return product


@pytest.fixture
def day(mug, sandbox):
    return Day(sandbox)


def applied(sandbox, path, method="PUT", after=0):
    calls = sandbox.calls(path=path)
    return [call for call in calls if call["applied"] and call["method"] == method and call["seq"] > after]


def units_at_jet(sandbox, jet_id):
    """Count the units that Jet holds as shipped of an order, over all its shipments."""
    parts = [item for each in sandbox.held("orders", jet_id)["shipments"] for item in each["shipment_items"]]
    return sum(item["response_shipment_sku_quantity"] for item in parts)


def live_through(day):
    """Live a morning, take a copy, live an afternoon; return the copy and the orders by what became of them."""
    whole, part, done, waits = (day.sell(units) for units in (2, 3, 3, 1))
    day.ship(done, 3)
    day.ship(waits, 1)
    run(orders.send_shipments)
    item = {"order_item_id": day.order(done).items.get().jet_id, "quantity": 1}
    (back,) = day.sandbox.open_returns(order_id=done, items=[item])
    run(returns.fetch_returns, catalog.sync.sync_inventory)
    day.ship(part, 1)
    asked = refunds.queue_refund(order=day.order(waits), draft=refund_draft(day.order(waits)))
    generations.raise_number()
    copy = copies.take()

    run(orders.send_shipments, returns.send_refunds)
    day.ship(part, 1)
    day.ship(whole, 2)
    late, gone, ready = (day.sell(units) for units in (4, 2, 5))
    day.ship(late, 1)
    day.ship(gone, 2)
    row = ReturnRequest.objects.get(jet_id=back)
    completions.queue_completion(return_request=row, answer=answer(row))
    refunds.queue_refund(order=day.order(done), draft=refund_draft(day.order(done)))
    run(orders.send_shipments, returns.send_returns, returns.send_refunds, returns.sync_refund_statuses)
    run(catalog.sync.sync_inventory)
    unseen = day.place(6)
    return copy, {
        "whole": whole, "part": part, "done": done, "waits": waits, "late": late, "gone": gone, "ready": ready,
        "unseen": unseen, "back": back, "asked": asked.alt_refund_id,
    }  # fmt: skip


def enter_again(day, names):
    """Do again by hand what the copy does not know, before anything was compared."""
    day.ship(names["whole"], 2)
    done = day.order(names["done"])
    refunds.queue_refund(order=done, draft=refund_draft(done))
    row = ReturnRequest.objects.get(jet_id=names["back"])
    completions.queue_completion(return_request=row, answer=answer(row))


def see_all_is_once(day, names, after):
    """See by Jet's own journal that nothing was lost, done twice, or offered though it was sold."""
    box, shipped = day.sandbox, {"whole": 2, "part": 2, "done": 3, "waits": 1, "late": 1, "gone": 2}
    for name, units in shipped.items():
        order = day.order(names[name])
        assert units_at_jet(box, names[name]) == units, name
        assert sum(order.items.values_list("units_shipped", flat=True)) == units, name
    for jet_id, units in day.sold.items():
        assert len(applied(box, f"{jet_id}/acknowledge$")) == 1, jet_id
        assert day.order(jet_id).items.get().units_ordered == units
    assert len(box.held("refunds")) == 2
    assert Refund.objects.filter(answer=Answer.ACCEPTED).count() == 2
    assert len(applied(box, f"{names['back']}/complete")) == 1
    assert not LedgerBalance.objects.filter(units_refunded__gt=3).exists()
    assert not generations.state().is_older
    left = STOCK - sum(day.sold.values())
    offers = applied(box, f"{SKU}/inventory", method="PATCH", after=after)
    offered = [node["quantity"] for call in offers for node in call["body"]["fulfillment_nodes"]]
    assert all(quantity <= left for quantity in offered), (left, offered)
    assert Product.objects.get(sku=SKU).available <= left
    assert box.held("skus", SKU)["inventory_by_fulfillment_node"][0]["quantity"] <= left
    assert not FailedOrder.objects.filter(state=FailedOrder.State.PENDING).exists()


def end_the_day(day, names):
    """Ship what is left of orders that were taken over; each leaves once."""
    for name, units in {"late": 3, "ready": 5, "unseen": 6, "part": 1}.items():
        day.ship(names[name], units)
    run(orders.send_shipments)
    for name, units in {"late": 4, "ready": 5, "unseen": 6, "part": 3}.items():
        assert units_at_jet(day.sandbox, names[name]) == units
    assert not Shipment.objects.exclude(answer=Answer.ACCEPTED).exists()


# Entered again it is in what follows too, and workers die on the way.
@pytest.mark.parametrize("is_entered_again", [False, pytest.param(True, marks=pytest.mark.kill)])
def test_a_restore_in_the_middle_of_a_day_loses_and_doubles_nothing(day, sandbox, is_entered_again):
    copy, names = live_through(day)
    after = sandbox.calls()[-1]["seq"]
    copies.put_back(copy)
    assert generations.state().is_older
    if is_entered_again:
        enter_again(day, names)

    run_all()

    see_all_is_once(day, names, after)
    end_the_day(day, names)
    assert Comparison.objects.filter(finished_at__isnull=False).count() >= 1
    named = dict(ComparedItem.objects.filter(kind="order").values_list("jet_id", "outcome"))
    assert {named[names[name]] for name in ("late", "gone", "ready")} == {"new"}
    assert named[names["whole"]] == "changed"


@pytest.mark.parametrize("step", [41, pytest.param(7, marks=pytest.mark.kill)])
def test_two_workers_and_a_death_at_any_point_take_over_each_thing_once(day, sandbox, step):
    copy, names = live_through(day)
    after = sandbox.calls()[-1]["seq"]
    copies.put_back(copy)
    generations.state()
    enter_again(day, names)
    for point in count(1, step):
        connection.close()
        end = end_of(CHILD, f"killed.run('compare', {point})")
        assert end in (0, -9)
        let_time_pass()
        if end == 0:
            break
    assert point > step, "nobody died"
    workers = [start_child(WORKER) for _ in range(2)]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        outcome(worker)

    run_all()

    see_all_is_once(day, names, after)
    end_the_day(day, names)


def held_back(day):
    """Put back a copy from before a sale."""
    generations.raise_number()
    copy = copies.take()
    sold = day.sell(2)
    run(catalog.sync.sync_inventory)
    copies.put_back(copy)
    assert generations.state().is_older
    return sold


def test_a_full_list_is_named_and_left_to_a_person(day, monkeypatch, merchant, client):
    sold = held_back(day)
    monkeypatch.setattr(orders_at_jet, "LISTED", 1)

    found = compare()

    assert any("orders acknowledged, with our mark" in each for each in found.full)
    assert Order.objects.filter(jet_id=sold).exists()
    assert generations.state().is_older
    assert comparisons.JOB not in comparisons.due_jobs(), "nothing more can be read"
    client.force_login(merchant)
    page = client.get(reverse("desk:compare_with_jet")).content.decode()
    assert "orders acknowledged, with our mark" in page
    client.post(reverse("desk:compare_with_jet"), {"do": "lift"})
    assert not generations.state().is_older


def test_a_nudge_during_the_comparison_of_a_restore_hides_nothing_that_it_found(day, merchant, client):
    sold = held_back(day)
    first = compare()
    day.order(sold)

    tasks.compare_with_jet()

    assert list(Comparison.objects.all()) == [first]
    client.force_login(merchant)
    assert "New here" in client.get(reverse("desk:compare_with_jet")).content.decode()
    call_command("run_job", comparisons.JOB)
    assert Comparison.objects.count() == 2, "who asks for it gets one"
    page = client.get(reverse("desk:compare_with_jet")).content.decode()
    assert f"?of={first.pk}" in page
    assert "(after a restore)" in page


def test_what_could_not_be_read_is_read_again_and_nothing_goes_before(day, sandbox):
    sold = held_back(day)
    sandbox.add_fault(path=f"withoutShipmentDetail/{sold}$", kind="status", status=400, times=50)

    first = compare()

    assert first.items.get(jet_id=sold).outcome == "unread"
    assert generations.state().is_older
    assert comparisons.due_jobs() == []
    Comparison.objects.update(finished_at=timezone.now() - comparisons.AGAIN - timedelta(seconds=1))
    assert comparisons.due_jobs() == [comparisons.JOB]
    sandbox.clear_faults()
    let_time_pass()
    tasks.compare_with_jet()
    assert Comparison.objects.get().pk == first.pk
    assert Order.objects.filter(jet_id=sold).exists()
    assert not generations.state().is_older


def test_a_file_from_the_copy_brings_no_old_quantity_to_jet(day, sandbox, account, mug):
    Configuration.objects.update(batch_size=1)
    listings = Listing.objects.filter(product=mug)
    upload_requests.queue_upload(products=[mug], account=account, via_file=True)
    upload_files.build_files(account=account)
    assert UploadFile.objects.exists()
    sold = held_back(day)

    compare()

    assert not UploadFile.objects.exists()
    assert listings.get().facets.filter(next_try_at__isnull=False, file=None).exists()
    assert day.order(sold).items.get().units_reserved == 2


def test_by_hand_it_takes_over_and_names_what_others_did(day, jet, sandbox, merchant, client):
    sold = day.sell(3)
    others = [{"merchant_sku": SKU, "response_shipment_sku_quantity": 3}]
    body = {
        "alt_shipment_id": "x",
        "shipment_tracking_number": "T-1",
        "carrier": "UPS",
        "shipment_items": others,
    }
    jet.orders._gateway.put(f"/orders/{sold}/shipped", {"shipments": [body]})
    client.force_login(merchant)
    assert "Nothing was compared yet" in client.get(reverse("desk:compare_with_jet")).content.decode()

    call_command("run_job", comparisons.JOB)

    page = client.get(reverse("desk:compare_with_jet")).content.decode()
    assert "3 x MUG-1 with UPS T-1" in page
    assert day.order(sold).status == Order.Status.COMPLETE
    assert JobRun.objects.filter(job=comparisons.JOB).latest("pk").done == 1


def test_a_person_cannot_lift_the_mark_before_it_was_compared(day, sandbox):
    sold = held_back(day)
    with pytest.raises(comparisons.NotCompared):
        comparisons.lift_by_hand()
    with pytest.raises(CommandError, match="--lift --yes"):
        call_command("compare_with_jet", lift=True)

    call_command("compare_with_jet", lift=True, yes=True)

    assert Order.objects.filter(jet_id=sold).exists()
    assert not generations.state().is_older


def test_two_comparisons_at_once_are_one(day):
    held_back(day)
    faults = []

    def work():
        try:
            tasks.compare_with_jet()
        except JobAlreadyRunning as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Comparison.objects.count() - len(faults) in (0, 1)
    assert not generations.state().is_older
