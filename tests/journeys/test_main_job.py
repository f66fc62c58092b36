"""The main job in the browser: from a store's export to a shipped, completed order."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SandboxDesk, press, read_again
from tests.waiting import wait_for

pytestmark = pytest.mark.journey
TAXONOMY_FILES = {
    "categories": "Jet_Taxonomy.csv",
    "attributes": "Jet_Taxonomy_attribute.csv",
    "values": "Jet_Taxonomy_attribute_value.csv",
    "links": "Jet_Taxonomy_mapping.csv",
}


def test_from_the_stores_export_to_a_completed_order(page: Page, desk: SandboxDesk, journey_data: Path):
    enter_the_keys(page, desk)
    import_taxonomy(page, journey_data / "taxonomy")
    import_products(page, journey_data / "products.csv")
    map_category(page, "Desk Lamps", "7000011")
    map_category(page, "Mugs", "7000021")
    give_what_is_missing(page, "LAMP-04")
    upload(page, "LAMP-01", action="Selected Product Upload")
    assert held(desk, "LAMP-01")["status"] == "Under Jet Review"
    upload(page, "MUG-S", "LAMP-04", action="Bulk Product Upload")
    wait_for(lambda: quantity(held(desk, "MUG-S")) == 60, "the files arrive at Jet")
    let_jet_review(page, desk, "LAMP-01", "MUG-S", "LAMP-04")
    order_id = place_order(desk)
    fetch_orders(page, desk, order_id)
    ship_everything(page, desk, order_id)


def enter_the_keys(page: Page, desk: SandboxDesk) -> None:
    keys = next(row for row in desk.ask("info")["accounts"] if row["mode"] == "test")
    page.goto("/admin/configuration/")
    page.fill("[name=test-api_user]", keys["user"])
    page.fill("[name=test-api_secret]", "not the secret")
    page.fill("[name=test-fulfillment_node_id]", keys["fulfillment_node_id"])
    page.locator("#form-test").get_by_role("button", name="Validate").click()
    expect(page.get_by_text("does not accept")).to_be_visible()
    page.fill("[name=test-api_secret]", keys["secret"])
    press(page.get_by_role("button", name="Save test keys"))
    page.locator("#form-test").get_by_role("button", name="Validate").click()
    expect(page.locator("#check-test .jb-note.jb-green")).to_be_visible()
    page.goto("/admin/configuration/store/")
    page.fill("[name=image_base_url]", "https://images.example.com/catalog")
    press(page.locator("main form, #content form").get_by_role("button", name=re.compile("Save")).first)


def import_taxonomy(page: Page, folder: Path) -> None:
    page.goto("/admin/mapping/taxonomy/")
    for field, name in TAXONOMY_FILES.items():
        page.set_input_files(f"input[name={field}]", folder / name)
    press(page.get_by_role("button", name="Upload & Update"))
    press(page.get_by_role("button", name=re.compile("Accept|Apply", re.I)).first)
    wait_for(
        lambda: page.goto("/admin/mapping/jetcategory/") and "Mugs & Cups" in page.inner_text("body"),
        "taxonomy",
    )


def import_products(page: Page, file: Path) -> None:
    page.goto("/admin/catalog/imports/")
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_text("BAD-01").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Import|Confirm")).first.click()
    expect(page.get_by_text(re.compile("Imported|Done")).first).to_be_visible()


def map_category(page: Page, store: str, jet_id: str) -> None:
    page.goto("/admin/mapping/categories/")
    page.get_by_role("link", name=re.compile(store)).first.click()
    page.get_by_label("Search all of Jet's categories").fill(jet_id)
    page.locator("#found button").first.click()
    page.locator("#choice button:not([aria-disabled])", has_text="Save").click()
    expect(
        page.get_by_text(re.compile(f"{store}.*is mapped|{store}.* mapped to", re.I)).first
    ).to_be_visible()


def give_what_is_missing(page: Page, sku: str) -> None:
    open_product(page, sku)
    page.get_by_role("tab", name="jet.com").or_(page.get_by_role("link", name="jet.com")).first.click()
    page.locator("input[name=jet__brand]").fill("Harbor & Hill")
    page.locator("input[name=jet__EAN]").fill("9528800000071")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def open_product(page: Page, sku: str) -> None:
    page.goto(f"/admin/catalog/product/?q={sku}")
    page.locator("#result_list a[href*='/change/']").first.click()


def upload(page: Page, *skus: str, action: str) -> None:
    page.goto("/admin/catalog/product/")
    for sku in skus:
        page.locator("tr", has=page.get_by_text(sku, exact=True)).locator(
            "input[name=_selected_action]"
        ).check()
    page.select_option("select[name=action]", label=action)
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name=re.compile("^Upload")).click()
    expect(page.locator(".jb-chip", has_text="Done").first).to_be_visible()


def let_jet_review(page: Page, desk: SandboxDesk, *skus: str) -> None:
    desk.tell("clock", {"advance_seconds": 3600})
    for sku in skus:
        assert held(desk, sku)["status"] == "Available for Purchase"
    page.goto("/admin/cron/")
    page.locator("#other-jobs > summary").click()
    page.get_by_role("button", name="Run Sync product statuses now").click()
    wait_for(lambda: shown(page) == len(skus), "the grid shows the products live")


def shown(page: Page) -> int:
    page.goto("/admin/catalog/product/?stage=live")
    return page.locator("#result_list tbody").get_by_text("Available for Purchase").count()


def place_order(desk: SandboxDesk) -> str:
    items = [{"sku": "LAMP-01", "quantity": 2}, {"sku": "MUG-S", "quantity": 1}]
    return desk.tell("orders", {"mode": "test", "count": 1, "status": "ready", "items": items})["order_ids"][
        0
    ]


def fetch_orders(page: Page, desk: SandboxDesk, order_id: str) -> None:
    page.goto("/admin/orders/order/")
    press(page.get_by_role("button", name="Fetch orders"))
    wait_for(
        lambda: order_at_jet(desk, order_id)["status"] == "acknowledged", "Jet has the acknowledgement", 60
    )


def ship_everything(page: Page, desk: SandboxDesk, order_id: str) -> None:
    page.goto("/admin/orders/order/")
    page.locator("#result_list a[href*='/change/']").first.click()
    page.get_by_label("Tracking number").fill("1Z9990000000000001")
    press(page.get_by_role("button", name="Submit Shipment"))
    wait_for(lambda: order_at_jet(desk, order_id)["status"] == "complete", "Jet has the shipment")
    wait_for(lambda: "Complete" in read_again(page), "the panel says so")
    expect(page.get_by_role("link", name=re.compile("Invoice")).first).to_be_visible()
    assert (
        sum(1 for call in desk.ask("calls", path=f"orders/{order_id}/shipped")["calls"] if call["applied"])
        == 1
    )


def held(desk: SandboxDesk, sku: str) -> dict:
    return desk.ask("state", kind="skus", id=sku)


def order_at_jet(desk: SandboxDesk, order_id: str) -> dict:
    return desk.ask("state", kind="orders", id=order_id)


def quantity(sku: dict) -> int:
    return sum(node["quantity"] for node in sku["inventory_by_fulfillment_node"])
