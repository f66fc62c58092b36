"""Control over HTTP: JSON in and out, no token, for callers on this machine only."""

import ipaddress
import logging
from collections.abc import Collection

from .. import openapi
from ..backlog import Backlog
from ..refusals import Rejected, Unknown, reject_if
from ..store import Document
from ..wire import Answer, Request, errors, loads, ok
from ..world import World
from .desk import CALLS, Desk, Order
from .vocabulary import unknown_options

log = logging.getLogger(__name__)
PREFIX = "_sandbox"
SETTING_GOING = ("clock", "reviews")


class ControlCalls:
    def __init__(self, world: World, desk: Desk, backlog: Backlog) -> None:
        self._world = world
        self._desk = desk
        self._backlog = backlog

    def answer(self, request: Request, name: str) -> Answer:
        denied = denial(request, self._world.options.allowed_hosts)
        if denied:
            return denied
        if (request.method, name) == ("GET", "openapi.json"):
            return ok(openapi.document(self._world.options, request.base_url))
        order = CALLS.get((request.method, name))
        if order is None:
            known = any(name == each for _, each in CALLS)
            return errors(405 if known else 404, f"There is no control call {request.method} {name}.")
        try:
            return ok(self.carry_out(order, _document(request)))
        except Rejected as refusal:
            self._world.reload()
            return errors(400, *refusal.problems)
        except Unknown as refusal:
            return errors(404, str(refusal))
        except Exception:
            log.exception("The sandbox itself failed at the control call %s", name)
            self._world.reload()
            return errors(500, "The sandbox itself failed; its log tells how.")

    def carry_out(self, order: Order, document: Document) -> Document:
        """
        Do what was ordered, over HTTP or in Python; what that sets going is done when this returns.

        :raises Rejected: the order makes no sense
        :raises Unknown: it is about something that is not there
        """
        reject_if(unknown_options(order.__name__, document))
        self._backlog.keep_up()
        with self._world.store.transaction():
            self._world.begin_slice()
            outcome = order(self._desk, document)
        if order.__name__ in SETTING_GOING:
            self._backlog.finish()
        return outcome


def denial(request: Request, allowed_hosts: Collection[str] = ()) -> Answer | None:
    """
    Refuse callers on other machines, and pages of other sites in a browser on this one.

    A name that is not ours may be another site's that was made to lead here.
    """
    if not is_loopback(request.peer):
        return errors(403, "The sandbox is controlled from its own machine only.")
    name = host_name(request.headers.get("host", ""))
    if name and not is_loopback(name) and name not in allowed_hosts:
        return errors(403, f"The sandbox does not answer here as {name!r}; --allow-host lets a name in.")
    origin = request.headers.get("origin")
    if origin and origin.lower() != request.base_url.lower():
        return errors(403, "Pages of other sites do not control the sandbox.")
    return None


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer.partition("%")[0]).is_loopback
    except ValueError:
        return peer in ("", "localhost")


def _document(request: Request) -> Document:
    if request.method == "GET":
        return dict(request.query())
    if not request.body.strip():
        return {}
    try:
        body = loads(request.body)
    except ValueError as problem:
        raise Rejected(f"The body is not valid JSON: {problem}") from None
    if not isinstance(body, dict):
        raise Rejected("The body must be a JSON object.")
    return body
