"""No page has a serious finding of axe, a script error, a breach of the content policy or a sideways scroll."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.commands.installations import Installation
from tests.homes import PASSWORD, PERSON, Furnish, Homes
from tests.journeys.conftest import PATIENCE_MS

pytestmark = pytest.mark.journey

FIRST_ROW = "#result_list tbody tr a[href*='/change/']"
# Pages that the menu does not name: the first object of a grid, and forms behind buttons.
BEHIND = (
    ("/admin/catalog/product/", FIRST_ROW),
    ("/admin/mapping/taxonomy/", "a[href*='/mapping/taxonomy/']:not([href$='/taxonomy/'])"),
    ("/admin/mapping/categories/suggestions/", ""),
    ("/admin/mapping/attributemapping/", "a[href*='/words/']"),
    ("/admin/mapping/attributemapping/add/", ""),
    ("/admin/mapping/jetcategory/?level=2", "a.jb-link[href*='/change/']"),
    ("/admin/mapping/jetattribute/", FIRST_ROW),
    ("/admin/catalog/attribute/", FIRST_ROW),
    ("/admin/catalog/storecategory/", FIRST_ROW),
    ("/admin/catalog/runs/new/?action=bulk_upload", ""),
    ("/admin/catalog/causes/", "a[href*='/catalog/causes/'].jb-link"),
    ("/admin/orders/order/?stage=all", FIRST_ROW),
    ("/admin/orders/order/?stage=ship", FIRST_ROW),
    ("/admin/orders/parcels/", ""),
    ("/admin/orders/packing-slips/?stage=ship", ""),
    ("/admin/orders/failedorder/", FIRST_ROW),
    ("/admin/returns/returnrequest/", FIRST_ROW),
    ("/admin/returns/refund/", FIRST_ROW),
    ("/admin/returns/refund/", "a[href$='/refund/add/']"),
    ("/admin/core/apicall/", FIRST_ROW),
    ("/admin/core/event/", FIRST_ROW),
    ("/admin/cron/", "a[href*='/cron/runs/']"),
    ("/admin/cron/", "a[href$='/schedule/']"),
    ("/admin/cron/", "a[href$='/pause/']"),
    ("/admin/cron/catalog.sync_prices/", ""),
    ("/admin/my-notifications/", ""),
    ("/admin/auditlog/logentry/", ""),
    ("/admin/django_celery_beat/periodictask/", FIRST_ROW),
    ("/admin/auth/user/", FIRST_ROW),
    ("/admin/auth/group/", FIRST_ROW),
    ("/admin/configuration/fields/", ""),
    ("/admin/configuration/prices/", ""),
    ("/admin/configuration/orders/", ""),
    ("/admin/configuration/files/", ""),
)
LOOKS = {"desk": (1440, 900, "light"), "phone": (390, 844, "dark")}
# Opens each menu that is seen, and names those of which something is cut off.
CUT_OFF = """async () => {
    const cut = [];
    for (const menu of document.querySelectorAll("details.jb-menu:not([open])")) {
        if (!menu.checkVisibility()) continue;
        menu.open = true;
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const box = menu.querySelector(".jb-menu-body")?.getBoundingClientRect();
        if (box && (box.left < 0 || box.right > innerWidth)) cut.push(menu.querySelector("summary").innerText);
        menu.open = false;
    }
    return cut;
}"""
# What a page's first form is sent with, where it lies below what is seen.
BELOW = """() => [...document.querySelectorAll("main .jb-form > .jb-buttons > .jb-primary, #submit-row [name=_save]")]
    .filter((button) => button.checkVisibility()).slice(0, 1)
    .filter((button) => button.getBoundingClientRect().bottom > innerHeight + 1).map((button) => button.innerText)"""
# Of rows: a question instead of an answer, and a hash where a person looks for a number.
LOUD = r"""() => [...document.querySelectorAll("#result_list tbody tr")].map((row) => row.innerText)
    .filter((text) => /Why\?|\b[0-9a-f]{20}/.test(text)).slice(0, 1)"""
# Calls are what programs said to each other.
HASHES = ("/admin/core/apicall/",)


@pytest.fixture(scope="module")
def furnish(homes: Homes) -> Furnish:
    """The demo: pages with rows find more than empty ones."""
    return homes.demo


@pytest.fixture
def pages(browser: Browser, installation: Installation) -> Iterator[Page]:
    """A logged-in page, whose size and theme change with LOOKS."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{installation.port}")
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = context.new_page()
    page.goto("/admin/login/")
    page.fill("input[name=username]", PERSON)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def look(page: Page, name: str) -> None:
    """Let a page stand on a desk in the light or in a hand in the dark."""
    width, height, theme = LOOKS[name]
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": height})


def excess(page: Page, name: str) -> Iterator[str]:
    """Yield how wide a page is, where it does not fit, and which menus open beyond its edge."""
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > LOOKS[name][0]:
        yield f"{wide} pixels wide"
    yield from (f"the menu {menu} opens beyond the edge" for menu in page.evaluate(CUT_OFF))


def out_of_sight(page: Page, address: str) -> Iterator[str]:
    """Yield what one would have to scroll for, or to ask about, before a page can be worked with."""
    yield from (f"{button} is below the fold" for button in page.evaluate(BELOW))
    if address not in HASHES:
        yield from (f"a row says {text}" for text in page.evaluate(LOUD))


