"""What is wrong with a catalogue fixed in the browser: by cause in one table, by a file, and in the grid's cells."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.factories import ean13
from tests.waiting import wait_for

pytestmark = pytest.mark.journey
COLUMNS = (
    "sku",
    "product_type",
    "categories",
    "name",
    "description",
    "price",
    "qty",
    "base_image",
    "additional_attributes",
)
SKUS = ("PEN-1", "PEN-2", "PEN-3")
GRID = "/admin/catalog/product/"


@pytest.fixture(scope="module")
def store(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Three pens whose check digits are wrong, in a category that is mapped."""
    file = tmp_path_factory.mktemp("store") / "pens.csv"
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        for number, sku in enumerate(SKUS, 1):
            codes = f"brand=Harbor,ean=952000000000{number}"
            writer.writerow(
                [
                    sku,
                    "simple",
                    "Shop/Pens",
                    f"A blue pen {number}",
                    "Writes.",
                    "5.00",
                    9,
                    "https://images.example.com/pen.jpg",
                    codes,
                ]
            )
    for command in (("import_products", str(file)), ("validate",)):
        done = installation.managed(*command, seconds=180)
        assert done.returncode == 0, done.stdout + done.stderr
    return installation


def test_a_cause_is_opened_fixed_in_the_table_and_only_what_is_wrong_stays(page: Page, store: Installation):
    page.goto("/admin/catalog/causes/")
    page.get_by_role("link", name="EAN: wrong check digit", exact=True).click()
    expect(page.locator(".jb-lead")).to_contain_text("3 products")
    page.get_by_label("EAN of PEN-1").fill(ean13(41))
    page.get_by_label("EAN of PEN-2").fill("9520000000009")

    page.get_by_role("button", name="Save and check again").click()

    expect(page.get_by_text("1 product fixed.")).to_be_visible()
    row = page.locator("tr", has=page.get_by_text("PEN-2", exact=True))
    expect(row.get_by_role("alert")).to_contain_text("check digit")
    page.goto("/admin/catalog/causes/EAN.check_digit/")
    expect(page.locator(".jb-lead")).to_contain_text("2 products")
    expect(page.get_by_text("PEN-1", exact=True)).to_have_count(0)


def test_a_cause_goes_out_as_a_file_and_comes_back_fixed_row_by_row(
    page: Page, store: Installation, tmp_path: Path
):
    page.goto("/admin/catalog/causes/EAN.check_digit/")
    page.get_by_label("File", exact=True).check()
    page.get_by_role("link", name="Export products").click()
    page.select_option("select[name=format]", label="csv")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Export|Submit", re.I)).last.click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["sku"] for row in rows] == ["PEN-3", "PEN-2"]

    file = tmp_path / "fixed.csv"
    for row in rows:
        if row["sku"] == "PEN-2":
            row["additional_attributes"] = re.sub(
                r"ean=\d+", f"ean={ean13(42)}", row["additional_attributes"]
            )
        else:
            row["price"] = "ten"
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    page.goto("/admin/catalog/imports/")
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_text("Nothing has been changed yet")).to_be_visible()
    expect(page.get_by_text("1 bad row", exact=True).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the bad rows as CSV").click()
    bad = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert [(row["sku"], "price" in row["error"]) for row in bad] == [("PEN-3", True)]

    page.get_by_role("button", name="Confirm and import").click()

    expect(page.get_by_text("Imported").first).to_be_visible()
    wait_for(lambda: left_with_the_cause(page) == ["PEN-3"], "the fixed product is checked again")


def left_with_the_cause(page: Page) -> list[str]:
    page.goto(f"{GRID}?problems=EAN.check_digit")
    return [text.strip() for text in page.locator("#result_list .jb-copied-sku").all_inner_texts()]


def test_a_price_is_edited_in_its_cell_and_a_list_is_kept_under_a_name(page: Page, store: Installation):
    page.goto(f"{GRID}?q=pen-1")
    page.get_by_role("button", name="Edit price of PEN-1").click()
    page.get_by_label("Price of PEN-1", exact=True).fill("-4")
    page.get_by_label("Price of PEN-1", exact=True).press("Enter")
    expect(page.get_by_role("alert").filter(has_text="0.01")).to_be_visible()
    page.get_by_label("Price of PEN-1", exact=True).fill("24.50")
    page.get_by_label("Price of PEN-1", exact=True).press("Enter")
    expect(page.get_by_text("$24.50")).to_be_visible()

    page.goto(f"{GRID}?problems=EAN.check_digit")
    page.locator("summary", has_text="Saved filters").click()
    page.get_by_label("Keep this list as").fill("Wrong codes")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Kept as Wrong codes.")).to_be_visible()
    page.goto(GRID)
    page.locator("summary", has_text="Saved filters").click()
    page.get_by_role("link", name="Wrong codes").click()
    expect(page.locator(".jb-filter", has_text="EAN: wrong check digit")).to_be_visible()

    page.locator("summary", has_text="Columns").click()
    page.get_by_label("Image", exact=True).uncheck()
    page.get_by_label("Store state", exact=True).check()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("#result_list th", has_text="Store state")).to_be_visible()
    expect(page.locator("#result_list th", has_text="Image")).to_have_count(0)


def test_the_drawer_fetches_its_long_lists_when_it_opens(page: Page, store: Installation):
    page.goto(GRID)
    page.get_by_role("button", name="Filters", exact=True).click()
    options = page.locator("#changelist-filter select[name=problems] option")
    wait_for(lambda: "EAN: wrong check digit" in options.all_inner_texts(), "the choices arrive")
