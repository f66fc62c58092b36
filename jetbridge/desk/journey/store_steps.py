"""The journey with a store elsewhere: what is done there comes to Jet and back, checked at both sandboxes."""

from decimal import Decimal
from typing import Any

from jetbridge.desk.journey.steps import (
    DATA,
    LAMPS,
    REVIEW_SECONDS,
    Step,
    configure,
    expect,
    import_taxonomy,
    prepare,
)
from jetbridge.desk.journey.world import StepFailed, World

SEED = DATA / "store.csv"
SKU, OTHER = "LAMP-01", "LAMP-02"
TRACK = {"track_number": "1Z9990000000000001", "carrier_code": "ups", "title": "UPS Ground"}
KEYS = ("--consumer-key", "jb-key", "--consumer-secret", "jb-secret", "--token", "jb-token", "--token-secret")


def connect(world: World) -> str:
    """Connect the store: its keys are checked permission by permission."""
    said = world.command("connect_store", *KEYS, "jb-token-secret", "--kind", "magento2")
    expect("store connected", said["ok"], True)
    expect("companion module found", said["module"], True)
    return f"Magento {said['version']}, way {said['way']}"


def pull(world: World) -> str:
    """Read the products of the store, their prices and their stock."""
    world.command("pull_store", "--full")
    world.command("run_job", "catalog.read_store_stock")
    held = world.command("product", SKU)
    if "39.9" not in str(held):
        raise StepFailed(f"the panel does not have the store's price: {str(held)[:300]}")
    return "products, prices and stock of the store"


def list_on_jet(world: World) -> str:
    """Send two products to Jet and let it review them."""
    world.command("map_category", LAMPS, "7000011")
    for sku in (SKU, OTHER):
        world.command("upload", "--direct", sku)
    world.post("clock", {"advance_seconds": REVIEW_SECONDS})
    for sku in (SKU, OTHER):
        status = world.ask("state", kind="skus", id=sku)["status"]
        expect(f"status of {sku} at Jet", status, "Available for Purchase")
    world.command("run_job", "catalog.sync_statuses")
    return "2 products Available for Purchase"


def order(world: World) -> str:
    """A customer orders at Jet; the store has the order with Jet's price, and reserves its units."""
    jet_id = _placed(world, SKU, 2)
    found = _in_store(world, jet_id)
    expect("price in the store", Decimal(str(found["items"][0]["price"])), Decimal("35.50"))
    rows = world.ask_store("state", kind="reservations")["reservations"]
    expect("units reserved in the store", sum(row["quantity"] for row in rows), -2)
    return f"order {found['increment_id']} in the store, 2 units reserved"


def ship_in_store(world: World) -> str:
    """Ship in the store: complete at Jet, and in the store only an invoice more."""
    jet_id = _orders(world)[0]
    found = _in_store(world, jet_id)
    world.post_store("ship", {"order_id": found["entity_id"], "tracks": [TRACK]})
    world.command("run_job", "orders.read_store_documents")
    world.command("run_job", "orders.send_shipments")
    _send(world)
    held = world.ask("state", kind="orders", id=jet_id)
    expect("status at Jet", held["status"], "complete")
    expect("tracking number at Jet", held["shipments"][0]["shipment_tracking_number"], TRACK["track_number"])
    expect("shipments and invoices in the store", _documents(world, found), {"shipment": 1, "invoice": 1})
    expect("state in the store", _in_store(world, jet_id)["state"], "complete")
    return "complete at Jet, 1 shipment and 1 invoice in the store"


def give_back(world: World) -> str:
    """The customer returns a unit: given back at Jet and in the store, to the cent, and its stock is right."""
    jet_id = _orders(world)[0]
    line = world.ask("state", kind="orders", id=jet_id)["order_items"][0]["order_item_id"]
    items = [{"order_item_id": line, "quantity": 1}]
    [number] = world.post("returns", {"order_id": jet_id, "items": items})["return_ids"]
    world.command("run_job", "returns.fetch_returns")
    said = world.command("complete_return", number, "--restock")
    _send(world)
    found = _in_store(world, jet_id)
    memo = next(each for each in _all_documents(world, found) if each["kind"] == "creditmemo")
    expect("given back in the store", Decimal(str(memo["grand_total"])), Decimal(said["total"]))
    expect("units in the store", _stock(world, SKU), 24 - 2 + 1)
    rows = world.ask_store("state", kind="reservations")["reservations"]
    expect("units still reserved", sum(row["quantity"] for row in rows), 0)
    return f"${said['total']} at Jet and in the store, stock {_stock(world, SKU)}"


def ship_in_panel(world: World) -> str:
    """The other way: shipped in the panel, and the store has the shipment and its invoice, once."""
    jet_id = _placed(world, OTHER, 1)
    world.command("ship_order", jet_id, "--tracking", "1Z9990000000000002", "--carrier", "UPS")
    for _ in range(2):
        _send(world)
        world.command("run_job", "orders.read_store_documents")
    found = _in_store(world, jet_id)
    expect("shipments and invoices in the store", _documents(world, found), {"shipment": 1, "invoice": 1})
    expect("shipments at Jet", len(world.ask("state", kind="orders", id=jet_id)["shipments"]), 1)
    expect("units in the store", _stock(world, OTHER), 40 - 1)
    expect("differences", world.command("store_differences")["differences"], [])
    return "shipped at Jet and in the store, nothing on one side only"


def _placed(world: World, sku: str, units: int) -> str:
    lines = [{"sku": sku, "quantity": units, "price": 35.5}]
    asked = {"mode": "test", "count": 1, "status": "ready", "items": lines}
    jet_id = str(world.post("orders", asked)["order_ids"][0])
    world.command("run_job", "orders.import_ready_orders")
    expect("status at Jet", world.ask("state", kind="orders", id=jet_id)["status"], "acknowledged")
    _send(world)
    return jet_id


def _send(world: World) -> None:
    """Send what is due; an invoice follows its shipment."""
    for _ in range(3):
        world.command("run_job", "store.send_documents")


def _orders(world: World) -> list[str]:
    return [str(row["merchant_order_id"]) for row in world.ask("state", kind="orders")["orders"]]


def _in_store(world: World, jet_id: str) -> dict[str, Any]:
    rows = world.ask_store("state", kind="orders")["orders"]
    found = [row for row in rows if row.get("ext_order_id") == jet_id]
    expect(f"orders in the store of {jet_id[:8]}", len(found), 1)
    return dict(found[0])


def _all_documents(world: World, found: dict[str, Any]) -> list[dict[str, Any]]:
    rows = world.ask_store("state", kind="documents")["documents"]
    return [row for row in rows if row["order_id"] == found["entity_id"]]


def _documents(world: World, found: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in _all_documents(world, found):
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return counts


def _stock(world: World, sku: str) -> int:
    rows = world.ask_store("state", kind="sources")["sources"]
    return int(sum(row["quantity"] for row in rows if row["sku"] == sku))


STORE_STEPS: tuple[Step, ...] = (
    Step("Make an empty installation", prepare),
    Step("Import Jet's taxonomy", import_taxonomy),
    Step("Enter and validate the keys", configure),
    Step("Connect the store", connect),
    Step("Read the store", pull),
    Step("List on Jet", list_on_jet),
    Step("An order at Jet", order),
    Step("Ship in the store", ship_in_store),
    Step("Give a unit back", give_back),
    Step("Ship in the panel", ship_in_panel),
)
