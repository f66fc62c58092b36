"""Random walks through a linked store and what is sold of it: no unit is offered twice, in the end none withheld."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.products.models import Product
from catalog.products.services import holds, stock, store_readings
from catalog.products.services.stock import OutOfStock, StockLine
from jetapi.sandbox.kit.wire import Rejected
from jetbridge.store import services as links
from jetbridge.store import stock as store_stock
from jetbridge.store.documents import SkippedRow, StockLevel
from jetbridge.store.magento.sandbox.errors import Refusal
from jetbridge.store.models import StockReading, StoreLink
from jetbridge.store.ports import Store
from jetbridge.store.stock import Reading
from tests.conftest import of_a_test
from tests.factories import ProductFactory
from tests.store.linked import linked, own_stock, unreserved
from tests.store.plugins import WithPlugin

pytestmark = pytest.mark.django_db
SKUS = ("MUG", "BOOT")
units = st.integers(1, 6)
skus = st.sampled_from(SKUS)


@dataclass
class JetOrder:
    """An order of the channel as it is by its story, whatever the panel's tables say of it."""

    name: str
    sku: str
    sold: int
    # Sold, and neither given up nor gone; held: not in the store; corrected: there without a reservation.
    awaited: int
    held: int
    corrected: int = 0
    # The store's order: placed, proved under a number, what it cancelled, and of that what was read.
    placed: int | None = None
    is_reserved: bool = True
    is_proved: bool = False
    proved: int = 0
    settling: int = 0
    cancelled: int = 0
    steps: int = 0

    def line(self, count: int) -> StockLine:
        self.steps += 1
        product = Product.objects.get(sku__iexact=self.sku)
        return StockLine("1", product.pk, product.sku, count, order=self.name)


@dataclass
class LateAnswer:
    """What a worker was told and has not stored yet."""

    number: int
    levels: list[StockLevel]
    truth: dict[str, Decimal] = field(default_factory=dict)


class Watched:
    """A store that notes what its ledgers say when it is asked."""

    def __init__(self, store: Store, note: Callable[[], None]) -> None:
        self._store, self._note = store, note

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def salable_stock(self, asked: Any) -> Iterator[StockLevel | SkippedRow]:
        self._note()
        return self._store.salable_stock(asked)


