"""A store with an extension that fails at one product, whatever else it answers."""

import re
import time
from typing import Any

from jetapi.sandbox.kit.wire import Answer, Cut, Request, ok
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.sandbox.errors import Crash, internal

PAGE = b"<!doctype html><html><body><h1>There has been an error processing your request</h1></body></html>"
# By the store's own words, its page of errors, a page in the place of data, a server before the store that waited too
# long, half an answer, none.
WAYS = {
    "500": ok(internal().document(), 500),
    "page of errors": Crash().answer(),
    "page": Answer(200, PAGE, content_type="text/html; charset=UTF-8"),
    "gateway": Answer(504, PAGE, content_type="text/html"),
    "half": ok({"items": [{"sku": "cut off here"}]}).cut_at(Cut.HALF),
    "silence": Answer(200).cut_at(Cut.SILENT),
}
# Longer than whoever tests it waits.
HANGS = 3.0


class WithPlugin(MagentoSandbox):
    """It falls over at each answer to calls of `path` that names the product."""

    path, way = "", "500"
    names: tuple[str, ...] = ()

    def break_at(self, sku: str, *, path: str, way: str) -> None:
        doc: Any = self.world.memory.named("product", sku)
        self.names = (f'"sku":"{sku}"', f'"product_id":{doc["id"]},')
        self.path, self.way = path, way

    def break_list(self, path: str, *, way: str, at: str = "") -> None:
        """Let it fall over at a whole list, or at one row of it by what stands in it."""
        self.names, self.path, self.way = (at,), path, way

    def heal(self) -> None:
        self.path = ""

    def answer(self, request: Request) -> Answer:
        found = super().answer(request)
        if not self.path or not re.search(self.path, request.path):
            return found
        text = found.body.decode("utf-8", "replace")
        if not any(name in text for name in self.names):
            return found
        if self.way == "hang":
            time.sleep(HANGS)
            return found
        return WAYS[self.way]
