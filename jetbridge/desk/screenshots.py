"""
The pictures of documentation and how-tos: which pages, how they are reached, and who takes them.

The browser is driven by a program beside the documentation: it needs Playwright, and the panel runs without.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jetbridge.desk import howto
from jetbridge.home import PROJECT_ROOT

CAMERA = PROJECT_ROOT / "docs" / "camera.py"
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
    Shot("store", "/admin/configuration/store/#store-keys"),
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
    Shot("products", "/admin/catalog/product/?stage=live"),
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
    Shot("store-differences", "/admin/orders/store/"),
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
    Shot("personal-data", "/admin/personal-data/"),
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
        return [shot for shot in SHOTS if not self.only or shot.name in self.only]


def shown_in_howtos() -> set[str]:
    """Return the names of the pictures that a how-to shows."""
    return {name for chapter in howto.all_chapters().values() for name, _ in chapter.pictures}


def check_tools() -> None:
    """
    Make sure that pictures can be taken, before a demo is started for them.

    :raises NoPicture: the development lock is not installed here
    """
    if find_spec("playwright") is None:
        raise NoPicture("Playwright is not installed; `make setup-dev` installs it.")


def take(camera: Camera, say: Say) -> list[str]:
    """
    Take every picture of a running panel; return the files' names.

    :raises NoPicture: there is no Playwright, Chromium does not start, or a page does not open
    """
    check_tools()
    camera.into.mkdir(parents=True, exist_ok=True)
    camera.howtos.mkdir(parents=True, exist_ok=True)
    taken = []
    argv = [sys.executable, str(CAMERA)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as driver:  # noqa: S603 - our own
        assert driver.stdin
        assert driver.stdout
        assert driver.stderr
        json.dump(_task(camera), driver.stdin)
        driver.stdin.close()
        for line in driver.stdout:
            taken.append(f"{line.strip()}.png")
            say(taken[-1])
        problem = driver.stderr.read().strip()
    if driver.returncode:
        raise NoPicture(problem.splitlines()[-1] if problem else f"{CAMERA.name} was killed.")
    return taken


def _task(camera: Camera) -> dict[str, Any]:
    shown = shown_in_howtos()
    return {
        "panel": camera.panel,
        "user": camera.user,
        "password": camera.password,
        "chromium": str(camera.chromium),
        "shots": [
            {
                **asdict(shot),
                "file": str(camera.into / f"{shot.name}.png"),
                "small": str(camera.howtos / f"{shot.name}.webp") if shot.name in shown else "",
            }
            for shot in camera.shots
        ],
    }
