"""The REST API: one call from request to answer, with faults, route, permission, work and journal in their order."""

import json
import logging
import time
from typing import Any
from xml.sax.saxutils import escape

from jetapi.sandbox.kit.faults import Fault, Faults
from jetapi.sandbox.kit.wire import Answer, Cut, Request, loads

from . import auth, bulk, contract, criteria, schema, stores, xml_body
from .call import ALL, DEFAULT, Call, Match, Router
from .errors import CLOSED, Crash, Refusal, internal, refused, unauthorized
from .routes import routes
from .world import World

log = logging.getLogger(__name__)
METHODS = ("GET", "POST", "PUT", "DELETE")
JSON_TYPE, JSON_KIND = "application/json; charset=utf-8", "application/json"
KINDS = (JSON_KIND, "text/xml", "application/xml", "application/xhtml+xml")
LARGEST_ARRAY = 20
NO_STORE = (("Cache-Control", "no-store"),)


# How a body is read, by its kind; one that says none is JSON.
READERS = {"": loads, "application/json": loads, "application/xml": xml_body.read, "text/xml": xml_body.read}


class Api:
    """Answers the REST API for one world."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._router = Router(routes(world.options))

    def answer(self, request: Request) -> Answer:
        """Answer a call; a broken connection is part of the answer (`cut`)."""
        fault = self._faults.strike(request.method, request.target)
        generation = self._world.generation
        seconds = self._world.options.latency_ms / 1000 + (
            fault.seconds if fault and fault.kind == "slow" else 0
        )
        if seconds:
            time.sleep(seconds)
        if generation != self._world.generation:
            return CLOSED
        if fault and fault.is_instead_of_work:
            return self._failed(request, fault)
        answer, rows = self._worked(request, fault)
        if rows and self._world.options.row_ms:
            time.sleep(rows * self._world.options.row_ms / 1000)
        if fault and fault.kind == "drop_after":
            return answer.cut_at(Cut.SILENT)
        return answer.cut_at(Cut.HALF) if fault and fault.kind == "truncate" else answer

    def _failed(self, request: Request, fault: Fault) -> Answer:
        answer = fault.answer()
        is_silent = fault.kind == "drop_before"
        with self._world.memory.transaction():
            self._note(request, None if is_silent else answer.status, fault, applied=False)
        return answer.cut_at(Cut.SILENT) if is_silent else answer

    def _worked(self, request: Request, fault: Fault | None) -> tuple[Answer, int]:
        """Do the work and write the journal in one transaction: both are kept or neither is."""
        is_lost = fault is not None and fault.kind == "drop_after"
        world = self._world
        try:
            with world.memory.transaction():
                self.consume(before=world.stamp())
                status, value, rows = self._dispatched(request)
                answer = _answered(request, status, value)
                self._note(request, None if is_lost else answer.status, fault, applied=True)
            return answer, rows
        except Refusal as refusal:
            answer = _answered(request, refusal.status, refusal.document())
        except Crash as crash:
            answer = crash.answer()
        except Exception:
            log.exception("The emulator itself failed at %s %s", request.method, request.path)
            answer = _answered(request, 500, internal().document())
        with world.memory.transaction():
            world.reload()
            self._note(request, None if is_lost else answer.status, fault, applied=False)
        return answer, 0

    def consume(self, before: str = "") -> None:
        """Let the store's consumers do what was queued, where it waits since an earlier second."""
        memory = self._world.memory
        if any(not before or each["start_time"] < before for each in memory.children(bulk.KIND, 1)):
            bulk.consume(memory, self.carry_out)

    def carry_out(self, method: str, parts: list[str], body: Any, store: str) -> Any:
        """
        Do what a call of the API does, for whoever may do anything; `parts` is its path from `V1` on, as sent.

        :raises Refusal: no such route, a body that is none, or what the endpoint says
        """
        match = self._router.find(method, parts)
        if match is None:
            raise Refusal(404, "Request does not match any route.")
        call = Call(self._world, Request(method, "/"), store, match.params)
        call.body = contract.body(method, match.route.path, body)
        return match.route.endpoint(call)

    def _queued(self, request: Request, store: str, parts: list[str]) -> Any:
        """
        Queue a call that is to be done later: its own body, or for `bulk` each of a list.

        :raises Refusal: a route that there is none of, or a body without what it needs
        """
        is_bulk = parts[1:2] == ["bulk"]
        inner = parts[2:] if is_bulk else parts[1:]
        match = self._router.find(request.method, inner)
        if match is None or request.method == "GET":
            raise Refusal(404, "Request does not match any route.")
        self._authorize(request, match)
        body = self._body(request)
        bodies = body if is_bulk and isinstance(body, list) else [body]
        for each in bodies:
            contract.body(request.method, match.route.path, each)
        return bulk.accept(self._world, request.method, inner, bodies, store)

    def _dispatched(self, request: Request) -> tuple[int, Any, int]:
        """
        Carry a call out; return the status, the document, and how many rows of products it read.

        :raises Refusal: no such store or route, no permission, a body that is none, or what the endpoint says
        """
        store, parts = self._place(request.path)
        if request.method not in METHODS:
            raise refused("Request method is invalid.")
        if parts[-1:] == ["schema"] and parts[:-1] in ([], ["async"]) and request.method == "GET":
            return 200, self._described(request, store), 0
        if parts[0] == "async":
            return 202, self._queued(request, store, parts), 0
        match = self._router.find(request.method, parts)
        if match is None:
            raise Refusal(404, "Request does not match any route.")
        customer = self._authorize(request, match)
        query = criteria.in_either_spelling(criteria.nested(request.query_string))
        call = Call(self._world, request, store, match.params, query, customer=customer)
        if request.method in ("POST", "PUT"):
            call.body = contract.body(
                request.method, match.route.path, _parameters(self._body(request), call)
            )
            _check_arrays(call, match.route.path)
        # What an endpoint has nothing to say to comes as an empty list.
        value = match.route.endpoint(call)
        value = [] if value is None else value
        fields = call.query.get("fields")
        rows = len(value.get("items") or ()) if match.route.costs_rows and isinstance(value, dict) else 0
        return 200, _trimmed(value, fields) if isinstance(fields, str) and fields else value, rows

    def _described(self, request: Request, store: str) -> dict[str, Any]:
        """
        Describe what may be called.

        :raises Refusal: services that there are none of
        """
        call = Call(self._world, request, store, query=criteria.nested(request.query_string))
        is_known = auth.caller(self._world, request).is_known
        place = request.path.partition("/schema")[0]
        return schema.document(routes(self._world.options), call, place=place, is_known=is_known)

    def _place(self, path: str) -> tuple[str, list[str]]:
        """
        Split `/rest/{store}/V1/...` into the store view and the decoded parts after the version.

        :raises Refusal: there is no such store view
        """
        parts = path.split("/rest/", 1)[-1].strip("/").split("/")
        store = DEFAULT
        if parts[0] not in ("V1", "async", "schema"):
            store, parts = parts[0], parts[1:]
            if store != ALL and store not in (each["code"] for each in stores.views(self._world.memory)):
                raise refused("Specified request cannot be processed.")
        return store, parts

    def _authorize(self, request: Request, match: Match) -> int:
        """
        Let in who may come in; return the number of the customer who is signed in.

        :raises Refusal: the caller may not do this
        """
        resource = match.route.resource
        if resource == "anonymous":
            return 0
        who = auth.caller(self._world, request)
        if resource == "self" and who.customer:
            return who.customer
        if resource == "self" or not who.is_known or resource in self._world.denied:
            raise unauthorized(resource)
        return 0

    def _body(self, request: Request) -> Any:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not request.body.strip():
            return {}
        if kind not in READERS:
            raise refused(f"Server cannot understand Content-Type HTTP header media type {kind}")
        try:
            return READERS[kind](request.body)
        except ValueError:
            raise refused("Decoding error.") from None

    def _note(self, request: Request, status: int | None, fault: Fault | None, *, applied: bool) -> None:
        name = fault.kind if fault else None
        self._world.journal.note(
            request,
            request.path,
            at=self._world.stamp(),
            account=None,
            status=status,
            fault=name,
            applied=applied,
        )


