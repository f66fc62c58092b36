"""What a person does in a browser, counted by the browser's own events and not by what a story says that it does."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

# Kept in the tab, so that a press which leaves its page is counted; frames and pages that are no documents have none.
COUNT = """
if (window === top && location.protocol.startsWith("http") && !window.jbCounting) {
  window.jbCounting = true
  const counted = () => JSON.parse(sessionStorage.jbCounted || '{"presses": [], "typed": 0, "keys": 0, "loads": []}')
  const add = change => { const all = counted(); change(all); sessionStorage.jbCounted = JSON.stringify(all) }
  const typed = new WeakSet()
  add(all => all.loads.push(location.pathname))
  addEventListener("pointerdown", event => {
    const said = (event.target.closest("a, button, label, summary, input, select") || event.target)
    if (event.isTrusted) add(all => all.presses.push(
      (said.innerText || said.getAttribute("aria-label") || said.name || said.tagName).trim().slice(0, 60)))
  }, true)
  addEventListener("keydown", event => { if (event.isTrusted && event.key.length > 1) add(all => all.keys++) }, true)
  addEventListener("input", event => {
    const is_text = event.target.matches("textarea, input:not([type=checkbox], [type=radio], [type=file])")
    if (event.isTrusted && is_text && !typed.has(event.target)) { typed.add(event.target); add(all => all.typed++) }
  }, true)
}
"""


@dataclass
class Presses:
    """A person at a page. What is pressed must be seen; what is typed goes where the keyboard stands."""

    page: Page
    waited: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Count from the page that is open now."""
        self.page.add_init_script(COUNT)
        self.page.evaluate("delete sessionStorage.jbCounted")
        self.page.reload()

    def press(self, target: Locator) -> None:
        """Press what can be seen."""
        target.click()

    def leave(self, target: Locator) -> None:
        """Press what leads to another page, and wait for that."""
        with self.machine(), self.page.expect_navigation():
            target.click()

    def press_when_there(self, target: Locator) -> None:
        """Press what the machine has to bring first."""
        with self.machine():
            target.first.wait_for()
            target.first.click()
            self.page.wait_for_load_state()

    def enter(self) -> None:
        """Send what was typed."""
        with self.machine(), self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Type into a field; one that does not hold the keyboard is pressed first."""
        if not target.evaluate("field => field === document.activeElement"):
            target.click()
        target.press("Control+a")
        self.page.keyboard.insert_text(text)

    def choose_file(self, target: Locator, file: str) -> None:
        """Press a file field and choose what the system's window offers."""
        with self.page.expect_file_chooser() as chooser:
            target.click()
        chooser.value.set_files(file)

    @contextmanager
    def machine(self) -> Iterator[None]:
        """Let the machine work; its time is kept apart."""
        began = time.monotonic()
        yield
        self.waited += time.monotonic() - began

    def figures(self) -> dict[str, int]:
        """Return what was counted."""
        found = self.counted()
        places = [re.sub(r"\d+|(?<=causes/).+", "N", place) for place in found["loads"]]
        return {
            "presses": len(found["presses"]),
            "typed": found["typed"],
            "keys": found["keys"],
            "pages": len(set(places)),
            "loads": len(places),
            "machine": round(self.waited),
        }

    def counted(self) -> dict:
        """Return each press and each page, in order."""
        return json.loads(self.page.evaluate("sessionStorage.jbCounted"))
