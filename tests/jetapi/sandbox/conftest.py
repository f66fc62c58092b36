"""A served sandbox and a merchant who calls it over the wire, as third-party clients did."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from jetapi.sandbox import Sandbox

UPC = {"standard_product_code": "012345678905", "standard_product_code_type": "UPC"}
MUG = {
    "product_title": "Blue mug",
    "multipack_quantity": 1,
    "brand": "Acme",
    "standard_product_codes": [UPC],
    "main_image_url": "https://shop.example/mug.jpg",
}


class Merchant:
    """One key pair at work: a session with a token, and shortcuts for what most tests need first."""

    def __init__(self, url: str, mode: str = "test") -> None:
        self.url = url
        self.mode = mode
        self.session = requests.Session()
        info = requests.get(f"{url}/_sandbox/info", timeout=60).json()
        self.account = next(each for each in info["accounts"] if each["mode"] == mode)
        self.node = self.account["fulfillment_node_id"]
        self.log_in()

    def log_in(self) -> None:
        keys = {"user": self.account["user"], "pass": self.account["secret"]}
        self.session.headers["Authorization"] = ""
        token = self.call("POST", "/token", keys).json()["id_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/api{path}", json=body, timeout=60, **how)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, path: str, body: Any) -> requests.Response:
        return self.call("PUT", path, body)

    def stock(self, sku: str, quantity: int) -> requests.Response:
        nodes = [{"fulfillment_node_id": self.node, "quantity": quantity}]
        return self.call("PATCH", f"/merchant-skus/{sku}/inventory", {"fulfillment_nodes": nodes})

    def list_mug(self, sku: str = "MUG-1", **changes: Any) -> None:
        """Send a SKU with everything that it needs to go live."""
        assert self.put(f"/merchant-skus/{sku}", {**MUG, **changes}).status_code in (201, 202)
        assert self.put(f"/merchant-skus/{sku}/price", {"price": 12.5}).status_code == 202
        assert self.stock(sku, 7).status_code == 202

    def upload(self, kind: str, rows: Any, *, raw: bytes | None = None) -> str:
        """Send a bulk file; give its id."""
        token = self.get("/files/uploadToken")
        content = gzip.compress(json.dumps(rows).encode()) if raw is None else raw
        sent = requests.put(token["url"], content, headers={"x-ms-blob-type": "BlockBlob"}, timeout=60)
        assert sent.status_code == 201
        body = {"url": token["url"], "file_type": kind, "file_name": f"{kind}.json.gz"}
        assert self.call("POST", "/files/uploaded", body).status_code == 200
        return str(token["jet_file_id"])

    def acknowledge(
        self, order_id: str, status: str = "accepted", item_status: str = "fulfillable"
    ) -> requests.Response:
        order = self.get(f"/orders/withoutShipmentDetail/{order_id}")
        items = [
            {"order_item_id": each["order_item_id"], "order_item_acknowledgement_status": item_status}
            for each in order["order_items"]
        ]
        return self.put(
            f"/orders/{order_id}/acknowledge", {"acknowledgement_status": status, "order_items": items}
        )

    def ship(
        self, order_id: str, sku: str, shipped: int, cancelled: int = 0, **shipment: Any
    ) -> requests.Response:
        item = {
            "merchant_sku": sku,
            "response_shipment_sku_quantity": shipped,
            "response_shipment_cancel_qty": cancelled,
        }
        label = {"shipment_tracking_number": "1Z9", "carrier": "UPS"} if shipped else {}
        body = {"alt_shipment_id": "S-1", **label, "shipment_items": [item], **shipment}
        return self.put(f"/orders/{order_id}/shipped", {"shipments": [body]})


@pytest.fixture
def box() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def url(box: Sandbox) -> Iterator[str]:
    with box.serve() as address:
        yield address


@pytest.fixture
def merchant(url: str) -> Iterator[Merchant]:
    with (one := Merchant(url)).session:
        yield one


@pytest.fixture
def exact() -> Iterator[Merchant]:
    """A merchant at a sandbox that reads the documents to the letter."""
    sandbox = Sandbox(compat=False)
    with sandbox.serve() as address, (one := Merchant(address)).session:
        yield one
    sandbox.close()


@pytest.fixture
def live_merchant(url: str) -> Iterator[Merchant]:
    with (one := Merchant(url, "live")).session:
        yield one


@pytest.fixture
def control(url: str) -> Any:
    """Make a control call; give its status and document."""

    def call(method: str, name: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        answer = requests.request(method, f"{url}/_sandbox/{name}", json=body, params=query, timeout=60)
        return answer.status_code, answer.json()

    return call


@pytest.fixture
def shipped_order(merchant: Merchant, box: Sandbox) -> str:
    """An order of three mugs that was acknowledged and shipped whole."""
    merchant.list_mug()
    [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 3}])
    assert merchant.acknowledge(order_id).status_code == 204
    assert merchant.ship(order_id, "MUG-1", 3).status_code == 204
    return order_id
