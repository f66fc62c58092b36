"""A fashion shop's first ten minutes: from an empty panel to 1,080 products under review, every press counted."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation
from tests.homes import Homes
from tests.journeys import fashion_export
from tests.journeys.conftest import SandboxDesk
from tests.journeys.presses import Presses

pytestmark = pytest.mark.journey
# What a person may be asked for at most. A page is an address: the same with another product or run is the same page.
AIMS = {"presses": 25, "typed": 2, "pages": 9}
BRAND, IMAGES = "Northwind", "https://images.example.com/catalog/product"


@pytest.fixture
def installation(tmp_path: Path, homes: Homes) -> Iterator[Installation]:
    """An empty panel for each size of the shop."""
    installed = homes.peopled(Installation(tmp_path / "home"))
    try:
        yield installed.start()
    finally:
        installed.clear_away()


# The presses are the same however many products there are; the whole shop takes minutes of the machine.
@pytest.mark.parametrize(
    "groups", [1, pytest.param(None, marks=pytest.mark.kill)], ids=["a group of each kind", "the whole shop"]
)
def test_from_an_empty_panel_to_all_products_under_review(
    page: Page, desk: SandboxDesk, tmp_path: Path, groups: int | None
):
    file = tmp_path / "products.csv"
    made, children = fashion_export.write(file, groups=groups)
    assert groups is not None or (made, children) == (70, 1_080)
    person = Presses(page)

    walk(person, file, f"{children:,}", f"{made} groups with {children:,}")

    figures = person.figures()
    print(f"\n{children} products in {made} groups: {json.dumps(figures)}")  # noqa: T201 - what the story proves
    at_jet = [each["status"] for each in desk.ask("state", kind="skus")["skus"]]
    assert at_jet.count("Under Jet Review") >= children
    over = {name: figures[name] for name, aim in AIMS.items() if figures[name] > aim}
    assert over == {}, person.counted()


def walk(person: Presses, file: Path, children: str, all_of_them: str) -> None:
    """Take the way that the panel itself shows: each page's one primary button."""
    page = person.page
    person.leave(page.get_by_role("button", name="Fill in the sandbox's keys"))
    person.leave(page.get_by_role("link", name="Import products", exact=True))
    person.choose_file(page.locator("input[type=file]").first, str(file))
    person.leave(page.get_by_role("button", name="Upload and preview"))
    person.press_when_there(page.get_by_role("button", name="Confirm and import"))
    person.press_when_there(page.get_by_role("button", name="Use practice categories"))
    person.press_when_there(page.get_by_role("button", name="Accept selected"))
    person.press_when_there(page.get_by_role("button", name="Accept 10 proposals"))
    person.press_when_there(page.get_by_role("link", name="Fix problems"))
    expect(page.locator("#fill input[name=value]")).to_be_focused()
    person.write(page.locator("#fill input[name=value]"), BRAND)
    person.enter()
    person.press_when_there(page.get_by_role("link", name=re.compile("^Next: Identifier: missing")))
    person.press(page.get_by_text("By a pattern"))
    person.press_when_there(page.get_by_role("button", name=f"Set manufacturer part number for {children}"))
    person.press_when_there(page.get_by_role("link", name="Next: Enter the image base URL"))
    expect(page.get_by_label("Image base URL")).to_be_focused()
    person.write(page.get_by_label("Image base URL"), IMAGES)
    person.enter()
    person.press_when_there(page.get_by_role("link", name="Upload products"))
    person.press_when_there(page.get_by_role("button", name=f"Upload {all_of_them} products"))
    with person.machine():
        expect(page.get_by_role("link", name=f"See {children} under Jet's review")).to_be_visible()
