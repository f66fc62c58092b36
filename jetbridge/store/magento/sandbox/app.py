"""The emulator as one object: a WSGI callable, servable in a thread, run by Python calls as by control calls."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from email.utils import format_datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from jetapi.sandbox.kit import wsgi
from jetapi.sandbox.kit.faults import Faults
from jetapi.sandbox.kit.server import Running, Server, listening
from jetapi.sandbox.kit.wire import Answer, Document, Request, ok

from . import seed_files
from .catalogue import media, products
from .control.desk import Desk
from .control.http import PREFIX, ControlCalls
from .faults import MANNER
from .memory import StoreMemory
from .people.actions import Hands, product_page
from .people.site import ROOT, PeopleSite
from .rest import Api
from .world import Options, World

MEDIA = "/media/catalog/product"
DOCUMENTS = ("invoice", "shipment", "creditmemo")


class MagentoSandbox:
    """An emulator of one Magento 2 store with a movable clock and faults on demand."""

    def __init__(self, options: Options | None = None, **settings: Any) -> None:
        self._memory = StoreMemory(
            (options or Options()).state if not settings.get("state") else settings["state"]
        )
        self.world = World(replace(options or Options(), **settings), self._memory)
        with self._memory.transaction():
            seed_files.install(self.world)
        self._faults = Faults(MANNER)
        self._api = Api(self.world, self._faults)
        self._control = ControlCalls(self.world, Desk(self.world, self._faults, self._api.consume))
        hands = Hands(self.world, self._api.carry_out, self.do)
        self._people = PeopleSite(self.world, hands, self._api.consume)

    def close(self) -> None:
        self._memory.close()

    def answer(self, request: Request) -> Answer:
        """Answer any request: control, the pages for people, a picture, or the REST API."""
        parts = request.path.strip("/").split("/")
        if parts[0] == PREFIX:
            return self._control.answer(request, "/".join(parts[1:]))
        if parts[:2] == [ROOT.strip("/"), "sales"]:
            return self._of_orders(parts[2:])
        if parts[0] == ROOT.strip("/"):
            return self._people.answer(request)
        if parts == [""] and "text/html" in request.headers.get("accept", ""):
            return Answer(302).with_headers(("Location", f"{ROOT}/"))
        if parts[:-1] == ["catalog", "product", "view", "id"]:
            return self._shown(parts[-1])
        if request.path.startswith(MEDIA):
            return media.served(self._memory, request.path.removeprefix(MEDIA))
        if "rest" in parts[:2]:
            return self._api.answer(request).with_headers(("Date", self._date()))
        if request.path == "/magento_version":
            return Answer(200, b"Magento/2.4 (Community)", content_type="text/html; charset=UTF-8")
        return Answer(404, b"<h1>404 Not Found</h1>", content_type="text/html")

    def _shown(self, number: str) -> Answer:
        """Lead from a product's address, as buyers know it, to its page."""
        doc = self._memory.get(products.KIND, int(number)) if number.isdecimal() else None
        if doc is None:
            return Answer(404, b"<h1>404 Not Found</h1>", content_type="text/html")
        return Answer(302).with_headers(("Location", f"{ROOT}/{product_page(doc['sku'])}"))

    def _of_orders(self, parts: list[str]) -> Answer:
        """Lead from where a real store's admin shows an order, or a document of one, to the order's page here."""
        kind, number = (parts[0], parts[3]) if len(parts) == 4 and parts[3].isdecimal() else ("", "0")
        doc = self._memory.get(kind, int(number)) if kind in ("order", *DOCUMENTS) else None
        if doc is None:
            return Answer(404, b"<h1>404 Not Found</h1>", content_type="text/html")
        order = doc["entity_id"] if kind == "order" else doc["order_id"]
        return Answer(302).with_headers(("Location", f"{ROOT}/orders/{order}"))

    def _date(self) -> str:
        """Word the time of the store, which may be another than this machine's."""
        return format_datetime(self.world.now(), usegmt=True)

    def serve(self, port: int = 0, host: str = "127.0.0.1", *, allow_remote: bool = False) -> Running:
        """Serve in a thread; entering the result gives the URL."""
        return Running(self.server(port, host, allow_remote=allow_remote))

    def server(self, port: int = 0, host: str = "127.0.0.1", *, allow_remote: bool = False) -> Server:
        """
        Open a listening server.

        :raises ValueError: the address is not loopback, and nobody said that others may come in
        """
        return listening(
            (host, port), self.answer, name="Apache", failure=_failure, allow_remote=allow_remote
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return wsgi.answered(self.answer, environ, start_response)

    def do(self, name: str, order: Mapping[str, Any] | None = None) -> Document:
        """Carry out a control call by its function's name."""
        return self._control.carry_out(getattr(Desk, name), dict(order or {}))


def _failure(status: int, text: str) -> Answer:
    return ok({"message": text}, status)
