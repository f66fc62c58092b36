"""Mass actions in the browser: a vague refusal in a bulk upload, fixed; "select all" over three pages."""

import csv
import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.factories import ean13
from tests.journeys.conftest import SandboxDesk, press, read_again, stock
from tests.journeys.test_main_job import enter_the_keys
from tests.waiting import wait_for

pytestmark = pytest.mark.journey
COLUMNS = [
    "sku",
    "product_type",
    "categories",
    "name",
    "description",
    "price",
    "qty",
    "base_image",
    "additional_attributes",
]
FILE_JOBS = ("catalog.advance_bulk_runs", "catalog.poll_files")
GRID, FILES = "/admin/catalog/product/", "/admin/catalog/uploadfile/"
# 50 rows stand on a page, so the lamps fill three.
LAMPS, OTHERS = 120, 15


@pytest.fixture(scope="module")
def store(installation: Installation, journey_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cups, of which one lacks all that Jet asks for, and many lamps, in a mapped category."""
    rows = [[f"CUP-{number}", f"Stoneware cup {number}"] for number in range(1, 6)]
    rows += [[f"LAMP-{number:03}", f"Clip lamp {number}"] for number in range(LAMPS)]
    rows += [[f"VASE-{number:02}", f"Glass vase {number}"] for number in range(OTHERS)]
    file = tmp_path_factory.mktemp("store") / "store.csv"
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        for number, (sku, name) in enumerate(rows):
            codes = "" if sku == "CUP-5" else f"brand=Harbor,ean={ean13(number)}"
            image = f"https://images.example.com/{sku}.jpg"
            writer.writerow([sku, "simple", "Shop/Mugs", name, "Made to last.", "9.00", 7, image, codes])
    stock(installation, file, journey_data)
    return file


def test_a_vague_refusal_is_pinned_fixed_and_resubmitted(page: Page, desk: SandboxDesk, store: Path):
    enter_the_keys(page, desk)
    desk.tell("clock", {"transitions": "at_once"})
    desk.tell("files", {"vague_errors": True, "refuse": ["CUP-2", "CUP-3"]})

    page.goto(f"{GRID}?q=CUP-")
    page.locator("#action-toggle").check()
    page.select_option("select[name=action]", label="Bulk Product Upload")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("5 products chosen")).to_be_visible()
    expect(page.get_by_text("Invalid: Jet would refuse it")).to_be_visible()
    page.get_by_role("button", name="Upload 4 products").click()

    expect(page.locator(".jb-chip", has_text="Partly done").first).to_be_visible()
    expect(page.locator("#items")).to_contain_text("CUP-3")
    assert [sku for sku in ("CUP-1", "CUP-2", "CUP-3", "CUP-4", "CUP-5") if held(desk, sku)] == [
        "CUP-1",
        "CUP-4",
    ]

    open_the_file(page)
    expect(page.locator(".jb-affected")).to_have_count(2)
    expect(page.get_by_role("button", name="Resubmit 0 corrected products")).to_be_disabled()
    correct(page, "CUP-3")
    # Jet still refuses the other one, so the file stays; now on a phone in the dark.
    desk.tell("files", {"vague_errors": True, "refuse": ["CUP-2"]})
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    open_the_file(page)
    expect(page.get_by_text("CUP-3, third edition").first).to_be_visible()
    press(page.get_by_role("button", name="Resubmit 1 corrected product"))
    expect(page.get_by_text("The file stays in the list: 1 of its products is still refused")).to_be_visible()
    wait_for(lambda: held(desk, "CUP-3"), "the first corrected cup arrives at Jet")
    open_the_file(page)
    wait_for(lambda: "Taken since" in read_again(page), "the file says so")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "Would be sent now" not in page.locator("main").inner_text()
    correct(page, "CUP-2")

    desk.tell("files", {"vague_errors": False, "refuse": []})
    open_the_file(page)
    press(page.get_by_role("button", name="Resubmit 1 corrected product"))
    expect(page.get_by_text("1 product being sent again")).to_be_visible()
    wait_for(lambda: held(desk, "CUP-2"), "the second corrected cup arrives at Jet")
    page.goto(FILES)
    expect(page.locator("#result_list")).to_contain_text("N/A")


def test_select_all_acts_on_exactly_what_the_filter_matches_and_outlives_a_restart(
    page: Page, desk: SandboxDesk, store: Path, installation: Installation
):
    page.goto(f"{GRID}?q=LAMP-")
    page.locator("#action-toggle").check()
    page.get_by_text(re.compile(f"Select all {LAMPS} ")).click()
    page.select_option("select[name=action]", label="Bulk Product Upload")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(f"{LAMPS} products chosen: all that match the filters")).to_be_visible()
    page.get_by_role("button", name=f"Upload {LAMPS} products").click()

    run = page.url
    expect(page.get_by_text(re.compile(rf"of {LAMPS}\b")).first).to_be_visible()
    # The tab is closed and the server stops in the middle: the work goes on without the one, after the other.
    page.goto("about:blank")
    wait_for(lambda: at_jet(desk, "LAMP-"), "the first lamps arrive at Jet")
    assert len(at_jet(desk, "LAMP-", whole=True)) < LAMPS, "the run was over before the server stopped"
    assert installation.stop() == 0
    installation.start()
    wait_for(lambda: len(at_jet(desk, "LAMP-", whole=True)) == LAMPS, "all lamps arrive at Jet")
    page.goto(run)
    expect(page.locator(".jb-chip", has_text="Done").first).to_be_visible()
    expect(page.locator("a.jb-card", has_text="Done").locator(".jb-card-value")).to_have_text(str(LAMPS))
    assert at_jet(desk, "VASE-") == []


def test_a_paused_upload_keeps_its_files_and_a_cancelled_one_takes_them_back(
    page: Page, desk: SandboxDesk, store: Path, installation: Installation
):
    # Jet hands out no address, so the files are built and stay.
    desk.tell("faults", {"path": "/files/uploadToken", "kind": "status", "status": 503, "times": 10_000})
    page.goto(f"{GRID}?q=VASE-")
    page.get_by_role("link", name="Upload to Jet", exact=True).click()
    press(page.get_by_role("button", name=f"Upload {OTHERS} products"))
    expect(page.get_by_text("Jet has processed 0 of 3 files").first).to_be_visible()
    press(page.get_by_role("button", name="Pause", exact=True))
    run = page.url
    page.goto("about:blank")
    wait_for(
        lambda: all(ran(installation, job) for job in FILE_JOBS), "no worker has the files in its hands", 120
    )
    desk.clear_faults()
    page.goto(run)
    expect(page.locator(".jb-chip", has_text="Paused").first).to_be_visible()

    press(page.get_by_role("button", name="Cancel", exact=True))

    expect(page.locator(".jb-chip", has_text="Cancelled").first).to_be_visible()
    expect(page.locator("a.jb-card", has_text="Skipped").locator(".jb-card-value")).to_have_text(str(OTHERS))
    expect(page.get_by_text("Not begun when the run was cancelled.").first).to_be_visible()
    assert at_jet(desk, "VASE-") == []


def ran(installation: Installation, job: str) -> bool:
    """Return whether a job could run now, and had nothing that failed."""
    return installation.managed("run_job", job).returncode == 0


def open_the_file(page: Page) -> None:
    page.goto(f"{FILES}?status__exact=Processed+with+errors")
    page.get_by_role("link", name="View errors & resubmit").first.click()


def correct(page: Page, sku: str) -> None:
    """Give a product of the open file another name."""
    page.locator(".jb-affected a", has_text=sku).first.click()
    page.locator("input[name=name]").fill(f"Stoneware {sku}, third edition")
    press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def held(desk: SandboxDesk, sku: str) -> object:
    try:
        return desk.ask("state", kind="skus", id=sku)
    except requests.HTTPError:
        return None


def at_jet(desk: SandboxDesk, beginning: str, *, whole: bool = False) -> list[str]:
    """Return the SKUs with this beginning that Jet has; whole: with a price and a quantity."""
    found = [each for each in desk.ask("state", kind="skus")["skus"] if not whole or is_whole(each)]
    return sorted(
        str(each["merchant_sku"]) for each in found if str(each["merchant_sku"]).startswith(beginning)
    )


def is_whole(sku: dict[str, object]) -> bool:
    return bool(sku.get("price") and sku.get("inventory_by_fulfillment_node"))
