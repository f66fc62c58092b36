"""
Takes pictures of a running panel with Chromium: `manage.py screenshots` starts it and says on stdin which ones.

A program of its own, for it needs Playwright, which only requirements-dev.lock carries. It writes the name of each
picture that it took on stdout; what stands in its way is one line on stderr and exit code 1. A page is opened once:
what a how-to shows is kept from the same moment as a small WebP.
"""

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Error, Page, sync_playwright

# Of 100; text stays sharp at half a PNG's size and less.
QUALITY = 70
# One picture as desk/pictures.py words it; and all of them with panel, login and Chromium.
Shot = dict[str, Any]
Task = dict[str, Any]


def main() -> int:
    """Take what stdin asks for."""
    task: Task = json.load(sys.stdin)
    try:
        with _browser(task["chromium"]) as browser:
            for shot in task["shots"]:
                _take(browser, shot, task)
                sys.stdout.write(f"{shot['name']}\n")
                sys.stdout.flush()
    except NoPicture as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


class NoPicture(Exception):
    """A picture could not be taken; the message says which and why."""


@contextmanager
def _browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        except Error as error:
            raise NoPicture(
                f"Chromium at {chromium} does not start: {error.message.splitlines()[0]}"
            ) from error
        try:
            yield browser
        finally:
            browser.close()


def _take(browser: Browser, shot: Shot, task: Task) -> None:
    width, height = shot["size"]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=shot["theme"])
    page = context.new_page()
    try:
        _log_in(page, shot["path"], task)
        _follow(page, shot)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=shot["file"])
        if shot["small"]:
            _keep_small(context.new_cdp_session(page), Path(shot["small"]))
    except Error as error:
        raise NoPicture(f"{shot['name']}: {error.message.splitlines()[0]}") from error
    finally:
        context.close()


def _log_in(page: Page, path: str, task: Task) -> None:
    path = path.replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
    page.goto(f"{task['panel'].rstrip('/')}/admin/login/?next={path}")
    page.fill("[name=username]", task["user"])
    page.fill("[name=password]", task["password"])
    page.click("[type=submit]")


def _follow(page: Page, shot: Shot) -> None:
    page.wait_for_load_state("networkidle")
    if "/login/" in page.url:
        raise NoPicture(f"{shot['name']}: the panel does not take the login.")
    if shot["link"]:
        tab = f"#{shot['tab']}" if shot["tab"] else ""
        address = page.locator(shot["link"]).first.get_attribute("href") or ""
        page.goto(page.url.split("/admin/")[0] + address + tab)
    if page.title().startswith(("Page not found", "Server error", "404", "500")):
        raise NoPicture(f"{shot['name']}: {shot['path']} does not open.")


def _keep_small(session: CDPSession, file: Path) -> None:
    picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(picture["data"]))


if __name__ == "__main__":
    sys.exit(main())
