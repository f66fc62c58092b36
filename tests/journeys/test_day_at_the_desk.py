"""A day at the desk in the browser: 200 orders, 12 held, 5 refused shipments, 9 returns, every press counted."""

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.journeys.conftest import SandboxDesk, press
from tests.journeys.presses import Presses
from tests.journeys.test_main_job import enter_the_keys
from tests.waiting import wait_for

# Four minutes of a browser: each run of all tests sees the same day without one (tests/returns).
pytestmark = [pytest.mark.journey, pytest.mark.kill]
ORDERS, HELD, REFUSED, RETURNS, SCANNED = 200, 12, 5, 9, 20
WORK = "/admin/orders/work/"
COLUMNS = ("sku", "product_type", "name", "price", "qty", "additional_attributes")
# What each part may take at most, in presses of the pointer and in fields typed: a parcel is one scan.
AIMS = {
    "hold": {"presses": 2, "typed": 0},
    "ship": {"presses": 2, "typed": REFUSED + SCANNED},
    "answer_returns": {"presses": 1 + 2 * RETURNS, "typed": 0},
}


@pytest.fixture
def morning(page: Page, desk: SandboxDesk, installation: Installation, tmp_path: Path) -> Page:
    """What came over night, five parcels that Jet refused yesterday, nine returns of last week."""
    file = tmp_path / "products.csv"
    with file.open("w", newline="") as target:
        csv.writer(target).writerows(
            [COLUMNS, ("MUG-1", "simple", "Mug", 10, 1000, ""), ("LOW-1", "simple", "Jar", 10, 0, "")]
        )
    made = installation.manage("import_products", str(file))
    assert made.returncode == 0, made.stdout + made.stderr
    enter_the_keys(page, desk)
    for sku, units, many in (("MUG-1", 1, ORDERS - HELD), ("LOW-1", 2, HELD)):
        items = [{"sku": sku, "quantity": units, "price": 10.0}]
        desk.tell("orders", {"mode": "test", "count": many, "status": "ready", "items": items})
    page.goto("/admin/orders/order/")
    press(page.get_by_role("button", name="Fetch orders"))
    wait_for(lambda: count(desk, "acknowledged") == ORDERS - HELD, "the orders are acknowledged")
    person = Presses(page)
    page.goto(WORK)
    scan(person, 0, RETURNS)
    wait_for(lambda: count(desk, "complete") == RETURNS, "nine parcels are on their way")
    for order in orders(desk, "complete"):
        desk.tell("returns", {"mode": "test", "order_id": order["merchant_order_id"]})
    refusal = {"method": "PUT", "path": "/shipped$", "kind": "status", "status": 400, "times": REFUSED}
    desk.tell("faults", refusal)
    scan(person, RETURNS, REFUSED)
    wait_for(lambda: refused(page) == REFUSED, "Jet refuses five parcels")
    desk.clear_faults()
    assert installation.manage("fetch_returns").returncode == 0
    page.goto("/admin/")
    return page


def test_each_thing_takes_as_few_presses_as_it_aims_at(morning: Page, desk: SandboxDesk):
    figures = {}
    for part in (hold, ship, answer_returns):
        morning.goto("/admin/")
        person = Presses(morning)
        part(person)
        figures[part.__name__] = person.figures()

    print(f"\n{json.dumps(figures)}")  # noqa: T201 - what the story proves
    over = {
        part: figures[part]
        for part, aims in AIMS.items()
        if any(figures[part][name] > most for name, most in aims.items())
    }
    assert over == {}
    wait_for(lambda: count(desk, "complete") == RETURNS + REFUSED + SCANNED, "Jet has every parcel")
    wait_for(lambda: not pending(desk), "Jet has every answer")


def hold(person: Presses) -> None:
    """Twelve held orders of one cause: the card, and one button beside what is lacking."""
    person.leave(person.page.locator("main a[href$='/orders/failedorder/']").first)
    person.leave(person.page.get_by_role("button", name="Restock 12"))


def ship(person: Presses) -> None:
    """Twenty-five parcels, the five refused ones first and as they were typed: one scan each."""
    person.leave(person.page.get_by_role("link", name="Ship orders: To ship"))
    person.leave(person.page.get_by_role("link", name=re.compile(r"^Ship \d")))
    scan(person, RETURNS + REFUSED, REFUSED + SCANNED)


def answer_returns(person: Presses) -> None:
    """Nine returns: the list, the first of it, then each answered as it is offered, and the next."""
    page = person.page
    person.leave(page.get_by_role("link", name="Complete returns: Returns due"))
    person.leave(page.locator("#result_list tbody a[href*='/change/']").first)
    for left in range(RETURNS, 0, -1):
        person.leave(page.get_by_role("button", name="Submit Return"))
        if left > 1:
            person.leave(page.get_by_role("link", name="Next return"))


def scan(person: Presses, first: int, many: int) -> None:
    """Scan labels where the keyboard stands: nothing is pressed."""
    for number in range(first, first + many):
        expect(person.page.locator("input[name=tracking_number]")).to_be_focused()
        person.page.keyboard.insert_text(f"77000000{number:04}")
        person.enter()


def orders(desk: SandboxDesk, status: str) -> list[dict]:
    return [each for each in desk.ask("state", kind="orders")["orders"] if each["status"] == status]


def count(desk: SandboxDesk, status: str) -> int:
    return len(orders(desk, status))


def pending(desk: SandboxDesk) -> list[dict]:
    return [
        each
        for each in desk.ask("state", kind="returns")["returns"]
        if "complete" not in each["return_status"]
    ]


def refused(page: Page) -> int:
    page.goto("/admin/orders/order/?stage=refused")
    return page.locator("#result_list tbody tr").count()
