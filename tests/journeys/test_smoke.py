"""A person can enter a fresh installation and open every entry of the menu."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.journey


def test_every_menu_entry_opens_without_an_error(page: Page):
    links = page.locator("#nav-sidebar a[href^='/admin/']").evaluate_all(
        "links => links.map(a => a.pathname)"
    )
    assert len(set(links)) > 10
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))

    broken = [
        path for path in dict.fromkeys(links) if (answer := page.goto(path)) is None or answer.status != 200
    ]

    assert broken == []
    assert errors == []
