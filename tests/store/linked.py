"""A panel that is linked to the emulator over loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jetbridge.desk.services import configuration as settings_service
from jetbridge.store import services as links
from jetbridge.store.magento.sandbox.app import MagentoSandbox

KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip


@contextmanager
def linked(**options: Any) -> Iterator[MagentoSandbox]:
    """Give an empty store, with a configuration that leads to it."""
    made = MagentoSandbox(seed="none", **options)
    try:
        with made.serve() as url:
            settings_service.save(changes={"store_url": url})
            links.save_keys(**KEYS, is_bearer=False)
            settings_service.save(changes={"store_kind": "magento2"})
            yield made
    finally:
        made.close()
