"""
The pictures of documentation and how-tos: which pages, how they are reached, and how Chromium takes them.

A page is opened once: what a how-to shows is kept from the same moment as a small WebP.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jetbridge.desk import howto

try:
    from playwright.sync_api import Error, sync_playwright
except ImportError:  # a tool of developers; the panel itself runs without it
    sync_playwright = None  # type: ignore[assignment]

DESK, PHONE = (1440, 900), (390, 844)
# Of 100; text stays sharp at half a PNG's size and less.
QUALITY = 70
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
    Shot("import-products", "/admin/catalog/imports/"),
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
    Shot("upload-plan", "/admin/catalog/runs/new/?action=bulk_upload"),
    Shot("product", "/admin/catalog/product/?q=MUG-OAT", ROW),
    Shot("product-jet", "/admin/catalog/product/?q=MUG-OAT", ROW, tab="jet"),
    Shot("product-jet-phone", "/admin/catalog/product/?q=MUG-OAT", ROW, PHONE, tab="jet"),
    Shot("product-shipping", "/admin/catalog/product/?q=MUG-OAT", ROW, tab="shipping_exceptions"),
    Shot("fix-by-cause", "/admin/catalog/causes/"),
    Shot("fix-a-cause", "/admin/catalog/causes/EAN.check_digit/"),
    Shot("rejected-files", "/admin/catalog/uploadfile/"),
    Shot("vanished", "/admin/catalog/vanished/"),
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
    Shot("history", "/admin/core/event/"),
    Shot("notifications", "/admin/core/notification/"),
    Shot("users", "/admin/auth/user/"),
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Camera:
    """Where the pictures are taken and put: a running panel, its login, two folders, and which ones (empty: all)."""

    panel: str
    user: str
    password: str
    chromium: Path
    into: Path
    howtos: Path
    only: tuple[str, ...] = ()

    @property
    def shots(self) -> list[Shot]:
        """The pictures to take."""
        return [shot for shot in SHOTS if not self.only or shot.name in self.only]


def shown_in_howtos() -> set[str]:
    """Return the names of the pictures that a how-to shows."""
    return {name for chapter in howto.all_chapters().values() for name, _ in chapter.pictures}


def take(camera: Camera, say: Say) -> list[str]:
    """
    Take every picture of a running panel; return the files' names.

    :raises NoPicture: there is no Chromium or no Playwright, or a page does not open
    """
    if sync_playwright is None:
        raise NoPicture("Playwright is not installed; `make setup` installs it.")
    camera.into.mkdir(parents=True, exist_ok=True)
    camera.howtos.mkdir(parents=True, exist_ok=True)
    taken = []
    with _browser(camera.chromium) as browser:
        for shot in camera.shots:
            _take(browser, shot, camera)
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


def _take(browser: Any, shot: Shot, camera: Camera) -> None:
    width, height = shot.size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=shot.theme)
    page = context.new_page()
    try:
        path = shot.path.replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
        page.goto(f"{camera.panel.rstrip('/')}/admin/login/?next={path}")
        page.fill("[name=username]", camera.user)
        page.fill("[name=password]", camera.password)
        page.click("[type=submit]")
        _follow(page, shot)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(camera.into / f"{shot.name}.png"))
        if shot.name in shown_in_howtos():
            _keep_small(context.new_cdp_session(page), camera.howtos / f"{shot.name}.webp")
    except Error as error:
        raise NoPicture(f"{shot.name}: {error.message.splitlines()[0]}") from error
    finally:
        context.close()


def _keep_small(session: Any, file: Path) -> None:
    picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(picture["data"]))


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
