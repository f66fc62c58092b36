"""Staying in step in the browser: what another tool did on the account is seen, said and fixed."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.factories import ean13
from tests.journeys.conftest import SandboxDesk, press, read_again, stock
from tests.journeys.test_main_job import enter_the_keys
from tests.waiting import wait_for

pytestmark = pytest.mark.journey
COLUMNS = (
    "sku", "product_type", "categories", "name", "description", "price", "qty", "base_image",
    "additional_attributes",
)  # fmt: skip
GRID, DRIFT, VANISHED = "/admin/catalog/product/", "/admin/catalog/drift/", "/admin/catalog/vanished/"


@pytest.fixture(scope="module")
def store(
    installation: Installation, journey_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """Three cups in a mapped category."""
    file = tmp_path_factory.mktemp("store") / "cups.csv"
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        for number in range(1, 4):
            image = f"https://images.example.com/{number}.jpg"
            codes = f"brand=Harbor,ean={ean13(number)}"
            writer.writerow(
                [
                    f"CUP-{number}",
                    "simple",
                    "Shop/Mugs",
                    f"Stoneware cup {number}",
                    "Made to last.",
                    "9.00",
                    7,
                    image,
                    codes,
                ]
            )
    stock(installation, file, journey_data)
    return installation


class OtherTool:
    """A second program with the keys of the same account."""

    def __init__(self, installation: Installation) -> None:
        self._url = f"http://127.0.0.1:{installation.sandbox_port}/api"
        keys = {"user": "test-user", "pass": "test-secret"}
        token = requests.post(f"{self._url}/token", json=keys, timeout=60).json()["id_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def put(self, path: str, body: dict[str, Any]) -> None:
        """Write to Jet."""
        answer = requests.put(
            f"{self._url}/merchant-skus/{path}", json=body, headers=self._headers, timeout=60
        )
        answer.raise_for_status()

    def get(self, path: str) -> dict[str, Any]:
        """Read from Jet."""
        answer = requests.get(f"{self._url}/merchant-skus/{path}", headers=self._headers, timeout=60)
        return dict(answer.json())


@pytest.fixture
def other(installation: Installation) -> OtherTool:
    return OtherTool(installation)


def open_product(page: Page, sku: str) -> None:
    page.goto(f"{GRID}?q={sku}")
    page.locator("#result_list").get_by_role("link", name=re.compile("Stoneware cup")).first.click()


def test_a_change_by_another_tool_is_in_the_report_and_reconciled(
    page: Page, desk: SandboxDesk, store: Installation, other: OtherTool
):
    enter_the_keys(page, desk)
    sent = store.managed("upload", "--direct", "--all", seconds=120)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    other.put("CUP-1/price", {"price": 5.55})

    page.goto(DRIFT)
    press(page.get_by_role("button", name="Compare now"))
    wait_for(lambda: "$5.55" in read_again(page), "the difference in the report")
    row = page.locator("tr", has=page.get_by_text("CUP-1", exact=True))
    expect(row).to_contain_text("Changed on Jet, no record here")
    press(row.get_by_role("link", name="Reconcile"))

    wait_for(lambda: "Nothing differs" in read_again(page), "the difference being gone")
    expect(page.get_by_text("Nothing differs")).to_be_visible()
    assert other.get("CUP-1")["price"] == 9


def test_view_opens_over_the_grid_and_closes_to_it(page: Page, store: Installation):
    page.goto(f"{GRID}?q=CUP-2")
    page.get_by_role("button", name="More actions: CUP-2", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="View on Jet").click()
    dialog = page.get_by_role("dialog", name="View on Jet")
    expect(dialog).to_contain_text("Quantity at our node")

    dialog.get_by_role("button", name="Close").click()

    expect(dialog).to_have_count(0)
    assert "q=CUP-2" in page.url
    more = page.get_by_role("button", name="More actions: CUP-2", exact=True)
    expect(more).to_be_focused()
    more.click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Sync with Jet")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Sync with Jet")).to_be_hidden()
    expect(more).to_be_focused()


def open_tab(page: Page, name: str) -> None:
    """Open a tab that waits behind "More"."""
    more = page.get_by_role("navigation", name="Parts of the product").locator("summary")
    more.click()
    page.get_by_role("link", name=name).click()
    expect(more).to_have_text(name)
    expect(page.get_by_role("link", name=name)).to_be_hidden()


def test_an_exception_is_added_and_shown_as_jet_holds_it(page: Page, store: Installation):
    open_product(page, "CUP-2")
    open_tab(page, "Jet Return Exception")
    expect(page.get_by_text("Jet holds no exception for this product.")).to_be_visible()
    tab = page.locator("#return_exceptions-group")
    tab.get_by_text("Add exception").click()
    page.locator("[name=return_exceptions-0-time_to_return]").fill("14")
    tab.locator("[name=return_exceptions-0-return_shipping_methods][value='UPS Ground']").check()
    press(page.get_by_role("button", name="Save", exact=True))

    held = tab.locator(".jb-on-jet")

    def is_held() -> bool:
        open_product(page, "CUP-2")
        open_tab(page, "Jet Return Exception")
        held.scroll_into_view_if_needed()
        expect(held).not_to_contain_text("Asking Jet")
        return "As in the store" in held.inner_text()

    wait_for(is_held, "the exception on Jet")
    expect(held.locator("tr", has_text="Days to return")).to_contain_text("14")


def test_a_live_product_is_asked_about_although_nobody_told_us_that_it_is_live(
    page: Page, desk: SandboxDesk, store: Installation, other: OtherTool
):
    desk.tell("reviews", {"sku": "CUP-3", "status": "Available for Purchase"})

    def is_taken() -> bool:
        """Send it; what a job sends at the same moment, or Jet does not answer in time, is said and not taken."""
        open_product(page, "CUP-3")
        # A button, and a link once the product is known to be live.
        press(page.locator("main").get_by_text("Sync with Jet", exact=True).first)
        expect(page.get_by_text("The product is live.")).to_be_visible()
        press(page.get_by_role("button", name="Send price and quantity only"))
        said = page.locator("main").inner_text()
        assert re.search("Jet took of CUP-3|Still to be sent of CUP-3|CUP-3 was not sent", said), said
        return "Jet took of CUP-3: Price, Inventory." in said

    wait_for(is_taken, "price and quantity at Jet")
    assert other.get("CUP-3")["status"] == "Available for Purchase"


def test_a_sku_that_only_jet_has_is_linked_to_its_product(page: Page, store: Installation, other: OtherTool):
    other.put("OLD-CUP", {"product_title": "An old cup", "multipack_quantity": 1, "ASIN": "B00OLDCUP1"})
    made = store.managed("import_products", str(_one_more(store)), seconds=120)
    assert made.returncode == 0, made.stdout
    page.goto(VANISHED)
    press(page.get_by_role("button", name="Find vanished products"))
    wait_for(lambda: "OLD-CUP" in read_again(page), "the vanished SKU")
    press(page.get_by_role("link", name="Link to a product"))
    page.get_by_label("SKU in your store").fill("CUP-9")
    press(page.get_by_role("button", name="Use this product", exact=True).last)

    expect(page.get_by_text("OLD-CUP on Jet is CUP-9 from now on")).to_be_visible()
    expect(page.get_by_text("No vanished product is known")).to_be_visible()


def _one_more(store: Installation) -> Path:
    file = store.home / "one-more.csv"
    file.write_text(
        f"{','.join(COLUMNS)}\nCUP-9,simple,Shop/Mugs,Stoneware cup 9,Made.,9.00,3,https://images.example.com/9.jpg,brand=Harbor\n"
    )
    return file
