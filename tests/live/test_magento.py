"""
A real Magento store, read and, where that is allowed, written to: skipped unless the environment names one.

JETBRIDGE_LIVE_MAGENTO_URL, _CONSUMER_KEY, _CONSUMER_SECRET, _TOKEN and _TOKEN_SECRET name it; with
JETBRIDGE_LIVE_MAGENTO_WRITE=1 a product and an order are made, shipped, invoiced and given back. What was made is
cancelled, given back or deleted at the end; documents of an order a store keeps for good.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from jetbridge.store.documents import SkippedRow, StockLevel, StoreOrder, StoreProduct, StoreShipment, Track
from jetbridge.store.magento.client import MagentoClient
from jetbridge.store.magento.oauth import Keys
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.plans.credit_memos import GivenBack, next_memo
from jetbridge.store.plans.lines import ChannelUnits
from jetbridge.store.plans.shipments import next_invoice, next_shipment
from tests.store.linked import unreserved

NAMES = ("URL", "CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN", "TOKEN_SECRET")
GIVEN = {name: os.environ.get(f"JETBRIDGE_LIVE_MAGENTO_{name}", "") for name in NAMES}
MAY_WRITE = os.environ.get("JETBRIDGE_LIVE_MAGENTO_WRITE") == "1"

pytestmark = [
    pytest.mark.magento_live,
    pytest.mark.skipif(not all(GIVEN.values()), reason="no store is named by JETBRIDGE_LIVE_MAGENTO_*"),
]
writes = pytest.mark.skipif(not MAY_WRITE, reason="JETBRIDGE_LIVE_MAGENTO_WRITE is not 1")


@pytest.fixture
def client() -> Iterator[MagentoClient]:
    keys = Keys(*(GIVEN[name] for name in NAMES[1:]))
    with MagentoClient(GIVEN["URL"], keys) as made:
        yield made


@pytest.fixture
def store(client: MagentoClient) -> MagentoStore:
    return MagentoStore(client)


@pytest.fixture
def sku(client: MagentoClient, store: MagentoStore) -> Iterator[str]:
    """A product of 5 units that is deleted afterwards."""
    name = f"JB-LIVE-{uuid.uuid4().hex[:8]}"
    product = {
        "sku": name, "name": name, "price": 5, "attribute_set_id": 4, "type_id": "simple", "weight": 1, "status": 1,
        "visibility": 1,
    }  # fmt: skip
    sources = store.stock_sources()
    client.write("POST", "products", {"product": product})
    try:
        if sources:
            store.save_stock([StockLevel(name, Decimal(5), True, sources[0])])
        yield name
    finally:
        client.write("DELETE", f"products/{name}")


Place = Callable[[dict[str, Any]], StoreOrder]


@pytest.fixture
def place(client: MagentoClient, store: MagentoStore) -> Iterator[Place]:
    """Send an order; what a test that failed left open of it is cancelled."""
    made: list[int] = []

    def placed(entity: dict[str, Any]) -> StoreOrder:
        number = f"JBLIVE{uuid.uuid4().hex[:12]}"
        found = store.place_order({**entity, "increment_id": number, "ext_order_id": number})
        made.append(found.id)
        return found

    yield placed
    for number in made:
        store.cancel(number)


def order_of(store: MagentoStore, number: int) -> StoreOrder:
    [found] = store.orders_of([number])
    assert isinstance(found, StoreOrder)
    return found


def test_its_products_orders_and_documents_are_read(store: MagentoStore) -> None:
    assert abs(store.look()) < 600
    products = list(islice(store.products(), 20))
    assert all(isinstance(each, StoreProduct | SkippedRow) for each in products)
    orders = [each for each in islice(store.orders(), 20) if isinstance(each, StoreOrder)]
    for documents in (store.shipments, store.invoices, store.credit_memos):
        assert not [
            each for each in documents([order.id for order in orders]) if isinstance(each, SkippedRow)
        ]
    assert all(key >= 0 for key in store.newest())
    sources = store.stock_sources()
    assert set(sources) <= set(store.source_zips())


@writes
def test_an_order_goes_its_whole_way_and_is_given_back(store: MagentoStore, place: Place, sku: str) -> None:
    made = place(unreserved(sku, 2))
    number = made.number
    asked = [ChannelUnits("", sku, 2)]
    held = [(code, {}) for code in store.stock_sources()[:1]]
    parcel = next_shipment(
        order_of(store, made.id), asked, tracks=(Track(number, "custom", "Live"),), held=held, comment=number
    )
    assert parcel is not None
    store.ship(parcel)
    bill = next_invoice(order_of(store, made.id), asked, shipped=asked, comment=number)
    assert bill is not None
    store.invoice(bill)

    shipments = [each for each in store.shipments([made.id]) if isinstance(each, StoreShipment)]
    assert [number in each.comment for each in shipments] == [True]
    assert next_shipment(order_of(store, made.id), asked, made=shipments, held=held) is None
    back = GivenBack(tuple(asked), tuple(asked), Decimal("9.99"))
    memo = next_memo(order_of(store, made.id), back, comment=number)
    assert memo is not None
    store.refund(memo)

    [given] = store.credit_memos([made.id])
    assert not isinstance(given, SkippedRow)
    assert given.total == Decimal("9.99")
    assert next_memo(order_of(store, made.id), back, made=[given], comment=number) is None


@writes
def test_an_order_is_cancelled_once(store: MagentoStore, place: Place, sku: str) -> None:
    made = place(unreserved(sku, 1))

    assert store.cancel(made.id) is True
    assert store.cancel(made.id) is False
    assert order_of(store, made.id).state == "canceled"
