"""A merchant connects their Magento store: one permission is missing, is named, is given."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation, free_port
from tests.homes import Furnish
from tests.journeys.conftest import press

pytestmark = pytest.mark.journey


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
    done = installation.manage("connect_store", "--validate", "--json")
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
