"""A merchant's Magento store: connected, changed in its own pages, its orders shipped there, a refused one mended."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation, free_port
from tests.homes import Furnish
from tests.journeys.conftest import SandboxDesk, press, read_again
from tests.journeys.test_main_job import held, order_at_jet, quantity
from tests.journeys.test_orders import fetch, open_order, place, until
from tests.waiting import wait_for

pytestmark = pytest.mark.journey
SKU, CATEGORY = "KNIF-CHEF8IN", "Default Category/Demo Catalog/Kitchen/Knives"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# One process for all of them: each would start Django anew.
RUN = "import json, sys; from django.core.management import call_command; [call_command(*c) for c in {}]"
DIFFERENCES = "/admin/orders/store/"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, furnish: Furnish) -> Iterator[Installation]:
    """A whole installation with a Magento store's emulator beside it."""
    installed = furnish(Installation(tmp_path_factory.mktemp("store") / "home"))
    try:
        yield installed.start("--store", "magento", "--store-port", str(free_port()))
    finally:
        installed.clear_away()


def test_up_starts_a_store_that_is_linked_and_filled(installation: Installation):
    store = installation.run()["store"]

    held = requests.get(f"{store}/_sandbox/state", params={"kind": "products"}, timeout=60).json()["products"]

    assert len(held) > 200
    assert "Store: Magento 2.4 Community" in installation.said()
    done = installation.managed("connect_store", "--validate", "--json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_missing_permission_is_named_and_given_and_the_store_connected(
    page: Page, installation: Installation
):
    store = installation.run()["store"]
    page.goto("/admin/configuration/store/")
    page.get_by_role("link", name="Disconnect").click()
    press(page.get_by_role("button", name="Disconnect"))
    requests.post(
        f"{store}/_sandbox/acl", json={"deny": ["Magento_Sales::ship"]}, timeout=60
    ).raise_for_status()

    page.fill("input[name=store-consumer_key]", "jb-key")
    for name, secret in (
        ("consumer_secret", "jb-secret"),
        ("token", "jb-token"),
        ("token_secret", "jb-token-secret"),
    ):
        page.fill(f"input[name=store-{name}]", secret)
    page.get_by_role("button", name="Validate").click()
    expect(page.locator("#check-store")).to_contain_text(
        "The integration lacks the permission Magento_Sales::ship."
    )
    press(page.get_by_role("button", name="Save keys"))
    expect(page.locator("#check-store")).to_contain_text("lacks the permission Magento_Sales::ship")

    press(page.get_by_role("button", name="Connect"))
    expect(page.locator("main")).to_contain_text("Not connected.")
    requests.post(f"{store}/_sandbox/acl", json={"deny": []}, timeout=60).raise_for_status()
    press(page.get_by_role("button", name="Connect"))
    expect(page.locator("main")).to_contain_text("CONNECTED")
    expect(page.locator("select[name=store_kind]")).to_have_value("magento2")


