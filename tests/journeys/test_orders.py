"""Orders in the browser: to complete, in parts with a cancel, a failed one fixed, many shipped from a file."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.journeys.conftest import SandboxDesk, press, read_again
from tests.journeys.test_main_job import enter_the_keys, order_at_jet
from tests.waiting import wait_for

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def store(installation: Installation, journey_data: Path) -> None:
    """Products in stock, of which orders can be placed."""
    made = installation.manage("import_products", str(journey_data / "products.csv"))
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture
def shop(page: Page, desk: SandboxDesk, store: None) -> Page:
    """The panel with its keys entered."""
    enter_the_keys(page, desk)
    return page


def place(desk: SandboxDesk, sku: str, quantity: int) -> str:
    """Place an order at Jet; return its id."""
    items = [{"sku": sku, "quantity": quantity, "price": 12.5}]
    order = {"mode": "test", "count": 1, "status": "ready", "items": items}
    return str(desk.tell("orders", order)["order_ids"][0])


def fetch(page: Page) -> None:
    """Press Fetch orders and see it through."""
    page.goto("/admin/orders/order/")
    press(page.get_by_role("button", name="Fetch orders"))
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()


def open_order(page: Page, jet_id: str) -> None:
    """Open an order by Jet's id."""
    page.goto(f"/admin/orders/order/?stage=all&q={jet_id}")
    page.locator("#result_list a[href*='/change/']").first.click()


def until(page: Page, text: str) -> None:
    """Read the page again until it says something."""
    wait_for(lambda: text in read_again(page), f"the page says {text}")


def shipped(desk: SandboxDesk, jet_id: str) -> int:
    """Count the shipments that Jet took."""
    calls = desk.ask("calls", path=f"orders/{jet_id}/shipped")["calls"]
    return sum(1 for call in calls if call["applied"])


