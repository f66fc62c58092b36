"""A running installation and a browser page that is logged in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect, sync_playwright

from tests.commands.installations import Installation
from tests.homes import PASSWORD, PERSON, Furnish, Homes

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 240_000


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all stories."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def furnish(homes: Homes) -> Furnish:
    """What an installation has in it when its story begins: one person; a story that wants more says so."""
    return homes.peopled


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, furnish: Furnish) -> Iterator[Installation]:
    """A whole installation of its own: panel, worker, schedule, sandbox."""
    installed = furnish(Installation(tmp_path_factory.mktemp("journey") / "home"))
    try:
        yield installed.start()
    finally:
        installed.clear_away()


@pytest.fixture
def page(browser: Browser, installation: Installation) -> Iterator[Page]:
    """A page of the panel, logged in, 1440 x 900."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{installation.port}", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on("console", lambda said: errors.append(f"{page.url}: {said.text}") if is_error(said) else None)
    page.goto("/admin/login/")
    page.fill("input[name=username]", PERSON)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert errors == [], "a script stumbled, or the browser refused something"


def is_error(said: ConsoleMessage) -> bool:
    """Return whether the browser reports an error; that an address answered 4xx or 5xx, a story expects or not."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def press(button: Locator) -> None:
    """Press what sends a form, and see its answer's page loaded: a reload before that would drop the form."""
    with button.page.expect_navigation():
        button.click()


def read_again(page: Page) -> str:
    """Load the page once more and return its text; nothing while another navigation is in the way."""
    try:
        page.reload()
        return page.locator("main").inner_text()
    except Error:
        return ""


def stock(installation: Installation, products: Path, data: Path) -> None:
    """Take products of Shop/Mugs to where they can be uploaded: taxonomy, import, mapping, verdicts."""
    for command in (
        ("import_taxonomy", str(data / "taxonomy")),
        ("import_products", str(products)),
        ("map_category", "Shop/Mugs", "7000021"),
        ("validate",),
    ):
        done = installation.managed(*command, seconds=240)
        assert done.returncode == 0, done.stdout + done.stderr


class SandboxDesk:
    """The sandbox's control desk over HTTP."""

    def __init__(self, installation: Installation) -> None:
        self._url = f"http://127.0.0.1:{installation.sandbox_port}/_sandbox"

    def ask(self, what: str, **params: str) -> object:
        """Return what the sandbox holds."""
        answer = requests.get(f"{self._url}/{what}", params=params, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def tell(self, what: str, body: dict[str, object]) -> dict[str, object]:
        """Change something in the sandbox."""
        answer = requests.post(f"{self._url}/{what}", json=body, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())

    def clear_faults(self) -> None:
        """Let Jet answer again."""
        requests.delete(f"{self._url}/faults", timeout=60).raise_for_status()


@pytest.fixture
def desk(installation: Installation) -> SandboxDesk:
    """The control desk of the installation's sandbox."""
    return SandboxDesk(installation)


@pytest.fixture(scope="session")
def journey_data() -> Path:
    """The small export and taxonomy that the headless journey ships."""
    return Path(__file__).resolve().parents[2] / "jetbridge" / "desk" / "journey" / "data"