class StockMachine(RuleBasedStateMachine):
    """Two products' life. Each rule is a deed of a buyer, Jet, the store's people, a worker, or time."""

    magento: WithPlugin
    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.atomic = of_a_test(transaction.atomic())
        self.atomic.__enter__()
        self.magento.do("reset")
        self.magento.heal()
        self.orders: list[JetOrder] = []
        self.store_orders: list[int] = []
        self.late: list[LateAnswer] = []
        # What the ledgers said when a reading with this number began, and which one each figure stems from.
        self.truths: dict[int, dict[str, Decimal]] = {}
        self.stems: dict[str, int] = {}
        self.codes = ("default",)

    def teardown(self) -> None:
        try:
            if self.stems:
                self.come_to_rest()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize(two_sources=st.booleans(), there=st.tuples(units, units))
    def begin(self, two_sources: bool, there: tuple[int, int]) -> None:
        ProductFactory(sku="MUG", image="")
        ProductFactory(sku="Boot", image="")
        if two_sources:
            own_stock("east", "west")
            self.codes = ("east", "west")
        for sku, count in zip(SKUS, there, strict=True):
            self.magento.do("products", {"products": [{"sku": sku, "name": sku, "price": 5, "quantity": 0}]})
            for code in self.codes:
                self.magento.do("stock", {"sku": sku, "source": code, "quantity": count * 2})
        self.job_runs()

    # Jet

    @rule(sku=skus, count=units)
    def jet_sells(self, sku: str, count: int) -> None:
        order = JetOrder(f"order {len(self.orders) + 1}", sku, count, count, count)
        with suppress(OutOfStock), transaction.atomic():
            stock.reserve(document=order.name, lines=[order.line(count)])
            self.orders.append(order)

    @precondition(lambda self: any(order.awaited for order in self.orders))
    @rule(data=st.data(), gone=st.booleans())
    def jet_gives_up_or_takes(self, data: Any, gone: bool) -> None:
        order = data.draw(st.sampled_from([each for each in self.orders if each.awaited]))
        count = data.draw(st.integers(1, order.awaited))
        move = stock.ship if gone else stock.release
        line = order.line(count)
        move(document=f"{order.name} step {order.steps}", lines=[line])
        order.awaited -= count
        if not gone:
            order.held -= min(count, order.held)

    # Orders go into the store

    @precondition(lambda self: any(order.held and not order.placed for order in self.orders))
    @rule(data=st.data(), is_reserved=st.booleans(), is_lost=st.booleans())
    def put_in(self, data: Any, is_reserved: bool, is_lost: bool) -> None:
        order = data.draw(st.sampled_from([each for each in self.orders if each.held and not each.placed]))
        try:
            if is_reserved:
                placed = self.sold(order.sku, order.held)
            else:
                placed = self.store.place_order(unreserved(order.sku, order.held)).id
        except (Rejected, Refusal):
            return  # the store has not so many for sale
        order.placed, order.is_reserved, order.is_proved, order.cancelled = placed, is_reserved, False, 0
        self.store_orders.append(placed)
        if not is_lost:
            self.prove(order)

    @precondition(lambda self: any(order.placed and not order.is_proved for order in self.orders))
    @rule(data=st.data())
    def find_what_a_lost_answer_did(self, data: Any) -> None:
        self.prove(data.draw(st.sampled_from([o for o in self.orders if o.placed and not o.is_proved])))

    def prove(self, order: JetOrder) -> None:
        assert order.placed is not None
        order.is_proved = True
        moved, order.held = order.held, 0
        if order.is_reserved:
            holds.reserved_in_store(order=order.name, store_order=order.placed)
            order.settling, order.proved = order.settling + moved, self.number
        else:
            holds.put_in_unreserved(order=order.name, store_order=order.placed)
            order.corrected += moved

    # The store

    @rule(sku=skus, count=units)
    def the_store_sells(self, sku: str, count: int) -> None:
        with suppress(Rejected, Refusal):
            self.store_orders.append(self.sold(sku, count))

    @precondition(lambda self: self.store_orders)
    @rule(data=st.data(), deed=st.sampled_from(["ship", "cancel", "refund"]), part=st.booleans())
    def the_stores_people(self, data: Any, deed: str, part: bool) -> None:
        number = data.draw(st.sampled_from(self.store_orders))
        order: dict[str, Any] = {"order_id": number}
        if deed != "cancel" and part:
            lines = self.magento.do("state", {"kind": "orders", "id": number})["items"]
            order["items"] = [{"sku": lines[0]["sku"], "quantity": 1}]
        if deed == "ship":
            order |= {"tracks": [], "source": data.draw(st.sampled_from(self.codes))}
        with suppress(Rejected, Refusal):
            self.magento.do(deed, order)

    @rule(sku=skus, count=st.integers(0, 15), data=st.data())
    def count_again(self, sku: str, count: int, data: Any) -> None:
        source = data.draw(st.sampled_from(self.codes))
        self.magento.do("stock", {"sku": sku, "source": source, "quantity": count})

    @rule()
    def the_stores_cron(self) -> None:
        self.magento.do("cleanup")
        self.magento.do("consume")

    @rule(sku=skus, heals=st.booleans())
    def an_extension_falls_over_what_is_for_sale(self, sku: str, heals: bool) -> None:
        if heals:
            self.magento.heal()
        else:
            self.magento.break_at(sku, path="/export-stock-salable-qty/", way="500")

    # Workers

    @rule()
    def job_runs(self) -> None:
        noted: list[dict[str, Decimal]] = []
        watched = Watched(self.store, lambda: noted.append(self.truth()))
        report = store_readings.read(watched)  # type: ignore[arg-type]
        for each in report.items:
            # What cannot be read may have been sold meanwhile to the last unit.
            assert Product.objects.get(sku=each.reference).available == 0
        # Two SKUs are one chunk, so that the newest number is the reading's.
        if noted:
            self.truths[self.number] = noted[0]
        self.cancels_are_read()

    @rule()
    def cancels_are_read(self) -> None:
        """Do what reading the store's documents does for each order of the channel."""
        for order in self.orders:
            if not order.placed or not order.is_proved:
                continue
            line = self.magento.do("state", {"kind": "orders", "id": order.placed})["items"][0]
            cancelled = int(line.get("qty_canceled") or 0)
            holds.cancelled_in_store(order=order.name, store_order=order.placed, units={"1": cancelled})
            if cancelled > order.cancelled:
                order.held += min(cancelled - order.cancelled, max(order.awaited - order.held, 0))
                order.cancelled = cancelled
                if order.held:
                    order.placed = None  # it is put in anew

    @rule()
    def a_worker_asks(self) -> None:
        number = store_stock.next_number()
        self.truths[number] = self.truth()
        levels = [each for each in self.store.salable_stock(SKUS) if isinstance(each, StockLevel)]
        self.late.append(LateAnswer(number, levels))

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def its_answer_is_stored(self, data: Any) -> None:
        answer = self.late.pop(data.draw(st.integers(0, len(self.late) - 1)))
        said = [
            Reading(
                each.sku,
                answer.number,
                each.quantity,
                is_managed=each.is_managed,
                is_doubtful=each.is_doubtful,
            )
            for each in answer.levels
        ]
        holds.take(said)

    # What holds

    @invariant()
    def nothing_is_offered_that_is_not_free(self) -> None:
        for product in Product.objects.all():
            row = StockReading.objects.filter(sku_key=product.sku_key).first()
            if row is None:
                continue
            if row.doubted_at is None:
                self.stems[row.sku_key] = row.number
            number = self.stems[row.sku_key]
            off = sum(
                each.held + each.corrected + (each.settling if each.proved >= number else 0)
                for each in self.orders
                if each.sku == row.sku_key
            )
            free = max(0, int(self.truths[number][row.sku_key]) - off)
            assert product.available <= free, (product, number, self.truths[number], self.orders)

    def come_to_rest(self) -> None:
        """Let events stop and each job run once: what is offered is what is free, to the unit."""
        for order in self.orders:
            if order.placed and not order.is_proved:
                self.prove(order)
        self.the_stores_cron()
        self.magento.heal()
        self.cancels_are_read()
        self.job_runs()
        truth = self.truth()
        for product in Product.objects.all():
            key = product.sku_key
            off = sum(each.held + each.corrected for each in self.orders if each.sku == key)
            assert product.available == max(0, int(truth[key]) - off), (product, truth, self.orders)

    # The store's two ledgers

    @property
    def number(self) -> int:
        return int(StoreLink.objects.get().stock_number)

    def truth(self) -> dict[str, Decimal]:
        found = defaultdict[str, Decimal](Decimal)
        for row in self.magento.do("state", {"kind": "sources"})["sources"]:
            if row["source"] in self.codes and row["status"]:
                found[row["sku"].upper()] += Decimal(str(row["quantity"]))
        for row in self.magento.do("state", {"kind": "reservations"})["reservations"]:
            found[row["sku"].upper()] += Decimal(str(row["quantity"]))
        return found

    def sold(self, sku: str, count: int) -> int:
        [number] = self.magento.do("orders", {"items": [{"sku": sku, "quantity": count}]})["order_ids"]
        return int(number)


@pytest.fixture
def machine(db: None) -> Iterator[type[StockMachine]]:
    """The machine over a linked store, which it empties for each walk."""
    with linked(WithPlugin) as magento, links.open_store() as store:
        yield type("StockMachine", (StockMachine,), {"magento": magento, "store": store})


def walk(machine: type[StockMachine], *, sequences: int, derandomize: bool) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=derandomize,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(900)  # a quarter of a minute on a machine that does nothing else
def test_no_path_offers_a_unit_twice_or_withholds_one(machine: type[StockMachine]):
    walk(machine, sequences=20, derandomize=True)


@pytest.mark.kill
@pytest.mark.timeout(0)  # most of an hour
def test_a_thousand_other_paths_do_not_either(machine: type[StockMachine]):
    walk(machine, sequences=1_000, derandomize=False)
