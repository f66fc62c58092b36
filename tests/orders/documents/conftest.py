"""A panel between two sandboxes: Jet's, and a store that has the panel's orders."""

from collections.abc import Callable, Iterator

import pytest

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.desk.services import configuration as settings_service
from jetbridge.outbox.drains import Report
from jetbridge.store import senders
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.linked import linked


@pytest.fixture
def magento(account: JetAccount) -> Iterator[MagentoSandbox]:
    """A store with the companion module, to which the panel is linked."""
    with linked(module=True) as made:
        settings_service.save(changes={"store_takes_tests": True})
        made.do("products", {"products": [{"sku": "MUG-1", "name": "Mug", "price": 10, "quantity": 50}]})
        yield made


@pytest.fixture
def send_documents(magento: MagentoSandbox) -> Callable[[], Report]:
    """Run the sending of documents once."""
    return lambda: senders.send_documents(account=configuration.active_account())
