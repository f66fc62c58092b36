"""The pictures of the documentation: which pages, how they are reached, and how Chromium takes them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    from playwright.sync_api import Error, sync_playwright
except ImportError:  # a tool of developers; the panel itself runs without it
    sync_playwright = None  # type: ignore[assignment]

DESK, PHONE = (1440, 900), (390, 844)
# The first row of a grid.
ROW = "#result_list tbody tr a[href*='/change/']"


class NoPicture(Exception):
    """A picture could not be taken; the message says which and why."""


@dataclass(frozen=True)
class Shot:
    """One picture: its file name, the page, for a page behind a grid the link that leads there, and its tab."""

    name: str
    path: str
    link: str = ""
    size: tuple[int, int] = DESK
    theme: str = "light"
    tab: str = ""


SHOTS = (
    Shot("dashboard", "/admin/"),
    Shot("dashboard-dark", "/admin/", theme="dark"),
    Shot("dashboard-phone", "/admin/", size=PHONE),
    Shot("configuration", "/admin/configuration/"),
    Shot("price-rules", "/admin/configuration/prices/"),
    Shot("price-rules-phone", "/admin/configuration/prices/", size=PHONE),
    Shot("field-mapping", "/admin/configuration/fields/"),
    Shot("price-reviews", "/admin/catalog/price-reviews/"),
    Shot("brand-rules", "/admin/catalog/brandrule/"),
    Shot("category-mapping", "/admin/mapping/categories/"),
    Shot("category-mapping-phone", "/admin/mapping/categories/", size=PHONE),
    Shot("suggestions", "/admin/mapping/categories/suggestions/"),
    Shot("jet-categories", "/admin/mapping/jetcategory/?level=2"),
    Shot("jet-category", "/admin/mapping/jetcategory/?q=Water Bottles", "a.jb-link[href*='/change/']"),
    Shot("jet-attributes", "/admin/mapping/jetattribute/"),
    Shot("taxonomy-import", "/admin/mapping/taxonomy/"),
    Shot("attribute-mapping", "/admin/mapping/attributemapping/"),
    Shot("attribute-words", "/admin/mapping/attributemapping/", "a[href*='/words/']"),
    Shot("store-categories", "/admin/catalog/storecategory/"),
    Shot("attributes", "/admin/catalog/attribute/"),
    Shot("products", "/admin/catalog/product/?stage=sent"),
    Shot("product", "/admin/catalog/product/?q=MUG-OAT", ROW),
    Shot("product-jet", "/admin/catalog/product/?q=MUG-OAT", ROW, tab="jet"),
    Shot("product-jet-phone", "/admin/catalog/product/?q=MUG-OAT", ROW, PHONE, tab="jet"),
    Shot("product-shipping", "/admin/catalog/product/?q=MUG-OAT", ROW, tab="shipping_exceptions"),
    Shot("fix-by-cause", "/admin/catalog/causes/"),
    Shot("fix-a-cause", "/admin/catalog/causes/EAN.check_digit/"),
    Shot("rejected-files", "/admin/catalog/uploadfile/"),
    Shot("drift-report", "/admin/catalog/drift/"),
    Shot("orders", "/admin/orders/order/"),
    Shot("order", "/admin/orders/order/?stage=ship", ROW),
    Shot("order-phone", "/admin/orders/order/?stage=ship", ROW, PHONE),
    Shot("orders-phone", "/admin/orders/order/", size=PHONE),
    Shot("orders-by-id-or-date", "/admin/orders/fetch/choose/"),
    Shot("order-switches", "/admin/configuration/orders/"),
    Shot("failed-orders", "/admin/orders/failedorder/"),
    Shot("ship-many", "/admin/orders/parcels/"),
    Shot("packing-slips", "/admin/orders/packing-slips/?stage=ship"),
    Shot("cancel-guard", "/admin/orders/failedorder/", "#result_list a[href*='/reject/']"),
    Shot("returns", "/admin/returns/returnrequest/"),
    Shot("return", "/admin/returns/returnrequest/", "#result_list tbody tr a[href*='/change/']"),
    Shot(
        "return-phone-dark",
        "/admin/returns/returnrequest/",
        "#result_list tbody tr a[href*='/change/']",
        PHONE,
        "dark",
    ),
    Shot("refunds", "/admin/returns/refund/"),
    Shot("refund", "/admin/returns/refund/", "#result_list tbody tr a[href*='/change/']", theme="dark"),
    Shot("settlement", "/admin/returns/settlement/", ROW),
    Shot("jet-api", "/admin/jet-api/"),
    Shot("error-book", "/admin/errors/"),
    Shot("oversell-report", "/admin/orders/oversell/"),
    Shot("cron-status", "/admin/cron/"),
    Shot("api-log", "/admin/core/apicall/"),
)

Say = Callable[[str], None]


def take(*, panel: str, user: str, password: str, chromium: Path, into: Path, say: Say) -> list[str]:
    """
    Take every picture of a running panel; return the files' names.

    :raises NoPicture: there is no Chromium or no Playwright, or a page does not open
    """
    if sync_playwright is None:
        raise NoPicture("Playwright is not installed; `make setup` installs it.")
    into.mkdir(parents=True, exist_ok=True)
    taken = []
    with _browser(chromium) as browser:
        for shot in SHOTS:
            _take(browser, shot, panel.rstrip("/"), user, password, into)
            taken.append(f"{shot.name}.png")
            say(f"{shot.name}.png")
    return taken


@contextmanager
def _browser(chromium: Path) -> Iterator[Any]:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        except Error as error:
            raise NoPicture(
                f"Chromium at {chromium} does not start: {error.message.splitlines()[0]}"
            ) from error
        try:
            yield browser
        finally:
            browser.close()


def _take(browser: Any, shot: Shot, panel: str, user: str, password: str, into: Path) -> None:
    width, height = shot.size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=shot.theme)
    page = context.new_page()
    try:
        page.goto(f"{panel}/admin/login/?next={shot.path.replace('?', '%3F').replace('=', '%3D')}")
        page.fill("[name=username]", user)
        page.fill("[name=password]", password)
        page.click("[type=submit]")
        _follow(page, shot)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(into / f"{shot.name}.png"))
    except Error as error:
        raise NoPicture(f"{shot.name}: {error.message.splitlines()[0]}") from error
    finally:
        context.close()


def _hash(shot: Shot) -> str:
    return f"#{shot.tab}" if shot.tab else ""


def _follow(page: Any, shot: Shot) -> None:
    page.wait_for_load_state("networkidle")
    if "/login/" in page.url:
        raise NoPicture(f"{shot.name}: the panel does not take the login.")
    if shot.link:
        page.goto(
            page.url.split("/admin/")[0] + page.locator(shot.link).first.get_attribute("href") + _hash(shot)
        )
    if page.title().startswith(("Page not found", "Server error", "404", "500")):
        raise NoPicture(f"{shot.name}: {shot.path} does not open.")
