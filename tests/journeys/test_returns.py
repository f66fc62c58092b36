"""A merchant settles returns in the browser: in part with a reason, and with 0 after a refund."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.homes import Furnish, Homes
from tests.journeys.conftest import SandboxDesk, press
from tests.waiting import wait_for

pytestmark = pytest.mark.journey
SKU = "MUG-OAT"


@pytest.fixture(scope="module")
def furnish(homes: Homes) -> Furnish:
    """The demo's products, which Jet sells."""
    return homes.demo


@pytest.fixture
def shipped(installation: Installation, desk: SandboxDesk) -> dict[str, str]:
    """A shipped order of two mugs: its number here, its id and its item's id at Jet."""
    [jet_id] = desk.tell("orders", {"mode": "test", "items": [{"sku": SKU, "quantity": 2}]})["order_ids"]
    assert installation.managed("fetch_orders", jet_id).returncode == 0
    sent = installation.managed("ship_order", jet_id, "--tracking", "1Z9990000000000001", "--json")
    # The worker of the installation may have been quicker than the command.
    held = wait_for(lambda: complete_at_jet(desk, jet_id), "Jet has the shipment")
    number = json.loads(sent.stdout.splitlines()[-1])["order"]
    return {"number": number, "jet_id": jet_id, "item": held["order_items"][0]["order_item_id"]}


def test_a_partial_return_with_feedback(page: Page, desk: SandboxDesk, shipped: dict[str, str]):
    return_id = send_back(desk, shipped, 2)
    open_return(page, shipped)
    asked = amount(page, "Amount")
    page.get_by_label("Agree to Return").select_option(label="No")
    page.get_by_label("Why not").select_option("wrongItem")
    page.get_by_label("Qty Refunded").fill("1")
    assert amount(page, "Amount") == asked / 2
    page.get_by_label("Amount", exact=True).fill(f"{asked:.2f}")
    expect(page.get_by_text("That is more than these units carry")).to_be_visible()
    page.get_by_label("Amount", exact=True).fill(f"{asked / 2:.2f}")
    page.get_by_label("Tax", exact=True).fill("0")
    expect(page.locator("[data-jr-total=all]")).to_have_text(f"${asked / 2:.2f}")

    page.get_by_role("button", name="Submit Return").click()
    expect(page.get_by_text("why less is given back than asked for").first).to_be_visible()
    page.get_by_label("Return Feedback").select_option("Restocking fee")
    page.get_by_label("Notes").fill("One was used")
    page.get_by_role("button", name="Submit Return").click()

    expect(page.get_by_text("Jet took your answer.")).to_be_visible()
    held = desk.ask("state", kind="returns", id=return_id)
    item = held["items"][0]
    assert (held["agree_to_return_charge"], held["return_charge_feedback"]) == (False, "wrongItem")
    assert (item["order_return_refund_qty"], item["refund_amount"]["principal"]) == (1, asked / 2)
    assert (item["return_refund_feedback"], item["notes"]) == ("Restocking fee", "One was used")
    page.get_by_role("link", name=re.compile("Credit memo")).first.click()
    expect(page.get_by_text(f"${asked / 2:.2f}").first).to_be_visible()


def test_a_refund_and_then_a_return_request_pay_once(page: Page, desk: SandboxDesk, shipped: dict[str, str]):
    page.goto("/admin/returns/refund/")
    page.get_by_role("link", name="Add New Refund").first.click()
    page.get_by_label("Order", exact=True).fill(shipped["number"])
    page.get_by_role("button", name="Show its items").click()
    page.get_by_label("Refund reason").select_option(label="Unwanted gift")
    press(page.get_by_role("button", name="Submit Refund"))
    wait_for(lambda: refund_at_jet(desk, shipped), "Jet has the refund")

    return_id = send_back(desk, shipped, 2)
    open_return(page, shipped)
    expect(page.get_by_text("Complete this return with 0:")).to_be_visible()
    expect(page.get_by_text(re.compile("already promised by refund")).first).to_be_visible()
    assert amount(page, "Amount") == 0
    page.get_by_role("button", name="Complete return with 0").click()
    page.get_by_label("Return Feedback").select_option("Restocking fee")
    page.get_by_role("button", name="Submit Return").click()

    expect(page.get_by_text("Jet took your answer.")).to_be_visible()
    item = desk.ask("state", kind="returns", id=return_id)["items"][0]
    assert (item["order_return_refund_qty"], sum(item["refund_amount"].values())) == (0, 0)
    assert "refund RF" in item["notes"]
    assert len(refund_at_jet(desk, shipped)) == 1


def complete_at_jet(desk: SandboxDesk, jet_id: str) -> dict | None:
    held = desk.ask("state", kind="orders", id=jet_id)
    return held if held["status"] == "complete" else None


def send_back(desk: SandboxDesk, shipped: dict[str, str], quantity: int) -> str:
    item = {"order_item_id": shipped["item"], "quantity": quantity}
    opened = desk.tell("returns", {"mode": "test", "order_id": shipped["jet_id"], "items": [item]})
    return opened["return_ids"][0]


def open_return(page: Page, shipped: dict[str, str]) -> None:
    page.goto("/admin/returns/returnrequest/")
    press(page.get_by_role("button", name="Fetch New Return"))
    address = f"/admin/returns/returnrequest/?q={shipped['number']}"
    row = page.locator("#result_list tbody a[href*='/change/']")
    wait_for(lambda: page.goto(address) and row.count(), "the return is fetched")
    row.first.click()
    expect(page.get_by_role("button", name="Submit Return")).to_be_visible()


def amount(page: Page, label: str) -> float:
    return float(page.get_by_label(label, exact=True).input_value())


def refund_at_jet(desk: SandboxDesk, shipped: dict[str, str]) -> list:
    rows = desk.ask("state", kind="refunds")["refunds"]
    return [row for row in rows if row["merchant_order_id"] == shipped["jet_id"]]
