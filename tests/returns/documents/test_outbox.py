"""Credit memos in the store under the law of the outbox, by the store's own journal."""

from pathlib import Path

import pytest

from jetbridge.store import deliveries, makers
from jetbridge.store import services as stores
from jetbridge.store.documents import StoreInvoice, StoreShipment
from jetbridge.store.models import StoreDocument
from orders.documents import records
from returns import handovers
from returns.documents import credit_memos
from tests.orders.documents.makers import order_of
from tests.orders.documents.test_outbox import WORKER, assert_made, boxes
from tests.outbox.kit import DeliveryTests
from tests.returns.documents.makers import memo_of
from tests.store.cases import DocumentCase
from tests.store.magento_faults import StoreFaults
from tests.store.orders_there import documents, put_in

__all__ = ["boxes"]
Kind = StoreDocument.Kind


@pytest.fixture
def magento(transactional_db, magento):
    magento.do("stock", {"sku": "MUG-1", "quantity": 100_000})
    return magento


class TestCreditMemos(DeliveryTests):
    """One of two units for each order that left and was invoiced."""

    @pytest.fixture
    def case(self, magento, boxes):
        def begun(order):
            there = put_in(magento, order).store_order
            with stores.open_store_to_send(mode="test", is_demo=False) as shop:
                shop.ship(StoreShipment(there, source="default"))
                shop.invoice(StoreInvoice(there))
            return deliveries.announce(handovers.document(memo_of(order, units=2))).pk

        def exact(count):
            assert_made(magento, Kind.CREDIT_MEMO, "/refund$", count)
            made = documents(magento, "creditmemo")
            assert [(each["items"][0]["qty"], each["grand_total"]) for each in made] == [(2, 20)] * count

        return DocumentCase(
            box=boxes, make=lambda count: [begun(order_of(2, shipped=2)) for _ in range(count)], exact=exact,
            faults=StoreFaults(magento, "/refund$", is_looked_for=True), worker=WORKER,
            traced=tuple(str(Path(each.__file__)) for each in (credit_memos, makers, records)), kind=Kind.CREDIT_MEMO,
        )  # fmt: skip
