"""Mapping in the browser: Jet's taxonomy comes in, categories and attributes are mapped, a later one changes them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation

pytestmark = pytest.mark.journey

CATEGORIES = """id,Name,Parent_id,active,Level,JetTaxCode
8100,House,0,1,0,Generic Taxable Product
8110,Tableware,8100,1,1,Generic Taxable Product
8111,Teapots,8110,1,2,Generic Taxable Product
8112,Saucers,8110,1,2,Generic Taxable Product
8120,Linen,8100,1,1,Generic Taxable Product
"""
LATER = CATEGORIES.replace("8111,Teapots,", "8311,Teapots & Kettles,")
ATTRIBUTES = """id,description,display_name,free_text,variant,retired
404891793019313,Glaze,Glaze,0,1,0
"""
VALUES = """ID,attribute_id,value,units,retired
1,404891793019313,Red,NULL,0
2,404891793019313,White,NULL,0
"""
LINKS = """attribute_id,category_id,active
404891793019313,8111,1
404891793019313,8112,1
1.41513E+14,8112,1
"""
PRODUCTS = """sku,product_type,name,price,qty,categories,additional_attributes
POT-1,simple,Round pot,20,5,Pottery/Teapots,glaze=Deep Red
POT-2,simple,Tall pot,25,5,Pottery/Teapots,glaze=Ivory
DISH-1,simple,Small dish,4,9,Pottery/Saucers,glaze=white
CLOTH-1,simple,Cloth,9,9,Textiles/Linen,
"""


def test_from_jets_files_to_products_with_everything_jet_asks_for(
    page: Page, installation: Installation, tmp_path: Path
):
    products = tmp_path / "products.csv"
    products.write_text(PRODUCTS)
    assert installation.manage("import_products", str(products)).returncode == 0

    import_taxonomy(page, tmp_path, CATEGORIES)
    the_skipped_row_is_listed(page)
    map_by_selects(page)
    map_all_below_and_take_it_back(page)
    accept_many(page)
    map_attribute_with_its_words(page, installation)
    the_product_has_what_jet_asks_for(page)
    a_later_taxonomy_moves_the_mapping(page, tmp_path)
    the_former_version_comes_back(page)


def import_taxonomy(page: Page, folder: Path, categories: str) -> None:
    texts = {"categories": categories, "attributes": ATTRIBUTES, "values": VALUES, "links": LINKS}
    page.goto("/admin/mapping/taxonomy/")
    for field, text in texts.items():
        file = folder / f"{field}.csv"
        file.write_text(text)
        page.set_input_files(f"input[name={field}]", file)
    page.get_by_role("button", name="Upload & Update").click()
    expect(page.get_by_text("Nothing has been changed yet")).to_be_visible()
    page.get_by_role("button", name="Accept and store").click()
    expect(page.get_by_text("Stored now:")).to_be_visible()


def the_skipped_row_is_listed(page: Page) -> None:
    page.get_by_role("link", name="View skipped rows").click()
    expect(page.get_by_text("1.41513E+14 was rounded by a spreadsheet")).to_be_visible()


def choose(page: Page, store: str) -> None:
    page.goto("/admin/mapping/categories/")
    page.locator(".map-tree").get_by_role("link", name=re.compile(store)).first.click()


def map_by_selects(page: Page) -> None:
    choose(page, "Teapots")
    page.get_by_label("Root category").select_option(label="House")
    expect(page.get_by_text("House is a main category")).to_be_visible()
    page.get_by_label("Child category").select_option(label="Tableware")
    page.get_by_label("Sub-category").select_option(label="Teapots")
    expect(page.get_by_text("2 products in this category and below are checked again")).to_be_visible()
    page.locator("#choice button:not([aria-disabled])", has_text="Save").click()
    expect(page.get_by_text("mapped to House > Tableware > Teapots")).to_be_visible()
    expect(page.locator(".map-tree [aria-current]")).not_to_contain_text("Teapots")


def map_all_below_and_take_it_back(page: Page) -> None:
    choose(page, "Pottery")
    expect(page.get_by_text("3 products here and below: 2 mapped, 1 unmapped")).to_be_visible()
    page.get_by_label("Search all of Jet's categories").fill("house saucers")
    page.locator("#found button").first.click()
    page.get_by_label(re.compile("Map this and all below")).check()
    page.locator("#choice button:not([aria-disabled])", has_text="Save").click()
    expect(page.get_by_text("mapped to House > Tableware > Saucers")).to_be_visible()
    page.get_by_role("button", name="Undo the last change").click()
    expect(page.get_by_text("Taken back:")).to_be_visible()
    choose(page, "Teapots")
    expect(page.locator(".map-state")).to_contain_text("House > Tableware > Teapots")


def accept_many(page: Page) -> None:
    page.goto("/admin/mapping/categories/suggestions/")
    for store in ("Pottery/Saucers", "Textiles/Linen"):
        page.get_by_label(re.compile(f"{store}$")).check()
    page.get_by_role("button", name="Accept selected").click()
    expect(page.get_by_text("categories mapped. The products are being checked again.")).to_be_visible()


def map_attribute_with_its_words(page: Page, installation: Installation) -> None:
    page.goto("/admin/catalog/attribute/?q=glaze")
    page.get_by_role("link", name="Map", exact=True).click()
    page.locator("#jet-attribute-suggestions button", has_text="404891793019313").click()
    expect(page.locator("#jet-attribute-check")).to_contain_text("pick from list, distinguishes variations")
    page.get_by_label("Jet attribute ID").fill("4.04892E+14")
    page.get_by_role("button", name="Validate").click()
    expect(page.locator("#jet-attribute-check")).to_contain_text("rounded by a spreadsheet")
    page.get_by_label("Jet attribute ID").fill("404891793019313")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("values of the store are not Jet's words yet")).to_be_visible()
    page.get_by_role("button", name="Fill in all suggestions").click()
    expect(page.get_by_label("Deep Red")).to_have_value("Red")
    page.get_by_label("Ivory").fill("White")
    page.get_by_role("button", name="Save words").click()
    expect(page.get_by_text("Jet knows every value now.")).to_be_visible()


def the_product_has_what_jet_asks_for(page: Page) -> None:
    page.goto("/admin/catalog/product/?q=POT-1")
    page.locator("#result_list a[href*='/change/']").first.click()
    page.get_by_role("link", name="jet.com").first.click()
    expect(page.locator("#jb-asked")).to_contain_text("this product has it")
    page.locator("#jb-asked summary").click()
    expect(page.locator("#jb-asked")).to_contain_text("Deep Red")


def a_later_taxonomy_moves_the_mapping(page: Page, folder: Path) -> None:
    page.goto("/admin/mapping/taxonomy/")
    (folder / "later.csv").write_text(LATER)
    page.set_input_files("input[name=categories]", folder / "later.csv")
    page.get_by_role("button", name="Upload & Update").click()
    expect(page.get_by_text("of your category mappings would point to retired categories")).to_be_visible()
    page.get_by_label("Move Pottery/Teapots to House > Tableware > Teapots & Kettles").check()
    page.get_by_role("button", name="Accept and store").click()
    expect(page.get_by_text("1 mapping moved to the successors you chose.")).to_be_visible()


def the_former_version_comes_back(page: Page) -> None:
    page.goto("/admin/mapping/taxonomy/")
    page.get_by_role("button", name="Restore last CSV").first.click()
    expect(page.get_by_text("Stored now:")).to_be_visible()
    choose(page, "Teapots")
    expect(page.locator(".map-state")).to_contain_text("Retired at Jet")
