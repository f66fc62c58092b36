"""The steps of the journey, in order: each does one thing by command, checked against what the sandbox holds."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jetbridge.core.texts import counted
from jetbridge.desk.journey.world import StepFailed, World

DATA = Path(__file__).resolve().parent / "data"
LAMPS, MUGS = "Default Category/Lighting/Desk Lamps", "Default Category/Kitchen/Mugs"
BULK = ("LAMP-02", "LAMP-03", "LAMP-04", "MUG-S", "MUG-L")
ORDER_LINES = [{"sku": "LAMP-01", "quantity": 2}, {"sku": "MUG-S", "quantity": 1}]
# Longer than the sandbox's review and file processing together.
REVIEW_SECONDS = 3600


@dataclass(frozen=True)
class Step:
    """One step: run does it, and returns a few words on what was achieved."""

    title: str
    run: Callable[[World], str]


def prepare(world: World) -> str:
    """Make the database; nothing has been said to Jet yet."""
    world.plain("migrate", "--verbosity", "0")
    expect("calls at Jet before the start", len(_calls(world, "")), 0)
    return "database made, sandbox answers"


def import_taxonomy(world: World) -> str:
    """Import Jet's taxonomy; the row that a spreadsheet damaged is left out."""
    stored = world.command("import_taxonomy", str(DATA / "taxonomy"))
    expect("categories", stored["categories"], 5)
    expect("damaged rows left out", stored["skipped"], 1)
    return f"{counted(stored['categories'], 'category')}, {stored['skipped']} damaged row left out"


def import_products(world: World) -> str:
    """Import the store's export; its bad row is named and the rest goes on."""
    report = world.command("import_products", str(DATA / "products.csv"))
    expect("products created", report["created"], 7)
    expect("bad rows", [(row["sku"], row["column"]) for row in report["errors"]], [("BAD-01", "price")])
    return f"{counted(report['created'], 'product')}, 1 bad row named"


def configure(world: World) -> str:
    """Enter the keys and let Jet say that they and the node are right."""
    keys = _test_account(world)
    world.command(
        "configure", "--mode", "test", "--api-user", keys["user"], "--api-secret", keys["secret"],
        "--fulfillment-node", keys["fulfillment_node_id"], "--image-base-url", "https://images.example.com/catalog",
    )  # fmt: skip
    world.command("validate_account")
    logins = [call for call in _calls(world, "token") if call["status"] == 200]
    if not logins:
        raise StepFailed("the keys were called valid, but nobody logged in at Jet")
    return "keys and fulfillment node accepted by Jet"


def map_categories(world: World) -> str:
    """Map both store categories; a root alone is refused."""
    world.command("map_category", LAMPS, "7000011")
    world.command("map_category", MUGS, "7000021")
    try:
        world.command("map_category", MUGS, "7000001")
    except StepFailed:
        return "2 categories mapped, a root alone refused"
    raise StepFailed("a root category was mapped; Jet takes none")


def fix(world: World) -> str:
    """Give a product the brand and the barcode that it lacks, by a partial file."""
    before = world.command("validate", "LAMP-04")
    if not before["blocks"]:
        raise StepFailed("a product without brand and identifier was called valid")
    file = world.home / "fix.csv"
    file.write_text(
        'sku,additional_attributes\nLAMP-04,"brand=Harbor & Hill,barcode=EAN,barcode_value=9528800000071"\n'
    )
    expect("products changed", world.command("import_products", str(file))["updated"], 1)
    expect("products that Jet would refuse", world.command("validate", "LAMP-04")["blocks"], 0)
    return "LAMP-04 given its brand and barcode"


def upload_directly(world: World) -> str:
    """Send one product by direct calls: details, price, inventory."""
    world.command("upload", "--direct", "LAMP-01")
    held = world.ask("state", kind="skus", id="LAMP-01")
    expect("title at Jet", held["product_title"], "Harbor Desk Lamp")
    expect("price at Jet", Decimal(str(held["price"])), Decimal("39.90"))
    expect("quantity at Jet", _quantity(held), 24)
    expect("status at Jet", held["status"], "Under Jet Review")
    return "LAMP-01: details, price, inventory; Under Jet Review"


