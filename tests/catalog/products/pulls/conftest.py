"""A store that is linked: the emulator with a few products, and a panel that knows its keys."""

from collections.abc import Iterator

import pytest

from jetbridge.core.models import Configuration, StoreView
from jetbridge.desk.services import configuration as settings_service
from jetbridge.store import services as links
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.ports import Store
from tests.store.magento.caller import Caller

KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip


@pytest.fixture
def magento(db: None) -> Iterator[MagentoSandbox]:
    """The emulator with its demo's catalogue, linked."""
    made = MagentoSandbox()
    with made.serve() as url:
        link(url)
        yield made
    made.close()


@pytest.fixture
def rest(magento: MagentoSandbox) -> Caller:
    """Whoever works in the store."""
    return Caller(magento)


@pytest.fixture
def store(magento: MagentoSandbox) -> Iterator[Store]:
    with links.open_store() as opened:
        yield opened


def link(url: str) -> None:
    settings_service.save(changes={"store_url": url})
    links.save_keys(**KEYS, is_bearer=False)
    view = StoreView.objects.get_or_create(code="default", defaults={"name": "Default Store View"})[0]
    Configuration.objects.filter(pk=1).update(store_kind="magento2", store_view=view)
