"""A panel that is linked to the emulator over loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

from jetbridge.desk.services import configuration as settings_service
from jetbridge.store import services as links
from jetbridge.store.magento.sandbox.app import MagentoSandbox

Made = TypeVar("Made", bound=MagentoSandbox)
KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip


@contextmanager
def linked(kind: type[Made] = MagentoSandbox, **options: Any) -> Iterator[Made]:  # type: ignore[assignment]
    """Give an empty store, with a configuration that leads to it."""
    made = kind(seed="none", **options)
    try:
        with made.serve() as url:
            settings_service.save(changes={"store_url": url})
            links.save_keys(**KEYS, is_bearer=False)
            settings_service.save(changes={"store_kind": "magento2"})
            yield made
    finally:
        made.close()


def own_stock(*codes: str) -> None:
    """Let a stock of its own, with these sources, serve the website."""
    with links.open_client() as client:
        for code in codes:
            given = {
                "source_code": code,
                "name": code,
                "country_id": "US",
                "postcode": "10001",
                "enabled": True,
            }
            client.write("POST", "inventory/sources", {"source": given})
        channel = {"sales_channels": [{"type": "website", "code": "base"}]}
        number = client.write(
            "POST", "inventory/stocks", {"stock": {"name": "Own", "extension_attributes": channel}}
        )
        links_given = [{"stock_id": number, "source_code": code, "priority": 1} for code in codes]
        client.write("POST", "inventory/stock-source-links", {"links": links_given})


def set_rules(sku: str, **settings: Any) -> None:
    """Change a product's settings of stock."""
    with links.open_client() as client:
        item = client.read(f"stockItems/{sku}")
        client.write(
            "PUT", f"products/{sku}/stockItems/{item['item_id']}", {"stockItem": {**item, **settings}}
        )


def salable(sku: str) -> Decimal:
    """Return what the store says is for sale."""
    with links.open_client() as client:
        found = client.read("inventory/stock-resolver/website/base")["stock_id"]
        return Decimal(client.read(f"inventory/get-product-salable-quantity/{sku}/{found}"))


def unreserved(sku: str, units: int) -> dict[str, Any]:
    """Word an order as it is sent by the way that reserves nothing."""
    address = {
        "firstname": "Ada", "lastname": "Byron", "street": ["1 Main St"], "city": "Albany", "region": "New York",
        "region_code": "NY", "postcode": "12207", "country_id": "US", "telephone": "5180000000", "email": "a@b.test",
    }  # fmt: skip
    return {
        "customer_email": "a@b.test", "grand_total": units * 5, "base_grand_total": units * 5, "state": "processing",
        "status": "processing", "payment": {"method": "checkmo"},
        "items": [{"sku": sku, "name": sku, "qty_ordered": units, "price": 5, "row_total": 5 * units}],
        "billing_address": {**address, "address_type": "billing"},
        "extension_attributes": {"shipping_assignments": [
            {"shipping": {"address": {**address, "address_type": "shipping"}, "method": "x"}}
        ]},
    }  # fmt: skip