def _parameters(document: Any, call: Call) -> dict[str, Any]:
    """A parameter may stand in the body or in the address, where it wins."""
    return {**(document if isinstance(document, dict) else {}), **call.query}


def _check_arrays(call: Call, path: str) -> None:
    """Hold a store with limits to arrays of 20."""
    if not call.world.options.limits:
        return
    for name, value in call.body.items():
        if isinstance(value, list) and len(value) > LARGEST_ARRAY:
            kind = contract.contract()[f"{call.request.method} {path}"][name].kind or "string"
            text = 'Maximum items of type "%type" is %max'
            raise Refusal(400, text, {"type": kind, "max": LARGEST_ARRAY})


def _trimmed(value: Any, fields: str) -> Any:
    """Leave what was asked for; of what nobody can read, nothing is left."""
    asked = criteria.trim(fields)
    return asked.of(value) if asked is not None else []


def _answered(request: Request, status: int, value: Any) -> Answer:
    """Word an answer as the caller accepts it: JSON, or XML; a page of HTML is nothing that the API has."""
    kind = _kind(request.headers.get("accept", "").lower())
    if kind == JSON_KIND:
        return Answer(status, _json(value).encode(), JSON_TYPE, NO_STORE)
    if kind:
        text = f'<?xml version="1.0"?>\n<response>\n{_xml(value, 1)}</response>\n'
        return Answer(status, text.encode(), "application/xml; charset=utf-8", NO_STORE)
    return Crash().answer()


def _kind(accepted: str) -> str:
    """Choose among the kinds of answers by what is accepted, the best liked first; "" is none of them."""
    parts = [each.split(";") for each in accepted.split(",") if each.strip()] or [["*/*"]]
    for name, *_ in sorted(parts, key=_quality, reverse=True):
        for kind in KINDS:
            if name.strip() in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
                return kind
    return ""


def _quality(part: list[str]) -> float:
    found = [each.strip()[2:] for each in part[1:] if each.strip().startswith("q=")]
    try:
        return float(found[0]) if found else 1.0
    except ValueError:
        return 1.0


def _json(value: Any) -> str:
    """Word JSON as PHP does: plain ASCII, with every slash escaped."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("/", "\\/")


def _xml(value: Any, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, list):
        return "".join(_element("item", each, depth, pad) for each in value)
    if isinstance(value, dict):
        return "".join(_element(name, each, depth, pad) for name, each in value.items())
    return f"{pad}{_plain(value)}\n"


def _element(name: str, value: Any, depth: int, pad: str) -> str:
    if isinstance(value, dict | list) and value:
        return f"{pad}<{name}>\n{_xml(value, depth + 1)}{pad}</{name}>\n"
    return f"{pad}<{name}>{_plain(value)}</{name}>\n"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, dict | list) else escape(str(value))
