"""Control over HTTP: JSON in and out, no token, for callers on this machine only."""

import logging

from .. import openapi
from ..backlog import Backlog
from ..kit.control import denial, document
from ..kit.wire import Answer, Document, Rejected, Request, Unknown, errors, ok, reject_if
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
            return ok(self.carry_out(order, document(request)))
        except Rejected as refusal:
            self._world.reload()
            return errors(400, *refusal.problems)
        except Unknown as refusal:
            return errors(404, str(refusal))
        except Exception:
            log.exception("The sandbox itself failed at the control call %s", name)
            self._world.reload()
            return errors(500, "The sandbox itself failed; see its log.")

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