def upload_in_bulk(world: World) -> str:
    """Send the rest by files: token, signed URL, gzip, uploaded, polling to the end."""
    world.command("upload", "--bulk", *BULK)
    for _ in range(10):
        world.post("clock", {"advance_seconds": 30})
        world.command("run_job", "catalog.poll_files")
        files = world.ask("state", kind="files")["files"]
        if len(files) >= 3 and all(file["status"] == "Processed successfully" for file in files):
            break
    else:
        raise StepFailed(f"files at Jet: {[(file.get('file_type'), file.get('status')) for file in files]}")
    for sku in BULK:
        held = world.ask("state", kind="skus", id=sku)
        if held.get("price") is None or not held["inventory_by_fulfillment_node"]:
            raise StepFailed(f"{sku} is at Jet without price or inventory")
    return f"{counted(len(BULK), 'product')} in {counted(len(files), 'file')}"


def go_live(world: World) -> str:
    """Let Jet review; the panel reads the statuses."""
    world.post("clock", {"advance_seconds": REVIEW_SECONDS})
    for sku in ("LAMP-01", *BULK):
        expect(
            f"status of {sku} at Jet",
            world.ask("state", kind="skus", id=sku)["status"],
            "Available for Purchase",
        )
    report = world.command("run_job", "catalog.sync_statuses")
    expect("statuses that failed", report["failed"], 0)
    return "6 products Available for Purchase"


def import_order(world: World) -> str:
    """A customer orders; the job imports the order, reserves stock, acknowledges it once."""
    order_id = world.post("orders", {"mode": "test", "count": 1, "status": "ready", "items": ORDER_LINES})[
        "order_ids"
    ][0]
    report = world.command("run_job", "orders.import_ready_orders")
    expect("orders that failed", report["failed"], 0)
    expect("status at Jet", world.ask("state", kind="orders", id=order_id)["status"], "acknowledged")
    world.command("run_job", "orders.import_ready_orders")
    expect("acknowledgements that Jet took", _applied(world, f"orders/{order_id}/acknowledge"), 1)
    world.command("run_job", "catalog.sync_inventory")
    expect("lamps left at Jet", _quantity(world.ask("state", kind="skus", id="LAMP-01")), 22)
    return f"order {order_id[:8]} acknowledged once, stock reserved"


def ship_order(world: World) -> str:
    """Ship all units; Jet calls the order complete, the store has an invoice and a shipment."""
    order_id = next(row["merchant_order_id"] for row in world.ask("state", kind="orders")["orders"])
    report = world.command("ship_order", order_id, "--tracking", "1Z9990000000000001", "--carrier", "UPS")
    held = world.ask("state", kind="orders", id=order_id)
    expect("status at Jet", held["status"], "complete")
    expect("tracking number at Jet", held["shipments"][0]["shipment_tracking_number"], "1Z9990000000000001")
    expect("shipments that Jet took", _applied(world, f"orders/{order_id}/shipped"), 1)
    if not (report["invoice"] and report["shipment_id"]):
        raise StepFailed(f"the store lacks an invoice or a shipment: {report}")
    return f"complete at Jet; the store has invoice {report['invoice']}"


def expect(what: str, there: Any, expected: Any) -> None:
    if there != expected:
        raise StepFailed(f"{what}: expected {expected!r}, found {there!r}")


def _calls(world: World, path: str) -> list[dict[str, Any]]:
    return list(world.ask("calls", path=path)["calls"])


def _applied(world: World, path: str) -> int:
    return sum(1 for call in _calls(world, path) if call["applied"])


def _test_account(world: World) -> dict[str, str]:
    return next(account for account in world.ask("info")["accounts"] if account["mode"] == "test")


def _quantity(held: dict[str, Any]) -> int:
    return sum(node["quantity"] for node in held["inventory_by_fulfillment_node"])


STEPS: tuple[Step, ...] = (
    Step("Make an empty installation", prepare),
    Step("Import Jet's taxonomy", import_taxonomy),
    Step("Import the store's products", import_products),
    Step("Enter and validate the keys", configure),
    Step("Map the categories", map_categories),
    Step("Fix a product", fix),
    Step("Upload a product directly", upload_directly),
    Step("Upload the rest in bulk", upload_in_bulk),
    Step("Wait for Jet's review", go_live),
    Step("Import and acknowledge an order", import_order),
    Step("Ship the order", ship_order),
)
