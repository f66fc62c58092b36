"""What tests against a served sandbox share: keys, a quick client, and a world that is ready for any call."""

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jetapi import JetClient, Retries, Timeouts
from jetapi.types.files import UploadToken
from jetapi.types.order_messages import ItemAcknowledgement, ShipmentItem, ShipmentMessage

SKU = "MUG 1&2"
LISTING = {
    "product_title": "A blue mug",
    "multipack_quantity": 1,
    "ASIN": "B000000000",
    "brand": "Potter",
    "main_image_url": "https://images.test/mug.jpg",
}


def quick_client(url: str, **settings: Any) -> JetClient:
    """A client that waits little, for a sandbox that is told to be slow."""
    chosen = {
        "retries": Retries(attempts=4, first_wait=0.01, first_wait_throttled=0.01),
        "timeouts": Timeouts(connect=2, read=0.4, total=10),
        **settings,
    }
    return JetClient(f"{url}/api", user="test-user", secret="test-secret", **chosen)


@dataclass
class Shop:
    """One SKU on Jet with stock, and the ids that the calls of a test need."""

    jet: JetClient
    node: str

    @classmethod
    def opened(cls, jet: JetClient) -> "Shop":
        shop = cls(jet, jet.nodes.list()[0].fulfillment_node_id)
        jet.products.put(SKU, LISTING)
        jet.products.put_price(SKU, Decimal("9.90"))
        jet.products.patch_inventory(SKU, {shop.node: 10})
        return shop

    def order(self, *, acknowledged: bool = False, shipped: bool = False) -> str:
        item = {"sku": SKU, "order_quantity": 1, "order_cancel_quantity": 0}
        [order_id] = self.jet.orders.generate(1, items=[item], fulfillment_node=self.node)
        if acknowledged or shipped:
            self.jet.orders.acknowledge(order_id, items=acknowledgements(self.jet, order_id))
        if shipped:
            self.jet.orders.ship(order_id, shipments=[parcel("first")])
        return order_id

    def item(self, order_id: str) -> str:
        return self.jet.orders.get(order_id).order_items[0].order_item_id

    def uploaded_blob(self, body: dict[str, Any]) -> UploadToken:
        token = self.jet.files.upload_token()
        self.jet.files.put_blob(token.url, gzip.compress(json.dumps(body).encode()))
        return token


def acknowledgements(jet: JetClient, order_id: str) -> list[ItemAcknowledgement]:
    return [ItemAcknowledgement(item.order_item_id) for item in jet.orders.get(order_id).order_items]


def parcel(alt_shipment_id: str) -> ShipmentMessage:
    return ShipmentMessage(
        (ShipmentItem(SKU, response_shipment_sku_quantity=1),),
        alt_shipment_id=alt_shipment_id,
        carrier="UPS",
        shipment_tracking_number="1Z999",
    )


def wait_until(true: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)