def choose(page: Page, field: str, typed: str, option: str) -> None:
    """Choose from a searchable select by typing."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").last.fill(typed)
    page.locator(".select2-results__option", has_text=re.compile(f"^{re.escape(option)}$")).first.click()


def test_order_to_complete(shop: Page, desk: SandboxDesk):
    jet_id = place(desk, "LAMP-01", 2)
    fetch(shop)
    open_order(shop, jet_id)
    expect(shop.get_by_text("Ready to be shipped.")).to_be_visible()

    shop.get_by_label("Tracking number").fill("9400110000000000000001")
    choose(shop, "carrier", "usp", "USPS")
    choose(shop, "method", "priority mail".replace(" ", ""), "USPSPriorityMail")
    press(shop.get_by_role("button", name="Submit Shipment"))
    until(shop, "Complete")

    reported = order_at_jet(desk, jet_id)
    assert reported["status"] == "complete"
    assert reported["shipments"][0]["carrier"] == "USPS"
    assert reported["shipments"][0]["response_shipment_method"] == "USPSPriorityMail"
    assert shipped(desk, jet_id) == 1
    shop.get_by_role("link", name=re.compile("^Invoice")).first.click()
    expect(shop.get_by_text("9400110000000000000001")).to_be_visible()


def test_part_ships_and_the_rest_is_cancelled_behind_the_guard(shop: Page, desk: SandboxDesk):
    jet_id = place(desk, "LAMP-01", 3)
    fetch(shop)
    open_order(shop, jet_id)

    shop.get_by_label("Quantity to ship, LAMP-01").fill("1")
    shop.get_by_label("Tracking number").fill("1Z9990000000000002")
    press(shop.get_by_role("button", name="Submit Shipment"))
    until(shop, "In progress")
    assert order_at_jet(desk, jet_id)["status"] == "inprogress"
    shop.get_by_label("Quantity to ship, LAMP-01").fill("0")
    shop.get_by_label("Quantity to cancel, LAMP-01").fill("2")
    shop.get_by_role("button", name="Submit Shipment").click()
    expect(shop.get_by_text("Your cancellation rate now")).to_be_visible()
    shop.get_by_label("Reason").fill("Broken in the store")
    shop.get_by_label("Pass the limit").check()
    press(shop.get_by_role("button", name="Cancel at Jet"))
    until(shop, "Complete")

    assert order_at_jet(desk, jet_id)["status"] == "complete"
    assert shipped(desk, jet_id) == 2
    expect(shop.get_by_text("Broken in the store").first).to_be_visible()


def test_failed_order_is_fixed_by_mapping_its_sku(shop: Page, desk: SandboxDesk):
    jet_id = place(desk, "LAMP-01-OLD", 1)
    fetch(shop)
    shop.goto("/admin/orders/failedorder/")
    row = shop.locator("tr", has_text="LAMP-01-OLD")
    expect(row).to_contain_text("does not exist in the store")

    row.get_by_role("link", name="Map SKU").click()
    shop.get_by_label("Product that is meant").select_option("LAMP-01")
    press(shop.get_by_role("button", name="Map SKU"))
    until(shop, "Acknowledged")

    assert order_at_jet(desk, jet_id)["status"] == "acknowledged"
    shop.goto("/admin/orders/failedorder/")
    expect(shop.locator("tr", has_text="LAMP-01-OLD")).to_contain_text("Fixed")


def test_many_are_shipped_from_a_file(shop: Page, desk: SandboxDesk, tmp_path: Path):
    ids = [place(desk, "LAMP-01", 1) for _ in range(2)]
    fetch(shop)
    file = tmp_path / "parcels.csv"
    rows = [f"{jet_id},1Z999000000000010{place}" for place, jet_id in enumerate(ids)]
    file.write_text("\n".join(["order,tracking_number", *rows, "nobody,1Z9"]))

    shop.goto("/admin/orders/order/")
    shop.get_by_label("More for orders").click()
    shop.get_by_role("link", name="Ship many").click()
    shop.set_input_files("input[name=file]", file)
    choose(shop, "carrier", "UPS", "UPS")
    shop.get_by_role("button", name="Upload and preview").click()
    expect(shop.get_by_text("No order is known as this.")).to_be_visible()
    shop.get_by_role("button", name=re.compile("^Start: 2 orders")).click()
    expect(shop.locator(".jb-chip", has_text="Done").first).to_be_visible()

    assert [order_at_jet(desk, jet_id)["status"] for jet_id in ids] == ["complete", "complete"]


def test_orders_are_shipped_by_scans_alone(shop: Page, desk: SandboxDesk) -> None:
    placed = [place(desk, "LAMP-01", 1) for _ in range(3)]
    fetch(shop)
    shop.goto("/admin/orders/order/?stage=ship")
    wait_for(lambda: read_again(shop).count("Acknowledged") >= len(placed), "the orders are acknowledged")
    left = shop.locator("#result_list tbody tr").count()
    press(shop.get_by_role("link", name=f"Ship {left}", exact=True))
    expect(shop.locator("input[name=tracking_number]")).to_be_focused()
    for number in range(left):
        expect(shop).to_have_title(re.compile(f"{left - number} left"))
        shop.keyboard.type(f"77000000{number:04}")
        with shop.expect_navigation():
            shop.keyboard.press("Enter")
    expect(shop.locator("body")).to_contain_text("No order is left in this list.")
    press(shop.get_by_role("button", name="Undo").first)
    expect(shop).to_have_title(re.compile("1 left"))
    wait_for(
        lambda: sum(shipped(desk, jet_id) for jet_id in placed) >= len(placed) - 1, "the others are shipped"
    )


def test_choosing_a_file_to_ship_many_stumbles_over_nothing(shop: Page) -> None:
    shop.goto("/admin/orders/parcels/")
    rows = b"Belegnr,Sendung\n999,77000000\n"
    shop.set_input_files(
        "input[type=file]", files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": rows}]
    )
    press(shop.get_by_role("button", name="Upload and preview"))
    expect(shop.locator("body")).to_contain_text("Say which column is which")
