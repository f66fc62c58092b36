"""An empty store, and one with the demo's catalogue."""

from collections.abc import Iterator

import pytest

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller


@pytest.fixture
def store() -> Iterator[MagentoSandbox]:
    made = MagentoSandbox(seed="none")
    yield made
    made.close()


@pytest.fixture
def magento(store: MagentoSandbox) -> Caller:
    store.do("products", {"products": [
        {"sku": "BOOT-1", "name": "Plain boot", "price": 49.99, "quantity": 100},
        {"sku": "JB/2 A%", "name": "Slash boot", "price": 10, "quantity": 5},
    ]})  # fmt: skip
    return Caller(store)
