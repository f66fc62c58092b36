"""A panel between two sandboxes: Jet's, and a store that has the panel's orders."""

from collections.abc import Callable, Iterator

import pytest

from jetbridge.core import configuration, reports
from jetbridge.core.models import JetAccount
from jetbridge.desk.services import configuration as settings_service
from jetbridge.outbox.drains import Report
from jetbridge.store import senders
from jetbridge.store import services as stores
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from orders.documents import readings
from orders.models import Order
from tests.store.linked import linked
from tests.store.orders_there import put_in


@pytest.fixture
def magento(account: JetAccount) -> Iterator[MagentoSandbox]:
    """A store with the companion module, to which the panel is linked."""
    with linked(module=True) as made:
        settings_service.save(changes={"store_takes_tests": True, "store_accepts_phantoms": True})
        made.do("products", {"products": [{"sku": "MUG-1", "name": "Mug", "price": 10, "quantity": 50}]})
        yield made


@pytest.fixture
def send_documents(magento: MagentoSandbox) -> Callable[[], Report]:
    """Run the sending of documents once."""
    return lambda: senders.send_documents(account=configuration.active_account())


@pytest.fixture
def read(magento: MagentoSandbox) -> Callable[[], reports.Report]:
    """Read the store's side once."""

    def run() -> reports.Report:
        with stores.open_store() as store:
            return readings.read_documents(store=store, account=configuration.active_account())

    return run


@pytest.fixture
def there(acknowledged: Order, magento: MagentoSandbox, read: Callable[[], reports.Report]) -> int | None:
    """The order, in the store; what was there before is read."""
    row = put_in(magento, acknowledged)
    read()
    return row.store_order