class Store:
    """The store as people work in it, and what it holds."""

    def __init__(self, installation: Installation, page: Page) -> None:
        self.url, self.page = str(installation.run()["store"]), page

    def state(self, kind: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/_sandbox/state", params={"kind": kind}, timeout=60)
        answer.raise_for_status()
        return list(answer.json()[kind])

    def order_of(self, jet_id: str) -> dict[str, Any]:
        """Return an order of Jet's once it is there."""

        def found() -> list[dict[str, Any]]:
            return [each for each in self.state("orders") if each.get("ext_order_id") == jet_id]

        wait_for(lambda: bool(found()), "the order is in the store")
        return found()[0]

    def documents(self, order: dict[str, Any]) -> list[str]:
        rows = self.state("documents")
        return sorted(each["kind"] for each in rows if each["order_id"] == order["entity_id"])

    def stock(self, units: int) -> None:
        """Change what the source holds on the product's page."""
        self.page.goto(f"{self.url}/admin/products/{SKU}")
        self.page.get_by_label("Quantity").fill(str(units))
        press(self.page.get_by_role("button", name="Save stock of default"))
        expect(self.page.get_by_text(f"default holds {units} of {SKU} now.")).to_be_visible()


@pytest.fixture
def shop(page: Page, installation: Installation) -> Store:
    return Store(installation, page)


def run(installation: Installation, *commands: tuple[str, ...]) -> None:
    done = installation.managed("shell", "-c", RUN.format(json.dumps(commands)), seconds=240)
    assert done.returncode == 0, done.stdout + done.stderr


def test_price_stock_and_picture_that_change_in_the_store_are_seen_at_jet(
    page: Page, installation: Installation, desk: SandboxDesk, shop: Store, journey_data: Path
):
    keys = next(row for row in desk.ask("info")["accounts"] if row["mode"] == "test")
    run(
        installation,
        ("configure", "--mode", "test", "--api-user", keys["user"], "--api-secret", keys["secret"],
         "--fulfillment-node", keys["fulfillment_node_id"], "--sync-images-on-edit", "on"),
        ("import_taxonomy", str(journey_data / "taxonomy")), ("pull_store", "--full"),
        ("run_job", "catalog.read_store_stock"), ("map_category", CATEGORY, "7000021"), ("upload", "--direct", SKU),
    )  # fmt: skip
    before = held(desk, SKU)
    assert (before["price"], quantity(before)) == (68, 40)

    page.goto(f"{shop.url}/admin/products/{SKU}")
    page.get_by_label("Price").first.fill("71.25")
    press(page.get_by_role("button", name="Save price"))
    page.get_by_label("PNG, JPEG or GIF").set_input_files(
        {"name": "edge.png", "mimeType": "image/png", "buffer": PNG}
    )
    press(page.get_by_role("button", name="Add picture"))
    expect(page.locator("img[src*='edge']")).to_have_count(1)
    shop.stock(7)
    run(installation, ("run_job", "catalog.pull_store_products"), ("run_job", "catalog.read_store_stock"))

    def is_there() -> bool:
        now = held(desk, SKU)
        return (now["price"], quantity(now), "edge" in now["main_image_url"]) == (71.25, 7, True)

    wait_for(is_there, "price, quantity and picture at Jet")
    page.goto(f"/admin/catalog/product/?q={SKU}")
    expect(page.locator("#result_list")).to_contain_text("71.25")


def test_what_is_shipped_in_the_store_is_complete_at_jet(
    page: Page, installation: Installation, desk: SandboxDesk, shop: Store
):
    jet_id = place(desk, SKU, 1)
    fetch(page)
    order = shop.order_of(jet_id)
    page.goto(f"{shop.url}/admin/orders/{order['entity_id']}")
    page.get_by_label("Carrier").select_option("ups")
    page.get_by_label("Tracking number").fill("1Z12345E0205271688")
    press(page.get_by_role("button", name="Ship", exact=True))
    expect(page.get_by_text(re.compile(r"Shipment \d+ is made"))).to_be_visible()
    run(installation, ("run_job", "orders.read_store_documents"))

    wait_for(lambda: order_at_jet(desk, jet_id)["status"] == "complete", "the order complete at Jet")
    assert order_at_jet(desk, jet_id)["shipments"][0]["shipment_tracking_number"] == "1Z12345E0205271688"
    open_order(page, jet_id)
    until(page, "Made in the store.")
    wait_for(
        lambda: shop.documents(order) == ["invoice", "shipment"], "an invoice beside the store's shipment"
    )


def test_a_shipment_that_the_store_refuses_is_mended_on_the_page_of_differences(
    page: Page, desk: SandboxDesk, shop: Store
):
    jet_id = place(desk, SKU, 2)
    fetch(page)
    order = shop.order_of(jet_id)
    shop.stock(0)
    open_order(page, jet_id)
    page.get_by_label("Tracking number").fill("1Z12345E0205271689")
    press(page.get_by_role("button", name="Submit Shipment"))
    wait_for(lambda: order_at_jet(desk, jet_id)["status"] == "complete", "the order complete at Jet")
    page.goto(DIFFERENCES)
    until(page, "Source default does not have the units that left.")
    shop.stock(5)
    page.goto(DIFFERENCES)
    press(page.get_by_role("button", name="Try again"))

    wait_for(lambda: shop.documents(order) == ["invoice", "shipment"], "shipment and invoice in the store")
    wait_for(lambda: "Both sides have the same documents." in read_again(page), "nothing differs any more")
