"""The sandbox as one object: a WSGI callable, servable in a thread, run by Python calls as by control calls."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from . import taxonomy as taxonomies
from .api import Api
from .backlog import Backlog
from .control.desk import Desk
from .control.http import PREFIX, ControlCalls
from .faults import MANNER
from .kit import wsgi
from .kit.faults import Faults
from .kit.server import Running, Server, listening
from .kit.wire import Answer, Document, Request
from .options import MEMORY, PROFILES, Options
from .partner.site import PartnerSite
from .partner.visit import ROOT
from .steps import STEPS
from .store import Store
from .wire import message
from .world import World


class Sandbox:
    """
    An emulator of Jet's Merchant API with two merchants, a movable clock and faults on demand.

    As a WSGI callable it answers what the served one answers; where a fault breaks the connection it raises
    `ConnectionResetError`, since WSGI has no wire to cut.
    """

    def __init__(
        self,
        state: str | Path = MEMORY,
        taxonomy: str | Path | None = None,
        profile: str = "2018",
        *,
        options: Options | None = None,
        **settings: Any,
    ) -> None:
        if options is None:
            folder = Path(taxonomy) if taxonomy else None
            options = replace(Options(state=str(state), taxonomy=folder, profile=profile), **settings)
        if options.profile not in PROFILES:
            raise ValueError(f"profile must be one of: {', '.join(PROFILES)}")
        tree = taxonomies.read(options.taxonomy) if options.taxonomy else taxonomies.small()
        self._store = Store(options.state)
        self._faults = Faults(MANNER)
        self.world = World(options=options, store=self._store, steps=STEPS, taxonomy=tree)
        self._backlog = Backlog(self.world)
        self.desk = Desk(self.world, self._faults)
        self._api = Api(self.world, self._faults, self._backlog)
        self._control = ControlCalls(self.world, self.desk, self._backlog)
        self._partner = PartnerSite(self.world, self.desk, self._faults, self._backlog)

    def close(self) -> None:
        self._backlog.close()
        self._store.close()

    def answer(self, request: Request) -> Answer:
        """Answer any request: control, the partner pages, or Jet's API with or without /api in front."""
        parts = request.path.strip("/").split("/")
        if parts[0] == PREFIX:
            return self._control.answer(request, "/".join(parts[1:]))
        if parts[0] == ROOT.strip("/"):
            return self._partner.answer(request)
        if parts == [""] and "text/html" in request.headers.get("accept", ""):
            return Answer(302).with_headers(("Location", f"{ROOT}/"))
        return self._api.answer(request)

    def serve(self, port: int = 0, host: str = "127.0.0.1", *, allow_remote: bool = False) -> Running:
        """Serve in a thread; entering the result gives the URL. See `server` for what `allow_remote` means."""
        return Running(self.server(port, host, allow_remote=allow_remote))

    def server(self, port: int = 0, host: str = "127.0.0.1", *, allow_remote: bool = False) -> Server:
        """
        Open a listening server.

        :raises ValueError: the address is not loopback, and nobody said that others may come in
        """
        return listening(
            (host, port), self.answer, name="jet-sandbox", failure=message, allow_remote=allow_remote
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return wsgi.answered(self.answer, environ, start_response)

    # What control can do, for Python callers

    def _do(self, name: str, order: Mapping[str, Any]) -> Document:
        return self._control.carry_out(getattr(Desk, name), {k: v for k, v in order.items() if v is not None})

    def info(self) -> Document:
        return self._do("info", {})

    def reset(self, *, keep_accounts: bool = True) -> None:
        self._do("reset", {"keep_accounts": keep_accounts})

    def advance(self, seconds: float) -> str:
        """Move the clock on; give the new time."""
        return str(self._do("clock", {"advance_seconds": seconds})["now"])

    def set_clock(
        self,
        now: str | None = None,
        *,
        transitions: str | None = None,
        delays: dict[str, float] | None = None,
    ) -> str:
        """Set the time, or how transitions come; give the new time."""
        return str(self._do("clock", {"now": now, "transitions": transitions, "delays": delays})["now"])

    def place_orders(self, **order: Any) -> list[str]:
        """Place orders; takes what POST orders takes, gives their ids."""
        return list(self._do("orders", order)["order_ids"])

    def open_returns(self, **order: Any) -> list[str]:
        """Open returns; takes what POST returns takes, gives their ids."""
        return list(self._do("returns", order)["return_ids"])

    def request_cancels(self, order_id: str, items: list[Document] | None = None) -> None:
        self._do("cancels", {"order_id": order_id, "items": items})

    def review(
        self, sku: str | None = None, status: str | None = None, sub_status: Iterable[str] = ()
    ) -> int:
        """Decide a SKU's review, or without a SKU finish all that have begun; give how many changed."""
        if sku is None:
            return int(self._do("reviews", {"all": True})["changed"])
        order = {"sku": sku, "status": status, "sub_status": list(sub_status)}
        return int(self._do("reviews", order)["changed"])

    def add_fault(self, kind: str, path: str = "", **order: Any) -> int:
        """Put a fault in force; takes what POST faults takes, gives its id."""
        return int(self._do("faults", {"kind": kind, "path": path, **order})["id"])

    def clear_faults(self) -> None:
        self._do("clear_faults", {})

    def file_policy(self, *, vague_errors: bool | None = None, refuse: Iterable[str] | None = None) -> None:
        self._do("files", {"vague_errors": vague_errors, "refuse": None if refuse is None else list(refuse)})

    def calls(self, after: int = 0, path: str | None = None) -> list[Document]:
        return list(self._do("calls", {"after": after, "path": path})["calls"])

    def held(self, kind: str, id: str | None = None, *, mode: str | None = None) -> Any:
        """Give what is held, as Jet would word it: one thing, or a list."""
        state = self._do("state", {"kind": kind, "id": id, "mode": mode})
        return state if id is not None else state[kind]
