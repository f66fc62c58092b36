"""The emulator over loopback, with clients of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jetapi.http.retry import Retries
from jetbridge.store.magento.client import MagentoClient
from jetbridge.store.magento.oauth import Keys
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.store import MagentoStore

KEYS = Keys("jb-key", "jb-secret", "jb-token", "jb-token-secret")
ONCE = Retries(attempts=1)


@contextmanager
def client_of(sandbox: MagentoSandbox, keys: Keys = KEYS, **settings: Any) -> Iterator[MagentoClient]:
    settings = {"store_view": "default", "retries": ONCE} | settings
    with sandbox.serve() as url, MagentoClient(url, keys, **settings) as client:
        yield client


@contextmanager
def store_of(sandbox: MagentoSandbox, **settings: Any) -> Iterator[MagentoStore]:
    with client_of(sandbox, **settings) as client:
        yield MagentoStore(client)


def stocked(sandbox: MagentoSandbox, count: int, **more: Any) -> None:
    sandbox.do("products", {"products": [
        {"sku": f"P-{number:03}", "name": f"Product {number}", "price": 5, "quantity": number, **more}
        for number in range(1, count + 1)
    ]})  # fmt: skip
