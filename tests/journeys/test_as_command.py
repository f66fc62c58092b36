"""What a form is about to do can be copied as a command, and that command does it."""

import shlex

import pytest
from playwright.sync_api import Page, expect

from tests.commands.installations import Installation

pytestmark = pytest.mark.journey


def line_of(page: Page) -> list[str]:
    """Open the fold beside the button and return the line as a shell takes it."""
    fold = page.locator(".jb-as-command").first
    fold.locator("summary").click()
    words = shlex.split(fold.locator("code").first.inner_text())
    assert words.pop(0) == "manage.py"
    return words


def test_changed_settings_are_a_command(page: Page, installation: Installation):
    page.goto("/admin/configuration/prices/")
    page.select_option("[name=price_mode]", "increase_percent")
    page.fill("[name=price_value]", "5")
    expect(page.locator(".jb-as-command code").first).to_contain_text("--price-value 5")
    line = line_of(page)

    done = installation.managed(*line)

    assert line == ["configure", "--price-mode", "increase_percent", "--price-value", "5"]
    assert done.returncode == 0, done.stderr
    page.goto("/admin/configuration/prices/")
    expect(page.locator("[name=price_mode]")).to_have_value("increase_percent")


def test_an_edited_product_is_a_command(page: Page, installation: Installation):
    made = installation.managed("product", "MUG-1", "--create", "--set", "name=Mug", "--set", "price=5")
    assert made.returncode == 0, made.stderr
    page.goto("/admin/catalog/product/")
    page.click("#result_list a[href*='/change/']")
    page.fill("[name=name]", "It's a mug; really")
    page.fill("[name=price]", "7.50")
    page.locator("[name=enabled]").uncheck()
    expect(page.locator(".jb-as-command code").first).to_contain_text("enabled=no")
    line = line_of(page)

    done = installation.managed(*line)

    assert line[:2] == ["product", "MUG-1"]
    assert line[3::2] == ["name=It's a mug; really", "enabled=no", "price=7.50"]
    assert done.returncode == 0, done.stderr
    page.reload()
    expect(page.locator("[name=name]")).to_have_value("It's a mug; really")
    expect(page.locator("[name=enabled]")).not_to_be_checked()