def addresses(page: Page) -> Iterator[str]:
    yield from dict.fromkeys(
        page.locator("#nav-sidebar a[href^='/admin/']").evaluate_all("links => links.map(a => a.pathname)")
    )
    for grid, link in BEHIND:
        if not link:
            yield grid
            continue
        page.goto(grid)
        target = page.locator(link).first.get_attribute("href")
        assert target, f"{grid} has no row to open"
        yield target


# The same on each page: axe reads it on the first page of each look. And more rows of a table than tell of its kinds.
MENU = ["nav[aria-label=Menu]"]
MORE_ROWS = ["tbody tr:nth-child(n+13)"]


# Each page is opened once and must fit in both looks; axe reads every other page on the desk and those between in the
# hand. The long runs, where time is no matter, read each page in both, and all rows.
@pytest.mark.parametrize(
    ("begin", "unread"),
    [
        pytest.param(0, [MORE_ROWS], id="first rows"),
        pytest.param(0, [], id="first on the desk", marks=pytest.mark.kill),
        pytest.param(1, [], id="first in the hand", marks=pytest.mark.kill),
    ],
)
def test_every_page_can_be_used_by_everybody(pages: Page, begin: int, unread: list[list[str]]):
    found: list[str] = []
    pages.on("pageerror", lambda error: found.append(f"{pages.url}: {error}"))
    pages.on("console", lambda line: line.type == "error" and found.append(f"{pages.url}: {line.text}"))
    look(pages, "desk")
    opened = list(addresses(pages))

    for place, address in enumerate(opened, start=begin):
        known = unread if place < begin + len(LOOKS) else [MENU, *unread]
        first, second = sorted(LOOKS, reverse=bool(place % 2))
        look(pages, first)
        answer = pages.goto(address)
        if answer is None or answer.status != 200:
            found.append(f"{address}: {answer.status if answer else 'no answer'}")
        seen = (*excess(pages, first), *out_of_sight(pages, address), *audit(pages, known))
        found += [f"{address}, {first}: {finding}" for finding in seen]
        look(pages, second)
        seen = (*excess(pages, second), *out_of_sight(pages, address))
        found += [f"{address}, {second}: {finding}" for finding in seen]

    assert len(opened) > 30
    assert found == []


def audit(page: Page, known: list[list[str]]) -> Iterator[str]:
    """Yield what axe finds that shuts somebody out, but in parts that are known."""
    options = {"resultTypes": ["violations"]}
    for finding in Axe().run(page, {"exclude": known}, options).response["violations"]:
        if finding["impact"] in ("serious", "critical"):
            yield f"{finding['id']} at {finding['nodes'][0]['target']}"


def test_an_order_is_a_card_of_a_few_lines_on_a_phone(pages: Page):
    look(pages, "phone")
    pages.goto("/admin/orders/order/?stage=all")

    heights = pages.locator("#result_list tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")

    assert len(heights) > 5
    assert max(heights) <= 160  # a held one says why
    assert sum(heights) / len(heights) <= 136


def test_a_full_page_of_products_is_light(pages: Page):
    look(pages, "desk")
    pages.goto("/admin/catalog/product/")
    expect(
        pages.locator(".jb-stage-count").first
    ).to_be_visible()  # the last that arrives after the page itself

    assert pages.locator("#result_list tbody tr").count() == 50
    assert pages.evaluate("document.querySelectorAll('*').length") <= 1_500


# Forms of every kind, and what is wrong in them: what is typed, by the name of its field.
WRONG = (
    ("/admin/configuration/store/", {"image_base_url": "nowhere"}),
    ("/admin/configuration/orders/", {"reject_after_minutes": "-4"}),
    ("/admin/catalog/imports/", {}),
    ("/admin/mapping/attributemapping/add/", {}),
    ("/admin/catalog/storecategory/add/", {}),
    ("/admin/orders/parcels/", {}),
    ("/admin/catalog/product/add/", {}),
)

SEND = re.compile("^(Save|Upload and preview)$")


@pytest.mark.parametrize(("address", "wrong"), WRONG, ids=[address for address, _ in WRONG])
def test_a_wrong_form_has_the_keyboard_in_its_first_wrong_field(
    pages: Page, address: str, wrong: dict[str, str]
):
    look(pages, "desk")
    pages.goto(address)
    for name, text in wrong.items():
        pages.locator(f"[name={name}]").fill(text)
    with pages.expect_navigation():
        pages.locator("main").get_by_role("button", name=SEND).first.click()

    expect(pages.locator("main [aria-invalid=true]").first).to_be_focused()
    # From the summary above, the same field is one press away.
    pages.locator("[data-jb-focus] a[href^='#']").first.click()
    expect(pages.locator("main [aria-invalid=true]").first).to_be_focused()


def test_what_is_wrong_behind_another_tab_or_fold_is_opened(pages: Page):
    look(pages, "desk")
    pages.goto("/admin/catalog/product/?q=SCRF-NAVY")
    pages.locator(FIRST_ROW).first.click()
    pages.get_by_role("link", name="jet.com").first.click()
    wrong = pages.locator("[name=jet__msrp]")
    wrong.evaluate("field => { field.closest('details').open = true }")
    wrong.fill("-3")
    pages.get_by_role("link", name="Product", exact=True).first.click()
    with pages.expect_navigation():
        pages.locator("[name=_save]").click()

    expect(wrong).to_be_focused()
    expect(wrong).to_be_visible()
